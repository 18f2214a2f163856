//! The link of a new invitation, shown once.

use maud::{Markup, html};
use model::ids::WorkspaceId;
use model::label::Tone;

use crate::components::callout::callout;
use crate::components::header::header;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// The link. Holds a secret: the page is never stored, and the debug form of it says nothing.
#[derive(Clone)]
pub struct Invited {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Who is invited.
    pub email: String,
    /// The whole address.
    pub link: String,
}

impl std::fmt::Debug for Invited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invited").field("workspace", &self.workspace).finish_non_exhaustive()
    }
}

impl Page for Invited {
    const NAME: &'static str = "people-invited";

    fn title(&self) -> String {
        "The link is ready".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Members", href::within(self.workspace, href::MEMBERS))];
        Place { destination: Some(Destination::Members), tenant: None, crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let who = text::name(&self.email, NAMELESS);
        html! {
            (header("The link is ready", &html! {}, &html! { "Hand it over to " (who) ", by a way that only they read." }, &html! {}))
            (callout(Tone::Warning, "It is shown only now", &html! { p { "It cannot be looked up later. If it gets lost, invite them again: the newest link counts." } }))
            div.card {
                div.field {
                    label for="f-link" { "Link for " (who) }
                    input type="text" id="f-link" value=(self.link) readonly autocomplete="off";
                }
                p.quiet { "Valid for seven days, once." }
                div.form-actions { a.button.primary href=(href::within(self.workspace, href::MEMBERS)) { "Back to the members" } }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::people::inviteds()
    }
}
