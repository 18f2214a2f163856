//! Signing in as an operator, and choosing a password by a one-time link.

use maud::{Markup, html};
use model::label::Tone;
use model::time::duration_words;

use super::field::{Field, field};
use crate::chrome::Frame;
use crate::components::callout::callout;
use crate::components::form;
use crate::page::{Page, Place, View};
use crate::sign_in::Remark;
use crate::text::{self, NAMELESS};
use crate::{assets, href, samples};

/// The form for an operator's account. Fields: `email`, `password`, `next`, `csrf`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignIn {
    /// What was typed before.
    pub email: String,
    /// What there is to say.
    pub remark: Option<Remark>,
    /// Where to go afterwards: a path of the platform, checked by the caller.
    pub next: Option<String>,
}

/// The form for a first or new password. Fields: `password`, `again`, `csrf`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// Where it is posted to.
    pub to: String,
    /// Whose password it is.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// What is wrong with the password.
    pub problem: Option<String>,
}

fn card(title: &str, lead: &str, content: &Markup) -> Markup {
    html! {
        div.sign-in {
            div.sign-in-brand {
                img src=(assets::mark()) width="40" height="40" alt="";
                p { "TenantAtlas" }
            }
            div.sign-in-card { h1 { (title) } p.lead { (lead) } (content) }
            p.sign-in-foot { "This is for the people who run this installation. Workspaces are elsewhere." }
        }
    }
}

impl Page for SignIn {
    const NAME: &'static str = "system-sign-in";

    fn title(&self) -> String {
        "Sign in as an operator".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let content = html! {
            @if let Some(remark) = &self.remark { div role="alert" { (said(remark)) } }
            (form::post(view, href::SYSTEM_SIGN_IN, &html! {
                @if let Some(next) = &self.next { input type="hidden" name="next" value=(next); }
                div.field {
                    label for="email" { "Mail address" }
                    input type="email" id="email" name="email" value=(self.email)
                        autocomplete="username" required maxlength="254" autofocus[self.email.is_empty()];
                }
                div.field {
                    label for="password" { "Password" }
                    input type="password" id="password" name="password"
                        autocomplete="current-password" required maxlength="1024" autofocus[!self.email.is_empty()];
                }
                button.button.primary.wide type="submit" { "Sign in" }
            }))
        };
        card(&self.title(), "Health, workers and workspaces of this installation.", &content)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::sign_ins()
    }

    fn sample_frame(&self) -> Frame {
        samples::bare_frame()
    }
}

fn said(remark: &Remark) -> Markup {
    let say = |tone, title: &str, words: &str| callout(tone, title, &html! { p { (words) } });
    match remark {
        Remark::WrongCredentials => {
            say(Tone::Danger, "That did not work", "The mail address and the password do not belong together. Try again.")
        }
        Remark::TooManyAttempts(wait) => {
            say(Tone::Warning, "Too many attempts", &format!("Wait {} before you try again.", duration_words(*wait)))
        }
        Remark::SessionEnded => say(Tone::Info, "Your session has ended", "Sign in again to go on where you were."),
        Remark::SignedOut => say(Tone::Success, "You are signed out", "You may close this window."),
        _ => say(Tone::Info, "The form had been open for too long", "Nothing was sent on. Sign in again."),
    }
}

impl Page for Welcome {
    const NAME: &'static str = "system-welcome";

    fn title(&self) -> String {
        "Choose a password".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let password = Field {
            id: "password",
            name: "password",
            label: "New password (12 characters or more)",
            kind: "password",
            value: "",
            most: 1024,
            autocomplete: "new-password",
            problem: self.problem.as_deref(),
        };
        let again = Field { id: "again", name: "again", label: "The same once more", problem: None, ..password };
        let content = html! {
            p { "For " strong { (text::name(&self.name, NAMELESS)) } ", who signs in as " (text::name(&self.email, NAMELESS)) "." }
            (form::post(view, &self.to, &html! {
                input type="hidden" name="username" autocomplete="username" value=(self.email);
                (field(&password))
                (field(&again))
                button.button.primary.wide type="submit" { "Save" }
            }))
        };
        card(&self.title(), "This link works once. Afterwards you sign in with your password.", &content)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::welcomes()
    }

    fn sample_frame(&self) -> Frame {
        samples::bare_frame()
    }
}
