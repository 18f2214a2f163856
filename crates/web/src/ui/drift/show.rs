//! A finding.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::access::Capability;
use model::attribution::Attribution;
use model::baseline::ItemKey;
use model::finding::{Finding, FindingKind};
use model::ids::{FindingId, InventoryItemId, TenantId};
use model::label::Tone;
use pages::drift::{Asked, Detail, Held, Refused};
use pages::{Frame, Toast, href};
use store::access::WorkspaceScope;
use store::{AskedOf, StoreError, VersionDetail};

use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::comparison::aside;
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::inventory::names::names;
use crate::ui::shell::in_tenant;

/// `GET /admin/t/{tenant}/drift/{finding}`
pub(crate) async fn show(guard: InTenant, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    answer(&web, &guard, path_id(&params, "finding")?, StatusCode::OK, None).await
}

/// The page, after something was refused too.
pub(super) async fn answer(
    web: &WebState,
    guard: &InTenant,
    id: FindingId,
    status: StatusCode,
    refused: Option<Refused>,
) -> Result<Response, Error> {
    let finding = web.store().findings().find(&guard.scope, id).await?;
    let (around, within) = in_tenant(web, guard).await?;
    let (base, current) = (
        version(web, guard, &finding, finding.base_version).await?,
        version(web, guard, &finding, finding.current_version).await?,
    );
    let states = match (base, &current) {
        (Some(base), Some(current)) => state(web, guard, base).await?.zip(state(web, guard, current.clone()).await?),
        _ => None,
    };
    let page = Detail {
        states,
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        by: changed_by(web, guard, &finding, current).await?,
        elsewhere: elsewhere(web, guard, &within, &finding).await?,
        history: web.store().findings().history(&guard.scope, id).await?,
        finding,
        refused,
        may_accept: within.can().allows(Capability::WorkspaceBaselinesManage),
    };
    let regions = guard.signed.visit.regions.clone();
    aside(move || page_with(status, &page, &Frame::from(around.shell), regions.as_deref())).await
}

/// A version of a finding's object.
async fn version(
    web: &WebState,
    guard: &InTenant,
    finding: &Finding,
    number: Option<i64>,
) -> Result<Option<VersionDetail>, Error> {
    let Some((item, number)) = finding.item_id.zip(number) else { return Ok(None) };
    match web.store().policy_versions().find(&guard.scope, item, number).await {
        // Versions go with their time.
        Err(StoreError::NotVisible) => Ok(None),
        found => Ok(Some(found?)),
    }
}

/// What an object held in that version; `None` where it was not there.
async fn state(web: &WebState, guard: &InTenant, of: VersionDetail) -> Result<Option<Held>, Error> {
    let Some(content) = of.content else { return Ok(None) };
    Ok(Some(Held { names: names(web, &guard.scope, &content).await?, content }))
}

/// Where what the baseline of a finding wants can be restored from: the tenant of which its content is, where the viewer may see that.
async fn elsewhere(
    web: &WebState,
    guard: &InTenant,
    within: &WorkspaceScope,
    finding: &Finding,
) -> Result<Option<(TenantId, InventoryItemId, i64)>, Error> {
    let wanted = finding.state.deviates() && finding.base_version.is_none() && finding.kind != FindingKind::Added;
    let Some(of) = finding.baseline.as_ref().filter(|of| wanted && !of.object_id.is_empty()) else { return Ok(None) };
    let baselines = web.store().baselines();
    let assigned = baselines.of_tenant(&guard.scope).await?;
    let Some(version) = assigned.iter().find(|one| one.baseline == of.id).and_then(|one| one.version) else { return Ok(None) };
    let key = ItemKey { resource_type: finding.resource_type.clone(), object_id: of.object_id.clone() };
    let item = match baselines.item(within, of.id, version, &key).await {
        Err(StoreError::NotVisible) => return Ok(None),
        found => found?,
    };
    let Some(tenant) = item.content_of else { return Ok(None) };
    let scope = match web.store().access().tenant(&guard.signed.who, tenant).await {
        Err(StoreError::NotVisible) => return Ok(None),
        found => found?,
    };
    Ok(baselines.version_in(&scope, &item).await?.map(|(item, number)| (tenant, item, number)))
}

/// Who the version that deviates is by; of an object that is gone, who removed it.
async fn changed_by(
    web: &WebState,
    guard: &InTenant,
    finding: &Finding,
    current: Option<VersionDetail>,
) -> Result<Option<Attribution>, Error> {
    let Some(item) = finding.item_id else { return Ok(None) };
    let version = match (current, finding.current_version) {
        (Some(current), _) => Some(current.version),
        (None, Some(_)) => None,
        (None, None) => web.store().policy_versions().of_item(&guard.scope, item, None, 1).await?.pop(),
    };
    let Some(version) = version else { return Ok(None) };
    let asked = AskedOf::version(&finding.resource_type, &finding.object_id, &version);
    Ok(web.store().tenant_events().attribute(&guard.scope, &[asked]).await?.pop())
}

/// What a form of the page sent, as it was typed.
pub(super) fn typed(asked: Asked, fields: &Fields, text: &str) -> Refused {
    let field = |name: &str| fields.one(name).unwrap_or_default().chars().take(4_000).collect();
    Refused { asked, why: String::new(), until: field("until"), text: field(text) }
}

/// What came of something that was asked for: the page again, with a toast, or with why it was refused and what was `typed`.
pub(super) async fn came_of(
    web: &WebState,
    guard: &InTenant,
    id: FindingId,
    result: Result<(), StoreError>,
    words: (&str, &str),
    typed: Refused,
) -> Result<Response, Error> {
    match result {
        Err(StoreError::Conflict(why)) => {
            answer(web, guard, id, StatusCode::CONFLICT, Some(Refused { why: sentence(why), ..typed })).await
        }
        done => {
            done?;
            let toast = Toast::plain(words.0, words.1, Tone::Success);
            web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
            Ok(see_other(&href::finding(guard.scope.tenant_id(), id)))
        }
    }
}

/// Words of the store as a sentence.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}
