//! A backup set: its certificate, what is in it, what is missing.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::backup::{BackupSet, Remark};
use model::ids::BackupSetId;
use model::page::{Cursor, PAGE_ROWS};
use pages::backups::{Contents, Detail, ImportedContents, Missing, Report};
use store::StoreError;

use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// How much of what is missing or damaged stands on the set's own page.
const FIRST: u32 = 10;

pub(super) async fn found(web: &WebState, guard: &InTenant, params: &RawPathParams) -> Result<BackupSet, Error> {
    let id: BackupSetId = path_id(params, "backup")?;
    Ok(web.store().backups().find(&guard.scope, id).await?)
}

/// `GET /admin/t/{tenant}/backups/{backup}`
pub(crate) async fn show(guard: InTenant, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let (scope, backups) = (&guard.scope, web.store().backups());
    let schedule = match set.schedule_id {
        // One that was removed is shown to nobody.
        Some(id) => match web.store().schedules().find(scope, id).await {
            Err(StoreError::NotVisible) => None,
            found => Some(found?),
        },
        None => None,
    };
    let page = Detail {
        tenant: scope.tenant().clone(),
        can: scope.can(),
        schedule,
        certificate: backups.certificate(scope, set.id).await?,
        sealed_values: web.store().content_secrets().in_set(scope, set.id).await?,
        missing: backups.missing(scope, set.id, None, FIRST).await?.rows,
        damaged: backups.items(scope, set.id, None, true, None, FIRST).await?.rows,
        set,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `GET /admin/t/{tenant}/backups/{backup}/contents?type=&damaged=&cursor=`
pub(crate) async fn contents(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let (resource_type, damaged) = (query.one("type").map(str::to_owned), query.one("damaged") == Some("yes"));
    let backups = web.store().backups();
    if set.origin.is_some() {
        let items = backups.imported(&guard.scope, set.id, resource_type.as_deref(), damaged, cursor.as_ref(), PAGE_ROWS).await?;
        let page = ImportedContents { tenant: guard.scope.tenant().clone(), set, resource_type, damaged, items };
        return Ok(around.answer(&page, &web, &guard.signed));
    }
    let items = backups.items(&guard.scope, set.id, resource_type.as_deref(), damaged, cursor.as_ref(), PAGE_ROWS).await?;
    let page = Contents { tenant: guard.scope.tenant().clone(), set, resource_type, damaged, items };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `GET /admin/t/{tenant}/backups/{backup}/missing?cursor=`
pub(crate) async fn missing(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let items = web.store().backups().missing(&guard.scope, set.id, cursor.as_ref(), PAGE_ROWS).await?;
    let page = Missing { tenant: guard.scope.tenant().clone(), set, items };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `GET /admin/t/{tenant}/backups/{backup}/report?remark=&cursor=`: what an import had to say; of a set that was captured, nothing.
pub(crate) async fn report(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let set = found(&web, &guard, &params).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let remark = query.one("remark").map(Remark::from_code).filter(|remark| *remark != Remark::Unknown);
    let lines = web.store().backups().remarks(&guard.scope, set.id, remark, cursor.as_ref(), PAGE_ROWS).await?;
    let page = Report { tenant: guard.scope.tenant().clone(), set, remark, lines };
    Ok(around.answer(&page, &web, &guard.signed))
}
