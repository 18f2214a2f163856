//! Making restores, and deciding what they are to do.

use std::collections::BTreeSet;

use axum::extract::{RawPathParams, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::ids::RestoreId;
use model::restore::{Reference, Source, Target};
use store::access::TenantScope;
use store::{CandidateFilter, Choice};

use super::shapes::Restore;
use super::show::source_scope;
use super::wishes::{
    ChooseRestoreBody, CreateRestoreBody, DecideRestoreReferenceBody, EnterRestoreSecretBody, RestoreRevisionBody,
    SetRestoreItemBody,
};
use crate::api::answer::{json, nothing, ok, set};
use crate::api::body::Body;
use crate::api::inventory::keys;
use crate::api::query::invalid;
use crate::api::shape::Whole;
use crate::auth::Authorized;
use crate::auth::deeds::{CreateRestore, EditRestore, GiveUpRestore};
use crate::auth::extract::path_id;
use crate::comparison::other_tenant;
use crate::error::Error;
use crate::state::WebState;

/// The restore, as it stands now.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn standing(web: &WebState, scope: &TenantScope, id: RestoreId) -> Result<Restore, Error> {
    Ok(web.store().restores().find(scope, id).await?.into())
}

/// `201` with it, and where it is.
pub(super) async fn made(web: &WebState, scope: &TenantScope, id: RestoreId) -> Result<Response, Error> {
    let mut response = json(StatusCode::CREATED, &standing(web, scope, id).await?)?;
    set(&mut response, header::LOCATION, &format!("/api/v1/tenants/{}/restores/{id}", scope.tenant_id()));
    Ok(response)
}

/// `POST /api/v1/tenants/{tenant}/restores`
pub(crate) async fn create(
    Authorized { tenant, permit }: Authorized<CreateRestore>,
    State(web): State<WebState>,
    Body(wish): Body<CreateRestoreBody>,
) -> Result<Response, Error> {
    let from = other_tenant(&web, &tenant.signed.who, &tenant.scope, wish.of).await?;
    let source = match (wish.backup, wish.item, wish.version, wish.at) {
        (Some(set), None, None, None) => Source::BackupSet { set },
        (None, Some(item), Some(Whole(number)), None) => Source::Version { item, number: number.into() },
        (None, None, None, Some(at)) => Source::Instant { tenant: from.tenant_id(), at },
        _ => return Err(invalid("exactly one of `backup`, `item` with `version`, and `at` is wanted")),
    };
    let name = wish.name.unwrap_or_default();
    if name.chars().count() > 100 {
        return Err(invalid("`name` has at most 100 characters"));
    }
    let id = web.store().restores().create(&permit, &from, &source, &name).await?;
    made(&web, &tenant.scope, id).await
}

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/choose`
pub(crate) async fn choose(
    Authorized { tenant, permit }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<ChooseRestoreBody>,
) -> Result<Response, Error> {
    let restores = web.store().restores();
    let restore = restores.find(&tenant.scope, path_id(&params, "restore")?).await?;
    let (id, revision) = (restore.id, i64::from(wish.revision.0));
    let from = source_scope(&web, &tenant.signed.who, &tenant.scope, &restore).await?;
    match (wish.everything, wish.types, wish.objects, wish.leave_out, wish.exactly) {
        (Some(true), None, None, None, None) => {
            restores.choose(&permit, &from, id, revision, &Choice::everything()).await?;
        }
        (Some(false), None, None, None, None) => {
            let numbers = restores.chosen_numbers(&tenant.scope, id, None).await?;
            restores.leave_out(&permit, id, revision, &numbers).await?;
        }
        (None, Some(types), None, None, None) => {
            let filter = CandidateFilter { types: keys(types)?.into_iter().collect(), ..CandidateFilter::default() };
            restores.choose(&permit, &from, id, revision, &Choice::Matching(filter)).await?;
        }
        (None, None, Some(objects), None, None) => {
            let objects: BTreeSet<_> = objects.into_iter().collect();
            restores.choose(&permit, &from, id, revision, &Choice::These(objects)).await?;
        }
        (None, None, None, Some(numbers), None) => {
            let numbers: BTreeSet<u32> = numbers.into_iter().map(|number| number.0).collect();
            restores.leave_out(&permit, id, revision, &numbers).await?;
        }
        (None, None, None, None, Some(on)) => _ = restores.set_prune(&permit, id, revision, on).await?,
        _ => {
            return Err(invalid("exactly one of `everything`, `types`, `objects`, `leave_out` and `exactly` is wanted"));
        }
    }
    ok(&standing(&web, &tenant.scope, id).await?)
}

/// `PUT /api/v1/tenants/{tenant}/restores/{restore}/items/{number}`
pub(crate) async fn say(
    Authorized { tenant, permit }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<SetRestoreItemBody>,
) -> Result<Response, Error> {
    let (restores, id): (_, RestoreId) = (web.store().restores(), path_id(&params, "restore")?);
    let (number, revision): (u32, i64) = (path_id(&params, "number")?, wish.revision.0.into());
    restores.item(&tenant.scope, id, number).await?;
    match (wish.part, wish.target, wish.properties) {
        (Some(part), None, names) => {
            restores.set_part(&permit, id, revision, &BTreeSet::from([number]), &part.0.with(names)).await?;
        }
        (None, Some(target), None) => _ = restores.say_target(&permit, id, revision, number, Some(&target)).await?,
        _ => return Err(invalid("exactly one of `part` and `target` is wanted")),
    }
    ok(&standing(&web, &tenant.scope, id).await?)
}

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/references`
pub(crate) async fn decide(
    Authorized { tenant, permit }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<DecideRestoreReferenceBody>,
) -> Result<Response, Error> {
    let (restores, id): (_, RestoreId) = (web.store().restores(), path_id(&params, "restore")?);
    let reference = Reference { resource_type: wish.resource_type, id: wish.id };
    restores.mapped_reference(&tenant.scope, id, &reference).await?;
    let target = match (wish.object, wish.item, wish.drop) {
        (None, None, None) => None,
        (Some(id), None, None) => Some(Target::Object { id }),
        (None, Some(Whole(item)), None) => Some(Target::Planned { item }),
        (None, None, Some(reason)) => Some(Target::Dropped { reason }),
        _ => return Err(invalid("`object`, `item` and `drop` exclude each other")),
    };
    restores.decide(&permit, id, wish.revision.0.into(), &reference, target.as_ref()).await?;
    ok(&standing(&web, &tenant.scope, id).await?)
}

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/check`
pub(crate) async fn check(
    Authorized { tenant, permit }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<RestoreRevisionBody>,
) -> Result<Response, Error> {
    let restores = web.store().restores();
    let restore = restores.find(&tenant.scope, path_id(&params, "restore")?).await?;
    let from = source_scope(&web, &tenant.signed.who, &tenant.scope, &restore).await?;
    restores.check(&permit, &from, restore.id, wish.revision.0.into()).await?;
    ok(&standing(&web, &tenant.scope, restore.id).await?)
}

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/secrets`
pub(crate) async fn secret(
    Authorized { tenant, permit }: Authorized<EditRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<EnterRestoreSecretBody>,
) -> Result<Response, Error> {
    let id: RestoreId = path_id(&params, "restore")?;
    web.store().restores().item(&tenant.scope, id, wish.number.0).await?;
    web.store().restores().enter_secret(&permit, id, wish.number.0, &wish.place, &wish.value.0).await?;
    Ok(nothing())
}

/// `POST /api/v1/tenants/{tenant}/restores/{restore}/cancel`
pub(crate) async fn cancel(
    Authorized { tenant, permit }: Authorized<GiveUpRestore>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<RestoreRevisionBody>,
) -> Result<Response, Error> {
    let restore = web.store().restores().find(&tenant.scope, path_id(&params, "restore")?).await?;
    web.store().restores().give_up(&permit, restore.id, wish.revision.0.into()).await?;
    Ok(nothing())
}
