//! Backup sets of a tenant: the list, one with its certificate, what is in it and what is missing, the form for a new one, the question
//! before one is removed; sets as files, on their way out and in.

mod contents;
mod delete;
mod detail;
mod files;
mod form;
mod import;
mod imported;
mod list;
mod missing;
mod report;

pub use contents::Contents;
pub use delete::Delete;
pub use detail::Detail;
pub use files::Files;
pub use form::{Fetching, Form, Input};
pub use import::Import;
pub use imported::ImportedContents;
pub use list::List;
pub use missing::Missing;
pub use report::Report;

use maud::{Markup, html};
use model::backup::{BackupSet, BackupStatus, Verified};
use model::label::Tone;

use crate::components::badge::{badge, worded};
use crate::components::icon::Icon;
use crate::text::{self, NAMELESS, counted, number};

/// What a set is called.
fn title(set: &BackupSet) -> String {
    text::name(&set.name, NAMELESS).into_owned()
}

/// How far it is to be trusted, and what else holds of it.
pub(crate) fn marks(set: &BackupSet) -> Markup {
    html! {
        (badge(&set.status))
        @if set.pinned { " " (worded(Tone::Neutral, Icon::Lock, "Pinned")) }
        @if let Some(verified) = &set.verified { " " (verdict(verified)) }
    }
}

/// How many objects it lacks, as far as anybody knows.
fn lacks(set: &BackupSet) -> Markup {
    match set.status {
        BackupStatus::Complete | BackupStatus::Partial if set.left_out > 0 => html! { span.warning { (number(set.left_out)) } },
        BackupStatus::Complete => html! { span.quiet { "0" } },
        // Of a type that was never listed, nothing is known.
        BackupStatus::Partial => html! { span.warning { "Not known" } },
        BackupStatus::Capturing | BackupStatus::Failed | BackupStatus::Unknown => html! { span.quiet { "–" } },
    }
}

fn verdict(verified: &Verified) -> Markup {
    match verified.corrupt {
        0 => worded(Tone::Success, Icon::Check, "Verified"),
        many => worded(Tone::Danger, Icon::Cross, &counted(many, "damaged object", "damaged objects")),
    }
}
