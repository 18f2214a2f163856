//! The second factor: off, prepared, on.

use maud::{Markup, html};
use model::label::Tone;
use model::time::Moment;

use crate::components::callout::callout;
use crate::components::header::{card, header};
use crate::components::{field, form};
use crate::href::{self, Query};
use crate::page::{Crumb, Page, Place, View};
use crate::{samples, text, when};

/// How it stands.
#[derive(Clone, PartialEq, Eq)]
pub enum Factor {
    /// The person has no password here, and so no second factor.
    NotLocal,
    /// It is off.
    Off,
    /// A key was made; a code of it has yet to be confirmed.
    Prepared {
        /// The key, in base32.
        secret: String,
    },
    /// It was just switched on: the only time that the recovery codes are seen.
    JustOn {
        /// The recovery codes.
        codes: Vec<String>,
    },
    /// It is on.
    On {
        /// Since when.
        since: Moment,
        /// How many recovery codes are left.
        codes_left: i64,
    },
}

/// The page.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// Whose it is.
    pub email: String,
    /// How it stands.
    pub state: Factor,
    /// What was wrong with what was sent.
    pub problem: Option<String>,
}

impl std::fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecondFactor").field("email", &self.email).finish_non_exhaustive()
    }
}

impl Page for SecondFactor {
    const NAME: &'static str = "profile-second-factor";

    fn title(&self) -> String {
        "Second factor".to_owned()
    }

    fn place(&self) -> Place {
        Place { crumbs: vec![Crumb::new("Your profile", href::PROFILE)], ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "A code of an app on your phone, asked for after the password." };
        html! {
            (header("Second factor", &html! {}, &lead, &html! {}))
            (field::problem(self.problem.as_deref()))
            @match &self.state {
                Factor::NotLocal => p { "You have no password here: your provider looks after second factors." },
                Factor::Off => (off(view)),
                Factor::Prepared { secret } => (self.prepared(secret, view)),
                Factor::JustOn { codes } => (just_on(codes)),
                Factor::On { since, codes_left } => (on(*since, *codes_left, view)),
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::profile::second_factors()
    }
}

fn off(view: &View<'_>) -> Markup {
    let content = html! {
        p { "You need an authenticator app that knows time-based codes (RFC 6238): every common one does." }
        (form::post(view, href::SECOND_FACTOR_PREPARE, &html! {
            div.form-actions { button.button.primary type="submit" { "Set it up" } }
        }))
    };
    card("factor-off", "It is off", &html! {}, &html! { div.own-account { (content) } })
}

/// Four letters and a space, again and again.
fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

impl SecondFactor {
    /// The address that apps read; Google's "Key Uri Format".
    fn uri(&self, secret: &str) -> String {
        let label: String = Query::new("").with("x", &self.email).into();
        let label = label.trim_start_matches("?x=").to_owned();
        format!("otpauth://totp/TenantAtlas:{label}?secret={secret}&issuer=TenantAtlas&algorithm=SHA1&digits=6&period=30")
    }

    fn prepared(&self, secret: &str, view: &View<'_>) -> Markup {
        let content = html! {
            p { "1. In the app, add an account and choose to type the key. Name it TenantAtlas; the code changes every 30 seconds." }
            p.secret-key { code { (in_groups(secret)) } }
            details {
                summary { "The same as an address, for apps that take one" }
                p { code.wrap { (text::shown(&self.uri(secret), 600)) } }
            }
            p { "2. Type the code that the app shows, and your password." }
            (form::post(view, href::SECOND_FACTOR_CONFIRM, &html! {
                (field::password("confirm-password", "password", "Password", "current-password"))
                (field::code("code", "Code", self.problem.is_some()))
                div.form-actions { button.button.primary type="submit" { "Switch it on" } }
            }))
            (form::post(view, href::SECOND_FACTOR_PREPARE, &html! {
                div.form-actions { button.button type="submit" { "Make another key" } }
            }))
        };
        card("factor-prepared", "Set it up", &html! {}, &html! { div.own-account { (content) } })
    }
}

fn just_on(codes: &[String]) -> Markup {
    let content = html! {
        (callout(Tone::Warning, "Keep these codes", &html! {
            p { "Each works once in place of a code of the app. They are shown this one time." }
        }))
        ul.codes { @for code in codes { li { code { (code) } } } }
        div.form-actions { a.button.primary href=(href::PROFILE) { "I have kept them" } }
    };
    card("factor-codes", "It is on", &html! {}, &html! { div.own-account { (content) } })
}

fn on(since: Moment, codes_left: i64, view: &View<'_>) -> Markup {
    let content = html! {
        p { "On since " (when::at(since)) ". " (text::number(codes_left)) " recovery codes are left." }
        @if codes_left < 3 {
            (callout(Tone::Warning, "Few recovery codes are left", &html! { p { "Remove the second factor and set it up again to get new ones." } }))
        }
        p { "To remove it, give your password and a code." }
        (form::post(view, href::SECOND_FACTOR_REMOVE, &html! {
            (field::password("password", "password", "Password", "current-password"))
            (field::code("code", "Code, or a recovery code", false))
            div.form-actions { button.button.danger type="submit" { "Remove the second factor" } }
        }))
    };
    card("factor-on", "It is on", &html! {}, &html! { div.own-account { (content) } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_out_in_groups_and_its_address_is_whole() {
        assert_eq!(in_groups("ABCDEFGHIJ"), "ABCD EFGH IJ");
        let page = SecondFactor { email: "ada+x@b.test".to_owned(), state: Factor::Off, problem: None };
        let uri = page.uri("AAAA");
        assert!(uri.starts_with("otpauth://totp/TenantAtlas:ada%2Bx%40b.test?secret=AAAA&issuer=TenantAtlas"), "{uri}");
    }
}
