//! A run beside the one before it.

use maud::{Markup, html};
use model::run::{CountKey, Run};
use model::time::duration_words;

use super::words;
use crate::components::badge::badge;
use crate::components::table::{Column, figure, head, row, table};
use crate::href;
use crate::text::number;

/// Figures of both, with the difference; a figure that neither has is left out.
pub(super) fn compare(run: &Run, before: &Run) -> Markup {
    let columns = [Column("Figure", false), Column("Before", true), Column("This run", true), Column("Difference", true)];
    let keys = CountKey::ALL.iter().filter(|key| run.counts.get(**key).is_some() || before.counts.get(**key).is_some());
    let value = |run: &Run, key: CountKey| run.counts.get(key);
    let took = |run: &Run| Some(run.completed_at?.since(run.started_at?));
    let rows = html! {
        (row("outcome", &html! {
            (head(&html! { "Outcome" }))
            (figure("Before", &html! { (badge(&before.outcome)) }))
            (figure("This run", &html! { (badge(&run.outcome)) }))
            (figure("Difference", &html! { @if run.outcome == before.outcome { span.quiet { "Same" } } @else { "Other" } }))
        }))
        (row("duration", &html! {
            (head(&html! { "Duration" }))
            (figure("Before", &html! { (took(before).map_or("–".to_owned(), duration_words)) }))
            (figure("This run", &html! { (took(run).map_or("–".to_owned(), duration_words)) }))
            (figure("Difference", &html! { "" }))
        }))
        @for key in keys {
            @let (old, new) = (value(before, *key), value(run, *key));
            (row(key, &html! {
                (head(&html! { (words::figure(*key)) }))
                (figure("Before", &html! { (old.map_or("–".to_owned(), |value| words::value(*key, value))) }))
                (figure("This run", &html! { (new.map_or("–".to_owned(), |value| words::value(*key, value))) }))
                (figure("Difference", &html! { (difference(old, new)) }))
            }))
        }
    };
    html! {
        p { "The run before with the same parameters: " a href=(href::run(before.id)) { "View run" } "." }
        (table("Compared with the run before", &columns, &rows))
    }
}

fn difference(old: Option<i64>, new: Option<i64>) -> String {
    match (old, new) {
        (Some(old), Some(new)) if new > old => format!("+{}", number(new - old)),
        (Some(old), Some(new)) if new < old => format!("−{}", number(old - new)),
        (Some(_), Some(_)) => "0".to_owned(),
        _ => "–".to_owned(),
    }
}
