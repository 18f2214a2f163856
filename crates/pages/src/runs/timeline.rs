//! The timeline of a run.

use maud::{Markup, html};
use model::run::{Level, RunEvent};

use crate::components::icon::{Icon, icon};
use crate::{text, when};

/// The events, oldest first.
pub(crate) fn timeline(events: &[RunEvent]) -> Markup {
    html! {
        ol.timeline {
            @for event in events {
                li class=(class(event.level)) data-key=(event.id) {
                    span.timeline-mark { (icon(picture(event))) }
                    div.timeline-words {
                        p { (text::shown(&event.message, text::PROSE)) }
                        p.quiet { (when::exact(event.at)) @for (name, value) in data(event) { " · " (name) ": " (value) } }
                    }
                }
            }
        }
    }
}

const fn class(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warning => "warning",
        Level::Error => "danger",
    }
}

fn picture(event: &RunEvent) -> Icon {
    match (event.level, event.code.as_str()) {
        (Level::Error, _) => Icon::Cross,
        (Level::Warning, _) => Icon::Warning,
        (Level::Info, "queued") => Icon::Clock,
        (Level::Info, "completed") => Icon::Check,
        (Level::Info, "cancelled") => Icon::Minus,
        (Level::Info, _) => Icon::Info,
    }
}

/// The figures of an event as words; nested values are left to the context below.
fn data(event: &RunEvent) -> Vec<(String, String)> {
    let members = event.data.as_object().into_iter().flatten();
    members
        .filter_map(|(name, value)| {
            let value = value.as_str().map(str::to_owned).or_else(|| value.as_i64().map(text::number))?;
            Some((text::shown(&name.replace('_', " "), 40), text::shown(&value, 80)))
        })
        .collect()
}
