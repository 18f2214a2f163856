//! An invitation, as whoever holds its link sees it.

use maud::{Markup, html};
use model::label::{Labelled as _, Tone};
use model::member;

use crate::chrome::Frame;
use crate::components::callout::callout;
use crate::components::field::{FieldProblem, checked};
use crate::components::form;
use crate::href::Query;
use crate::page::{Page, Place, View};
use crate::sign_in::{ProviderButton, provider_buttons};
use crate::text::{self, NAMELESS};
use crate::{assets, href, samples, when};

/// Who holds the link.
#[derive(Debug, Clone)]
pub enum Standing {
    /// The invited person, signed in.
    Invited,
    /// Somebody else, signed in with that mail address.
    Somebody(String),
    /// Nobody is signed in, and the invited person has an account.
    SignedOut,
    /// Nobody is signed in, and there is no account yet: the name that was typed, and what was wrong.
    New(String, Option<FieldProblem>),
}

/// The invitation.
#[derive(Clone)]
pub struct Invitation {
    /// What it invites to.
    pub invitation: member::Invitation,
    /// The token of its link.
    pub token: String,
    /// Who looks at it.
    pub standing: Standing,
    /// Who vouches for people, in the order of the buttons.
    pub providers: Vec<ProviderButton>,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("id", &self.invitation.id).finish_non_exhaustive()
    }
}

impl Page for Invitation {
    const NAME: &'static str = "people-invitation";

    fn title(&self) -> String {
        format!("Join {}", text::name(&self.invitation.workspace_name, NAMELESS))
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let invitation = &self.invitation;
        html! {
            div.sign-in {
                div.sign-in-brand { img src=(assets::mark()) width="40" height="40" alt=""; p { "TenantAtlas" } }
                div.sign-in-card {
                    h1 { (self.title()) }
                    p.lead {
                        @match &invitation.invited_by { Some(by) => { (text::name(by, NAMELESS)) " invites " }, None => "This invites " }
                        (text::name(&invitation.email, NAMELESS)) " as " (invitation.role.badge().word.to_lowercase()) ". Until " (when::at(invitation.expires_at)) "."
                    }
                    @if !invitation.tenants.is_empty() {
                        ul.plain { @for tenant in &invitation.tenants { li { (text::name(&tenant.name, NAMELESS)) " as " (tenant.role.badge().word.to_lowercase()) } } }
                    }
                    (self.next(view))
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::people::invitations()
    }

    fn sample_frame(&self) -> Frame {
        samples::bare_frame()
    }
}

impl Invitation {
    fn next(&self, view: &View<'_>) -> Markup {
        let here = href::invitation(&self.token);
        match &self.standing {
            Standing::Invited => form::post(view, &here, &html! { button.button.primary.wide type="submit" { "Join" } }),
            Standing::Somebody(email) => html! {
                (callout(Tone::Warning, "You are signed in as somebody else", &html! {
                    p { "You are " (text::name(email, NAMELESS)) ". Nothing was changed. Sign out, then open the link again." }
                }))
                (form::post(view, href::SIGN_OUT, &html! { button.button.wide type="submit" { "Sign out" } }))
            },
            Standing::SignedOut => {
                let to: String = Query::new(href::SIGN_IN).with("next", here).into();
                html! {
                    p { "There is an account for this mail address. Sign in, and you come back here." }
                    a.button.primary.wide href=(to) { "Sign in" }
                }
            }
            Standing::New(name, problem) => html! {
                (provider_buttons(&self.providers, Some(&here), "or with a password of your own"))
                (form::post(view, &href::invitation_account(&self.token), &html! {
                    (checked("text", "name", "Your name", name, 100, problem.as_ref()))
                    (checked("password", "password", "A password, at least 12 characters", "", 1024, problem.as_ref()))
                    @let rank = if self.providers.is_empty() { "button primary wide" } else { "button wide" };
                    button class=(rank) type="submit" { "Make an account and join" }
                }))
            },
        }
    }
}
