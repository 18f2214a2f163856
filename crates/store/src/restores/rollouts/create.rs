//! Making a rollout, with a restore for each tenant; and ending it.

use std::collections::BTreeSet;

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::{RolloutId, TenantId};
use model::restore::{Purpose, RestoreState, Source};
use model::rollout::{MAX_OBJECTS, MAX_RINGS, MAX_TENANTS, RolloutState};

use super::super::choose::take;
use super::super::create::{Draft, insert};
use super::super::{Choice, state};
use super::{Rollouts, hold, of_every_tenant};
use crate::access::{Permit, SignedIn, TenantScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// The longest name, in characters.
const MAX_NAME: usize = 100;

/// A rollout that is to be made.
#[derive(Debug, Clone)]
pub struct NewRollout {
    /// What it is called; empty: as its source.
    pub name: String,
    /// Where the wanted state comes from.
    pub source: Source,
    /// What of it.
    pub choice: Choice,
    /// The tenants with their rings, from 1.
    pub rings: Vec<(TenantId, u32)>,
}

impl Rollouts<'_> {
    /// Makes a rollout and, for each tenant, the restore that it carries out there. `from` is the tenant of the source; `who` is whoever
    /// asks, who has to be allowed to restore in each of the tenants.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for whoever is not entitled to every tenant, and when there is no such source or tenant;
    /// [`StoreError::Conflict`] when nothing or too much is named; [`StoreError::Forbidden`] without the capability.
    pub async fn create(
        &self,
        permit: &Permit<can::RestoreExecute>,
        who: &SignedIn,
        from: &TenantScope,
        new: &NewRollout,
    ) -> Result<RolloutId> {
        const INSERT: &str =
            "insert into rollouts (id, workspace_id, name, state, source, source_words, source_tenant_id, executions,
            created_by, created_by_name, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $now, $now)";
        const TARGET: &str =
            "insert into rollout_targets (rollout_id, number, workspace_id, ring, tenant_id, tenant_name, restore_id, left_out)
            values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let grant = permit.grant();
        of_every_tenant(grant)?;
        if from.workspace_id() != grant.workspace_id() || grant.user().map(|user| user.id) != Some(who.user().id) {
            return Err(StoreError::NotVisible);
        }
        in_rings(&new.rings)?;
        let restores = self.0.restores();
        let words = restores.words(from, &new.source).await?;
        let taken = restores.chosen(from, &new.source, &new.choice).await?;
        if taken.is_empty() {
            return Err(StoreError::Conflict("choose at least one object of the source"));
        }
        if taken.len().saturating_mul(new.rings.len()) > MAX_OBJECTS {
            return Err(StoreError::Conflict("that is more than 20,000 objects in all tenants together; choose fewer"));
        }
        let mut tenants = Vec::with_capacity(new.rings.len());
        for (tenant, ring) in &new.rings {
            let scope = self.0.access().tenant(who, *tenant).await?;
            if scope.workspace_id() != grant.workspace_id() {
                return Err(StoreError::NotVisible);
            }
            scope.permit::<can::RestoreExecute>()?;
            tenants.push((scope, *ring));
        }
        let id = RolloutId::generate();
        let name: String = new.name.trim().chars().filter(|c| *c != '\0').take(MAX_NAME).collect();
        let name = if name.is_empty() { words.chars().take(MAX_NAME).collect() } else { name };
        let mut tx = self.0.db().write(grant.reach()).await?;
        let insert_it = sql(INSERT)
            .bind(id)
            .bind(grant.workspace_id())
            .bind(name.as_str())
            .bind(RolloutState::Draft.code())
            .bind(serde_json::json!(new.source))
            .bind(words.as_str())
            .bind(from.tenant_id())
            .bind(who.user().id)
            .bind(who.user().name.as_str());
        tx.exec(insert_it).await?;
        for (number, (scope, ring)) in (1_i64..).zip(&tenants) {
            let words =
                if scope.tenant_id() == from.tenant_id() { words.clone() } else { format!("{words} of {}", from.tenant().name) };
            let draft = Draft {
                name: &name,
                purpose: Purpose::Restore,
                source: new.source,
                words: &words,
                source_tenant: Some(from.tenant_id()),
                parent: None,
            };
            let restore = insert(&mut tx, scope.grant(), &draft).await?;
            tx.exec(sql("update restores set rollout_id = $2 where id = $1").bind(restore).bind(id)).await?;
            let mut held = state::hold(&mut tx, scope.grant(), restore).await?;
            take(&mut tx, scope.grant(), restore, &taken).await?;
            held.back_to(&mut tx, RestoreState::Scoped).await?;
            let target = sql(TARGET)
                .bind(id)
                .bind(number)
                .bind(grant.workspace_id())
                .bind(*ring)
                .bind(scope.tenant_id())
                .bind(scope.tenant().name.as_str())
                .bind(restore)
                .bind(false);
            tx.exec(target).await?;
        }
        let count = i64::try_from(tenants.len()).unwrap_or(i64::MAX);
        let entry = AuditEntry::done(Action::RolloutCreate).on("rollout", id.uuid()).with("tenants", count);
        tx.commit(grant.actor(), entry).await?;
        Ok(id)
    }

    /// Ends a rollout: what was not carried out is not, by it; the restores that are left are on their own.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] while it is at work, and when it is over.
    pub async fn end(&self, permit: &Permit<can::RestoreExecute>, id: RolloutId) -> Result<()> {
        const END: &str = "update rollouts set state = $2, completed_at = $now, updated_at = $now where id = $1";
        let grant = permit.grant();
        of_every_tenant(grant)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id).await?;
        let rollout = super::list::read(&mut tx, grant, id).await?;
        if !rollout.state.is_open() {
            return Err(StoreError::Conflict("the rollout is at work, or over"));
        }
        tx.exec(sql(END).bind(id).bind(RolloutState::Ended.code())).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::RolloutEnd).on("rollout", id.uuid())).await
    }
}

/// Each tenant once, in rings that can be counted.
fn in_rings(rings: &[(TenantId, u32)]) -> Result<()> {
    let tenants: BTreeSet<TenantId> = rings.iter().map(|(tenant, _)| *tenant).collect();
    match () {
        () if rings.is_empty() => Err(StoreError::Conflict("choose at least one tenant")),
        () if rings.len() > MAX_TENANTS => Err(StoreError::Conflict("a rollout has 200 tenants at most")),
        () if tenants.len() != rings.len() => Err(StoreError::Conflict("a tenant is in one ring only")),
        () if rings.iter().any(|(_, ring)| !(1..=MAX_RINGS).contains(ring)) => {
            Err(StoreError::Conflict("rings are numbered from 1 to 9"))
        }
        () if !rings.iter().any(|(_, ring)| *ring == 1) => {
            Err(StoreError::Conflict("put at least one tenant into ring 1, the pilot"))
        }
        () => Ok(()),
    }
}
