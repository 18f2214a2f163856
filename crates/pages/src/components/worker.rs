//! A process that works, as a row of a table: the same for a workspace and for the whole installation.

use maud::{Markup, html};
use model::label::Tone;
use model::run::Worker;

use super::badge::worded;
use super::icon::Icon;
use super::table::{Column, cell, figure, head};
use crate::page::View;
use crate::text::{self, NAMELESS};
use crate::when;

/// The columns of [`cells`].
pub(crate) const COLUMNS: [Column; 6] = [
    Column("Worker", false),
    Column("State", false),
    Column("Version", false),
    Column("Since", false),
    Column("Last heard of", false),
    Column("Slots in use", true),
];

/// The cells of its row.
pub(crate) fn cells(worker: &Worker, view: &View<'_>) -> Markup {
    html! {
        (head(&html! { (text::name(&worker.host, NAMELESS)) " " code.quiet { (text::shown(&worker.id, 60)) } }))
        (cell("State", &state(worker, view)))
        (cell("Version", &html! { (text::shown(&worker.version, 30)) }))
        (cell("Since", &when::at(worker.started_at)))
        (cell("Last heard of", &when::ago(worker.seen_at, view.now)))
        (figure("Slots in use", &html! { (worker.busy) " of " (worker.slots) }))
    }
}

fn state(worker: &Worker, view: &View<'_>) -> Markup {
    let (tone, picture, words) = if worker.alive(view.now) {
        (Tone::Success, Icon::Check, "Alive")
    } else if worker.stopped_at.is_some() {
        (Tone::Neutral, Icon::Minus, "Stopped")
    } else {
        (Tone::Warning, Icon::Warning, "Not heard of")
    };
    worded(tone, picture, words)
}
