//! All workspaces, by name and counts.

use maud::{Markup, html};
use model::label::Tone;
use model::page::Page as Rows;
use model::platform::WorkspaceFigures;

use super::field::{Field, field};
use crate::chrome::Frame;
use crate::components::badge::worded;
use crate::components::empty::empty;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::{self, Query};
use crate::page::{Page, Place, View};
use crate::text::{NAMELESS, bytes, name, number};
use crate::{samples, when};

/// All workspaces, and the form for a new one. Fields: `name`, `owner`, `csrf`.
#[derive(Debug, Clone)]
pub struct Workspaces {
    /// The workspaces, newest first.
    pub rows: Rows<WorkspaceFigures>,
    /// The name that was typed.
    pub name: String,
    /// The first owner's mail address that was typed.
    pub owner: String,
    /// What is wrong with the name.
    pub name_problem: Option<String>,
    /// What is wrong with the owner.
    pub owner_problem: Option<String>,
}

impl Page for Workspaces {
    const NAME: &'static str = "system-workspaces";

    fn title(&self) -> String {
        "Workspaces".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "All workspaces of this installation, by name and counts. Only a workspace's own members see what is in it." };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            div.cards {
                @if self.rows.rows.is_empty() {
                    (empty(Icon::Workspace, "No workspaces", "None was created yet.", &html! { p { "Create the first one below." } }))
                } @else { div { (list(&self.rows, view)) (pager(&self.rows, "workspaces", &Query::new(href::SYSTEM_WORKSPACES))) } }
                (card("new-workspace", "New workspace", &html! {}, &self.create(view)))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::workspaces()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::SYSTEM_WORKSPACES, false)
    }
}

fn list(rows: &Rows<WorkspaceFigures>, view: &View<'_>) -> Markup {
    let columns = [
        Column("Workspace", false),
        Column("Members", true),
        Column("Tenants", true),
        Column("Active operations", true),
        Column("Last sync", false),
        Column("Stored", true),
        Column("Since", false),
    ];
    let rows = html! {
        @for workspace in &rows.rows {
            (row(workspace.id, &html! {
                (head(&html! {
                    (name(&workspace.name, NAMELESS))
                    @if workspace.owners == 0 { " " (worded(Tone::Warning, Icon::Warning, "No owner")) }
                }))
                (figure("Members", &html! { (number(workspace.members)) }))
                (figure("Tenants", &html! { (number(workspace.tenants)) }))
                (figure("Active operations", &html! { (number(workspace.active_runs)) }))
                (cell("Last sync", &html! { @match workspace.last_sync_at { Some(at) => (when::ago(at, view.now)), None => span.quiet { "Never" } } }))
                (figure("Stored", &html! { (bytes(workspace.stored_bytes)) }))
                (cell("Since", &when::at(workspace.created_at)))
            }))
        }
    };
    table("Workspaces", &columns, &rows)
}

impl Workspaces {
    fn create(&self, view: &View<'_>) -> Markup {
        let name = Field {
            id: "workspace-name",
            name: "name",
            label: "Name",
            kind: "text",
            value: &self.name,
            most: 100,
            autocomplete: "off",
            problem: self.name_problem.as_deref(),
        };
        let owner = Field {
            id: "workspace-owner",
            name: "owner",
            label: "Mail address of its first owner",
            kind: "email",
            value: &self.owner,
            most: 254,
            autocomplete: "off",
            problem: self.owner_problem.as_deref(),
        };
        html! {
            p.quiet { "The owner is somebody who has an account in this installation already. Only an owner can archive a workspace." }
            (form::post(view, href::SYSTEM_WORKSPACES, &html! {
                div.fields {
                    (field(&name))
                    (field(&owner))
                    div.filter-actions { button.button type="submit" { "Create it" } }
                }
            }))
        }
    }
}
