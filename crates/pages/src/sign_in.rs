//! The sign-in page, and what may come after it.

mod code;
mod new_password;
mod trouble;

pub use code::Code;
pub use new_password::{DeadLink, NewPassword};
pub use trouble::Trouble;

use maud::{Markup, html};
use model::label::Tone;
use model::time::duration_words;

use std::time::Duration;

use crate::chrome::Frame;
use crate::components::callout::callout;
use crate::components::form;
use crate::page::{Page, Place, View};
use crate::{assets, href, samples, text};

/// Why there is something to say above the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// Mail address and password do not belong together; never says which of the two is wrong.
    WrongCredentials,
    /// Too many attempts; the next is accepted after so long.
    TooManyAttempts(Duration),
    /// The session ended.
    SessionEnded,
    /// The person signed out.
    SignedOut,
    /// The form had been open for too long.
    FormExpired,
    /// A new password was set.
    PasswordSet,
    /// The code was awaited for too long, or tried too often.
    CodeOver,
}

/// A provider that vouches for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderButton {
    /// Its name in addresses.
    pub name: String,
    /// What the button says after "Sign in with".
    pub label: String,
}

/// An account of the demonstration, offered for one click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// What it may do, e.g. "Owner".
    pub label: String,
    /// What it signs in with.
    pub email: String,
    /// Its password, which is no secret in a demonstration.
    pub password: String,
}

/// The form for a local account. Fields: `email`, `password`, `next`, `csrf`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignIn {
    /// What was typed before.
    pub email: String,
    /// What there is to say.
    pub remark: Option<Remark>,
    /// Where to go afterwards: a path of ours, checked by the caller.
    pub next: Option<String>,
    /// Who vouches for people.
    pub providers: Vec<ProviderButton>,
    /// Accounts of the demonstration; empty in any other installation.
    pub demo: Vec<DemoAccount>,
}

impl Page for SignIn {
    const NAME: &'static str = "sign-in";

    fn title(&self) -> String {
        "Sign in".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        html! {
            div.sign-in {
                div.sign-in-brand {
                    img src=(assets::mark()) width="40" height="40" alt="";
                    p { "TenantAtlas" }
                }
                div.sign-in-card {
                    h1 { "Sign in" }
                    p.lead { "Know what is configured in every tenant, and put it back safely." }
                    (self.remark())
                    (provider_buttons(&self.providers, self.next.as_deref(), "or with a password"))
                    (form::post(view, href::SIGN_IN, &html! {
                        (self.next())
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
                        @let rank = if self.providers.is_empty() { "button primary wide" } else { "button wide" };
                        button class=(rank) type="submit" { "Sign in" }
                    }))
                    (self.demo(view))
                }
                p.sign-in-foot { "Signing in never calls Microsoft Graph. Ask an owner of your workspace for an account." }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::sign_ins()
    }

    fn sample_frame(&self) -> Frame {
        samples::bare_frame()
    }
}

/// The ways in by a provider, and what stands below them; nothing where there is none. `next` is where it goes on.
pub(crate) fn provider_buttons(providers: &[ProviderButton], next: Option<&str>, or: &str) -> Markup {
    html! {
        @if !providers.is_empty() {
            div.sign-in-providers {
                @for provider in providers {
                    a.button.primary.wide href=(href::at_provider(&provider.name, next)) {
                        "Sign in with " (text::name(&provider.label, "your organisation"))
                    }
                }
            }
            p.sign-in-or { (or) }
        }
    }
}

impl SignIn {
    fn next(&self) -> Markup {
        html! { @if let Some(next) = &self.next { input type="hidden" name="next" value=(next); } }
    }

    fn remark(&self) -> Markup {
        let say = |tone, title: &str, words: &str| callout(tone, title, &html! { p { (words) } });
        let remark = match &self.remark {
            None => return html! {},
            Some(Remark::WrongCredentials) => {
                say(Tone::Danger, "That did not work", "The mail address and the password do not belong together. Try again.")
            }
            Some(Remark::TooManyAttempts(wait)) => {
                say(Tone::Warning, "Too many attempts", &format!("Wait {} before you try again.", duration_words(*wait)))
            }
            Some(Remark::SessionEnded) => say(Tone::Info, "Your session has ended", "Sign in again to go on where you were."),
            Some(Remark::SignedOut) => say(Tone::Success, "You are signed out", "You may close this window."),
            Some(Remark::PasswordSet) => {
                say(Tone::Success, "Your password is set", "All of your sessions were ended. Sign in with the new one.")
            }
            Some(Remark::CodeOver) => {
                say(Tone::Warning, "Sign in once more", "The code was awaited for too long, or was wrong too often.")
            }
            Some(Remark::FormExpired) => {
                say(Tone::Info, "The form had been open for too long", "Nothing was sent on. Sign in again.")
            }
        };
        html! { div role="alert" { (remark) } }
    }

    fn demo(&self, view: &View<'_>) -> Markup {
        html! {
            @if !self.demo.is_empty() {
                div.demo {
                    p.demo-title { "This is a demonstration with simulated tenants. Look around as:" }
                    div.demo-accounts {
                        @for account in &self.demo {
                            (form::post(view, href::SIGN_IN, &html! {
                                (self.next())
                                input type="hidden" name="email" value=(account.email);
                                input type="hidden" name="password" value=(account.password);
                                button.button.small type="submit" title=(text::shown(&account.email, 254)) { (text::name(&account.label, "Account")) }
                            }))
                        }
                    }
                }
            }
        }
    }
}

/// A card for somebody who is not signed in.
fn bare_card(title: &str, content: &Markup) -> Markup {
    html! {
        div.sign-in {
            div.sign-in-brand {
                img src=(assets::mark()) width="40" height="40" alt="";
                p { "TenantAtlas" }
            }
            div.sign-in-card {
                h1 { (title) }
                (content)
            }
        }
    }
}
