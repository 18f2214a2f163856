//! What a tenant does not have as a baseline says, and which object is meant by an item.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::baseline::{ItemKey, ItemState};
use model::ids::{BaselineId, InventoryItemId, TenantId};
use model::inventory::InventoryFilter;
use model::label::Tone;
use model::page::{Cursor, PAGE_ROWS};
use pages::baselines::{Choosing, GapRow, Gaps, item_of};
use pages::{Toast, href};
use store::StoreError;

use crate::auth::deeds::PairInBaseline;
use crate::auth::extract::path_id;
use crate::auth::{Form, InTenant, Manages, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;

/// Objects that are offered.
const OFFERED: u32 = 50;

/// `GET /admin/t/{tenant}/baselines/{baseline}?state=&item=&q=&cursor=`
pub(crate) async fn gaps(
    guard: InTenant,
    State(web): State<WebState>,
    params: RawPathParams,
    query: Fields,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let (baselines, scope) = (web.store().baselines(), &guard.scope);
    let assignment = baselines.of_tenant(scope).await?.into_iter().find(|one| one.baseline == id).ok_or(Error::NotFound)?;
    let state = query.one("state").map(ItemState::from_code).filter(|state| *state != ItemState::Unknown);
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let found = baselines.gaps(scope, id, state, cursor.as_ref(), PAGE_ROWS).await?;
    let choosing = match query.one("item").and_then(item_of) {
        Some(key) => choosing(&web, &guard, id, key, query.one("q")).await?,
        None => None,
    };
    let row = |gap: store::Gap| GapRow {
        key: gap.key,
        name: gap.name,
        state: gap.state,
        object: gap.object,
        how: gap.how,
        properties: gap.properties,
    };
    let page = Gaps {
        workspace: scope.workspace_id(),
        tenant: scope.tenant().clone(),
        can: scope.can(),
        assignment,
        state,
        gaps: found.map(row),
        choosing,
    };
    let (around, _) = in_tenant(&web, &guard).await?;
    Ok(around.answer(&page, &web, &guard.signed))
}

/// Objects of the item's type; nothing where the tenant has no such gap.
async fn choosing(
    web: &WebState,
    guard: &InTenant,
    id: BaselineId,
    key: ItemKey,
    text: Option<&str>,
) -> Result<Option<Choosing>, Error> {
    let Some(called) = web.store().baselines().gap(&guard.scope, id, &key).await? else { return Ok(None) };
    // Without words: what is called as the item is.
    let text = text.map_or_else(|| called.clone(), |text| text.trim().chars().take(200).collect());
    let filter = |text: &str| InventoryFilter {
        types: vec![key.resource_type.clone()],
        text: Some(text.to_owned()).filter(|text| !text.is_empty()),
        missing: Some(false),
        ..InventoryFilter::default()
    };
    let list = web.store().inventory().list(&guard.scope, &filter(&text), None, OFFERED).await?;
    let objects = list.rows.into_iter().map(|item| (item.id, item.name)).collect();
    Ok(Some(Choosing { key, name: called, text, objects }))
}

/// Which object is meant by an item.
#[derive(Debug)]
pub(crate) struct Pairing {
    tenant: Option<TenantId>,
    item: Option<ItemKey>,
    object: Option<InventoryItemId>,
}

impl Payload for Pairing {
    fn read(fields: &Fields) -> Self {
        Self {
            tenant: fields.one("tenant").and_then(|id| id.parse().ok()),
            item: fields.one("item").and_then(item_of),
            object: fields.one("object").and_then(|id| id.parse().ok()),
        }
    }
}

/// `POST /admin/baselines/{baseline}/pair?workspace=`
pub(crate) async fn pair(
    Manages { member, permit }: Manages<PairInBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Pairing>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let Pairing { tenant: Some(tenant), item: Some(item), object: Some(object) } = form.into_inner() else {
        return Err(Error::NotFound);
    };
    let scope = web.store().access().tenant(&member.signed.who, tenant).await?;
    let toast = match web.store().baselines().pair(&permit, &scope, id, &item, object).await {
        Err(StoreError::Conflict(why)) => Toast::plain("Not paired", sentence(why), Tone::Danger),
        done => {
            done?;
            Toast::plain("Paired", "The next comparison goes by it.", Tone::Success)
        }
    };
    web.store().sessions().put_flash(&member.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::baseline_in(tenant, id)))
}
