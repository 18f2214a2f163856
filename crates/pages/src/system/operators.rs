//! Operators of the installation: the list, a new one, a one-time link, the question before one is disabled.

use maud::{Markup, html};
use model::label::Tone;
use model::platform::Operator;

use super::field::{Field, field};
use crate::chrome::Frame;
use crate::components::badge::worded;
use crate::components::callout::callout;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples, when};

/// The operators, and the form for a new one. Fields: `email`, `name`, `csrf`.
#[derive(Debug, Clone)]
pub struct Operators {
    /// The operators, those in use first.
    pub operators: Vec<Operator>,
    /// The mail address that was typed.
    pub email: String,
    /// The name that was typed.
    pub name: String,
    /// What is wrong with the mail address.
    pub email_problem: Option<String>,
    /// What is wrong with the name.
    pub name_problem: Option<String>,
}

/// A one-time link, shown this once.
#[derive(Debug, Clone)]
pub struct Link {
    /// For whom.
    pub email: String,
    /// The whole address.
    pub address: String,
}

/// The question before an operator is disabled.
#[derive(Debug, Clone)]
pub struct Disable {
    /// Whom.
    pub operator: Operator,
    /// Whether it is the viewer.
    pub own: bool,
}

impl Page for Operators {
    const NAME: &'static str = "system-operators";

    fn title(&self) -> String {
        "Operators".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "The people who run this installation. Their accounts open no workspace." };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            div.cards {
                (self.list(view))
                (card("new-operator", "New operator", &html! {}, &self.add(view)))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::operators()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::SYSTEM_OPERATORS, false)
    }
}

fn state(operator: &Operator, view: &View<'_>) -> Markup {
    if operator.disabled_at.is_some() {
        worded(Tone::Neutral, Icon::Ban, "Disabled")
    } else if operator.has_password {
        worded(Tone::Success, Icon::Check, "Active")
    } else if operator.link_until.is_some_and(|until| until > view.now) {
        worded(Tone::Info, Icon::Clock, "Link not used yet")
    } else {
        worded(Tone::Warning, Icon::Warning, "Link expired")
    }
}

impl Operators {
    fn list(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Operator", false),
            Column("State", false),
            Column("Since", false),
            Column("Last sign-in", false),
            Column("", false),
        ];
        let rows = html! {
            @for operator in &self.operators {
                (row(operator.id, &html! {
                    (head(&html! { (name(&operator.name, NAMELESS)) " " span.quiet { (name(&operator.email, NAMELESS)) } }))
                    (cell("State", &state(operator, view)))
                    (cell("Since", &when::at(operator.created_at)))
                    (cell("Last sign-in", &when::at_or(operator.last_sign_in_at, "Never")))
                    (cell("", &html! {
                        @if operator.disabled_at.is_none() {
                            div.form-actions {
                                (form::post(view, &href::of_operator(operator.id, "link"), &html! { button.button.small type="submit" { "New link" } }))
                                a.button.small href=(href::of_operator(operator.id, "disable")) { "Disable" }
                            }
                        }
                    }))
                }))
            }
        };
        table("Operators", &columns, &rows)
    }

    fn add(&self, view: &View<'_>) -> Markup {
        let email = Field {
            id: "operator-email",
            name: "email",
            label: "Mail address",
            kind: "email",
            value: &self.email,
            most: 254,
            autocomplete: "off",
            problem: self.email_problem.as_deref(),
        };
        let called = Field {
            id: "operator-name",
            name: "name",
            label: "Name",
            kind: "text",
            value: &self.name,
            most: 100,
            autocomplete: "off",
            problem: self.name_problem.as_deref(),
        };
        html! {
            p.quiet { "You get a link that works once, for 24 hours. Hand it to them yourself; they choose a password there." }
            (form::post(view, href::SYSTEM_OPERATORS, &html! {
                div.fields {
                    (field(&called))
                    (field(&email))
                    div.filter-actions { button.button type="submit" { "Add and show the link" } }
                }
            }))
        }
    }
}

impl Page for Link {
    const NAME: &'static str = "system-operator-link";

    fn title(&self) -> String {
        "One-time link".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        html! {
            (header(&self.title(), &html! {}, &html! { "For " (name(&self.email, NAMELESS)) }, &html! {}))
            div.card.narrow {
                (callout(Tone::Warning, "It is shown this once", &html! { p { "Copy it now and hand it on in a way that you trust. Whoever opens it first chooses the password." } }))
                pre.wrap { code { (crate::text::shown(&self.address, 400)) } }
                p.quiet { "It works once, for 24 hours." }
                div.form-actions { a.button href=(href::SYSTEM_OPERATORS) { "Done" } }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::links()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::SYSTEM_OPERATORS, false)
    }
}

impl Page for Disable {
    const NAME: &'static str = "system-operator-disable";

    fn title(&self) -> String {
        format!("Disable {}?", name(&self.operator.name, NAMELESS))
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        html! {
            (header(&self.title(), &state(&self.operator, view), &html! { (name(&self.operator.email, NAMELESS)) }, &html! {}))
            div.card.narrow {
                @if self.operator.disabled_at.is_some() {
                    p { "This operator is disabled already." }
                    div.form-actions { a.button href=(href::SYSTEM_OPERATORS) { "Back" } }
                } @else {
                    p { "They are signed out everywhere at once and cannot sign in again. What they did stays on record." }
                    @if self.own { p { strong { "This is you." } " You are signed out, too." } }
                    (form::post(view, &href::of_operator(self.operator.id, "disable"), &html! {
                        div.form-actions {
                            button.button.danger type="submit" { "Disable" }
                            a.button href=(href::SYSTEM_OPERATORS) { "Keep" }
                        }
                    }))
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::disables()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::SYSTEM_OPERATORS, false)
    }
}
