//! A new password by a link of an operator.

use maud::{Markup, html};

use super::bare_card;
use crate::chrome::Frame;
use crate::components::{field, form};
use crate::page::{Page, Place, View};
use crate::{href, samples, text};

/// The form. Fields: `token`, `password`, `again`, `csrf`.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword {
    /// The link's token, which goes back with the form.
    pub token: String,
    /// Whose password it is.
    pub email: String,
    /// What was wrong with what was sent.
    pub problem: Option<String>,
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewPassword").field("email", &self.email).finish_non_exhaustive()
    }
}

impl Page for NewPassword {
    const NAME: &'static str = "sign-in-new-password";

    fn title(&self) -> String {
        "Set a new password".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        bare_card(
            &self.title(),
            &html! {
                p.lead { "For " (text::name(&self.email, "your account")) ". All of your sessions end, and the link works no more." }
                (field::problem(self.problem.as_deref()))
                (form::post(view, href::SIGN_IN_RESET, &html! {
                    input type="hidden" name="token" value=(self.token);
                    (field::password("password", "password", "New password (12 to 256 characters)", "new-password"))
                    (field::password("again", "again", "The same once more", "new-password"))
                    button.button.primary.wide type="submit" { "Set it" }
                }))
            },
        )
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let of = |email: &str, problem: Option<&str>| Self {
            token: "0".repeat(64),
            email: email.to_owned(),
            problem: problem.map(str::to_owned),
        };
        vec![
            ("empty", of("ada@contoso.example", None)),
            ("wrong", of("ada@contoso.example", Some("The two passwords are not the same."))),
            ("hostile", Self { token: samples::HOSTILE.to_owned(), ..of(samples::HOSTILE, None) }),
        ]
    }

    fn sample_frame(&self) -> Frame {
        samples::bare_frame()
    }
}

/// A link that cannot be used: unknown, too old, or used already. All look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadLink;

impl Page for DeadLink {
    const NAME: &'static str = "sign-in-dead-link";

    fn title(&self) -> String {
        "This link does not work".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        bare_card(
            &self.title(),
            &html! {
                p { "A link to set a password works once, for 24 hours, and only the latest one. Ask an operator of this installation for a new one." }
                a.button.wide href=(href::SIGN_IN) { "Go to sign-in" }
            },
        )
    }

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("plain", Self)]
    }

    fn sample_frame(&self) -> Frame {
        samples::bare_frame()
    }
}
