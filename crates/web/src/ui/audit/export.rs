//! The audit log as a file: read page by page while it is sent. Looking leaves no entry.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use model::access::can;
use model::audit::AuditRecord;
use model::ids::ThingId;
use model::page::Cursor;
use pages::audit::{Filter, sentence};
use store::access::Permit;
use store::{AuditFilter, AuditList, Store};

use super::wanted::{filter, wanted};
use crate::auth::{Looks, LooksInTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::csv::line;
use crate::ui::runs::list::of_theirs;

/// Entries that are read at a time.
const AT_ONCE: u32 = 500;
/// Entries that a file holds at most.
const MOST: usize = 1_000_000;

const HEAD: [&str; 15] = [
    "entry_id",
    "at_utc",
    "what",
    "action",
    "outcome",
    "actor_kind",
    "actor_id",
    "actor",
    "tenant_id",
    "tenant",
    "subject_kind",
    "subject_id",
    "subject",
    "run_id",
    "details",
];

/// `GET /admin/audit.csv?…`: the parameters of the page.
pub(crate) async fn export(
    Looks { member, permit }: Looks<can::WorkspaceAuditView>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    let filter = filter(&query, None)?;
    of_theirs(&web, &member, filter.tenant).await?;
    file(&web, permit, &filter)
}

/// `GET /admin/t/{tenant}/audit.csv?…`
pub(crate) async fn of_tenant(
    LooksInTenant { tenant, permit }: LooksInTenant<can::WorkspaceAuditView>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    file(&web, permit, &filter(&query, Some(tenant.scope.tenant_id()))?)
}

fn file(web: &WebState, permit: Permit<can::WorkspaceAuditView>, filter: &Filter) -> Result<Response, Error> {
    let wanted = wanted(filter).map_err(|_| Error::BadRequest("The address cannot be understood."))?;
    let first = Step { store: web.store().clone(), permit, wanted, cursor: None, sent: 0, part: Part::Head };
    // An error in the middle of a file cannot be told by a status any more: its last line tells it.
    let lines = stream::unfold(first, |step| async move { step.next().await }).fuse();
    let mut response = Response::new(Body::from_stream(lines));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"audit.csv\""));
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
    permit: Permit<can::WorkspaceAuditView>,
    wanted: AuditFilter,
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
        let found = match self.store.audit().list(&self.permit, &self.wanted, self.cursor.as_ref(), AT_ONCE).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, sent = self.sent, "an export broke off");
                self.part = Part::Over;
                return line(["INCOMPLETE: the database did not answer; export again"]);
            }
        };
        let mut text = Vec::new();
        for record in &found.page.rows {
            text.extend(line(cells(record, &found)));
        }
        self.sent += found.page.rows.len();
        self.cursor = found.page.next.or(found.further);
        if self.cursor.is_none() {
            self.part = Part::Over;
        } else if self.sent >= MOST {
            text.extend(line([format!("INCOMPLETE: only the newest {MOST} entries are exported; narrow the list")]));
            self.part = Part::Over;
        }
        text
    }
}

fn cells(record: &AuditRecord, list: &AuditList) -> [String; 15] {
    let called = |id: Option<ThingId>| id.and_then(|id| list.names.get(&id)).cloned().unwrap_or_default();
    fn id(id: Option<impl ToString>) -> String {
        id.map(|id| id.to_string()).unwrap_or_default()
    }
    let tenant = record.tenant_id.map(|id| ThingId::from_uuid(id.uuid()));
    [
        record.id.to_string(),
        record.at.to_string(),
        sentence(record, &list.names),
        record.action.clone(),
        record.outcome.clone(),
        record.actor_kind.clone(),
        id(record.actor_id),
        called(record.actor_id),
        id(tenant),
        called(tenant),
        record.subject_kind.clone().unwrap_or_default(),
        id(record.subject_id),
        called(record.subject_id),
        record.run_id.map(|run| run.to_string()).unwrap_or_default(),
        record.details.to_string(),
    ]
}
