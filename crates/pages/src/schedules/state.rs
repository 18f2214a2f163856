//! How a schedule stands, in words.

use maud::{Markup, html};
use model::backup::Retention;
use model::label::Tone;
use model::operations::Operation;
use model::operations::backup_schedule_run::Arguments;
use model::schedule::Schedule;

use crate::components::badge::worded;
use crate::components::icon::Icon;
use crate::text;

/// On, off, put away, or not readable.
pub(super) fn state(schedule: &Schedule) -> Markup {
    let (tone, picture, word) = if schedule.archived_at.is_some() {
        (Tone::Neutral, Icon::Archive, "Archived")
    } else if schedule.problem.is_some() {
        (Tone::Warning, Icon::Warning, "Switched off by itself")
    } else if schedule.enabled {
        (Tone::Success, Icon::Check, "On")
    } else {
        (Tone::Neutral, Icon::Minus, "Off")
    };
    worded(tone, picture, word)
}

/// When it is due, in words.
pub(super) fn cadence(schedule: &Schedule) -> Markup {
    match (&schedule.cadence, &schedule.zone) {
        (Some(cadence), Some(zone)) => html! { (cadence.words()) " " span.quiet { (zone.name()) } },
        _ => html! { span.quiet { "This version cannot read it" } },
    }
}

/// What it starts.
pub(super) fn what(schedule: &Schedule) -> String {
    schedule.operation().map_or_else(|| text::shown(&schedule.type_code, 60).to_string(), |o| o.entry().label.to_owned())
}

/// How long what it captures is kept; `None` for one that captures nothing.
pub(super) fn retention(schedule: &Schedule) -> Option<Retention> {
    let arguments = Arguments::stored(&schedule.arguments)?;
    (schedule.operation() == Some(Operation::BackupScheduleRun)).then_some(arguments.retention)
}
