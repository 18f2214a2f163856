//! The second step: the code of the app.

use maud::{Markup, html};

use super::bare_card;
use crate::chrome::Frame;
use crate::components::{field, form};
use crate::page::{Page, Place, View};
use crate::{href, samples};

/// Asks for the code. Fields: `code`, `csrf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Code {
    /// The code before was wrong; so many more may be tried.
    pub wrong: Option<i64>,
}

impl Page for Code {
    const NAME: &'static str = "sign-in-code";

    fn title(&self) -> String {
        "Enter your code".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let wrong = self.wrong.map(|left| match left {
            1 => "That is not the code of now. One more try is left.".to_owned(),
            left => format!("That is not the code of now. {left} more tries are left."),
        });
        bare_card(
            &self.title(),
            &html! {
                p.lead { "The password was right. Now the six digits that your authenticator app shows." }
                (field::problem(wrong.as_deref()))
                (form::post(view, href::SIGN_IN_CODE, &html! {
                    (field::code("code", "Code, or a recovery code", true))
                    button.button.primary.wide type="submit" { "Go on" }
                }))
                p.quiet { "No phone at hand? A recovery code works once in place of the digits. Without either, ask an operator of this installation." }
                p { a href=(href::SIGN_IN) { "Start over" } }
            },
        )
    }

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("first", Self::default()), ("wrong", Self { wrong: Some(4) }), ("last", Self { wrong: Some(1) })]
    }

    fn sample_frame(&self) -> Frame {
        samples::bare_frame()
    }
}
