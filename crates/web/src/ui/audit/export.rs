//! The audit log as a file. Looking leaves no entry.

use axum::extract::State;
use axum::response::Response;
use model::access::can;
use model::audit::AuditRecord;
use model::ids::ThingId;
use model::page::Cursor;
use pages::audit::{Filter, sentence};
use store::access::Permit;
use store::{AuditFilter, AuditList, Store, StoreError};

use super::wanted::{filter, wanted};
use crate::auth::{Looks, LooksInTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::csv::file::{AT_ONCE, Exported, Portion, file};
use crate::ui::runs::list::of_theirs;

/// `GET /admin/audit.csv?…`: the parameters of the page.
pub(crate) async fn export(
    Looks { member, permit }: Looks<can::WorkspaceAuditView>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    let filter = filter(&query, None)?;
    of_theirs(&web, &member, filter.tenant).await?;
    exported(&web, permit, &filter)
}

/// `GET /admin/t/{tenant}/audit.csv?…`
pub(crate) async fn of_tenant(
    LooksInTenant { tenant, permit }: LooksInTenant<can::WorkspaceAuditView>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    exported(&web, permit, &filter(&query, Some(tenant.scope.tenant_id()))?)
}

fn exported(web: &WebState, permit: Permit<can::WorkspaceAuditView>, filter: &Filter) -> Result<Response, Error> {
    let wanted = wanted(filter).map_err(|_| Error::BadRequest("The address cannot be understood."))?;
    Ok(file(Entries { store: web.store().clone(), permit, wanted }))
}

struct Entries {
    store: Store,
    permit: Permit<can::WorkspaceAuditView>,
    wanted: AuditFilter,
}

impl Exported for Entries {
    const FILE: &'static str = "audit.csv";
    const ROWS: &'static str = "entries";
    const HEAD: &'static [&'static str] = &[
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

    async fn portion(&self, from: Option<&Cursor>) -> Result<Portion, StoreError> {
        let found = self.store.audit().list(&self.permit, &self.wanted, from, AT_ONCE).await?;
        let mut portion = Portion::default();
        found.page.rows.iter().for_each(|record| portion.row(cells(record, &found)));
        portion.next = found.page.next.clone().or(found.further);
        Ok(portion)
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
