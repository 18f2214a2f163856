//! Monitoring → Operations.

use maud::{Markup, html};
use model::ids::TenantId;
use model::label::Labelled;
use model::operations::Operation;
use model::page::{Cursor, Page as Rows};
use model::run::{Outcome, Status, Trigger};
use model::user::User;

use super::filter::{Filter, Tab};
use super::row::{self, RunRow, table};
use super::words;
use crate::components::chart::{OutcomeDay, outcomes};
use crate::components::empty::empty;
use crate::components::field::{day, select};
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::pager::pager;
use crate::href::Query;
use crate::live::{Topic, live};
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples, when};

/// The runs of a workspace that the viewer may see.
#[derive(Debug, Clone)]
pub struct List {
    /// What they are narrowed to.
    pub filter: Filter,
    /// The runs, newest first.
    pub runs: Rows<RunRow>,
    /// Where to go on when the search stopped before it had filled the page.
    pub search_further: Option<Cursor>,
    /// Tenants to choose from: those that the viewer is entitled to.
    pub tenants: Vec<(TenantId, String)>,
    /// People to choose from: those who started something.
    pub initiators: Vec<User>,
    /// Runs over the last days by outcome, oldest first; empty when not known.
    pub days: Vec<OutcomeDay>,
}

impl Page for List {
    const NAME: &'static str = "runs-list";

    fn title(&self) -> String {
        "Operations".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Operations), tenant: None, crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "Everything that runs in the background: what started it, how far it is, and what came of it." };
        html! {
            @let queue = Query::new(href::QUEUE).with_some("workspace", self.filter.workspace);
            @let tools = html! {
                @if !row::is_empty(&self.runs) { a.button href=(String::from(self.filter.bulk())) { "Act on all matching…" } }
                a.button href=(String::from(self.filter.csv())) download="operations.csv" { "Export" }
                a.button href=(String::from(queue)) { "Queue and workers" }
            };
            (header("Operations", &html! {}, &lead, &tools))
            @if self.days.iter().any(|day| day.succeeded + day.attention + day.failed + day.cancelled > 0) {
                section.card aria-label="Runs over time" { (outcomes(&self.days)) }
            }
            (self.tabs())
            (self.filters())
            (live("runs", Topic::Runs, &self.rows(view)))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::run::lists()
    }
}

impl List {
    fn tabs(&self) -> Markup {
        html! {
            nav.tabs aria-label="Parts of the list" {
                @for tab in Tab::ALL {
                    @let query = Filter { tab, ..self.filter.clone() }.query();
                    a href=(String::from(query)) aria-current=[(tab == self.filter.tab).then_some("page")] { (tab.label()) }
                }
            }
        }
    }

    fn filters(&self) -> Markup {
        let filter = &self.filter;
        let any = |words: &str| vec![(String::new(), words.to_owned())];
        let chosen = |value: Option<String>| value.unwrap_or_default();
        let with = |first: Vec<(String, String)>, rest: Vec<(String, String)>| [first, rest].concat();
        let tenants = with(
            any("Any"),
            self.tenants.iter().map(|(id, name)| (id.to_string(), text::name(name, NAMELESS).into_owned())).collect(),
        );
        let types = with(any("Any"), Operation::ALL.iter().map(|o| (o.code().to_owned(), o.entry().label.to_owned())).collect());
        let statuses = with(any("Any"), Status::ALL.iter().map(|s| (s.code().to_owned(), s.badge().word.to_owned())).collect());
        let outcomes = with(any("Any"), Outcome::ALL.iter().map(|o| (o.code().to_owned(), o.badge().word.to_owned())).collect());
        let triggers =
            with(any("Any"), Trigger::ALL.iter().map(|t| (t.code().to_owned(), words::trigger(*t).to_owned())).collect());
        let people = with(
            any("Anybody"),
            self.initiators.iter().map(|u| (u.id.to_string(), text::name(&u.name, &u.email).into_owned())).collect(),
        );
        let periods: Vec<(String, String)> = Filter::PERIODS.iter().map(|d| (d.to_string(), period(*d))).collect();
        html! {
            form.filters method="get" action=(href::OPERATIONS) aria-label="Filter operations" data-filters {
                @if let Some(workspace) = filter.workspace { input type="hidden" name="workspace" value=(workspace); }
                @if filter.tab != Tab::All { input type="hidden" name="tab" value=(filter.tab.code()); }
                (select("f-tenant", "tenant", "Tenant", &tenants, &chosen(filter.tenant.map(|t| t.to_string()))))
                (select("f-type", "type", "Type", &types, &chosen(filter.operation.map(|o| o.code().to_owned()))))
                (select("f-status", "status", "Status", &statuses, &chosen(filter.status.map(|s| s.to_string()))))
                (select("f-outcome", "outcome", "Outcome", &outcomes, &chosen(filter.outcome.map(|o| o.to_string()))))
                (select("f-trigger", "trigger", "Trigger", &triggers, &chosen(filter.trigger.map(|t| t.to_string()))))
                (select("f-initiator", "initiator", "Started by", &people, &chosen(filter.initiator.map(|u| u.to_string()))))
                (select("f-days", "days", "Period", &periods, &filter.days.to_string()))
                (day("f-from", "from", "From (UTC)", &chosen(filter.from.map(when::iso_day))))
                (day("f-to", "to", "To (UTC)", &chosen(filter.to.map(when::iso_day))))
                div.filter-actions {
                    button.button type="submit" { (icon(Icon::Filter)) "Filter" }
                    @if filter.narrows() {
                        @let all = Filter { tab: filter.tab, workspace: filter.workspace, ..Filter::default() };
                        a.button.plain href=(String::from(all.query())) { "Clear" }
                    }
                }
            }
        }
    }

    fn rows(&self, view: &View<'_>) -> Markup {
        html! {
            @if row::is_empty(&self.runs) && self.search_further.is_none() { (self.nothing()) }
            @else {
                (table("Operations", &self.runs.rows, view))
                @if let Some(cursor) = &self.search_further {
                    @let further: String = self.filter.query().at(Some(cursor)).into();
                    p { "The search stopped here to stay quick. " a href=(further) { "Search further" } }
                }
                (pager(&self.runs, "operations", &self.filter.query()))
            }
        }
    }

    fn nothing(&self) -> Markup {
        let (title, why) = match self.filter.tab {
            _ if self.filter.narrows() => ("No operations match", "Nothing in this workspace fits all of the filters."),
            Tab::Active => ("Nothing is running", "Queued and running operations show up here by themselves."),
            Tab::Attention => (
                "Nothing needs attention",
                "Failed, partially succeeded and blocked operations of the last 30 days show up here.",
            ),
            Tab::Succeeded => ("Nothing has succeeded yet", "Operations of the last 30 days that succeeded show up here."),
            Tab::All => (
                "No operations yet",
                "Operations of the last 30 days show up here, the newest first. The first one is usually the sync of a tenant's inventory.",
            ),
        };
        let next = html! {
            @if self.filter.narrows() { a.button href=(href::OPERATIONS) { "Clear the filters" } }
            @else { a.button href=(href::HOME) { "Choose a tenant" } }
        };
        empty(Icon::Operations, title, why, &next)
    }
}

fn period(days: u16) -> String {
    if days == 1 { "24 hours".to_owned() } else { format!("{days} days") }
}
