//! Labelled inputs.

use maud::{Markup, html};

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
