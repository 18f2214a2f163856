//! Versions of a tenant's policies: all changes, those of one object, the tenant as it was, notes and pins, who changed what.

mod change;
mod shapes;

pub(crate) use change::{capture, mark, read_events};
pub(crate) use shapes::{AuditSource, PastObject, Version, VersionDetail};

use axum::extract::{RawPathParams, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::access::can;
use model::ids::InventoryItemId;
use model::resource_types;
use model::version::{PastFilter, VersionFilter};
use store::AskedOf;
use store::access::TenantScope;

use self::shapes::{AtQuery, ItemAtQuery, ItemVersionsQuery, VersionQuery, version};
use super::answer::{self, of_bytes, whole};
use super::query::{self, Query, invalid};
use super::runs::list::bounded;
use crate::auth::SeesIn;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;

/// The most types that a query may name.
const MAX_TYPES: usize = 64;

fn types(types: &[String]) -> Result<Vec<String>, Error> {
    if types.len() > MAX_TYPES { Err(invalid("`type` is there more than 64 times")) } else { Ok(types.to_vec()) }
}

/// `GET /api/v1/tenants/{tenant}/versions?type=&kind=&actor=&from=&until=&pinned=&limit=&cursor=`
pub(crate) async fn list(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    query: Query<VersionQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    let filter = VersionFilter {
        types: types(&wanted.r#type)?,
        kind: wanted.kind.map(|kind| kind.0),
        actor: query::search(wanted.actor.as_deref())?,
        since: wanted.from.map(bounded),
        until: wanted.until.map(bounded),
        pinned: wanted.pinned.unwrap_or(false),
    };
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let list = web.store().policy_versions().of_tenant(&guard.scope, &filter, cursor.as_ref(), rows).await?;
    let mut found = list.page;
    found.next = found.next.or(list.further);
    let asked: Vec<AskedOf> =
        found.rows.iter().map(|row| AskedOf::version(&row.resource_type, &row.object_id, &row.version)).collect();
    let mut by = web.store().tenant_events().attribute(&guard.scope, &asked).await?.into_iter();
    answer::page(&query, found.map(|row| version(row.version, row.resource_type, row.object_id, by.next())))
}

/// `GET /api/v1/tenants/{tenant}/inventory/{item}/versions?before=&limit=`
pub(crate) async fn of_item(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<ItemVersionsQuery>,
) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let rows = query::rows(query.wanted.limit)?;
    if query.wanted.before.is_some_and(|number| number < 1) {
        return Err(query::invalid("`before` is the number of a version, from 1 on"));
    }
    let item = web.store().inventory().find(&guard.scope, id).await?.item;
    let found = web.store().policy_versions().of_item(&guard.scope, id, query.wanted.before, rows).await?;
    let asked: Vec<AskedOf> = found.iter().map(|one| AskedOf::version(&item.resource_type, &item.object_id, one)).collect();
    let by = web.store().tenant_events().attribute(&guard.scope, &asked).await?;
    let one = |(one, by)| version(one, item.resource_type.clone(), item.object_id.clone(), Some(by));
    whole(found.into_iter().zip(by).map(one).collect())
}

/// `GET /api/v1/tenants/{tenant}/inventory/{item}/versions/{version}`
pub(crate) async fn show(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    tagged(&web, &guard.scope, path_id(&params, "item")?, path_id(&params, "version")?).await
}

/// `GET /api/v1/tenants/{tenant}/inventory/{item}/at?at=`
pub(crate) async fn item_at(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Query<ItemAtQuery>,
) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let at = match query.wanted.at {
        Some(at) => bounded(at),
        None => web.store().now().await?,
    };
    let number = web.store().policy_versions().number_at(&guard.scope, id, at).await?.ok_or(Error::NotFound)?;
    tagged(&web, &guard.scope, id, number).await
}

/// A version with the tag that writing its note needs.
async fn tagged(web: &WebState, scope: &TenantScope, id: InventoryItemId, number: i64) -> Result<Response, Error> {
    let (_, body) = detail(web, scope, id, number).await?;
    let tag = answer::tag(&body);
    let mut response = of_bytes(StatusCode::OK, body);
    answer::set(&mut response, header::ETAG, &tag);
    Ok(response)
}

/// The revision of what people wrote on a version, and how the version is told.
async fn detail(web: &WebState, scope: &TenantScope, id: InventoryItemId, number: i64) -> Result<(i64, Vec<u8>), Error> {
    let item = web.store().inventory().find(scope, id).await?.item;
    let found = web.store().policy_versions().find(scope, id, number).await?;
    let asked = AskedOf::version(&item.resource_type, &item.object_id, &found.version);
    let by = web.store().tenant_events().attribute(scope, &[asked]).await?.pop();
    let revision = found.version.mark_revision;
    let kind = resource_types::find(&item.resource_type);
    // The content keeps the text of its numbers, so it is not read by another reader on the way.
    let content = found.content.map_or_else(|| "null".to_owned(), |content| pages::inventory::redacted(kind, &content).to_text());
    let one = version(found.version, item.resource_type, item.object_id, by);
    let one = serde_json::to_string(&one).map_err(|error| Error::Internal(error.to_string().into()))?;
    Ok((revision, format!("{{\"version\":{one},\"content\":{content}}}").into_bytes()))
}

/// `GET /api/v1/tenants/{tenant}/versions/at?at=&type=&q=&limit=&cursor=`
pub(crate) async fn at(
    guard: SeesIn<can::PoliciesView>,
    State(web): State<WebState>,
    query: Query<AtQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    let at = match wanted.at {
        Some(at) => bounded(at),
        None => web.store().now().await?,
    };
    let filter = PastFilter { types: types(&wanted.r#type)?, text: query::search(wanted.q.as_deref())? };
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let found = web.store().policy_versions().at(&guard.scope, at, &filter, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(PastObject::from))
}

/// `GET /api/v1/tenants/{tenant}/audit-sources`
pub(crate) async fn sources(guard: SeesIn<can::TenantView>, State(web): State<WebState>) -> Result<Response, Error> {
    let states = web.store().tenant_events().sources(&guard.scope).await?;
    whole(states.into_iter().map(AuditSource::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_so_many_types_at_most() {
        let many = |n: usize| vec!["scope_tag".to_owned(); n];
        assert_eq!(types(&many(MAX_TYPES)).unwrap().len(), MAX_TYPES);
        assert!(matches!(types(&many(MAX_TYPES + 1)), Err(Error::Invalid(_))));
    }
}
