//! Writing what a run was told, and forgetting what is old.

use std::collections::BTreeMap;

use model::attribution::{KEPT, TenantEvent};
use model::ids::TenantEventId;
use uuid::Uuid;

use super::{BY_RUN, TenantEvents};
use crate::access::RunScope;
use crate::bind::storable;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::runs::fenced;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;
/// Events that one statement forgets.
const FORGOTTEN: u32 = 1_000;

/// What writing events did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EventsEffect {
    /// New ones.
    pub created: i64,
    /// Known ones, of which nothing was written.
    pub known: i64,
}

impl TenantEvents<'_> {
    /// Writes events; one that is known by its tenant, source and Microsoft's id is left as it is.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; nothing is written then.
    pub async fn observe(&self, run: &RunScope, events: &[TenantEvent]) -> Result<EventsEffect> {
        let told: BTreeMap<(&str, String), &TenantEvent> =
            events.iter().map(|event| ((event.source.code(), storable(event.event_id.clone())), event)).collect();
        let told: Vec<&TenantEvent> = told.into_values().collect();
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let mut effect = EventsEffect::default();
        for chunk in told.chunks(CHUNK) {
            let created = insert(&mut tx, run, chunk).await?;
            effect.created += created;
            effect.known += i64::try_from(chunk.len()).unwrap_or(i64::MAX) - created;
        }
        tx.commit_unaudited(BY_RUN).await?;
        Ok(effect)
    }

    /// Forgets events that are older than [`KEPT`], in short transactions; how many. The record of the logs begins later with the
    /// first of them, so that nobody takes for silence what was forgotten.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn forget_old(&self, run: &RunScope) -> Result<i64> {
        const FORGET: &str = "delete from tenant_audit_events where id in
          (select id from tenant_audit_events where tenant_id = $1 and at < $2 order by at limit $3)";
        const BEGINS: &str = "update tenant_audit_sources set complete_from = $2 where tenant_id = $1 and complete_from < $2";
        let before = self.0.now().await?.minus(KEPT);
        let mut forgotten = 0_i64;
        loop {
            let (mut tx, _) = fenced(self.0.db(), run).await?;
            tx.exec(sql(BEGINS).bind(run.tenant_id()).bind(before)).await?;
            let gone = tx.exec(sql(FORGET).bind(run.tenant_id()).bind(before).bind(FORGOTTEN)).await?;
            tx.commit_unaudited(BY_RUN).await?;
            forgotten = forgotten.saturating_add(i64::try_from(gone).unwrap_or(i64::MAX));
            if gone < u64::from(FORGOTTEN) {
                return Ok(forgotten);
            }
        }
    }
}

/// Writes new ones with the objects that they name; gives how many were new.
async fn insert(tx: &mut Tx, run: &RunScope, events: &[&TenantEvent]) -> Result<i64> {
    let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a run of events without a tenant"))?;
    let mut insert =
        sql("insert into tenant_audit_events (id, tenant_id, workspace_id, source, event_id, at, arrived_at, actor_kind,
      actor, app, activity, operation, result, took_effect, names_more, correlation_id) values ");
    let mut by_id = BTreeMap::new();
    for (i, event) in events.iter().enumerate() {
        let id = TenantEventId::generate();
        by_id.insert(id.uuid(), *event);
        insert = insert
            .push_bind(if i == 0 { "(" } else { ", (" }, id)
            .push_bind(", ", tenant)
            .push_bind(", ", run.workspace_id())
            .push_bind(", ", event.source.code())
            .push_bind(", ", event.event_id.as_str())
            .push_bind(", ", event.at)
            .push_bind(", $now, ", event.actor.kind.code())
            .push_bind(", ", event.actor.name.as_str())
            .push_bind(", ", event.actor.app.clone())
            .push_bind(", ", event.activity.as_str())
            .push_bind(", ", event.operation.as_str())
            .push_bind(", ", event.result.as_str())
            .push_bind(", ", event.took_effect())
            .push_bind(", ", event.names_more)
            .push_bind(", ", event.correlation_id.clone())
            .push(")");
    }
    let new: Vec<(Uuid,)> = tx.all(insert.push(" on conflict (tenant_id, source, event_id) do nothing returning id")).await?;
    for (id,) in &new {
        let Some(event) = by_id.get(id) else { continue };
        let mut nth = 0_i64;
        for chunk in event.resources.chunks(CHUNK) {
            let mut insert = sql(
                "insert into tenant_audit_resources (event, nth, tenant_id, workspace_id, at, object_id, kind, name) values ",
            );
            for (i, resource) in chunk.iter().enumerate() {
                insert = insert
                    .push_bind(if i == 0 { "(" } else { ", (" }, *id)
                    .push_bind(", ", nth)
                    .push_bind(", ", tenant)
                    .push_bind(", ", run.workspace_id())
                    .push_bind(", ", event.at)
                    .push_bind(", ", resource.object_id.as_str())
                    .push_bind(", ", resource.kind.as_str())
                    .push_bind(", ", resource.name.as_str())
                    .push(")");
                nth += 1;
            }
            tx.exec(insert).await?;
        }
    }
    Ok(i64::try_from(new.len()).unwrap_or(i64::MAX))
}
