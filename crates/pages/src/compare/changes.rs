//! Each change with its name, before and after, by part.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::diff::{Area, Change, Comparison, Effect, Effort, lines};
use model::json::Json;
use model::label::Tone;
use model::payload::{Payload, payload};

use super::place::place;
use super::text_diff::text_diff;
use super::value::{both, value};
use crate::components::badge::worded;
use crate::components::header::card;
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, head, row, table};
use crate::inventory::{Names, payload_words, tidy};
use crate::text;

/// Changes that a page shows at most.
const MOST_SHOWN: usize = 300;
/// Lines of a script that a page shows at most.
const MOST_LINES: usize = 800;

/// Names of objects that a state refers to, by Microsoft's id.
type Known = BTreeMap<String, String>;

/// A card for each part that differs; `id` begins the ids of the cards.
pub(crate) fn changes(id: &str, found: &Comparison<'_>, before: (&Known, &Json), after: (&Known, &Json)) -> Markup {
    let mut effort = Effort::default();
    html! {
        @for area in Area::ALL {
            @let here: Vec<&Change<'_>> = found.changes.iter().take(MOST_SHOWN).filter(|change| change.area == area).collect();
            @if found.count(area) > 0 {
                (card(&format!("{id}-{}", area.code()), area.label(), &html! { span.quiet.num { (text::counted(many(found.count(area)), "change", "changes")) } }, &html! {
                    @if here.is_empty() { p.quiet { "They are beyond the changes that are shown here; the file of the JSON Patch has them." } }
                    @else { (table_of(area, &here, (before, after), &mut effort)) }
                }))
            }
        }
        @if found.total > MOST_SHOWN {
            p.quiet { "Only the first " (text::number(many(MOST_SHOWN))) " of " (text::number(many(found.total))) " changes are shown; the file of the JSON Patch has all of them, but for secrets." }
        }
    }
}

fn many(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn table_of(
    area: Area,
    changes: &[&Change<'_>],
    (before, after): ((&Known, &Json), (&Known, &Json)),
    effort: &mut Effort,
) -> Markup {
    let columns = [Column("What", false), Column("Before", false), Column("After", false)];
    let (plain, scripts): (Vec<&Change<'_>>, Vec<&Change<'_>>) = changes.iter().partition(|change| in_scripts(change).is_none());
    let names = (Names::new(before.0), Names::new(after.0));
    let rows = html! {
        @for (i, change) in plain.iter().enumerate() { (one(i, change, (before.1, after.1), (&names.0, &names.1), effort)) }
    };
    html! {
        div.compared {
            @if !plain.is_empty() { (table(&format!("Changes: {}", area.label()), &columns, &rows)) }
            @for change in scripts { (script(change, (before.1, after.1), (&names.0, &names.1), effort)) }
        }
    }
}

fn one(at: usize, change: &Change<'_>, contents: (&Json, &Json), names: (&Names<'_>, &Names<'_>), effort: &mut Effort) -> Markup {
    // The way is followed in the contents, which live as long as the change does.
    let place = place(change, contents, names);
    let (mark, (old, new)) = match change.effect {
        Effect::Added(new) => {
            (worded(Tone::Success, Icon::Check, "Added"), (value(&place, None, names.0), value(&place, Some(new), names.1)))
        }
        Effect::Removed(old) => {
            (worded(Tone::Danger, Icon::Minus, "Removed"), (value(&place, Some(old), names.0), value(&place, None, names.1)))
        }
        Effect::Changed(old, new) => (worded(Tone::Info, Icon::Pencil, "Changed"), both(&place, (old, new), names, effort)),
        Effect::Moved(same) => {
            let shown = value(&place, Some(same), names.1);
            let (from, to) = match change.path.last() {
                Some(model::diff::Step::Element { before, after }) => {
                    (before.map_or(0, |at| at + 1), after.map_or(0, |at| at + 1))
                }
                _ => (0, 0),
            };
            (
                worded(Tone::Neutral, Icon::Sync, "Moved"),
                (html! { (shown) span.below { "No. " (from) } }, html! { (shown) span.below { "No. " (to) } }),
            )
        }
    };
    let pointer =
        model::diff::pointer_after(&change.path).or_else(|| model::diff::pointer_before(&change.path)).unwrap_or_default();
    row(
        at,
        &html! {
            (head(&html! { (place.line()) span.below title=(text::shown(&pointer, 400)) { (mark) } }))
            (cell("Before", &html! { div.side { (old) } }))
            (cell("After", &html! { div.side { (new) } }))
        },
    )
}

/// What a change says when it is one of a text of several lines, or of a script or another text that Graph carries as base64; the name
/// of its property, and both texts.
fn in_scripts<'a>(change: &Change<'a>) -> Option<(&'a str, Payload, Payload)> {
    let name = match change.path.last()? {
        model::diff::Step::Member(name) => *name,
        model::diff::Step::Element { .. } => return None,
    };
    // Texts of several lines are compared like scripts.
    if let Effect::Changed(Json::String(old), Json::String(new)) = change.effect
        && (old.contains('\n') || new.contains('\n'))
        && payload(name, old).is_none()
        && payload(name, new).is_none()
    {
        return Some((name, Payload::Text(old.clone()), Payload::Text(new.clone())));
    }
    let of = |value: Option<&Json>| match value {
        None | Some(Json::Null) => Some(Payload::Text(String::new())),
        Some(Json::String(text)) if text.is_empty() => Some(Payload::Text(String::new())),
        Some(value) => payload(name, value.as_str()?),
    };
    let encoded = |value: Option<&Json>| value.and_then(Json::as_str).is_some_and(|text| payload(name, text).is_some());
    if !(encoded(change.effect.before()) || encoded(change.effect.after())) || matches!(change.effect, Effect::Moved(_)) {
        return None;
    }
    Some((name, of(change.effect.before())?, of(change.effect.after())?))
}

fn script(change: &Change<'_>, contents: (&Json, &Json), names: (&Names<'_>, &Names<'_>), effort: &mut Effort) -> Markup {
    let Some((name, old, new)) = in_scripts(change) else { return html! {} };
    let place = place(change, contents, names);
    let words = payload_words(name);
    html! {
        h3 { (place.line()) }
        @match (&old, &new) {
            (Payload::Text(old), Payload::Text(new)) if tabs(old) != tabs(new) || old == new => {
                @let diff = lines(&tabs(old), &tabs(new), MOST_LINES, effort);
                @if old == new { p.quiet { "The text is the same; only how it is encoded differs." } }
                @else { (text_diff(&diff, words)) }
            },
            (Payload::Text(_), Payload::Text(_)) => p.quiet { "Only tabs and spaces differ." },
            _ => dl.facts {
                dt { "Before" } dd { (bytes(&old)) }
                dt { "After" } dd { (bytes(&new)) }
            },
        }
    }
}

/// The text with tabs as they are shown; line ends stay, because they are told by themselves.
fn tabs(text: &str) -> String {
    text.replace('\t', "    ")
}

fn bytes(payload: &Payload) -> Markup {
    match payload {
        Payload::Text(text) if text.is_empty() => html! { span.quiet { "Empty" } },
        Payload::Text(text) => html! { pre.code { (text::shown(&tidy(text), 20_000)) } },
        Payload::Bytes { size, hash } => {
            html! { (text::bytes(many(*size))) ", no text " code title=(hash) { (text::shown(hash, 12)) } }
        }
    }
}
