//! Opening a workspace for a while.

use maud::{Markup, html};
use model::ids::WorkspaceId;
use model::label::Tone;
use model::platform::{BreakGlass, Minutes, Reason};

use super::field::{Field, field, said};
use crate::chrome::Frame;
use crate::components::callout::callout;
use crate::components::field::select;
use crate::components::form;
use crate::components::header::{card, header};
use crate::page::{Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples, when};

/// The form that opens a workspace, or what is open already. Fields: `workspace`, `reason`, `minutes`, `password`, `csrf`.
#[derive(Debug, Clone)]
pub struct Glass {
    /// The workspaces to choose from, by id and name.
    pub workspaces: Vec<(WorkspaceId, String)>,
    /// What is open, and whether in this session.
    pub open: Option<(BreakGlass, bool)>,
    /// The workspace that was chosen.
    pub chosen: String,
    /// The reason that was typed.
    pub reason: String,
    /// The duration that was chosen.
    pub minutes: String,
    /// What is wrong with the workspace.
    pub workspace_problem: Option<String>,
    /// What is wrong with the reason.
    pub reason_problem: Option<String>,
    /// What is wrong with the password.
    pub password_problem: Option<String>,
}

impl Page for Glass {
    const NAME: &'static str = "system-break-glass";

    fn title(&self) -> String {
        "Break-glass".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Opens one workspace to you, read-only and for a while, for an emergency that its own people cannot handle." };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            div.cards {
                @match &self.open {
                    Some((open, here)) => (card("open", "Open now", &html! {}, &opened(open, *here, view))),
                    None => (card("enter", "Open a workspace", &html! {}, &self.form(view))),
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::glasses()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::BREAK_GLASS, self.open.as_ref().is_some_and(|(_, here)| *here))
    }
}

fn opened(open: &BreakGlass, here: bool, view: &View<'_>) -> Markup {
    html! {
        dl.facts {
            div { dt { "Workspace" } dd { (text::name(&open.workspace_name, NAMELESS)) } }
            div { dt { "Reason" } dd { (text::shown(&open.reason, Reason::LONGEST)) } }
            div { dt { "Since" } dd { (when::at(open.entered_at)) } }
            div { dt { "Until" } dd { (when::at(open.expires_at)) } }
        }
        @if !here {
            (callout(Tone::Info, "Opened in another session of yours", &html! { p { "It opens nothing here. Close it to open a workspace in this session." } }))
        }
        div.form-actions {
            @if here { a.button.primary href=(href::BREAK_GLASS_WORKSPACE) { "View the workspace" } }
            (form::post(view, href::BREAK_GLASS_EXIT, &html! { button.button type="submit" { "Close it" } }))
        }
    }
}

impl Glass {
    fn form(&self, view: &View<'_>) -> Markup {
        let name = |(id, name): &(WorkspaceId, String)| (id.to_string(), text::name(name, NAMELESS).into_owned());
        let workspaces: Vec<(String, String)> =
            std::iter::once((String::new(), "Choose one".to_owned())).chain(self.workspaces.iter().map(name)).collect();
        let minutes = Minutes::ALL.map(|minutes| (minutes.count().to_string(), format!("{} minutes", minutes.count())));
        let password = Field {
            id: "glass-password",
            name: "password",
            label: "Your password",
            kind: "password",
            value: "",
            most: 1024,
            autocomplete: "current-password",
            problem: self.password_problem.as_deref(),
        };
        html! {
            (callout(Tone::Warning, "This is seen", &html! {
                p { "The owners of the workspace are told at once, with your name and reason. Opening and closing stand in the workspace's own trail." }
            }))
            (form::post(view, href::BREAK_GLASS, &html! {
                div.fields {
                    (select("glass-workspace", "workspace", "Workspace", &workspaces, &self.chosen))
                    (select("glass-minutes", "minutes", "For how long", &minutes, &self.minutes))
                    (field(&password))
                }
                (said("glass-workspace-problem", self.workspace_problem.as_deref()))
                div.field {
                    label for="glass-reason" { "Reason (" (Reason::SHORTEST) " to " (Reason::LONGEST) " characters)" }
                    textarea id="glass-reason" name="reason" rows="3" required minlength=(Reason::SHORTEST) maxlength=(Reason::LONGEST)
                        aria-invalid=[self.reason_problem.as_ref().map(|_| "true")]
                        aria-describedby=[self.reason_problem.as_ref().map(|_| "glass-reason-problem")] { (text::shown(&self.reason, Reason::LONGEST)) }
                    (said("glass-reason-problem", self.reason_problem.as_deref()))
                }
                div.form-actions { button.button.danger type="submit" { "Open the workspace" } }
            }))
        }
    }
}
