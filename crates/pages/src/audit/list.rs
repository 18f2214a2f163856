//! The audit log of a workspace, or of one of its tenants.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::audit::{Action, AuditOutcome, AuditRecord};
use model::ids::{RunId, TenantId, ThingId};
use model::label::Tone;
use model::page::{Cursor, Page as Rows};
use model::tenant::Tenant;
use model::user::User;

use super::filter::{Actor, Filter};
use super::phrase::{capital, group, phrase};
use super::sentence::{actor, called, detail, sentence};
use crate::components::badge::worded;
use crate::components::callout::callout;
use crate::components::empty::empty;
use crate::components::field::{day, line, select};
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples, when};

/// The log.
#[derive(Debug, Clone)]
pub struct List {
    /// What it is narrowed to.
    pub filter: Filter,
    /// The tenant whose log it is; `None`: the workspace's.
    pub tenant: Option<Tenant>,
    /// The entries, newest first.
    pub entries: Rows<AuditRecord>,
    /// Where to go on when the search stopped before it had filled the page.
    pub search_further: Option<Cursor>,
    /// What people and things in the entries are called.
    pub names: BTreeMap<ThingId, String>,
    /// Tenants to choose from.
    pub tenants: Vec<(TenantId, String)>,
    /// People to choose from.
    pub people: Vec<User>,
    /// What was wrong with the filter, in a sentence.
    pub problem: Option<String>,
}

impl Page for List {
    const NAME: &'static str = "audit-list";

    fn title(&self) -> String {
        "Audit log".to_owned()
    }

    fn place(&self) -> Place {
        let destination = if self.tenant.is_some() { None } else { Some(Destination::Audit) };
        Place { destination, tenant: self.tenant.as_ref().map(|tenant| tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! {
            "Who did what, and what was refused"
            @if let Some(tenant) = &self.tenant { ", in " (text::name(&tenant.name, NAMELESS)) }
            ". Entries are only ever added, and sealed so that a change would show."
        };
        let export = html! { a.button href=(String::from(self.filter.csv())) download="audit.csv" { "Export" } };
        html! {
            (header("Audit log", &html! {}, &lead, &export))
            (self.filters())
            @if let Some(problem) = &self.problem { (callout(Tone::Danger, problem, &html! {})) }
            (self.rows())
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::audit::lists()
    }
}

/// Kinds of things that entries speak of.
const KINDS: [(&str, &str); 8] = [
    ("user", "Person"),
    ("workspace", "Workspace"),
    ("tenant", "Tenant"),
    ("connection", "Connection"),
    ("run", "Operation"),
    ("schedule", "Schedule"),
    ("session", "Session"),
    ("api_token", "API token"),
];

impl List {
    fn filters(&self) -> Markup {
        let filter = &self.filter;
        let with = |any: &str, rest: Vec<(String, String)>| [vec![(String::new(), any.to_owned())], rest].concat();
        let people = self.people.iter().map(|u| (u.id.to_string(), text::name(&u.name, &u.email).into_owned()));
        let others = [(Actor::Operator, "Command line"), (Actor::System, "TenantAtlas")];
        let actors = people.chain(others.map(|(actor, words)| (actor.code(), words.to_owned()))).collect();
        let kinds = KINDS.iter().map(|(code, words)| ((*code).to_owned(), (*words).to_owned())).collect();
        let outcomes = vec![("done".to_owned(), "Done".to_owned()), ("denied".to_owned(), "Refused".to_owned())];
        let tenants = self.tenants.iter().map(|(id, name)| (id.to_string(), text::name(name, NAMELESS).into_owned())).collect();
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        html! {
            form.filters method="get" action=(filter.path()) aria-label="Filter the audit log" data-filters {
                @if let Some(workspace) = filter.workspace { input type="hidden" name="workspace" value=(workspace); }
                (select("f-actor", "actor", "Who", &with("Anybody", actors), &filter.actor.map(Actor::code).unwrap_or_default()))
                (select("f-action", "action", "What", &with("Anything", actions()), &text(&filter.action)))
                @if self.tenant.is_none() {
                    (select("f-tenant", "tenant", "Tenant", &with("Any", tenants), &filter.tenant.map(|id| id.to_string()).unwrap_or_default()))
                }
                (select("f-kind", "kind", "On what", &with("Anything", kinds), &text(&filter.kind)))
                (line("f-subject", "subject", "Its id", &text(&filter.subject), 36))
                (select("f-outcome", "outcome", "Outcome", &with("Any", outcomes), filter.outcome.map_or("", AuditOutcome::code)))
                (day("f-from", "from", "From (UTC)", &filter.from.map(when::iso_day).unwrap_or_default()))
                (day("f-to", "to", "To (UTC)", &filter.to.map(when::iso_day).unwrap_or_default()))
                div.filter-actions {
                    button.button type="submit" { (icon(Icon::Filter)) "Filter" }
                    @if filter.narrows() {
                        @let all = Filter { workspace: filter.workspace, of_tenant: filter.of_tenant, ..Filter::default() };
                        a.button.plain href=(String::from(all.query())) { "Clear" }
                    }
                }
            }
        }
    }

    fn rows(&self) -> Markup {
        let columns = [Column("When", false), Column("What", false), Column("Tenant", false), Column("Outcome", false)];
        html! {
            @if self.entries.rows.is_empty() && self.search_further.is_none() { (self.nothing()) }
            @else {
                (table("Audit log", &columns, &html! { @for entry in &self.entries.rows { (self.entry(entry)) } }))
                @if let Some(cursor) = &self.search_further {
                    @let further: String = self.filter.query().at(Some(cursor)).into();
                    p { "The search stopped here to stay quick. " a href=(further) { "Search further" } }
                }
                (pager(&self.entries, "the audit log", &self.filter.query()))
            }
        }
    }

    fn nothing(&self) -> Markup {
        if self.problem.is_some() {
            return html! {};
        }
        let clear = html! { a.button href=(self.filter.path()) { "Clear the filters" } };
        if self.filter.narrows() {
            return empty(Icon::Search, "No entries match", "Nothing on record fits all of the filters.", &clear);
        }
        let why = "Whatever somebody changes, or is not allowed to change, shows up here.";
        empty(Icon::Archive, "Nothing on record yet", why, &html! { a.button href=(href::HOME) { "Choose a tenant" } })
    }

    fn entry(&self, entry: &AuditRecord) -> Markup {
        let denied = entry.outcome == AuditOutcome::Denied.code();
        let cells = html! {
            (head(&when::at(entry.at)))
            (cell("What", &html! { (sentence(entry, &self.names)) (self.details(entry)) }))
            (cell("Tenant", &html! {
                @match entry.tenant_id { Some(id) => (called(ThingId::from_uuid(id.uuid()), &self.names)), None => span.quiet { "Workspace" } }
            }))
            (cell("Outcome", &html! {
                @if denied { (worded(Tone::Warning, Icon::Ban, "Refused")) }
                @else if entry.outcome == AuditOutcome::Done.code() { (worded(Tone::Neutral, Icon::Check, "Done")) }
                @else { (worded(Tone::Neutral, Icon::Question, &text::shown(&entry.outcome, 40))) }
            }))
        };
        row(entry.id, &cells)
    }

    /// Everything that the entry says, as it is stored.
    fn details(&self, entry: &AuditRecord) -> Markup {
        html! {
            details {
                summary { "Details" span.unseen { " of entry " (entry.id) } }
                dl.facts {
                    dt { "Code" } dd { code.wrap { (text::shown(&entry.action, 80)) } }
                    dt { "Who" } dd {
                        (actor(entry, &self.names))
                        @if let Some(id) = entry.actor_id { " " code.wrap { (id) } }
                    }
                    @if let (Some(kind), Some(id)) = (&entry.subject_kind, entry.subject_id) {
                        dt { "On what" } dd { (text::shown(kind, 40)) " " code.wrap { (id) } }
                    }
                    @for name in entry.details() {
                        dt { (text::shown(&capital(&name.replace('_', " ")), 60)) }
                        dd { (detail(entry, name, &self.names).unwrap_or_default()) }
                    }
                    dt { "Entry id" } dd { code.wrap { (entry.id) } }
                    @if let Some(run) = run_of(entry) { dt { "Operation" } dd { a href=(href::run(run)) { "View run" } } }
                }
            }
        }
    }
}

/// The run that an entry is about.
fn run_of(entry: &AuditRecord) -> Option<RunId> {
    entry.run_id.or_else(|| {
        entry.subject_id.filter(|_| entry.subject_kind.as_deref() == Some("run")).map(|id| RunId::from_uuid(id.uuid()))
    })
}

/// Groups of actions, each followed by its actions.
fn actions() -> Vec<(String, String)> {
    let mut choices = Vec::new();
    for of in Filter::groups() {
        choices.push((format!("{of}.*"), format!("{} – all", group(of))));
        for action in Action::ALL.iter().filter(|action| action.code().split('.').next() == Some(of)) {
            let words = phrase(action.code()).map_or_else(|| action.code().to_owned(), |(_, attempt)| capital(attempt));
            choices.push((action.code().to_owned(), format!("{} – {words}", group(of))));
        }
    }
    choices
}
