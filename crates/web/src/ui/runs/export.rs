//! The list as a file: read page by page while it is sent, so that it costs the same memory however long it is.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use model::page::Cursor;
use model::run::{CountKey, Run};
use store::Store;
use store::access::WorkspaceScope;
use store::runs::RunFilter;

use super::list::{OFFERED, filter, of_theirs, wanted};
use crate::auth::Member;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::csv::line;
use crate::ui::tenant_names::TenantNames;

/// Rows that are read at a time.
const AT_ONCE: u32 = 500;
/// Rows that a file holds at most.
const MOST: usize = 1_000_000;

const HEAD: [&str; 19] = [
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

/// `GET /admin/operations.csv?…`: the parameters of the list.
pub(crate) async fn export(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let filter = filter(&query)?;
    of_theirs(&web, &guard, filter.tenant).await?;
    let tenants = web.store().workspaces().find_tenants(&guard.scope, None, None, OFFERED).await?.rows;
    let first = Step {
        store: web.store().clone(),
        wanted: wanted(&filter, web.store().now().await?),
        scope: guard.scope,
        names: TenantNames::of(&tenants),
        cursor: None,
        sent: 0,
        part: Part::Head,
    };
    // An error in the middle of a file cannot be told by a status any more: its last line tells it.
    let lines = stream::unfold(first, |step| async move { step.next().await }).fuse();
    let mut response = Response::new(Body::from_stream(lines));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"operations.csv\""));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    Rows,
    Over,
}

struct Step {
    store: Store,
    scope: WorkspaceScope,
    wanted: RunFilter,
    names: TenantNames,
    cursor: Option<Cursor>,
    sent: usize,
    part: Part,
}

impl Step {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        let text = match self.part {
            Part::Head => {
                self.part = Part::Rows;
                line(HEAD)
            }
            Part::Rows => self.rows().await,
            Part::Over => return None,
        };
        Some((Ok(Bytes::from(text)), self))
    }

    async fn rows(&mut self) -> Vec<u8> {
        let found = match self.store.runs().list(&self.scope, &self.wanted, self.cursor.as_ref(), AT_ONCE).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, sent = self.sent, "an export broke off");
                self.part = Part::Over;
                return line(["INCOMPLETE: the database did not answer; export again"]);
            }
        };
        let mut text = Vec::new();
        for run in &found.page.rows {
            text.extend(line(self.cells(run)));
        }
        self.sent += found.page.rows.len();
        self.cursor = found.page.next.or(found.further);
        if self.cursor.is_none() {
            self.part = Part::Over;
        } else if self.sent >= MOST {
            text.extend(line([format!("INCOMPLETE: only the newest {MOST} runs are exported; narrow the list")]));
            self.part = Part::Over;
        }
        text
    }

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
