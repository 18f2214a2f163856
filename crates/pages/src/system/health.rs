//! How the installation is.

use maud::{Markup, html};
use model::label::Tone;
use model::platform::Health as Figures;

use crate::chrome::Frame;
use crate::components::callout::callout;
use crate::components::header::{card, header};
use crate::components::table::{Column, figure, head, row, table};
use crate::components::tile::tile;
use crate::page::{Page, Place, View};
use crate::text::{self, bytes, number};
use crate::{href, samples, when};

/// How the installation is, in counts over all workspaces.
#[derive(Debug, Clone)]
pub struct Health {
    /// The counts.
    pub figures: Figures,
    /// The version of the program.
    pub version: String,
}

impl Page for Health {
    const NAME: &'static str = "system-health";

    fn title(&self) -> String {
        "Health".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "The installation in counts. What is in a workspace is not shown here." };
        let figures = &self.figures;
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            @if figures.workers == 0 {
                (callout(Tone::Warning, "No worker is alive", &html! { p { "What is started waits in the queue until a " code { "tenantatlas worker" } " runs." } }))
            }
            @if figures.schema_applied != figures.schema_known {
                (callout(Tone::Warning, "The schema is not that of this program", &html! { p { "Run " code { "tenantatlas migrate" } "." } }))
            }
            section.tiles aria-label="Figures" {
                (tile("Workers alive", &html! { (number(figures.workers)) }, if figures.workers == 0 { "danger" } else { "" }, Some(href::SYSTEM_WORKERS)))
                (tile("Queued", &html! { (number(figures.queued)) }, "", None))
                (tile("Running", &html! { (number(figures.running)) }, "", None))
                (tile("Oldest waits since", &html! { @match figures.oldest_queued { Some(at) => (when::ago(at, view.now)), None => "–" } }, "", None))
                (tile("Taken back from lost workers, last day", &html! { (number(figures.rescued)) }, if figures.rescued > 0 { "warning" } else { "" }, None))
                (tile("Schedules late", &html! { (number(figures.late)) }, if figures.late > 0 { "warning" } else { "" }, None))
            }
            div.cards {
                (card("failed", "Failed operations, last day", &html! {}, &self.failed()))
                (card("database", "Database", &html! {}, &self.database(view)))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::healths()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::SYSTEM, false)
    }
}

impl Health {
    fn failed(&self) -> Markup {
        let rows = html! {
            @for (code, count) in &self.figures.failed {
                (row(code, &html! {
                    (head(&html! { @if code.is_empty() { span.quiet { "without a code" } } @else { code { (text::shown(code, 80)) } } }))
                    (figure("Operations", &html! { (number(*count)) }))
                }))
            }
        };
        html! {
            @if self.figures.failed.is_empty() { p.quiet { "None." } }
            @else { (table("Failed operations by code", &[Column("Code", false), Column("Operations", true)], &rows)) }
        }
    }

    fn database(&self, view: &View<'_>) -> Markup {
        let figures = &self.figures;
        html! {
            dl.facts {
                div { dt { "Database" } dd { (text::shown(&figures.database, 80)) } }
                div { dt { "Takes up" } dd { (bytes(figures.database_bytes)) } }
                @if let Some(free) = figures.free_bytes { div { dt { "Of that unused" } dd { (bytes(free)) } } }
                div { dt { "Schema" } dd { (figures.schema_applied) " of " (figures.schema_known) } }
                div { dt { "Program" } dd { (text::shown(&self.version, 40)) } }
                @if let Some(at) = figures.late_since { div { dt { "First schedule late since" } dd { (when::at(at)) " · " (when::ago(at, view.now)) } } }
            }
        }
    }
}
