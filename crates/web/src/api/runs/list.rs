//! The runs of the workspace.

use axum::extract::State;
use axum::response::Response;
use model::access::can;
use model::ids::{TenantId, UserId};
use model::operations::Operation;
use model::run::{Outcome, Status, Trigger};
use model::time::Moment;
use store::runs::{RunFilter, RunTab};

use super::shapes::RunRow;
use crate::api::coded::Choice;
use crate::api::query::{self, Query};
use crate::api::{answer, queries};
use crate::auth::Looks;
use crate::error::Error;
use crate::state::WebState;

queries! {
    /// Which runs.
    RunQuery {
        /// All, those under way, those that failed or were blocked or succeeded in part, or those that succeeded.
        tab: Option<Choice<RunTab>>,
        /// Only of this tenant.
        tenant: Option<TenantId>,
        /// Only of this type.
        r#type: Option<Choice<Operation>>,
        /// Only with this status.
        status: Option<Choice<Status>>,
        /// Only with this outcome.
        outcome: Option<Choice<Outcome>>,
        /// Only so started.
        trigger: Option<Choice<Trigger>>,
        /// Only started by this person.
        initiator: Option<UserId>,
        /// Only made at or after.
        since: Option<Moment>,
        /// Only made before.
        until: Option<Moment>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

/// A moment that both databases can compare with: nothing is older than the first of these years.
pub(crate) fn bounded(moment: Moment) -> Moment {
    moment.max(Moment::from_micros(0))
}

/// `GET /api/v1/runs?…`: newest first. A page may be short and have a `next` all the same: then the search stopped before it was full.
pub(crate) async fn list(
    Looks { member, .. }: Looks<can::WorkspaceOperationsView>,
    State(web): State<WebState>,
    query: Query<RunQuery>,
) -> Result<Response, Error> {
    let wanted = &query.wanted;
    if let Some(tenant) = wanted.tenant {
        // A tenant that is not theirs is answered as one that does not exist.
        let scope = web.store().access().tenant(&member.signed.who, tenant).await?;
        if scope.workspace_id() != member.scope.workspace_id() {
            return Err(Error::NotFound);
        }
    }
    let filter = RunFilter {
        tab: wanted.tab.map_or(RunTab::All, |tab| tab.0),
        tenant: wanted.tenant,
        type_code: wanted.r#type.map(|operation| operation.0.code().to_owned()),
        status: wanted.status.map(|status| status.0),
        outcome: wanted.outcome.map(|outcome| outcome.0),
        trigger: wanted.trigger.map(|trigger| trigger.0),
        initiator: wanted.initiator,
        since: wanted.since.map(bounded),
        until: wanted.until.map(bounded),
    };
    let (rows, cursor) = (query::rows(wanted.limit)?, query::cursor(wanted.cursor.as_deref())?);
    let mut found = web.store().runs().list(&member.scope, &filter, cursor.as_ref(), rows).await?;
    found.page.next = found.page.next.or(found.further);
    let row = |run: model::run::Run| {
        let may_open = run.operation.is_none_or(|operation| member.scope.may_open_run(run.tenant_id, operation));
        RunRow::of(run, may_open)
    };
    answer::page(&query, found.page.map(row))
}
