//! The processes that work, for operators of the installation.

use maud::{Markup, html};
use model::run::Worker;

use crate::chrome::Frame;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::table::{row, table};
use crate::components::worker;
use crate::page::{Page, Place, View};
use crate::{href, samples};

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
        let rows = html! { @for worker in &self.workers { (row(&worker.id, &worker::cells(worker, view))) } };
        table("Workers", &worker::COLUMNS, &rows)
    }
}
