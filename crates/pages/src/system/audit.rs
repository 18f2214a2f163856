//! What operators did.

use maud::{Markup, html};
use model::label::Tone;
use model::page::Page as Rows;
use model::platform::TrailEntry;

use crate::chrome::Frame;
use crate::components::badge::worded;
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, head, row, table};
use crate::href::{self, Query};
use crate::page::{Page, Place, View};
use crate::text::{self, NAMELESS, name};
use crate::{samples, when};

/// The platform's own trail.
#[derive(Debug, Clone)]
pub struct Audit {
    /// The entries, newest first.
    pub entries: Rows<TrailEntry>,
}

impl Page for Audit {
    const NAME: &'static str = "system-audit";

    fn title(&self) -> String {
        "Audit".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! { "What operators of this installation did. What happened in a workspace stands in its own trail." };
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            @if self.entries.rows.is_empty() {
                (empty(Icon::Inventory, "Nothing yet", "What operators do is listed here.", &html! {}))
            } @else { (self.table()) (pager(&self.entries, "entries", &Query::new(href::SYSTEM_AUDIT))) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::audits()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::SYSTEM_AUDIT, false)
    }
}

/// What was done, in words; a code of another version as it is.
pub(super) fn words(action: &str) -> String {
    let words = match action {
        "session.sign_in" => "Signed in",
        "session.sign_out" => "Signed out",
        "operator.add" => "Added an operator",
        "operator.disable" => "Disabled an operator",
        "operator.link" => "Gave an operator a new link",
        "operator.password" => "Chose a password by a link",
        "break_glass.enter" => "Opened a workspace",
        "break_glass.exit" => "Closed a workspace",
        "break_glass.expire" => "An open workspace closed by itself",
        "break_glass.name_owner" => "Named an owner of a workspace",
        "workspace.create" => "Created a workspace",
        "workspace.member.add" => "Added a member to a workspace",
        "user.add" => "Added a user",
        other => return text::shown(other, 60),
    };
    words.to_owned()
}

/// Whether it was done or refused.
pub(super) fn outcome(code: &str) -> Markup {
    match code {
        "done" => worded(Tone::Neutral, Icon::Check, "Done"),
        "denied" => worded(Tone::Warning, Icon::Ban, "Refused"),
        other => worded(Tone::Neutral, Icon::Question, &text::shown(other, 30)),
    }
}

impl Audit {
    fn table(&self) -> Markup {
        let columns = [
            Column("What", false),
            Column("Who", false),
            Column("Workspace", false),
            Column("Outcome", false),
            Column("When", false),
        ];
        let rows = html! {
            @for entry in &self.entries.rows {
                (row(&entry.id, &html! {
                    (head(&html! {
                        (words(&entry.action))
                        @if let Some(reason) = &entry.reason { p.quiet { "Reason: " (text::shown(reason, 500)) } }
                    }))
                    (cell("Who", &html! {
                        @match &entry.by {
                            Some(who) => (name(who, NAMELESS)),
                            None if entry.by_system => span.quiet { "System" },
                            None => span.quiet { "Command line" },
                        }
                    }))
                    (cell("Workspace", &html! { @match &entry.workspace { Some(workspace) => (name(workspace, NAMELESS)), None => span.quiet { "–" } } }))
                    (cell("Outcome", &outcome(&entry.outcome)))
                    (cell("When", &when::at(entry.at)))
                }))
            }
        };
        table("Entries", &columns, &rows)
    }
}
