//! Holding tenants against a baseline, comparing, and taking a finding over.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::{BaselineId, FindingId, TenantGroupId, TenantId};
use model::operations::baseline_compare_many::Arguments;
use model::run::{StartBy, StartKey, Trigger};
use pages::{Toast, href};

use super::change::revision;
use super::show::came_of;
use crate::auth::deeds::{AcceptIntoBaseline, AssignBaseline, CompareWithBaseline, UnassignBaseline};
use crate::auth::extract::path_id;
use crate::auth::{Form, Manages, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::start_key::start_key;

/// A tenant, or a group of them, and what belongs to it.
#[derive(Debug)]
pub(crate) struct OfTenant {
    tenant: Option<TenantId>,
    group: Option<TenantGroupId>,
    finding: Option<FindingId>,
    version: Option<i64>,
    revision: i64,
}

impl Payload for OfTenant {
    fn read(fields: &Fields) -> Self {
        Self {
            tenant: fields.one("tenant").and_then(|id| id.parse().ok()),
            group: fields.one("group").and_then(|id| id.parse().ok()),
            finding: fields.one("finding").and_then(|id| id.parse().ok()),
            version: fields.one("version").and_then(|text| text.parse().ok()),
            revision: revision(fields),
        }
    }
}

/// A click.
#[derive(Debug)]
pub(crate) struct Click(Result<Option<StartKey>, Error>);

impl Payload for Click {
    fn read(fields: &Fields) -> Self {
        Self(start_key(fields))
    }
}

/// `POST /admin/baselines/{baseline}/assign?workspace=`
pub(crate) async fn assign(
    Manages { member: guard, permit }: Manages<AssignBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<OfTenant>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let sent = form.into_inner();
    let tenant = sent.tenant.ok_or(Error::NotFound)?;
    let done = web.store().baselines().assign_many(&permit, id, &[tenant], sent.version).await;
    came_of(&web, &guard, id, done, ("Assigned", "The tenant is compared after its next sync, or now.")).await
}

/// `POST /admin/baselines/{baseline}/unassign?workspace=`
pub(crate) async fn unassign(
    Manages { member: guard, permit }: Manages<UnassignBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<OfTenant>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let tenant = form.into_inner().tenant.ok_or(Error::NotFound)?;
    let done = web.store().baselines().unassign(&permit, id, tenant).await;
    came_of(&web, &guard, id, done, ("Unassigned", "What deviated from the baseline is no finding any more.")).await
}

/// `POST /admin/baselines/{baseline}/assign-group?workspace=`
pub(crate) async fn assign_group(
    Manages { member: guard, permit }: Manages<AssignBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<OfTenant>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let sent = form.into_inner();
    let group = sent.group.ok_or(Error::NotFound)?;
    let done = web.store().baselines().assign_group(&permit, id, group, sent.version).await;
    let words = "Its tenants are compared after their next sync, or now; who enters the group later, too.";
    came_of(&web, &guard, id, done, ("Assigned", words)).await
}

/// `POST /admin/baselines/{baseline}/unassign-group?workspace=`
pub(crate) async fn unassign_group(
    Manages { member: guard, permit }: Manages<UnassignBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<OfTenant>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let group = form.into_inner().group.ok_or(Error::NotFound)?;
    let done = web.store().baselines().unassign_group(&permit, id, group).await;
    came_of(&web, &guard, id, done, ("Unassigned", "What deviated in its tenants is no finding any more.")).await
}

/// `POST /admin/baselines/{baseline}/compare?workspace=`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn compare(
    Manages { member: guard, permit }: Manages<CompareWithBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Click>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    // What is not theirs is not there, whatever was sent.
    web.store().baselines().find(&guard.scope, id).await?;
    let workspace = guard.scope.workspace_id();
    let by = StartBy::from(Trigger::Manual).with_key(form.into_inner().0?);
    let started = web.store().runs().start(&permit, &Arguments { baseline: id }.request(workspace), by).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&href::within(workspace, &href::baseline(id))))
}

/// `POST /admin/baselines/{baseline}/accept?workspace=`
pub(crate) async fn accept(
    Manages { member: guard, permit }: Manages<AcceptIntoBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<OfTenant>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let sent = form.into_inner();
    let (Some(tenant), Some(finding)) = (sent.tenant, sent.finding) else { return Err(Error::NotFound) };
    let scope = web.store().access().tenant(&guard.signed.who, tenant).await?;
    let of = web.store().findings().find(&scope, finding).await?.baseline;
    if of.is_none_or(|of| of.id != id) {
        return Err(Error::NotFound);
    }
    let done = web.store().baselines().accept(&permit, &scope, finding, sent.revision).await;
    came_of(
        &web,
        &guard,
        id,
        done,
        ("Accepted as new baseline", "A new version is active; tenants are held against it from now on."),
    )
    .await
}
