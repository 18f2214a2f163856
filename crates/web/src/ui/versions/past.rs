//! The tenant as it was at an instant.

use axum::extract::State;
use axum::response::Response;
use model::page::{Cursor, PAGE_ROWS};
use model::time::Moment;
use model::version::PastFilter;
use pages::versions::Past;

use super::history::{DAY, MAX_TYPES, year};
use crate::auth::InTenant;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/versions/at?at=&type=&q=&cursor=`; without an instant, with one that means
/// nothing or is to come: now.
pub(crate) async fn past(guard: InTenant, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let at = instant(&web, &query).await?;
    let filter = filter(&query);
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let versions = web.store().policy_versions();
    let page = Past {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        at,
        items: versions.at(&guard.scope, at, &filter, cursor.as_ref(), PAGE_ROWS).await?,
        counts: versions.counts_at(&guard.scope, at).await?,
        around: versions.around(&guard.scope, at).await?,
        days: year(&web, &guard).await?,
        near: versions.observed_within(&guard.scope, at.minus(DAY), at.plus(DAY)).await?,
        filter,
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

fn filter(query: &Fields) -> PastFilter {
    PastFilter {
        types: query.all("type").filter(|key| !key.is_empty()).take(MAX_TYPES).map(str::to_owned).collect(),
        text: query.one("q").map(|text| text.trim().chars().take(200).collect()).filter(|text: &String| !text.is_empty()),
    }
}

/// The instant of the address. What is to come is not known: no later than now, which it is also without one.
pub(crate) async fn instant(web: &WebState, query: &Fields) -> Result<Moment, Error> {
    let now = web.store().now().await?;
    Ok(query.instant("at").ok().flatten().map_or(now, |at| at.min(now)))
}
