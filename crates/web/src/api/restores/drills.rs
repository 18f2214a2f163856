//! Restore drills: how much of a tenant's backup would come back.

use crate::api::page_query::PageQuery;
use axum::extract::State;
use axum::response::Response;
use model::access::can;
use model::ids::{BackupSetId, RunId};
use model::operations::restore_drill;
use model::run::{StartBy, Trigger};
use model::time::Moment;
use store::{Drill, DrillType};

use crate::api::answer::{self, ok, started};
use crate::api::answers;
use crate::api::headers::IdempotencyKey;
use crate::api::query::{self, Query};
use crate::auth::deeds::StartDrill;
use crate::auth::{Authorized, SeesIn};
use crate::error::Error;
use crate::state::WebState;

answers! {
    /// A restore drill: the latest complete backup, put back into a simulated copy of the tenant that lost everything.
    RestoreDrill {
        /// From 0 to 100: what came back of everything in the backup, rounded down.
        score: i64,
        /// Objects of the backup.
        objects: i64,
        /// Those of them that a restore may put back.
        restorable: i64,
        /// Those that came back as they were.
        verified: i64,
        /// How long the recovery would take, in milliseconds.
        takes_ms: i64,
        /// Requests that it would send.
        requests: i64,
        /// How many of them write.
        writes: i64,
        /// Secrets in whose place something made up was written.
        placeholders: i64,
        /// The backup, while it is there.
        backup_id: Option<BackupSetId>,
        /// What that was called.
        backup_name: String,
        /// When it was taken.
        taken_at: Moment,
        /// The run, while it is recorded.
        run_id: Option<RunId>,
        /// When the drill ended.
        drilled_at: Moment,
    }

    /// Why objects did not come back.
    RestoreDrillReason {
        /// The code of a failure, or of a hindrance.
        code: String,
        /// How many objects.
        count: i64,
    }

    /// What came of the objects of a type.
    RestoreDrillType {
        /// Key of the type.
        resource_type: String,
        /// Objects of the backup.
        objects: i64,
        /// Those of them that a restore may put back.
        restorable: i64,
        /// Those that came back as they were.
        verified: i64,
        /// Why the others did not, the most frequent first.
        reasons: Vec<RestoreDrillReason>,
    }

    /// A restore drill with its types.
    RestoreDrillDetail {
        /// The drill.
        drill: RestoreDrill,
        /// What came of each type, by key.
        types: Vec<RestoreDrillType>,
    }
}

impl From<Drill> for RestoreDrill {
    fn from(drill: Drill) -> Self {
        Self {
            score: drill.score,
            objects: drill.figures.readiness.objects,
            restorable: drill.figures.readiness.restorable,
            verified: drill.figures.readiness.verified,
            takes_ms: drill.figures.takes_ms,
            requests: drill.figures.requests,
            writes: drill.figures.writes,
            placeholders: drill.figures.placeholders,
            backup_id: drill.set,
            backup_name: drill.set_name,
            taken_at: drill.taken_at,
            run_id: drill.run,
            drilled_at: drill.at,
        }
    }
}

impl From<DrillType> for RestoreDrillType {
    fn from(one: DrillType) -> Self {
        let reason = |reason: store::DrillReason| RestoreDrillReason { code: reason.code, count: reason.count };
        Self {
            resource_type: one.resource_type,
            objects: one.readiness.objects,
            restorable: one.readiness.restorable,
            verified: one.readiness.verified,
            reasons: one.reasons.into_iter().map(reason).collect(),
        }
    }
}

/// `POST /api/v1/tenants/{tenant}/restore-drills`
pub(crate) async fn start(
    Authorized { tenant, permit }: Authorized<StartDrill>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Error> {
    let by = StartBy::from(Trigger::Api).with_key(key);
    let request = restore_drill::request(tenant.scope.tenant_id());
    started(&web.store().runs().start(&permit, &request, by).await?)
}

/// `GET /api/v1/tenants/{tenant}/restore-drills?limit=&cursor=`
pub(crate) async fn list(
    guard: SeesIn<can::RestoreExecute>,
    State(web): State<WebState>,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let found = web.store().restores().drills(&guard.scope, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(RestoreDrill::from))
}

/// `GET /api/v1/tenants/{tenant}/restore-drills/latest`
pub(crate) async fn latest(guard: SeesIn<can::RestoreExecute>, State(web): State<WebState>) -> Result<Response, Error> {
    let restores = web.store().restores();
    let (drill, _) = restores.latest_drill(&guard.scope).await?.ok_or(Error::NotFound)?;
    let (drill, types) = restores.drill(&guard.scope, drill.id).await?;
    ok(&RestoreDrillDetail { drill: drill.into(), types: types.into_iter().map(RestoreDrillType::from).collect() })
}
