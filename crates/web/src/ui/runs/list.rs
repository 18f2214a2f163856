//! The runs of the workspace.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use model::ids::TenantId;
use model::operations::Operation;
use model::page::{Cursor, PAGE_ROWS};
use model::run::{Outcome, Status, Trigger};
use model::time::Moment;
use pages::runs::{Filter, List, Tab};
use store::runs::{RunFilter, RunTab};

use super::{days, rows};
use crate::auth::Member;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::{At, shell};

/// How many tenants and people the filter offers.
pub(crate) const OFFERED: u32 = 500;
/// How many days the chart goes back at most.
const CHART_DAYS: u16 = 30;
/// The longest period that may be asked for, in days.
const MAX_DAYS: u16 = 3_650;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// `GET /admin/operations?workspace=&tenant=&type=&status=&outcome=&trigger=&initiator=&days=&from=&to=&tab=&cursor=`
pub(crate) async fn list(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let filter = filter(&query)?;
    of_theirs(&web, &guard, filter.tenant).await?;
    let Member { signed, home, scope } = guard;
    let mut around = shell(&web, &signed, At { home, scope: Some(&scope), tenant: None }).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let store = web.store();
    let now = around.shell.now;
    let found = store.runs().list(&scope, &wanted(&filter, now), cursor.as_ref(), PAGE_ROWS).await?;
    around.names.learn(&web, &signed, &found.page.rows).await?;
    let tenants = store.workspaces().find_tenants(&scope, None, None, OFFERED).await?.rows;
    let days = match (&cursor, filter.tab) {
        (None, Tab::All) => days::last_days(&web, &scope, filter.tenant, now, filter.days.min(CHART_DAYS)).await?,
        _ => Vec::new(),
    };
    let page = List {
        runs: found.page.map(|run| rows::in_workspace_one(run, &scope, &around.names)),
        search_further: found.further,
        tenants: tenants.into_iter().map(|tenant| (tenant.id, tenant.name)).collect(),
        initiators: store.members().people(&scope, OFFERED).await?,
        days,
        filter,
    };
    Ok(around.answer(&page, &web, &signed))
}

/// A tenant that is not theirs is answered as one that does not exist.
pub(crate) async fn of_theirs(web: &WebState, guard: &Member, tenant: Option<TenantId>) -> Result<(), Error> {
    let Some(tenant) = tenant else { return Ok(()) };
    let scope = web.store().access().tenant(&guard.signed.who, tenant).await?;
    if scope.workspace_id() == guard.scope.workspace_id() { Ok(()) } else { Err(Error::NotFound) }
}

/// What the address narrows the list to. Codes that mean nothing narrow nothing; ids that are none name nothing.
pub(super) fn filter(query: &Fields) -> Result<Filter, Error> {
    fn code<T: Copy>(query: &Fields, name: &str, all: &[T], code: impl Fn(T) -> &'static str) -> Option<T> {
        query.one(name).and_then(|text| all.iter().copied().find(|value| code(*value) == text))
    }
    Ok(Filter {
        workspace: query.id("workspace")?,
        tenant: query.id("tenant")?,
        operation: query.one("type").and_then(Operation::from_code),
        status: code(query, "status", Status::ALL, Status::code),
        outcome: code(query, "outcome", Outcome::ALL, Outcome::code),
        trigger: code(query, "trigger", Trigger::ALL, Trigger::code),
        initiator: query.id("initiator")?,
        days: query.one("days").and_then(|days| days.parse().ok()).unwrap_or(Filter::DAYS).clamp(1, MAX_DAYS),
        from: day(query, "from"),
        to: day(query, "to"),
        tab: Tab::from_code(query.one("tab").unwrap_or_default()),
    })
}

/// The beginning of a day (UTC), as a date field sends it.
fn day(query: &Fields, name: &str) -> Option<Moment> {
    Moment::parse(&format!("{}T00:00:00Z", query.one(name).filter(|text| text.len() == 10)?)).ok()
}

pub(super) fn wanted(filter: &Filter, now: Moment) -> RunFilter {
    RunFilter {
        tab: match filter.tab {
            Tab::All => RunTab::All,
            Tab::Active => RunTab::Active,
            Tab::Attention => RunTab::Attention,
            Tab::Succeeded => RunTab::Succeeded,
        },
        tenant: filter.tenant,
        type_code: filter.operation.map(|operation| operation.code().to_owned()),
        status: filter.status,
        outcome: filter.outcome,
        trigger: filter.trigger,
        initiator: filter.initiator,
        since: filter.from.or_else(|| Some(now.minus(DAY * u32::from(filter.days)))),
        until: filter.to.map(|day| day.plus(DAY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_as_the_page_writes_it() {
        let wanted = Filter {
            tenant: Some(model::ids::TenantId::generate()),
            operation: Some(Operation::InventorySync),
            status: Some(Status::Completed),
            outcome: Some(Outcome::Blocked),
            trigger: Some(Trigger::Manual),
            days: 7,
            from: Moment::parse("2026-02-28T00:00:00Z").ok(),
            to: Moment::parse("2026-03-01T00:00:00Z").ok(),
            tab: Tab::Attention,
            ..Filter::default()
        };
        let address = String::from(wanted.query());
        assert_eq!(filter(&Fields::of_query(&address.parse().unwrap()).unwrap()).unwrap(), wanted);
        let odd = Fields::of_query(&"/x?days=0&status=lost&tab=x&from=yesterday&to=2026-02-30".parse().unwrap()).unwrap();
        assert_eq!(filter(&odd).unwrap(), Filter { days: 1, ..Filter::default() });
    }
}
