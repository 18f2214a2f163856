//! The record of a restore.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::page::{Cursor, PAGE_ROWS};
use pages::Frame;
use pages::restores::Record;
use store::Restore;

use super::approval::approval;
use super::preview::filter;
use super::shown::{found, row, run, whole};
use crate::auth::deeds::EditRestore;
use crate::auth::{Authorized, InTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/restores/{restore}?action=&outcome=&type=&cursor=`
pub(crate) async fn show(
    Authorized { tenant: guard, .. }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let restore = found(&web, &guard, &params).await?;
    answer(&web, &guard, StatusCode::OK, restore, &query, None).await
}

pub(super) async fn answer(
    web: &WebState,
    guard: &InTenant,
    status: StatusCode,
    restore: Restore,
    query: &Fields,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let (restores, (filter, narrowed)) = (web.store().restores(), filter(query));
    let children = restores.children(&guard.scope, restore.id).await?;
    let (needed, asked) = approval(web, guard, &restore).await?;
    let page = Record {
        tenant: guard.scope.tenant().clone(),
        items: restores.items(&guard.scope, restore.id, &narrowed, cursor.as_ref(), PAGE_ROWS).await?.map(row),
        children: children.into_iter().map(|child| (child.id, child.purpose, child.state)).collect(),
        run: run(web, guard, restore.run).await?,
        restore: whole(web, guard, restore).await?,
        filter,
        asked: asked.filter(|_| needed),
        problem,
    };
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}
