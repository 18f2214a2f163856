//! A workspace itself: its name, and whether it is in use.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::label::Labelled as _;
use model::workspace::Workspace;

use crate::components::field::{FieldProblem, checked};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::forbidden_in_workspace;
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// The workspace.
#[derive(Debug, Clone)]
pub struct WorkspacePage {
    /// The workspace.
    pub workspace: Workspace,
    /// What the viewer may do there.
    pub can: Can,
    /// The name as it was typed, or as it is.
    pub name: String,
    /// What was wrong with it.
    pub problem: Option<FieldProblem>,
}

impl Page for WorkspacePage {
    const NAME: &'static str = "places-workspace";

    fn title(&self) -> String {
        "Workspace".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Workspace), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let name = text::name(&self.workspace.name, NAMELESS);
        html! {
            (header(&name, &html! {}, &html! { "You are here as: " (self.workspace.role.badge().word) "." }, &html! {}))
            (card("name", "Name", &html! {}, &self.rename(view)))
            (card("archive", "Archive", &html! {}, &self.archive(view)))
            p.quiet { "Workspace id: " code.wrap { (self.workspace.id) } }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::places::workspace_pages()
    }
}

impl WorkspacePage {
    fn rename(&self, view: &View<'_>) -> Markup {
        let may = self.can.allows(Capability::WorkspaceSettingsManage);
        form::post(
            view,
            &href::within(self.workspace.id, href::WORKSPACE),
            &html! {
                fieldset.fields disabled[!may] { legend.unseen { "Name" } (checked("text", "name", "Name", &self.name, 100, self.problem.as_ref())) }
                div.form-actions {
                    @if may { button.button.primary type="submit" { "Rename" } } @else { (forbidden_in_workspace("why-no-rename", "button primary", &html! { "Rename" })) }
                }
            },
        )
    }

    fn archive(&self, view: &View<'_>) -> Markup {
        let (id, may) = (self.workspace.id, self.can.allows(Capability::WorkspaceDelete));
        let to = href::within(id, href::ARCHIVE_WORKSPACE);
        html! {
            p { "In an archived workspace nothing is started, and schedules do not fire. Nothing is removed, and everything can be looked at." }
            @if !may { (forbidden_in_workspace("why-no-archive", "button danger", &html! { "Archive…" })) }
            @else if self.workspace.archived {
                (form::post(view, &to, &html! {
                    input type="hidden" name="away" value="no";
                    button.button type="submit" { "Take it out again" }
                }))
            } @else { a.button.danger href=(to) { "Archive…" } }
        }
    }
}
