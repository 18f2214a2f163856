//! Two versions of a policy, or two policies.

use std::collections::BTreeMap;

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::InventoryItemId;
use pages::compare::{Pair, Side, View};

use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::comparison::{self, Wanted, aside, states};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::inventory::names::names;
use crate::ui::shell::in_tenant;

/// What an address wants compared.
///
/// # Errors
/// [`Error::NotFound`] for a version or an id that is none.
pub(super) fn wanted(query: &Fields) -> Result<Wanted, Error> {
    Ok(Wanted { from: query.id("from")?, to: query.id("to")?, with: query.id("with")?, within: query.id("in")? })
}

/// `GET /admin/t/{tenant}/inventory/{item}/compare?from=&to=&with=&in=&view=`
pub(crate) async fn pair(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let (before, after) = states(&web, &guard.signed.who, &guard.scope, id, wanted(&query)?).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let view = query.one("view").and_then(|code| View::ALL.into_iter().find(|view| view.code() == code));
    let page = Pair { before: side(&web, before).await?, after: side(&web, after).await?, view: view.unwrap_or_default() };
    aside(move || around.answer(&page, &web, &guard.signed)).await
}

async fn side(web: &WebState, state: comparison::State) -> Result<Side, Error> {
    let names = match &state.content {
        Some(content) => names(web, &state.scope, content).await?,
        None => BTreeMap::new(),
    };
    let (tenant, sealed_values) = (state.scope.tenant().clone(), state.sealed_values);
    let comparison::State { item, version, content, versions, .. } = state;
    Ok(Side { tenant, item, version, content, names, sealed_values, versions })
}
