//! Accepting what a finding shows: a new version of the baseline says so.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::baseline::{VersionSource, VersionState};
use model::finding::{Finding, FindingKind, FindingState, HistoryEvent};
use model::ids::{BaselineId, FindingId};
use serde_json::json;
use uuid::Uuid;

use super::Baselines;
use super::edit::{copy, make_active};
use super::row::hold;
use crate::access::{Permit, TenantScope};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::findings::{Line, tell_in};
use crate::sql::sql;

impl Baselines<'_> {
    /// Makes and activates a version that says of the object of a finding what the tenant has now: its content, or that it is not there.
    /// What is pinned stays pinned, but for this tenant. The number of the version.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a finding that the tenant does not have, and in another workspace; [`StoreError::Conflict`] when it
    /// was changed meanwhile, is over, is of no baseline or of many objects together, or when the baseline is archived or has a draft.
    pub async fn accept(
        &self,
        permit: &Permit<can::WorkspaceBaselinesManage>,
        scope: &TenantScope,
        finding: FindingId,
        revision: i64,
    ) -> Result<i64> {
        const PIN: &str = "update baseline_assignments set pinned_number = $3 where tenant_id = $1 and baseline_id = $2
          and pinned_number is not null";
        let grant = permit.grant();
        if scope.workspace_id() != grant.workspace_id() {
            return Err(StoreError::NotVisible);
        }
        let found = self.0.findings().find(scope, finding).await?;
        let Some(of) = found.baseline.as_ref().filter(|of| !of.object_id.is_empty()) else {
            return Err(StoreError::Conflict("only what one object deviates from a baseline by can be accepted into it"));
        };
        if found.revision != revision {
            return Err(StoreError::Conflict("the finding was changed meanwhile; look at it again"));
        }
        if !found.state.deviates() {
            return Err(StoreError::Conflict("the finding is over"));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        let held = hold(&mut tx, grant, of.id, None).await?;
        let active = held.active.ok_or(StoreError::Conflict("the baseline has no active version"))?;
        if held.draft.is_some() {
            return Err(StoreError::Conflict("the baseline has a draft; activate that first"));
        }
        if held.follows {
            return Err(StoreError::Conflict("the baseline follows a tenant; change it there, or let it follow no longer"));
        }
        let number = held.latest + 1;
        let states = (VersionState::Draft, VersionSource::Finding);
        copy(&mut tx, grant, of.id, (active, number), states).await?;
        take_over(&mut tx, scope, &found, (of.id, number), &of.object_id).await?;
        make_active(&mut tx, of.id, number).await?;
        tx.exec(sql(PIN).bind(scope.tenant_id()).bind(of.id).bind(number)).await?;
        let ended = end(&mut tx, scope, &found, of.id, &of.object_id).await?;
        if !ended.contains(&finding.uuid()) {
            return Err(StoreError::Conflict("the finding was changed meanwhile; look at it again"));
        }
        let line = |id: &Uuid| Line::of(FindingId::from_uuid(*id), HistoryEvent::Accepted, FindingState::Resolved);
        let lines: Vec<Line<'_>> = ended.iter().map(line).collect();
        tell_in(&mut tx, grant, Some(scope.tenant_id()), None, &lines).await?;
        let entry = AuditEntry::done(Action::BaselineAccept)
            .on("baseline", of.id.uuid())
            .with("version", number)
            .with("finding", finding.uuid())
            .with("tenant", scope.tenant_id().uuid());
        tx.commit(grant.actor(), entry).await?;
        Ok(number)
    }
}

/// Writes into the version what the tenant has.
async fn take_over(
    tx: &mut Tx,
    scope: &TenantScope,
    found: &Finding,
    (id, number): (BaselineId, i64),
    object: &str,
) -> Result<()> {
    const REMOVE: &str =
        "delete from baseline_items where baseline_id = $1 and number = $2 and resource_type = $3 and object_id = $4";
    const LAST: &str = "select 1 from baseline_items where baseline_id = $1 and number = $2 limit 1";
    const PUT: &str = "insert into baseline_items (baseline_id, number, resource_type, object_id, workspace_id, name, name_key, home_tenant_id,
        content_tenant_id, content_hash, semantic_hash, body_hash, assignments_hash, scope_tags_hash, ignored)
      select $1, $2, i.resource_type, $4, v.workspace_id, v.name, i.name_key, v.tenant_id, v.tenant_id, v.content_hash, v.semantic_hash,
        v.body_hash, v.assignments_hash, v.scope_tags_hash, $6
      from inventory_items i join policy_versions v on v.item_id = i.id and v.number = $7
      where i.tenant_id = $5 and i.resource_type = $3 and i.id = $8 and v.content_hash is not null
      on conflict (baseline_id, number, resource_type, object_id) do update set name = excluded.name, name_key = excluded.name_key,
        content_tenant_id = excluded.content_tenant_id, content_hash = excluded.content_hash, semantic_hash = excluded.semantic_hash,
        body_hash = excluded.body_hash, assignments_hash = excluded.assignments_hash, scope_tags_hash = excluded.scope_tags_hash";
    let of = |text| sql(text).bind(id).bind(number).bind(found.resource_type.as_str()).bind(object);
    if found.kind == FindingKind::Removed {
        tx.exec(of(REMOVE)).await?;
        let any: Option<(i32,)> = tx.optional(sql(LAST).bind(id).bind(number)).await?;
        return any.map(drop).ok_or(StoreError::Conflict("the baseline would have no objects; archive it instead"));
    }
    // Exactly the version that the finding shows: what came since is for the next comparison.
    let put = of(PUT).bind(scope.tenant_id()).bind(json!([])).bind(found.current_version).bind(found.item_id);
    if tx.exec(put).await? == 0 {
        return Err(StoreError::Conflict("the object is not there any more; compare again"));
    }
    Ok(())
}

/// Ends all that the tenant's object deviates by.
async fn end(tx: &mut Tx, scope: &TenantScope, found: &Finding, id: BaselineId, object: &str) -> Result<Vec<Uuid>> {
    const END: &str =
        "update findings set state = 'resolved', resolution = 'accepted', accepted_until = null, accepted_reason = null,
        state_at = $now, revision = revision + 1
      where tenant_id = $1 and baseline_id = $2 and resource_type = $3 and baseline_object_id = $4
        and state in ('new', 'triaged', 'in_progress', 'risk_accepted') returning id";
    let end = sql(END).bind(scope.tenant_id()).bind(id).bind(found.resource_type.as_str()).bind(object);
    Ok(tx.all::<(Uuid,)>(end).await?.into_iter().map(|(id,)| id).collect())
}
