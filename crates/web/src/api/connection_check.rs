//! The check of a tenant's connection: starting one, and its latest report.

use axum::extract::State;
use axum::response::Response;
use model::connection_check::{Check as Found, CheckReport};
use model::ids::{ConnectionId, RunId, TenantId};
use model::run::{StartBy, Trigger};
use model::time::Moment;

use super::answer::{self, ok};
use super::body::Body;
use super::headers::IdempotencyKey;
use super::{answers, bodies};
use crate::auth::deeds::CheckConnection as Deed;
use crate::auth::{Authorized, SeesIn};
use crate::error::Error;
use crate::state::WebState;
use model::access::can;

answers! {
    /// One check of a connection.
    ConnectionCheckResult {
        /// What was checked: `credential`, `sign_in`, `tenant`, `clock`, `permissions`, or `type:` and the key of a resource type.
        key: String,
        /// `pass`, `warn`, `fail` or `skip`.
        status: String,
        /// Why it did not simply pass; `null` where it did.
        code: Option<String>,
        /// The same in a sentence.
        message: Option<String>,
        /// Application permissions that are missing.
        missing_permissions: Vec<String>,
        /// How long it took.
        milliseconds: i64,
    }

    /// What a check of a tenant's connection found.
    ConnectionReport {
        /// The tenant.
        tenant_id: TenantId,
        /// The connection.
        connection_id: ConnectionId,
        /// The state of the connection that was checked.
        revision: i64,
        /// The run that made the report, while that is recorded.
        run_id: Option<RunId>,
        /// When it was made.
        made_at: Moment,
        /// The worst that came of a check.
        status: String,
        /// Application permissions that were granted; `null` where that could not be found out.
        granted_permissions: Option<Vec<String>>,
        /// `directory` or `token`: where that is known from.
        granted_from: Option<String>,
        /// Every check.
        checks: Vec<ConnectionCheckResult>,
        /// Keys of checks that work and did not in the report before.
        fixed: Vec<String>,
        /// Keys of checks that do not work and did in the report before.
        broken: Vec<String>,
    }
}

bodies! {
    /// How to check.
    StartConnectionCheck {
        /// Whether a check that is under way is ended, so that a new one takes its place; else it is found.
        again: Option<bool>,
    }
}

fn result(check: &Found) -> ConnectionCheckResult {
    ConnectionCheckResult {
        key: check.key.as_str().to_owned(),
        status: check.status.code().to_owned(),
        code: check.code.clone(),
        message: check.words(),
        missing_permissions: check.missing.clone(),
        milliseconds: check.ms,
    }
}

fn report(latest: CheckReport, before: Option<&CheckReport>) -> ConnectionReport {
    let changes = before.map(|before| latest.report.since(&before.report)).unwrap_or_default();
    let keys = |checks: &[&Found]| checks.iter().map(|check| check.key.as_str().to_owned()).collect();
    ConnectionReport {
        tenant_id: latest.tenant_id,
        connection_id: latest.connection_id,
        revision: latest.revision,
        run_id: latest.run_id,
        made_at: latest.made_at,
        status: latest.report.worst().code().to_owned(),
        checks: latest.report.checks.iter().map(result).collect(),
        fixed: keys(&changes.fixed),
        broken: keys(&changes.broken),
        granted_permissions: latest.report.granted.clone(),
        granted_from: latest.report.granted_from.clone(),
    }
}

/// `POST /api/v1/tenants/{tenant}/connection/check`
pub(crate) async fn check(
    Authorized { permit, .. }: Authorized<Deed>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<StartConnectionCheck>,
) -> Result<Response, Error> {
    let by = StartBy::from(Trigger::Api).with_key(key);
    answer::started(&web.store().runs().verify(&permit, wish.again.unwrap_or(false), by).await?)
}

/// `GET /api/v1/tenants/{tenant}/connection/report`
pub(crate) async fn latest(guard: SeesIn<can::TenantView>, State(web): State<WebState>) -> Result<Response, Error> {
    let reports = web.store().connection_checks().latest(&guard.scope, 2).await?;
    let mut reports = reports.into_iter();
    let latest = reports.next().ok_or(Error::NotFound)?;
    ok(&report(latest, reports.next().as_ref()))
}
