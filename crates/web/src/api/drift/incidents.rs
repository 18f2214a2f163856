//! Incidents of the workspace: the same cause in many tenants.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::finding::{Cause, FindingKind, Incident, IncidentDecided};
use model::ids::TenantId;
use model::time::Moment;

use super::act::{note, reason};
use super::shapes::FindingRow;
use super::wishes::{AcceptIncidentBody, MoveIncidentBody};
use crate::api::answer::{ok, whole};
use crate::api::answers;
use crate::api::body::Body;
use crate::api::coded::Coded;
use crate::auth::deeds::{AcceptIncident, MoveIncident};
use crate::auth::extract::path_id;
use crate::auth::{AcrossTenants, Member};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// The same cause in two or more tenants that the holder of the token is entitled to.
    IncidentRow {
        /// What names it.
        id: String,
        /// Key of the type.
        resource_type: String,
        /// What kind of deviation it is.
        kind: Coded<FindingKind>,
        /// The property; `null` where it is about objects as a whole.
        property: Option<String>,
        /// In how many tenants there is an open finding of it.
        tenants: i64,
        /// How many findings of it are open.
        open: i64,
        /// When the latest finding was opened that made it known.
        latest_at: Moment,
    }

    /// An incident with its findings.
    IncidentDetail {
        /// The incident.
        incident: IncidentRow,
        /// Its findings, by tenant, at most 200.
        findings: Vec<IncidentFindingRow>,
    }

    /// A finding of an incident.
    IncidentFindingRow {
        /// The tenant.
        tenant_id: TenantId,
        /// The finding.
        finding: FindingRow,
    }

    /// How far a decision reached.
    IncidentDecision {
        /// Findings that it reached.
        findings: i64,
        /// Of so many tenants.
        tenants: i64,
        /// Findings in tenants where the holder of the token may not decide.
        refused: i64,
        /// Findings beyond the 10,000 that are decided at once.
        left: i64,
    }
}

fn row(incident: Incident) -> IncidentRow {
    IncidentRow {
        id: incident.cause.to_string(),
        resource_type: incident.resource_type,
        kind: Coded(incident.kind),
        property: Some(incident.property).filter(|property| !property.is_empty()),
        tenants: incident.tenants,
        open: incident.open,
        latest_at: incident.latest_at,
    }
}

fn decision(done: IncidentDecided) -> IncidentDecision {
    IncidentDecision { findings: done.findings, tenants: done.tenants, refused: done.refused, left: done.left }
}

/// `GET /api/v1/incidents`
pub(crate) async fn list(member: Member, State(web): State<WebState>) -> Result<Response, Error> {
    whole(web.store().findings().incidents(&member.scope).await?.into_iter().map(row).collect())
}

/// `GET /api/v1/incidents/{incident}`
pub(crate) async fn show(member: Member, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let cause: Cause = path_id(&params, "incident")?;
    let (incident, findings) = web.store().findings().incident(&member.scope, &cause).await?;
    let findings = findings.into_iter().map(|one| IncidentFindingRow { tenant_id: one.tenant, finding: one.finding.into() });
    ok(&IncidentDetail { incident: row(incident), findings: findings.collect() })
}

/// `POST /api/v1/incidents/{incident}/move`
pub(crate) async fn act(
    AcrossTenants { across, .. }: AcrossTenants<MoveIncident>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<MoveIncidentBody>,
) -> Result<Response, Error> {
    let cause: Cause = path_id(&params, "incident")?;
    let note = note(wish.note.as_deref())?;
    ok(&decision(web.store().findings().move_incident(&across, &cause, wish.act.0.0, note.as_ref()).await?))
}

/// `POST /api/v1/incidents/{incident}/accept`
pub(crate) async fn accept(
    AcrossTenants { across, .. }: AcrossTenants<AcceptIncident>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<AcceptIncidentBody>,
) -> Result<Response, Error> {
    let cause: Cause = path_id(&params, "incident")?;
    let why = reason(&wish.reason)?;
    ok(&decision(web.store().findings().accept_incident(&across, &cause, (wish.until, &why)).await?))
}
