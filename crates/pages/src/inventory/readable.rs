//! The content of any object as names and values that a person can read.
//!
//! First the object becomes a tree of [`Row`]s (one file for each shape that Graph uses), then the tree becomes HTML. Nothing is
//! dropped silently: what is not configured is folded away, what is too long or too deep points to the raw JSON.

mod catalog;
mod element;
mod generic;
mod redact;
mod script;
mod show;
mod template;
mod words;

pub(crate) use catalog::{choice, display_name};
pub(crate) use element::{Named, named, shown, words_of};
pub use redact::redacted;
pub(crate) use script::{tidy, words as payload_words};
pub(crate) use words::property_words;

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::json::Json;
use model::resource_types::ResourceType;

use crate::components::header::card;
use crate::text;

/// Names of objects by Microsoft's id.
pub(crate) struct Names<'a>(&'a BTreeMap<String, String>);

impl<'a> Names<'a> {
    pub(crate) const fn new(names: &'a BTreeMap<String, String>) -> Self {
        Self(names)
    }

    /// The name, or "Unresolved (…last 8)"; the whole id is the hint.
    pub(crate) fn of(&self, id: &str) -> Markup {
        let words = self.0.get(id).map_or_else(|| text::unresolved(id), |name| text::name(name, text::NAMELESS).into_owned());
        html! { span title=(text::shown(id, 80)) { (words) } }
    }
}

/// A named value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    name: String,
    /// Where the setting stands among others, e.g. `defender`.
    path: String,
    value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// Null, an empty text or list, or Graph's `notConfigured`.
    Unset,
    Flag(bool),
    Text(String),
    Moment(model::time::Moment),
    /// Text of several lines in a fixed-width face; the words say what it is.
    Code(&'static str, String),
    /// Microsoft's id of another object.
    Reference(String),
    /// A secret that is never shown.
    Hidden,
    /// Elements, and how many more there are than shown.
    List(Vec<Value>, usize),
    Rows(Vec<Row>),
    /// Nested too deep to be read; see the raw JSON.
    TooDeep,
}

/// Lists are cut after so many elements.
const MOST: usize = 200;
/// Nesting beyond this is left to the raw JSON.
const DEEPEST: usize = 12;

/// The cards with the object's settings and its other properties.
pub(crate) fn readable(kind: Option<&ResourceType>, content: &Json, names: &Names<'_>) -> Markup {
    let mut settings = Vec::new();
    settings.extend(catalog::rows(content));
    settings.extend(template::rows(content));
    let others = generic::top(kind, content);
    html! {
        @if settings.is_empty() { (section("settings", "Settings", &others, names)) }
        @else {
            (section("settings", "Settings", &settings, names))
            (section("properties", "Other properties", &others, names))
        }
    }
}

fn section(id: &str, heading: &str, rows: &[Row], names: &Names<'_>) -> Markup {
    let (unset, set): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.value == Value::Unset);
    let count = i64::try_from(set.len()).unwrap_or(0);
    let content = html! {
        @if set.is_empty() { p.quiet { "Nothing is configured." } }
        (show::rows(&set, names))
        @if !unset.is_empty() {
            details.unset {
                summary { (text::counted(i64::try_from(unset.len()).unwrap_or(0), "property", "properties")) " not configured" }
                ul.plain { @for row in unset { li { (row.name) } } }
            }
        }
    };
    html! { @if !rows.is_empty() { (card(id, heading, &html! { span.quiet.num { (text::number(count)) } }, &content)) } }
}
