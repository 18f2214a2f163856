//! A value of a comparison. Null, an empty list, an empty text and what is not there at all are four things here.

use maud::{Markup, html};
use model::diff::{Effort, Piece, is_hidden, windows, words};
use model::json::Json;

use super::place::Place;
use crate::components::icon::{Icon, icon};
use crate::inventory::{Names, choice, shown, terms, words_of};
use crate::text;

/// Of longer texts a piece of so many characters around the first difference is shown.
const WINDOW: usize = 600;
/// Digits of a number that are shown.
const DIGITS: usize = 80;
/// What of a whole value that was added or removed is shown at most, as JSON text.
const MOST_SHOWN: usize = 40_000;

/// What a plain value of a setting consists of.
const PLAIN: [&str; 4] = ["@odata.type", "value", "valueState", "settingValueTemplateReference"];

/// One side of a change.
pub(super) fn value(place: &Place<'_>, value: Option<&Json>, names: &Names<'_>) -> Markup {
    let Some(value) = value else { return html! { span.quiet { "Not there" } } };
    match value {
        Json::Null => html! { span.quiet { "Null" } },
        Json::String(text) if text.is_empty() => html! { span.quiet { "Empty text" } },
        Json::String(text) if is_hidden(text) => html! { span.quiet { (icon(Icon::Lock)) "Hidden: a secret" } },
        Json::String(text) if text == "notConfigured" => html! { "Not configured" },
        Json::String(tag) if place.scope_tag => html! { @if tag == "0" { "Default" } @else { (names.of(tag)) } },
        Json::Array(items) if items.is_empty() => html! { span.quiet { "Empty list" } },
        Json::Object(members) if members.is_empty() => html! { span.quiet { "Empty object" } },
        value if place.whole_assignment => terms(value, names),
        // An element of a setting's list is nothing but its value.
        Json::Object(members) if place.definition.is_some() && members.iter().all(|(name, _)| PLAIN.contains(&name.as_str())) => {
            let inner = value.get("value").unwrap_or(&Json::Null);
            self::value(place, Some(inner), names)
        }
        Json::String(_) => match line(place, value) {
            Some(line) => html! { (line) },
            None => shown(place.property, value, names),
        },
        value if too_long(value) => html! { span.quiet { "Too long to show here; the page of the version has it as JSON." } },
        value => shown(place.property, value, names),
    }
}

/// Whether a nested value is larger than what is shown; looks at no more of it than that.
fn too_long(value: &Json) -> bool {
    let mut room = MOST_SHOWN;
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        let size = match value {
            Json::String(text) => text.len(),
            Json::Array(items) => {
                rest.extend(items);
                1
            }
            Json::Object(members) => {
                rest.extend(members.iter().map(|(_, value)| value));
                members.iter().map(|(name, _)| name.len()).sum()
            }
            _ => 8,
        };
        match room.checked_sub(size + 8) {
            Some(left) => room = left,
            None => return true,
        }
    }
    false
}

/// A text in a line of words: a choice by its name.
fn line(place: &Place<'_>, value: &Json) -> Option<String> {
    match (place.definition, value) {
        (Some(definition), Json::String(text)) if place.property == "value" && text.starts_with(definition) => {
            Some(choice(text, definition, place.definitions))
        }
        _ => words_of(place.property, value),
    }
}

/// Both sides of a changed value; where both are lines of words, with the words marked that differ. Never the same twice: of long texts
/// the piece is shown in which they differ.
pub(super) fn both(
    place: &Place<'_>,
    (before, after): (&Json, &Json),
    names: (&Names<'_>, &Names<'_>),
    effort: &mut Effort,
) -> (Markup, Markup) {
    let plain = |value: &Json| match value {
        Json::String(text) if text.is_empty() || is_hidden(text) || text == "notConfigured" || place.scope_tag => None,
        Json::String(_) => line(place, value),
        _ => None,
    };
    if let (Json::Number(old), Json::Number(new)) = (before, after) {
        let (old, new) = windows(old, new, DIGITS);
        return (html! { (text::spelled(&old)) }, html! { (text::spelled(&new)) });
    }
    if let (Some(_), Some(_), Json::String(old), Json::String(new)) = (plain(before), plain(after), before, after)
        && old.chars().count().max(new.chars().count()) > WINDOW
    {
        let (old, new) = windows(old, new, WINDOW);
        return marked(&text::shown(&old, usize::MAX), &text::shown(&new, usize::MAX), effort)
            .unwrap_or_else(|| (exact(&old), exact(&new)));
    }
    if let (Some(old), Some(new)) = (plain(before), plain(after)) {
        // Shown alike, and not the same: the texts themselves tell how.
        return marked(&old, &new, effort).unwrap_or_else(|| {
            let (old, new) = windows(&before.to_text(), &after.to_text(), WINDOW);
            (exact(&old), exact(&new))
        });
    }
    let (old, new) = (value(place, Some(before), names.0), value(place, Some(after), names.1));
    if let (Json::String(_), Json::String(_)) = (before, after)
        && old.0 == new.0
        && !before.as_str().is_some_and(is_hidden)
    {
        let (old, new) = windows(&before.to_text(), &after.to_text(), WINDOW);
        return (exact(&old), exact(&new));
    }
    (old, new)
}

/// Two texts in words with those marked that differ; `None` where they are the same.
fn marked(old: &str, new: &str, effort: &mut Effort) -> Option<(Markup, Markup)> {
    let (before, after) = words(old, new, effort);
    (old != new).then(|| (pieces(&before, true), pieces(&after, false)))
}

fn exact(text: &str) -> Markup {
    html! { code.wrap { (text::spelled(text)) } }
}

/// Words with those marked that differ.
fn pieces(pieces: &[Piece], before: bool) -> Markup {
    html! {
        @for piece in pieces {
            @if !piece.marked { (piece.text) }
            @else if before { del.mark { (piece.text) } }
            @else { ins.mark { (piece.text) } }
        }
    }
}
