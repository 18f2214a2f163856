//! All that uses an object.

use axum::extract::State;
use axum::response::Response;
use model::links::MAX_ID;
use model::page::{Cursor, PAGE_ROWS};
use model::restore::Reference;
use pages::href;
use pages::links::{Links, Listed};

use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// The longest key of a type.
const MAX_TYPE: usize = 64;

/// `GET /admin/t/{tenant}/usage?type=&id=&cursor=`: also of an object that is not kept here, or no longer there.
pub(crate) async fn usage(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let kind = query.one("type").filter(|kind| !kind.is_empty() && kind.len() <= MAX_TYPE);
    let id = query.one("id").filter(|id| !id.is_empty() && id.len() <= MAX_ID);
    let (Some(kind), Some(id)) = (kind, id) else {
        return Ok(see_other(&href::references(guard.scope.tenant_id())));
    };
    let object = Reference::new(kind, id);
    let links = web.store().links();
    let (around, _) = in_tenant(&web, &guard).await?;
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let page = Links {
        tenant: guard.scope.tenant().clone(),
        of: links.object(&guard.scope, &object).await?,
        listed: Listed::UsedBy(links.used_by(&guard.scope, &object, cursor.as_ref(), PAGE_ROWS).await?),
    };
    Ok(around.answer(&page, &web, &guard.signed))
}
