//! Making and changing baselines.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::baseline::{ItemKey, ignored};
use model::ids::{BaselineId, TenantId};
use store::access::TenantScope;
use store::{BaselineEdit, Capture, CaptureFrom};

use super::show::{detail, standing};
use super::wishes::{AcceptBaselineBody, BaselineRevisionBody, CaptureBaselineBody, EditBaselineBody, PairBaselineBody};
use crate::api::answer::{json, nothing};
use crate::api::body::Body;
use crate::api::inventory::kept;
use crate::api::query::invalid;
use crate::auth::deeds::{AcceptIntoBaseline, ActivateBaseline, ArchiveBaseline, CreateBaseline, EditBaseline, PairInBaseline};
use crate::auth::extract::path_id;
use crate::auth::{Manages, Member};
use crate::error::Error;
use crate::state::WebState;

/// A tenant of the workspace, for somebody entitled to it.
///
/// # Errors
/// [`Error::NotFound`] for any other.
pub(super) async fn tenant(web: &WebState, member: &Member, id: TenantId) -> Result<TenantScope, Error> {
    let scope = web.store().access().tenant(&member.signed.who, id).await?;
    if scope.workspace_id() == member.scope.workspace_id() { Ok(scope) } else { Err(Error::NotFound) }
}

/// `POST /api/v1/baselines`
pub(crate) async fn create(
    Manages { member, permit }: Manages<CreateBaseline>,
    State(web): State<WebState>,
    Body(wish): Body<CaptureBaselineBody>,
) -> Result<Response, Error> {
    let name = model::name::name(&wish.name).map_err(|_| invalid("`name` has 1 to 100 characters, in one line"))?;
    let description = wish.description.unwrap_or_default();
    if description.chars().count() > 2_000 || description.contains('\0') {
        return Err(invalid("`description` has at most 2,000 characters"));
    }
    kept(wish.types.iter().flatten())?;
    let types = wish.types.unwrap_or_default();
    if types.len() > 200 {
        return Err(invalid("`types` names at most 200 types"));
    }
    let scope = tenant(&web, &member, wish.tenant_id).await?;
    let from = wish.backup_id.map_or(CaptureFrom::Tenant(&scope), |set| CaptureFrom::Set(&scope, set));
    let types = types.into_iter().map(|key| key.0).collect();
    let capture = Capture { name, description, extras: wish.extras.unwrap_or(false), from, types };
    let id = web.store().baselines().capture(&permit, &capture).await?;
    json(StatusCode::CREATED, &detail(&web, &member.scope, id).await?)
}

/// `POST /api/v1/baselines/{baseline}/draft`
pub(crate) async fn draft(
    Manages { member, permit }: Manages<EditBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<BaselineRevisionBody>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    web.store().baselines().draft(&permit, id, wish.revision.0.into()).await?;
    standing(&web, &member.scope, id).await
}

/// `POST /api/v1/baselines/{baseline}/edit`
pub(crate) async fn edit(
    Manages { member, permit }: Manages<EditBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<EditBaselineBody>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let revision = wish.revision.0.into();
    let edit = wanted(wish)?;
    web.store().baselines().edit(&permit, id, revision, &edit).await?;
    standing(&web, &member.scope, id).await
}

fn wanted(wish: EditBaselineBody) -> Result<BaselineEdit, Error> {
    let key = match (wish.resource_type, wish.object_id) {
        (Some(resource_type), Some(object_id)) => Some(ItemKey { resource_type, object_id }),
        _ => None,
    };
    match (key, wish.remove, wish.ignored, wish.extras) {
        (Some(key), Some(true), None, None) => Ok(BaselineEdit::Remove(key)),
        (Some(key), None, Some(names), None) => {
            let names = ignored(names.iter().map(String::as_str));
            Ok(BaselineEdit::Ignore(key, names.map_err(|_| invalid("`ignored` names at most 50 properties of 200 characters"))?))
        }
        (None, None, None, Some(extras)) => Ok(BaselineEdit::Extras(extras)),
        _ => Err(invalid("give an object with `remove`: true or `ignored`, or `extras` alone")),
    }
}

/// `POST /api/v1/baselines/{baseline}/activate`
pub(crate) async fn activate(
    Manages { member, permit }: Manages<ActivateBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<BaselineRevisionBody>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    web.store().baselines().activate(&permit, id, wish.revision.0.into()).await?;
    standing(&web, &member.scope, id).await
}

/// `POST /api/v1/baselines/{baseline}/archive`
pub(crate) async fn archive(
    Manages { member, permit }: Manages<ArchiveBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<BaselineRevisionBody>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    web.store().baselines().archive(&permit, id, wish.revision.0.into()).await?;
    standing(&web, &member.scope, id).await
}

/// `POST /api/v1/baselines/{baseline}/pair`
pub(crate) async fn pair(
    Manages { member, permit }: Manages<PairInBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<PairBaselineBody>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let scope = tenant(&web, &member, wish.tenant_id).await?;
    let key = ItemKey { resource_type: wish.resource_type, object_id: wish.object_id };
    web.store().baselines().pair(&permit, &scope, id, &key, wish.item_id).await?;
    Ok(nothing())
}

/// `POST /api/v1/baselines/{baseline}/accept`
pub(crate) async fn accept(
    Manages { member, permit }: Manages<AcceptIntoBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<AcceptBaselineBody>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let scope = tenant(&web, &member, wish.tenant_id).await?;
    let finding = web.store().findings().find(&scope, wish.finding_id).await?;
    if finding.baseline.is_none_or(|of| of.id != id) {
        return Err(Error::NotFound);
    }
    web.store().baselines().accept(&permit, &scope, wish.finding_id, wish.revision.0.into()).await?;
    standing(&web, &member.scope, id).await
}
