//! Moving findings, and starting a check.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::finding::{LONGEST_REASON, Reason};
use model::ids::FindingId;
use model::operations::drift_generate_findings::Arguments;
use model::run::{StartBy, Trigger};

use super::shapes::FindingsMoved;
use super::show::standing;
use super::wishes::{
    AcceptFindingBody, AcceptFindingsBody, AssignFindingsBody, ClassifyFindingsBody, MoveFindingBody, MoveFindingsBody,
    NoteFindingsBody,
};
use crate::api::answer::{self, ok};
use crate::api::body::Body;
use crate::api::headers::IdempotencyKey;
use crate::api::query::invalid;
use crate::auth::Authorized;
use crate::auth::deeds::{AcceptFindings, AssignFinding, ClassifyFindings, MoveFindings, NoteFinding, StartDriftCheck};
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;

/// The most findings that a request may name.
const MAX_FINDINGS: usize = 1_000;

pub(super) fn reason(text: &str) -> Result<Reason, Error> {
    Reason::new(text).map_err(|_| invalid("`reason` says something, in at most 2,000 characters"))
}

fn bounded(findings: &[FindingId]) -> Result<(), Error> {
    if findings.is_empty() || findings.len() > MAX_FINDINGS {
        return Err(invalid("`findings` names 1 to 1,000 findings"));
    }
    Ok(())
}

/// A note that says nothing is none.
pub(super) fn note(text: Option<&str>) -> Result<Option<Reason>, Error> {
    match text {
        Some(text) if text.chars().count() > LONGEST_REASON => Err(invalid("`note` has at most 2,000 characters")),
        text => Ok(text.and_then(|text| Reason::new(text).ok())),
    }
}

/// `POST /api/v1/tenants/{tenant}/drift/check`
pub(crate) async fn check(
    Authorized { tenant, permit }: Authorized<StartDriftCheck>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Error> {
    let by = StartBy::from(Trigger::Api).with_key(key);
    let request = Arguments::default().request(tenant.scope.tenant_id());
    answer::started(&web.store().runs().start(&permit, &request, by).await?)
}

/// `POST /api/v1/tenants/{tenant}/findings/{finding}/move`
pub(crate) async fn one(
    Authorized { tenant, permit }: Authorized<MoveFindings>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<MoveFindingBody>,
) -> Result<Response, Error> {
    let id: FindingId = path_id(&params, "finding")?;
    let note = note(wish.note.as_deref())?;
    web.store().findings().move_one(&permit, id, wish.revision.0.into(), wish.act.0.0, note.as_ref()).await?;
    standing(&web, &tenant.scope, id).await
}

/// `POST /api/v1/tenants/{tenant}/findings/move`
pub(crate) async fn many(
    Authorized { permit, .. }: Authorized<MoveFindings>,
    State(web): State<WebState>,
    Body(wish): Body<MoveFindingsBody>,
) -> Result<Response, Error> {
    bounded(&wish.findings)?;
    let note = note(wish.note.as_deref())?;
    let moved = web.store().findings().move_some(&permit, &wish.findings, wish.act.0.0, note.as_ref()).await?;
    ok(&FindingsMoved { moved })
}

/// `POST /api/v1/tenants/{tenant}/findings/{finding}/accept`
pub(crate) async fn accept(
    Authorized { tenant, permit }: Authorized<AcceptFindings>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<AcceptFindingBody>,
) -> Result<Response, Error> {
    let id: FindingId = path_id(&params, "finding")?;
    let why = reason(&wish.reason)?;
    web.store().findings().accept(&permit, id, wish.revision.0.into(), (wish.until, &why)).await?;
    standing(&web, &tenant.scope, id).await
}

/// `POST /api/v1/tenants/{tenant}/findings/accept`
pub(crate) async fn accept_many(
    Authorized { permit, .. }: Authorized<AcceptFindings>,
    State(web): State<WebState>,
    Body(wish): Body<AcceptFindingsBody>,
) -> Result<Response, Error> {
    bounded(&wish.findings)?;
    let why = reason(&wish.reason)?;
    let moved = web.store().findings().accept_some(&permit, &wish.findings, (wish.until, &why)).await?;
    ok(&FindingsMoved { moved })
}

/// `POST /api/v1/tenants/{tenant}/findings/note`
pub(crate) async fn note_many(
    Authorized { permit, .. }: Authorized<NoteFinding>,
    State(web): State<WebState>,
    Body(wish): Body<NoteFindingsBody>,
) -> Result<Response, Error> {
    bounded(&wish.findings)?;
    let note = Reason::new(&wish.note).map_err(|_| invalid("`note` says something, in at most 2,000 characters"))?;
    let moved = web.store().findings().note_some(&permit, &wish.findings, &note).await?;
    ok(&FindingsMoved { moved })
}

/// `POST /api/v1/tenants/{tenant}/findings/assign`
pub(crate) async fn assign_many(
    Authorized { permit, .. }: Authorized<AssignFinding>,
    State(web): State<WebState>,
    Body(wish): Body<AssignFindingsBody>,
) -> Result<Response, Error> {
    bounded(&wish.findings)?;
    let moved = web.store().findings().assign_some(&permit, &wish.findings, wish.assignee_id.0).await?;
    ok(&FindingsMoved { moved })
}

/// `POST /api/v1/tenants/{tenant}/findings/{finding}/classify`
pub(crate) async fn classify(
    Authorized { permit, .. }: Authorized<ClassifyFindings>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<ClassifyFindingsBody>,
) -> Result<Response, Error> {
    let id: FindingId = path_id(&params, "finding")?;
    let moved = web.store().findings().classify(&permit, id, wish.whose.0.0).await?;
    ok(&FindingsMoved { moved })
}
