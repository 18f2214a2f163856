//! Naming an owner of the open workspace.

use maud::{Markup, html};
use model::label::Tone;

use super::field::{Field, field};
use crate::chrome::Frame;
use crate::components::callout::callout;
use crate::components::form;
use crate::components::header::header;
use crate::page::{Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples};

/// The form that names an owner. Fields: `email`, `typed` (the workspace's name), `csrf`.
#[derive(Debug, Clone)]
pub struct NameOwner {
    /// What the workspace is called.
    pub workspace: String,
    /// The mail address that was typed.
    pub email: String,
    /// What is wrong with it.
    pub email_problem: Option<String>,
    /// What is wrong with the name that was typed to confirm.
    pub typed_problem: Option<String>,
}

impl Page for NameOwner {
    const NAME: &'static str = "system-name-owner";

    fn title(&self) -> String {
        "Name an owner".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let workspace = name(&self.workspace, NAMELESS);
        let email = Field {
            id: "owner-email",
            name: "email",
            label: "Mail address of somebody with an account here",
            kind: "email",
            value: &self.email,
            most: 254,
            autocomplete: "off",
            problem: self.email_problem.as_deref(),
        };
        let typed = Field {
            id: "owner-typed",
            name: "typed",
            label: "Type the workspace's name to confirm",
            kind: "text",
            value: "",
            most: 200,
            autocomplete: "off",
            problem: self.typed_problem.as_deref(),
        };
        html! {
            (header(&self.title(), &html! {}, &html! { "For a workspace that has lost its owners or cannot reach them." }, &html! {}))
            div.card.narrow {
                (callout(Tone::Warning, "The only thing that can be changed here", &html! {
                    p { "An owner may do everything in " strong { (workspace) } " and its tenants. Its members see in their trail that you named one." }
                }))
                (form::post(view, href::BREAK_GLASS_OWNER, &html! {
                    div.cards {
                        (field(&email))
                        (field(&typed))
                        div.form-actions {
                            button.button.danger type="submit" { "Make them an owner" }
                            a.button href=(href::BREAK_GLASS_WORKSPACE) { "Back" }
                        }
                    }
                }))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::name_owners()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::BREAK_GLASS_OWNER, true)
    }
}
