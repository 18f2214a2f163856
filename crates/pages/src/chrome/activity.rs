//! The operations under way and the notices: two small panels in the top bar that stay up to date.

use maud::{Markup, html};

use crate::components::badge::badge;
use crate::components::icon::{Icon, icon};
use crate::components::menu::menu;
use crate::components::progress::{figures, progress};
use crate::live::{Topic, live};
use crate::page::{Fragment, View};
use crate::runs::RunRow;
use crate::text::{self, number};
use crate::{href, samples, when};

/// How many runs the panel lists.
const LISTED: usize = 5;

/// Queued and running operations: of the current tenant, or of the workspace when no tenant is current.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Activity {
    /// The newest first; five are listed, the rest is counted.
    pub runs: Vec<RunRow>,
    /// How many more there are than `runs` holds.
    pub more: i64,
}

impl Fragment for Activity {
    fn markup(&self, view: &View<'_>) -> Markup {
        let hidden = self.more + i64::try_from(self.runs.len().saturating_sub(LISTED)).unwrap_or(0);
        let total = self.more + i64::try_from(self.runs.len()).unwrap_or(0);
        let name = match total {
            0 => "No active operations".to_owned(),
            n => text::counted(n, "active operation", "active operations"),
        };
        let busy = total > 0;
        let face = html! {
            span.activity-face.busy[busy] { (icon(if busy { Icon::Spinner } else { Icon::Operations })) }
            @if busy { span.count { (number(total)) } }
        };
        let panel = html! {
            p.panel-title { "Active operations" }
            @if self.runs.is_empty() { p.panel-empty { "Nothing is running. What you start shows up here." } }
            ul.panel-list {
                @for row in self.runs.iter().take(LISTED) {
                    li data-key=(row.run.id) { (entry(row, view)) }
                }
            }
            p.panel-foot {
                @if hidden > 0 { a href="/admin/operations?tab=active" { "+" (number(hidden)) " more" } }
                a href=(href::OPERATIONS) { "All operations" }
            }
        };
        live("activity", Topic::Runs, &menu("activity-menu", "activity", Some(&name), &face, &panel))
    }

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("none", Self::default()),
            ("some", samples::activity()),
            ("many", Self { runs: vec![samples::run_row(samples::run::running()); 7], more: 12 }),
        ]
    }
}

fn entry(row: &RunRow, view: &View<'_>) -> Markup {
    html! {
        div.panel-run {
            div.panel-line {
                (row.label_link())
                (badge(&row.run))
            }
            p.quiet {
                @if let Some(tenant) = &row.tenant_name { (text::name(tenant, text::NAMELESS)) " · " }
                @match row.run.started_at {
                    Some(since) => { @if let Some(words) = figures(&row.run) { (words) " · " } (when::running(since, view.now)) },
                    None => { "waiting " (when::running(row.run.created_at, view.now)) },
                }
            }
            (progress(&row.run))
        }
    }
}

/// The bell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bell {
    /// Notices that were not read, at most 100.
    pub unread: i64,
}

impl Fragment for Bell {
    fn markup(&self, _: &View<'_>) -> Markup {
        let name = match self.unread {
            0 => "Notices".to_owned(),
            n => format!("Notices, {} unread", capped(n)),
        };
        let link = html! {
            a.icon-button href=(href::NOTICES) aria-label=(name) title=(name) {
                (icon(Icon::Bell))
                @if self.unread > 0 { span.count.strong aria-hidden="true" { (capped(self.unread)) } }
            }
        };
        live("bell", Topic::Notices, &link)
    }

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("none", Self { unread: 0 }), ("some", Self { unread: 3 }), ("many", Self { unread: 100 })]
    }
}

fn capped(n: i64) -> String {
    if n > 99 { "99+".to_owned() } else { n.to_string() }
}
