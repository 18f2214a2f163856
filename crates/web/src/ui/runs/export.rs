//! The list as a file.

use axum::extract::State;
use axum::response::Response;
use model::page::Cursor;
use model::run::{CountKey, Run};
use store::access::WorkspaceScope;
use store::runs::RunFilter;
use store::{Store, StoreError};

use super::list::{OFFERED, filter, of_theirs, wanted};
use crate::auth::Member;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::csv::file::{AT_ONCE, Exported, Portion, file};
use crate::ui::tenant_names::TenantNames;

/// `GET /admin/operations.csv?…`: the parameters of the list.
pub(crate) async fn export(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let filter = filter(&query)?;
    of_theirs(&web, &guard, filter.tenant).await?;
    let tenants = web.store().workspaces().find_tenants(&guard.scope, None, None, OFFERED).await?.rows;
    Ok(file(Runs {
        store: web.store().clone(),
        wanted: wanted(&filter, web.store().now().await?),
        scope: guard.scope,
        names: TenantNames::of(&tenants),
    }))
}

struct Runs {
    store: Store,
    scope: WorkspaceScope,
    wanted: RunFilter,
    names: TenantNames,
}

impl Exported for Runs {
    const FILE: &'static str = "operations.csv";
    const ROWS: &'static str = "runs";
    const HEAD: &'static [&'static str] = &[
        "run_id",
        "type",
        "tenant_id",
        "tenant",
        "status",
        "outcome",
        "reason_code",
        "trigger",
        "initiator",
        "created_at_utc",
        "started_at_utc",
        "completed_at_utc",
        "attempt",
        "total",
        "processed",
        "succeeded",
        "failed",
        "skipped",
        "retry_of_run_id",
    ];

    async fn portion(&self, from: Option<&Cursor>) -> Result<Portion, StoreError> {
        let found = self.store.runs().list(&self.scope, &self.wanted, from, AT_ONCE).await?;
        let mut portion = Portion::default();
        found.page.rows.iter().for_each(|run| portion.row(self.cells(run)));
        portion.next = found.page.next.or(found.further);
        Ok(portion)
    }
}

impl Runs {
    fn cells(&self, run: &Run) -> [String; 19] {
        let at = |moment: Option<model::time::Moment>| moment.map(|at| at.to_string()).unwrap_or_default();
        let count = |key| run.counts.get(key).map(|count| count.to_string()).unwrap_or_default();
        [
            run.id.to_string(),
            run.type_code.clone(),
            run.tenant_id.map(|id| id.to_string()).unwrap_or_default(),
            self.names.name(run.tenant_id).unwrap_or_default(),
            run.status.to_string(),
            run.outcome.to_string(),
            run.reason_code.clone().unwrap_or_default(),
            run.trigger.to_string(),
            run.initiator_name.clone(),
            at(Some(run.created_at)),
            at(run.started_at),
            at(run.completed_at),
            run.attempt.to_string(),
            count(CountKey::Total),
            count(CountKey::Processed),
            count(CountKey::Succeeded),
            count(CountKey::Failed),
            count(CountKey::Skipped),
            run.retry_of_run_id.map(|id| id.to_string()).unwrap_or_default(),
        ]
    }
}
