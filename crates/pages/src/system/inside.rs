//! What an operator sees of the workspace that they opened.

use maud::{Markup, html};
use model::access::Role;
use model::failure::FailureLine;
use model::label::Labelled;
use model::page::Page as Rows;
use model::run::{Outcome, Status};
use model::tenant::{Environment, TenantStatus};
use model::time::Moment;

use super::audit::{outcome, words};
use crate::chrome::Frame;
use crate::components::badge::{badge, environment};
use crate::components::empty::empty;
use crate::components::header::{card, header};
use crate::components::icon::Icon;
use crate::components::pager::pager;
use crate::components::table::{Column, cell, figure, head, row, table};
use crate::href::{self, Query};
use crate::page::{Page, Place, View};
use crate::text::{self, NAMELESS, name, number};
use crate::{samples, when};

/// A tenant, with what is shown of it.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its name.
    pub name: String,
    /// Its initial domain.
    pub domain: String,
    /// What depends on it.
    pub environment: Environment,
    /// Where it is in its life.
    pub status: TenantStatus,
}

/// A member.
#[derive(Debug, Clone)]
pub struct Member {
    /// What they are called.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// Their role in the workspace.
    pub role: Role,
    /// The tenants that they were added to.
    pub tenants: i64,
}

/// A run, with what is shown of it.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id, as text: the key of the row.
    pub id: String,
    /// What it does, in words.
    pub label: &'static str,
    /// Where it is.
    pub status: Status,
    /// What came of it.
    pub outcome: Outcome,
    /// The name of its tenant.
    pub tenant: Option<String>,
    /// Who started it.
    pub initiator: String,
    /// When it was asked for.
    pub created_at: Moment,
    /// What failed.
    pub failures: Vec<FailureLine>,
}

/// An entry of the workspace's trail.
#[derive(Debug, Clone)]
pub struct TrailRow {
    /// Its id, as text: the key of the row.
    pub id: String,
    /// When.
    pub at: Moment,
    /// `user`, `operator` or `system`.
    pub actor_kind: String,
    /// What the person is called, if they are still a member.
    pub actor: Option<String>,
    /// The code of what was done.
    pub action: String,
    /// The code of what came of it.
    pub outcome: String,
    /// To what kind of thing it was done.
    pub subject: Option<String>,
    /// The name of the tenant.
    pub tenant: Option<String>,
}

/// Tenants and members of the open workspace.
#[derive(Debug, Clone)]
pub struct Inside {
    /// The tenants, by name.
    pub tenants: Vec<Tenant>,
    /// The members, by name.
    pub members: Vec<Member>,
}

/// Runs of the open workspace.
#[derive(Debug, Clone)]
pub struct Runs {
    /// The runs, newest first.
    pub runs: Rows<Run>,
}

/// The trail of the open workspace.
#[derive(Debug, Clone)]
pub struct Trail {
    /// The entries, newest first.
    pub entries: Rows<TrailRow>,
}

impl Page for Inside {
    const NAME: &'static str = "system-open-workspace";

    fn title(&self) -> String {
        "Tenants and members".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        html! {
            (header(&self.title(), &html! {}, &html! { "Of the workspace that is open to you. Nothing can be changed here." }, &html! {}))
            div.cards {
                (card("tenants", "Tenants", &html! {}, &tenants(&self.tenants)))
                (card("members", "Members", &html! { a.button.small href=(href::BREAK_GLASS_OWNER) { "Name an owner" } }, &members(&self.members)))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::insides()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::BREAK_GLASS_WORKSPACE, true)
    }
}

fn tenants(tenants: &[Tenant]) -> Markup {
    let columns = [Column("Tenant", false), Column("Domain", false), Column("Environment", false), Column("Status", false)];
    let rows = html! {
        @for (n, tenant) in tenants.iter().enumerate() {
            (row(n, &html! {
                (head(&html! { (name(&tenant.name, NAMELESS)) }))
                (cell("Domain", &html! { (name(&tenant.domain, NAMELESS)) }))
                (cell("Environment", &environment(tenant.environment)))
                (cell("Status", &badge(&tenant.status)))
            }))
        }
    };
    html! { @if tenants.is_empty() { p.quiet { "None." } } @else { (table("Tenants", &columns, &rows)) } }
}

fn members(members: &[Member]) -> Markup {
    let columns = [Column("Member", false), Column("Role", false), Column("Tenants", true)];
    let rows = html! {
        @for (n, member) in members.iter().enumerate() {
            (row(n, &html! {
                (head(&html! { (name(&member.name, NAMELESS)) " " span.quiet { (name(&member.email, NAMELESS)) } }))
                (cell("Role", &html! { (member.role.badge().word) }))
                (figure("Tenants", &html! { @if member.role.opens_every_tenant() { "all" } @else { (number(member.tenants)) } }))
            }))
        }
    };
    html! { @if members.is_empty() { p.quiet { "None." } } @else { (table("Members", &columns, &rows)) } }
}

impl Page for Runs {
    const NAME: &'static str = "system-open-runs";

    fn title(&self) -> String {
        "Operations".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        html! {
            (header(&self.title(), &html! {}, &html! { "Of the workspace that is open to you." }, &html! {}))
            @if self.runs.rows.is_empty() {
                (empty(Icon::Operations, "No operations", "Nothing was started in this workspace, or it is no longer kept.", &html! {}))
            } @else { (runs(&self.runs.rows)) (pager(&self.runs, "operations", &Query::new(href::BREAK_GLASS_RUNS))) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::open_runs()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::BREAK_GLASS_RUNS, true)
    }
}

fn runs(runs: &[Run]) -> Markup {
    let columns = [
        Column("Operation", false),
        Column("State", false),
        Column("Tenant", false),
        Column("Started by", false),
        Column("Asked for", false),
        Column("What failed", false),
    ];
    let rows = html! {
        @for run in runs {
            (row(&run.id, &html! {
                (head(&html! { (run.label) }))
                (cell("State", &html! { @if run.status == Status::Completed { (badge(&run.outcome)) } @else { (badge(&run.status)) } }))
                (cell("Tenant", &html! { @match &run.tenant { Some(tenant) => (name(tenant, NAMELESS)), None => span.quiet { "–" } } }))
                (cell("Started by", &html! { (name(&run.initiator, "System")) }))
                (cell("Asked for", &when::at(run.created_at)))
                (cell("What failed", &html! {
                    @if run.failures.is_empty() { span.quiet { "–" } }
                    @else { ul.plain { @for line in run.failures.iter().take(5) {
                        li { code { (text::shown(&line.code, 60)) } " " (text::shown(&line.message, 300)) @if line.times() > 1 { " (" (line.times()) "×)" } }
                    } } }
                }))
            }))
        }
    };
    table("Operations", &columns, &rows)
}

impl Page for Trail {
    const NAME: &'static str = "system-open-audit";

    fn title(&self) -> String {
        "Audit of the workspace".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        html! {
            (header(&self.title(), &html! {}, &html! { "What happened in the workspace that is open to you, yours included." }, &html! {}))
            (trail(&self.entries.rows))
            (pager(&self.entries, "entries", &Query::new(href::BREAK_GLASS_AUDIT)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::system::open_trails()
    }

    fn sample_frame(&self) -> Frame {
        samples::system::frame(href::BREAK_GLASS_AUDIT, true)
    }
}

fn trail(entries: &[TrailRow]) -> Markup {
    let columns =
        [Column("What", false), Column("Who", false), Column("Tenant", false), Column("Outcome", false), Column("When", false)];
    let rows = html! {
        @for entry in entries {
            (row(&entry.id, &html! {
                (head(&html! { (words(&entry.action)) @if let Some(subject) = &entry.subject { " " span.quiet { (text::shown(subject, 40)) } } }))
                (cell("Who", &html! {
                    @match (&entry.actor, entry.actor_kind.as_str()) {
                        (Some(who), _) => (name(who, NAMELESS)),
                        (None, "operator") => span.quiet { "Operator of the installation" },
                        (None, "system") => span.quiet { "System" },
                        (None, _) => span.quiet { "Somebody who is no member any more" },
                    }
                }))
                (cell("Tenant", &html! { @match &entry.tenant { Some(tenant) => (name(tenant, NAMELESS)), None => span.quiet { "–" } } }))
                (cell("Outcome", &outcome(&entry.outcome)))
                (cell("When", &when::at(entry.at)))
            }))
        }
    };
    table("Entries", &columns, &rows)
}
