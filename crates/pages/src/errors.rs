//! Pages for what cannot be shown.

use maud::{Markup, html};
use model::access::Capability;

use crate::components::icon::{Icon, icon};
use crate::components::permission::insufficient;
use crate::page::{Page, Place, View};
use crate::text::{self, PROSE};
use crate::{assets, href, samples};

/// 404. Says the same whether the thing does not exist or may not be known of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NotFound;

/// 404: the link of an invitation that cannot be accepted. Says the same whether it was used, taken back, is too old or never was one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoInvitation;

/// 403: the viewer may see the place, but not do this there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden {
    /// What is missing.
    pub capability: Capability,
}

/// Anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A few words for the heading.
    pub title: String,
    /// What happened.
    pub what: String,
    /// What to do.
    pub remedy: String,
    /// The id under which the log has the cause.
    pub request_id: String,
}

impl Problem {
    /// Something of ours failed (500).
    #[must_use]
    pub fn internal(request_id: impl Into<String>) -> Self {
        Self {
            title: "Something went wrong".to_owned(),
            what: "The page could not be made. The fault is on our side; nothing that you entered caused it.".to_owned(),
            remedy: "Try again. If it happens again, tell an operator of this installation the request id below: \
                     the log has the cause under it."
                .to_owned(),
            request_id: request_id.into(),
        }
    }

    /// The database cannot be reached (503).
    #[must_use]
    pub fn unavailable(request_id: impl Into<String>) -> Self {
        Self {
            title: "Not available right now".to_owned(),
            what: "The database cannot be reached.".to_owned(),
            remedy: "Try again in a minute. Operations under way go on by themselves.".to_owned(),
            request_id: request_id.into(),
        }
    }

    /// A form that cannot be accepted because its token is missing or old (403 of the form, not of a capability).
    #[must_use]
    pub fn form_expired(request_id: impl Into<String>) -> Self {
        Self {
            title: "The form has expired".to_owned(),
            what: "Nothing was changed: the form was too old, or it was not sent from a page of ours.".to_owned(),
            remedy: "Go back, load the page again, and send the form once more.".to_owned(),
            request_id: request_id.into(),
        }
    }

    /// A request that cannot be understood (400, 422).
    #[must_use]
    pub fn bad_request(what: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            title: "That cannot be done".to_owned(),
            what: what.into(),
            remedy: "Go back and try again.".to_owned(),
            request_id: request_id.into(),
        }
    }
}

/// The way back into the product. The same words for everybody and every error, so that they tell nothing apart; who is not signed in
/// is asked to sign in.
fn ways() -> Markup {
    html! {
        nav.sheet-ways aria-label="Ways back" {
            a.brand href=(href::HOME) { img src=(assets::mark()) width="24" height="24" alt=""; span { "TenantAtlas" } }
            a href=(href::HOME) { "Overview" }
            a href=(href::OPERATIONS) { "Operations" }
            a href=(href::NOTICES) { "Notices" }
            a href=(href::SEARCH) { "Search" }
        }
    }
}

fn sheet(picture: Icon, title: &str, content: &Markup) -> Markup {
    html! {
        (ways())
        div.sheet {
            span.empty-picture { (icon(picture)) }
            h1 { (title) }
            (content)
            div.form-actions { a.button href=(href::HOME) { "Go to the overview" } }
        }
    }
}

impl Page for NotFound {
    const NAME: &'static str = "errors-not-found";

    fn title(&self) -> String {
        "Not found".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        sheet(
            Icon::Search,
            "Not found",
            &html! { p { "There is nothing at this address that can be shown to you. Check the address, or look for it from the overview." } },
        )
    }

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("plain", Self)]
    }
}

impl Page for NoInvitation {
    const NAME: &'static str = "errors-no-invitation";

    fn title(&self) -> String {
        "This link opens nothing".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        sheet(
            Icon::Search,
            "This link opens nothing",
            &html! { p { "An invitation can be accepted once, for seven days, unless it was taken back. Check that the link is complete, or ask whoever invited you for a new one." } },
        )
    }

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("plain", Self)]
    }
}

impl Page for Forbidden {
    const NAME: &'static str = "errors-forbidden";

    fn title(&self) -> String {
        "Insufficient permission".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        sheet(
            Icon::Lock,
            "Insufficient permission",
            &html! {
                p { (insufficient(self.capability)) }
                p.quiet { "Missing capability: " code { (self.capability.code()) } }
            },
        )
    }

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("sync", Self { capability: Capability::InventorySync }),
            ("workspace", Self { capability: Capability::WorkspaceAuditView }),
            ("unknown", Self { capability: Capability::Unknown }),
        ]
    }
}

impl Page for Problem {
    const NAME: &'static str = "errors-problem";

    fn title(&self) -> String {
        text::name(&self.title, "Something went wrong").into_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        sheet(
            Icon::Warning,
            &self.title(),
            &html! {
                p { (text::shown(&self.what, PROSE)) }
                p { (text::shown(&self.remedy, PROSE)) }
                p.quiet { "Request id: " code { (text::shown(&self.request_id, 80)) } }
            },
        )
    }

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("internal", Self::internal("0199f0a1-5b7e-7c4e-9a01-5d2f3c4b5a69")),
            ("unavailable", Self::unavailable("0199f0a1-5b7e-7c4e-9a01-5d2f3c4b5a69")),
            ("expired", Self::form_expired("0199f0a1-5b7e-7c4e-9a01-5d2f3c4b5a69")),
            ("hostile", Self::bad_request(samples::HOSTILE, samples::HOSTILE)),
        ]
    }
}
