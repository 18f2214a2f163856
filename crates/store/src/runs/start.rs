//! Starting, for people: authorise, create or reuse, commit.

use model::access::{Capable, Plane};
use model::audit::{Action, AuditEntry};
use model::ids::RunId;
use model::run::{RunRequest, StartBy, StartKey, Started, Trigger};

use super::Runs;
use super::ensure::ensure;
use super::insert::{Links, NewRun};
use super::start_keys::{record, recorded, request_hash};
use super::verify::supersede;
use crate::access::{Grant, Permit, RunScope, TenantScope};
use crate::alerts;
use crate::db::Result;
use crate::error::StoreError;
use crate::restores;

/// What is done in a start's transaction before it looks for an equal run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Before {
    /// Nothing.
    Nothing,
    /// Connection checks of the place that are under way are ended.
    Supersede,
    /// A restore is held and compared with what was seen; it moves on with the run.
    Restore(restores::Start),
    /// The same of a rollout.
    Rollout(restores::RolloutStart),
}

/// How often a start looks again when the run that it met ended in between.
const TRIES: usize = 20;

impl Runs<'_> {
    /// Starts an operation, or finds the equal one that is under way. Commits with the audit entry, the first event and the
    /// notice; makes no outbound call. A wish that carries a key and was sent before gives the run that it gave then.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] when the permit is for another capability than the operation's; [`StoreError::KeyMismatch`] when
    /// the key was sent before with another wish.
    pub async fn start<C: Capable>(&self, permit: &Permit<C>, request: &RunRequest, by: impl Into<StartBy>) -> Result<Started> {
        let entry = request.operation().entry();
        if C::CAPABILITY != entry.capability {
            return Err(StoreError::Forbidden(entry.capability));
        }
        // What happens in a tenant is permitted by a role in that tenant, not by one in its workspace.
        if entry.capability.plane() == Plane::Tenant && permit.grant().tenant_id().is_none() {
            return Err(StoreError::Forbidden(entry.capability));
        }
        self.start_linked(permit.grant(), request, &by.into(), &Links::default(), Action::RunStart).await
    }

    /// Starts an operation in a tenant as part of a run that does it in many: its child, once for each however often it is asked.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] without the operation's capability in the tenant; [`StoreError::NotVisible`] for a tenant of another
    /// workspace.
    pub async fn start_within(&self, parent: &RunScope, scope: &TenantScope, request: &RunRequest) -> Result<Started> {
        let capability = request.operation().entry().capability;
        if !scope.can().allows(capability) {
            return Err(StoreError::Forbidden(capability));
        }
        if parent.workspace_id() != scope.workspace_id() {
            return Err(StoreError::NotVisible);
        }
        let key = StartKey::parse(&format!("{}-{}", parent.run_id(), scope.tenant_id())).ok();
        let links = Links { parent: Some(parent.run_id()), ..Links::default() };
        // Made by the system for whoever started the parent.
        let by = StartBy::from(Trigger::FollowUp).with_key(key);
        self.start_linked(scope.grant(), request, &by, &links, Action::RunStart).await
    }

    pub(crate) async fn start_linked(
        &self,
        grant: &Grant,
        request: &RunRequest,
        by: &StartBy,
        links: &Links,
        action: Action,
    ) -> Result<Started> {
        self.start_after(grant, request, by, links, action, Before::Nothing).await
    }

    /// As [`Runs::start_linked`], of a restore's run: the restore is held in the same transaction, and moves on with it.
    pub(crate) async fn start_for_restore(
        &self,
        grant: &Grant,
        request: &RunRequest,
        by: &StartBy,
        links: &Links,
        action: Action,
        start: restores::Start,
    ) -> Result<Started> {
        self.start_after(grant, request, by, links, action, Before::Restore(start)).await
    }

    /// As [`Runs::start_for_restore`], of a rollout's run.
    pub(crate) async fn start_for_rollout(
        &self,
        grant: &Grant,
        request: &RunRequest,
        by: &StartBy,
        links: &Links,
        action: Action,
        start: restores::RolloutStart,
    ) -> Result<Started> {
        self.start_after(grant, request, by, links, action, Before::Rollout(start)).await
    }

    pub(super) async fn start_after(
        &self,
        grant: &Grant,
        request: &RunRequest,
        by: &StartBy,
        links: &Links,
        action: Action,
        before: Before,
    ) -> Result<Started> {
        let asked = request_hash(grant, request, &before);
        for _ in 0..TRIES {
            let mut tx = self.0.db().write(grant.reach()).await?;
            if let Some(key) = &by.key
                && let Some(run) = recorded(&mut tx, grant, key, &asked).await?
            {
                return Ok(Started::Deduplicated(run));
            }
            let mut wish = request.clone();
            match &before {
                Before::Nothing | Before::Rollout(_) => {}
                Before::Supersede => supersede(&mut tx, grant).await?,
                Before::Restore(start) => {
                    if let Some(now) = restores::before_start(&mut tx, grant, start).await? {
                        wish = now;
                    }
                }
            }
            if let Before::Rollout(start) = &before {
                wish = restores::before_rollout(&mut tx, grant, start).await?;
            }
            let new = NewRun {
                id: RunId::generate(),
                workspace: grant.workspace_id(),
                tenant: grant.tenant_id(),
                request: wish,
                trigger: by.trigger,
                user: grant.user().map(|user| (user.id, user.name.clone())),
                blocked: None,
                links: links.clone(),
            };
            // Dropped unfinished, the transaction is rolled back.
            let Some(started) = ensure(&mut tx, new).await? else { continue };
            let run = started.run().id;
            if let Before::Restore(start) = &before {
                restores::started(&mut tx, grant, start, &started).await?;
            }
            if let Before::Rollout(start) = &before {
                restores::rollout_started(&mut tx, grant, start, &started).await?;
            }
            if let Started::Accepted(run) = &started {
                alerts::started(&mut tx, run).await?;
            }
            let entry = match &started {
                Started::ScopeBusy(_) => AuditEntry::denied(action),
                _ => AuditEntry::done(action),
            };
            if let Some(key) = &by.key
                && !matches!(started, Started::ScopeBusy(_))
                && !record(&mut tx, grant, key, asked.clone(), started.run()).await?
            {
                continue;
            }
            let entry = entry.on("run", run.uuid()).run(run).with("type", request.operation());
            tx.commit(grant.actor(), entry).await?;
            return Ok(started);
        }
        Err(StoreError::Conflict("equal runs start and end too quickly; try again"))
    }
}
