//! Fields that say beside themselves what is wrong with them.

use maud::{Markup, html};

/// What an input needs to know.
pub(super) struct Field<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    /// `text`, `email` or `password`.
    pub(super) kind: &'a str,
    pub(super) value: &'a str,
    pub(super) most: usize,
    pub(super) autocomplete: &'a str,
    pub(super) problem: Option<&'a str>,
}

/// The input with its label, and what is wrong with it.
pub(super) fn field(field: &Field<'_>) -> Markup {
    let problem = format!("{}-problem", field.id);
    html! {
        div.field {
            label for=(field.id) { (field.label) }
            input type=(field.kind) id=(field.id) name=(field.name) value=[(field.kind != "password").then_some(field.value)]
                maxlength=(field.most) autocomplete=(field.autocomplete) required
                aria-invalid=[field.problem.map(|_| "true")] aria-describedby=[field.problem.map(|_| &problem)];
            (said(&problem, field.problem))
        }
    }
}

/// What is wrong, for the field that names `id` as its description.
pub(super) fn said(id: &str, problem: Option<&str>) -> Markup {
    html! { @if let Some(problem) = problem { p.field-problem id=(id) { (problem) } } }
}
