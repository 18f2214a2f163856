//! The tree as HTML.

use maud::{Markup, html};

use super::{Names, Row, Value};
use crate::components::icon::{Icon, icon};
use crate::{text, when};

/// Rows as a list of names and values.
pub(super) fn rows(rows: &[&Row], names: &Names<'_>) -> Markup {
    html! {
        @if !rows.is_empty() {
            dl.settings {
                @for row in rows {
                    div.setting {
                        dt { (text::shown(&row.name, text::NAME)) @if !row.path.is_empty() { span.setting-path { (row.path) } } }
                        dd { (value(&row.value, names)) }
                    }
                }
            }
        }
    }
}

/// A value.
pub(super) fn value(value_: &Value, names: &Names<'_>) -> Markup {
    html! {
        @match value_ {
            Value::Unset => span.quiet { "Not configured" },
            Value::Flag(true) => span.flag.on { (icon(Icon::Check)) "Yes" },
            Value::Flag(false) => span.flag { (icon(Icon::Minus)) "No" },
            Value::Text(text) => (text),
            Value::Moment(moment) => (when::at(*moment)),
            Value::Code(words, code) => pre.code tabindex="0" aria-label=(words) { (code) },
            Value::Reference(id) => (names.of(id)),
            Value::Hidden => span.quiet { (icon(Icon::Lock)) "Hidden: a secret" },
            Value::List(items, more) => (list(items, *more, names)),
            Value::Rows(inner) => (rows(&inner.iter().collect::<Vec<_>>(), names)),
            Value::TooDeep => span.quiet { "Nested too deep to show; see the raw JSON." },
        }
    }
}

fn list(items: &[Value], more: usize, names: &Names<'_>) -> Markup {
    html! {
        ul.values {
            @for item in items { li { (value(item, names)) } }
            @if more > 0 { li.quiet { "and " (text::number(i64::try_from(more).unwrap_or(i64::MAX))) " more; see the raw JSON" } }
        }
    }
}
