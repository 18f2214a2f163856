//! Labelled inputs.

use maud::{Markup, html};
use model::label::Tone;

use super::callout::callout;

/// A drop-down with its label. Each choice is (value, words); the one whose value equals `chosen` is chosen.
pub(crate) fn select(id: &str, name: &str, label: &str, choices: &[(String, String)], chosen: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            select id=(id) name=(name) {
                @for (value, words) in choices { option value=(value) selected[value == chosen] { (words) } }
            }
        }
    }
}

/// A day (UTC), with its label; `value` as `2026-03-01`, or empty.
pub(crate) fn day(id: &str, name: &str, label: &str, value: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            input type="date" id=(id) name=(name) value=(value);
        }
    }
}

/// A whole number within bounds, with its label.
pub(crate) fn number(
    id: &str,
    name: &str,
    label: &str,
    value: u32,
    bounds: &std::ops::RangeInclusive<u32>,
    disabled: bool,
) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            input type="number" id=(id) name=(name) value=(value) min=(bounds.start()) max=(bounds.end()) required disabled[disabled];
        }
    }
}

/// A line of text, with its label.
pub(crate) fn line(id: &str, name: &str, label: &str, value: &str, most: usize) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            input type="text" id=(id) name=(name) value=(value) maxlength=(most) autocomplete="off";
        }
    }
}

/// What is wrong with a field of a form that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name.
    pub field: &'static str,
    /// What is wrong, in a sentence.
    pub words: String,
}

impl FieldProblem {
    /// A problem.
    #[must_use]
    pub fn new(field: &'static str, words: impl Into<String>) -> Self {
        Self { field, words: words.into() }
    }
}

/// As [`line`], required, with what is wrong with it beside it. `kind` is the type of the input.
pub(crate) fn checked(kind: &str, name: &str, label: &str, value: &str, most: usize, problem: Option<&FieldProblem>) -> Markup {
    let problem = problem.filter(|problem| problem.field == name);
    let (id, why) = (format!("f-{name}"), format!("why-{name}"));
    let described = problem.map(|_| why.as_str());
    html! {
        div.field {
            label for=(id) { (label) }
            input type=(kind) id=(id) name=(name) value=(value) maxlength=(most) required autocomplete=(if kind == "password" { "new-password" } else { "off" })
                aria-invalid=[problem.map(|_| "true")] aria-describedby=[described];
            @if let Some(problem) = problem { p.field-problem id=(why) { (crate::text::shown(&problem.words, 200)) } }
        }
    }
}

/// A password, with its label. `complete` is what the browser may fill in: `current-password` or `new-password`.
pub(crate) fn password(id: &str, name: &str, label: &str, complete: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            input type="password" id=(id) name=(name) autocomplete=(complete) required maxlength="1024";
        }
    }
}

/// A code to be typed: of an app, or a recovery code.
pub(crate) fn code(id: &str, label: &str, focus: bool) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            input type="text" id=(id) name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false"
                required maxlength="64" autofocus[focus];
        }
    }
}

/// A choice of role, with its label.
pub(crate) fn role(id: &str, name: &str, label: &str, chosen: model::access::Role) -> Markup {
    use model::label::Labelled as _;
    let roles: Vec<(String, String)> =
        model::access::Role::ALL.iter().map(|role| (role.code().to_owned(), role.badge().word.to_owned())).collect();
    select(id, name, label, &roles, chosen.code())
}

/// What is wrong with a form, where it is read out.
pub(crate) fn problem(words: Option<&str>) -> Markup {
    html! { @if let Some(words) = words { div role="alert" { (callout(Tone::Danger, words, &html! {})) } } }
}

/// A box to search in, with its label (which is only read out) inside.
pub(crate) fn search(id: &str, name: &str, label: &str, value: &str) -> Markup {
    html! {
        div.field.field-search {
            label for=(id) { (label) }
            input type="search" id=(id) name=(name) value=(value) autocomplete="off" maxlength="200";
        }
    }
}

/// A choice that may be on or off.
pub(crate) fn checkbox(id: &str, name: &str, value: &str, checked: bool, label: &Markup) -> Markup {
    html! {
        div.check {
            input type="checkbox" id=(id) name=(name) value=(value) checked[checked];
            label for=(id) { (label) }
        }
    }
}
