//! The workspaces of a person, and making another.

use maud::{Markup, html};
use model::ids::WorkspaceId;
use model::label::Labelled as _;
use model::workspace::Workspace;

use crate::components::badge::worded;
use crate::components::empty::empty;
use crate::components::field::{FieldProblem, checked};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::{Icon, icon};
use crate::components::permission::forbidden_in_workspace;
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};
use model::label::Tone;

/// The workspaces.
#[derive(Debug, Clone)]
pub struct Workspaces {
    /// Those of which the viewer is a member; those put away last.
    pub workspaces: Vec<Workspace>,
    /// One that the viewer owns: who owns one may make another.
    pub owned: Option<WorkspaceId>,
    /// The name that was typed.
    pub name: String,
    /// What was wrong with it.
    pub problem: Option<FieldProblem>,
}

impl Page for Workspaces {
    const NAME: &'static str = "places-workspaces";

    fn title(&self) -> String {
        "Workspaces".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "A workspace is a company, or a customer of one: its tenants, its members, its settings." };
        html! {
            (header("Workspaces", &html! {}, &lead, &html! {}))
            (self.table(view))
            (card("new", "New workspace", &html! {}, &self.form(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::places::workspaces()
    }
}

impl Workspaces {
    fn table(&self, view: &View<'_>) -> Markup {
        let columns = [Column("Workspace", false), Column("Your role", false), Column("State", false), Column("", false)];
        let rows = html! {
            @for workspace in &self.workspaces {
                @let name = text::name(&workspace.name, NAMELESS);
                (row(workspace.id, &html! {
                    (head(&html! { a.cover href=(href::within(workspace.id, href::WORKSPACE)) { (name) } }))
                    (cell("Your role", &html! { (workspace.role.badge().word) }))
                    (cell("State", &html! { @if workspace.archived { (worded(Tone::Neutral, Icon::Archive, "Archived")) } @else { "In use" } }))
                    (cell("", &form::post(view, href::SWITCH, &html! {
                        button.button.small type="submit" name="workspace" value=(workspace.id) { "Go there" span.unseen { ": " (name) } }
                    })))
                }))
            }
        };
        html! {
            @if self.workspaces.is_empty() { (empty(Icon::Workspace, "No workspace yet", "Ask an owner of your company's workspace to invite you.", &html! {})) }
            @else { (table("Workspaces", &columns, &rows)) }
        }
    }

    fn form(&self, view: &View<'_>) -> Markup {
        let face = html! { (icon(Icon::Workspace)) "Make the workspace" };
        match self.owned {
            Some(owned) => form::post(
                view,
                &href::within(owned, href::WORKSPACES),
                &html! {
                    div.fields { (checked("text", "name", "Name", &self.name, 100, self.problem.as_ref())) }
                    p.quiet { "You become its owner. Nobody else sees it until you invite them." }
                    div.form-actions { button.button.primary type="submit" { (face) } }
                },
            ),
            None => html! {
                p { "Who owns a workspace may make another." }
                (forbidden_in_workspace("why-no-workspace", "button primary", &face))
            },
        }
    }
}
