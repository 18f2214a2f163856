//! The processes that work, for operators of the installation.

use maud::{Markup, html};
use model::label::Tone;
use model::run::Worker;

use crate::chrome::Frame;
use crate::components::badge::worded;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::page::{Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples, when};

/// All processes, with how much each holds.
#[derive(Debug, Clone)]
pub struct Workers {
    /// The processes, newest first.
    pub workers: Vec<Worker>,
}

impl Page for Workers {
    const NAME: &'static str = "system-workers";

    fn title(&self) -> String {
        "Workers".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "The processes that work on operations, or did within the last day." };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            @if self.workers.is_empty() {
                (empty(Icon::Operations, "No workers", "No process has worked yet.", &html! { p { "Start one: " code { "tenantatlas worker" } } }))
            } @else { (self.table(view)) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::workers()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::SYSTEM_WORKERS, false)
    }
}

impl Workers {
    fn table(&self, view: &View<'_>) -> Markup {
        let columns = [
            Column("Worker", false),
            Column("State", false),
            Column("Version", false),
            Column("Since", false),
            Column("Last heard of", false),
            Column("Slots in use", true),
        ];
        let rows = html! {
            @for worker in &self.workers {
                (row(&worker.id, &html! {
                    (head(&html! { (text::name(&worker.host, NAMELESS)) " " code.quiet { (text::shown(&worker.id, 60)) } }))
                    (cell("State", &state(worker, view)))
                    (cell("Version", &html! { (text::shown(&worker.version, 30)) }))
                    (cell("Since", &when::at(worker.started_at)))
                    (cell("Last heard of", &when::ago(worker.seen_at, view.now)))
                    (figure("Slots in use", &html! { (worker.busy) " of " (worker.slots) }))
                }))
            }
        };
        table("Workers", &columns, &rows)
    }
}

fn state(worker: &Worker, view: &View<'_>) -> Markup {
    if worker.alive(view.now) {
        worded(Tone::Success, Icon::Check, "Alive")
    } else if worker.stopped_at.is_some() {
        worded(Tone::Neutral, Icon::Minus, "Stopped")
    } else {
        worded(Tone::Warning, Icon::Warning, "Not heard of")
    }
}
