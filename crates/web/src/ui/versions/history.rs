//! The changes of a tenant.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use model::page::{Cursor, PAGE_ROWS};
use model::time::Moment;
use model::version::{ChangeDay, ChangeKind, VersionFilter, calendar};
use pages::versions::History;
use store::AskedOf;

use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How many types a filter may name.
pub(super) const MAX_TYPES: usize = 64;
pub(super) const DAY: Duration = Duration::from_secs(86_400);

/// `GET /admin/t/{tenant}/versions?type=&kind=&actor=&from=&to=&pinned=&cursor=`
pub(crate) async fn history(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let filter = filter(&query);
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let store = web.store();
    let found = store.policy_versions().of_tenant(&guard.scope, &filter, cursor.as_ref(), PAGE_ROWS).await?;
    let versions = found.page;
    let asked: Vec<AskedOf> =
        versions.rows.iter().map(|change| AskedOf::version(&change.resource_type, &change.object_id, &change.version)).collect();
    let page = History {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        by: store.tenant_events().attribute(&guard.scope, &asked).await?,
        days: year(&web, &guard).await?,
        sources: store.tenant_events().sources(&guard.scope).await?,
        versions,
        search_further: found.further,
        filter,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// The days of the last year, beginning with a Monday.
pub(super) async fn year(web: &WebState, guard: &InTenant) -> Result<Vec<ChangeDay>, Error> {
    let (from, days) = calendar(web.store().now().await?);
    Ok(web.store().policy_versions().changes_by_day(&guard.scope, from, days).await?)
}

/// What the address narrows the list to; values that mean nothing narrow nothing.
fn filter(query: &Fields) -> VersionFilter {
    let text = |name: &str| query.one(name).map(|text| text.trim().chars().take(200).collect::<String>());
    VersionFilter {
        types: query.all("type").filter(|key| !key.is_empty()).take(MAX_TYPES).map(str::to_owned).collect(),
        kind: query.one("kind").map(ChangeKind::from_code).filter(|kind| *kind != ChangeKind::Unknown),
        actor: text("actor").filter(|text| !text.is_empty()),
        since: day(query, "from"),
        until: day(query, "to").map(|day| day.plus(DAY)),
        pinned: query.one("pinned") == Some("yes"),
    }
}

/// A day as the form sends it.
fn day(query: &Fields, name: &str) -> Option<Moment> {
    let day = Moment::parse(&format!("{}T00:00:00Z", query.one(name).filter(|text| text.len() == 10)?)).ok();
    day.map(|day| day.max(Moment::from_micros(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_as_the_page_writes_it() {
        let wanted = VersionFilter {
            types: vec!["scope_tag".to_owned()],
            kind: Some(ChangeKind::Assignments),
            actor: Some("ann+x@contoso.com & co".to_owned()),
            since: Moment::parse("2026-03-01T00:00:00Z").ok(),
            until: Moment::parse("2026-03-04T00:00:00Z").ok(),
            pinned: true,
        };
        let address = String::from(pages::versions::query(model::ids::TenantId::generate(), &wanted));
        assert!(address.contains("to=2026-03-03"), "{address}");
        assert_eq!(filter(&Fields::of_query(&address.parse().unwrap()).unwrap()), wanted);
        let nothing = Fields::of_query(&"/x?type=&kind=odd&actor=%20&from=x&to=2026-99-99&pinned=1".parse().unwrap()).unwrap();
        assert_eq!(filter(&nothing), VersionFilter::default());
    }
}
