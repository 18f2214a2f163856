//! Notices: what became of the runs that a person started.

use maud::{Markup, html};
use model::connection::ExpiryNotice;
use model::label::Tone;
use model::notice::Notice;
use model::page::Page as Rows;
use model::platform::{BreakGlassNotice, Reason};
use model::run::Status;

use crate::components::badge::{badge, worded};
use crate::components::empty::empty;
use crate::components::form;
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::permission::INSUFFICIENT;
use crate::href::{self, Query};
use crate::live::{Topic, live};
use crate::page::{Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{samples, when};

/// A notice and what the list says of it.
#[derive(Debug, Clone)]
pub struct NoticeRow {
    /// The notice.
    pub notice: Notice,
    /// Name of the run's tenant.
    pub tenant_name: Option<String>,
    /// Whether the run may (still) be opened.
    pub may_open: bool,
}

/// The notices of the person who is signed in.
#[derive(Debug, Clone)]
pub struct List {
    /// The notices, newest first.
    pub notices: Rows<NoticeRow>,
    /// When operators opened a workspace that the person owns, newest first, with the workspace's name.
    pub opened: Vec<(BreakGlassNotice, String)>,
    /// Credentials that expire, newest first, with the tenant's name.
    pub expiring: Vec<(ExpiryNotice, String)>,
}

impl Page for List {
    const NAME: &'static str = "notices-list";

    fn title(&self) -> String {
        "Notices".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "What became of the operations that you started." };
        let read = html! {
            @if self.notices.rows.iter().any(|row| !row.notice.read) || self.opened.iter().any(|(told, _)| !told.read) || self.expiring.iter().any(|(told, _)| !told.read) {
                (form::post_in_place(view, href::NOTICES_READ, &html! {
                    button.button type="submit" { (icon(Icon::Check)) "Mark all as read" }
                }))
            }
        };
        html! { (live("notices", Topic::Notices, &html! { (header("Notices", &html! {}, &lead, &read)) (self.expiring(view)) (self.told(view)) (self.rows(view)) })) }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::notices()
    }
}

impl List {
    fn expiring(&self, view: &View<'_>) -> Markup {
        html! {
            @if !self.expiring.is_empty() {
                ul.notices {
                    @for (told, tenant) in &self.expiring {
                        @let over = told.expires_at <= view.now;
                        li.notice.unread[!told.read] data-key=(told.connection_id) {
                            div.notice-words {
                                p.notice-title {
                                    "The credential of " (text::name(tenant, NAMELESS)) @if over { " has expired" } @else { " expires" }
                                    @if over { (worded(Tone::Danger, Icon::Cross, "Expired")) } @else { (worded(Tone::Warning, Icon::Warning, "Expires")) }
                                    @if !told.read { (worded(Tone::Info, Icon::Info, "New")) }
                                }
                                p.quiet { (when::at(told.expires_at)) " · told " (when::ago(told.at, view.now)) }
                            }
                            a.button.small href=(href::of_tenant(told.tenant_id, "connection")) { "View connection" }
                        }
                    }
                }
            }
        }
    }

    fn told(&self, view: &View<'_>) -> Markup {
        html! {
            @if !self.opened.is_empty() {
                ul.notices {
                    @for (told, workspace) in &self.opened {
                        li.notice.unread[!told.read] data-key=(told.id) {
                            div.notice-words {
                                p.notice-title {
                                    "An operator of this installation opened " (text::name(workspace, NAMELESS))
                                    @if told.over { (worded(Tone::Neutral, Icon::Minus, "Closed")) } @else { (worded(Tone::Warning, Icon::Warning, "Open now")) }
                                    @if !told.read { (worded(Tone::Info, Icon::Info, "New")) }
                                }
                                p { (text::name(&told.operator_name, NAMELESS)) ", read-only. Reason: " (text::shown(&told.reason, Reason::LONGEST)) }
                                p.quiet { (when::at(told.entered_at)) " until " (when::at(told.until)) " · " (when::ago(told.entered_at, view.now)) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn rows(&self, view: &View<'_>) -> Markup {
        if self.notices.rows.is_empty() && !(self.opened.is_empty() && self.expiring.is_empty()) {
            return html! {};
        }
        if self.notices.rows.is_empty() {
            let why = "When you start an operation, a notice here says how it ended.";
            return empty(Icon::Bell, "No notices", why, &html! { a.button href=(href::OPERATIONS) { "View operations" } });
        }
        html! {
            ul.notices {
                @for row in &self.notices.rows {
                    li.notice.unread[!row.notice.read] data-key=(row.notice.id) { (entry(row, view)) }
                }
            }
            (pager(&self.notices, "notices", &Query::new(href::NOTICES)))
        }
    }
}

fn entry(row: &NoticeRow, view: &View<'_>) -> Markup {
    let notice = &row.notice;
    html! {
        div.notice-words {
            p.notice-title {
                (notice.label)
                @if notice.status == Status::Completed { (badge(&notice.outcome)) } @else { (badge(&notice.status)) }
                @if !notice.read { (worded(Tone::Info, Icon::Info, "New")) }
            }
            p.quiet {
                @if let Some(name) = &row.tenant_name { (text::name(name, NAMELESS)) " · " }
                (when::at(notice.at)) " · " (when::ago(notice.at, view.now))
            }
        }
        @if row.may_open { a.button.small href=(href::run(notice.run_id)) { "View run" } }
        @else { span.forbidden-why { (icon(Icon::Lock)) (INSUFFICIENT) } }
    }
}
