//! Restores as their pages show them.

use axum::extract::RawPathParams;
use axum::response::Response;
use model::ids::{RestoreId, RunId, TenantId};
use model::restore::{Action, Outcome};
use pages::href;
use pages::restores::{PlannedRow, Restore as Shown, SourceView};
use pages::runs::RunRow;
use store::StoreError;
use store::access::TenantScope;
use store::{OutcomeCounts, Restore, RestoreItem};

use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::comparison::other_tenant;
use crate::error::Error;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::runs::rows;

/// The restore of the path.
pub(super) async fn found(web: &WebState, guard: &InTenant, params: &RawPathParams) -> Result<Restore, Error> {
    let id: RestoreId = path_id(params, "restore")?;
    Ok(web.store().restores().find(&guard.scope, id).await?)
}

/// Shows the restore of the path while it can be edited; later it leads to the record.
pub(super) async fn while_editable<F: Future<Output = Result<Response, Error>>>(
    web: &WebState,
    guard: &InTenant,
    params: &RawPathParams,
    show: impl FnOnce(Restore) -> F,
) -> Result<Response, Error> {
    let restore = found(web, guard, params).await?;
    if !restore.state.is_editable() {
        return Ok(see_other(&href::restore(guard.scope.tenant_id(), restore.id)));
    }
    show(restore).await
}

/// The tenant that its wanted state is from, with the rights of whoever asks.
///
/// # Errors
/// [`Error::NotFound`] when they are not entitled to it; [`Error::Conflict`] when it is gone.
pub(super) async fn source_scope(web: &WebState, guard: &InTenant, restore: &Restore) -> Result<TenantScope, Error> {
    let from = restore.source_tenant.ok_or(Error::Conflict("the tenant that this restore is from was removed"))?;
    other_tenant(web, &guard.signed.who, &guard.scope, Some(from)).await
}

/// A restore without figures.
pub(super) async fn brief(web: &WebState, guard: &InTenant, restore: Restore) -> Result<Shown, Error> {
    let elsewhere = match restore.source_tenant {
        Some(other) if other != guard.scope.tenant_id() => {
            let scope = other_tenant(web, &guard.signed.who, &guard.scope, Some(other)).await?;
            Some((other, scope.tenant().name.clone()))
        }
        _ => None,
    };
    Ok(shown(restore, elsewhere))
}

/// The same where the name of the tenant that it is from is known; `None`: the restore's own.
pub(super) fn shown(restore: Restore, elsewhere: Option<(TenantId, String)>) -> Shown {
    Shown {
        id: restore.id,
        name: restore.name,
        purpose: restore.purpose,
        state: restore.state,
        revision: restore.revision,
        source: SourceView { source: restore.source, words: restore.source_words, elsewhere },
        parent: restore.parent,
        rollout: restore.rollout,
        chosen: restore.items,
        exactly: restore.prune,
        by: restore.created_by_name,
        created_at: restore.created_at,
        changed_at: restore.updated_at,
        confirmed: restore.confirmed_by_name.zip(restore.confirmed_at),
        preview_run: restore.preview_run,
        run: restore.run,
        ended_at: restore.completed_at,
        actions: Vec::new(),
        outcomes: Vec::new(),
        open: 0,
        waits_for_approval: false,
        hash: restore.plan_hash,
    }
}

/// A restore with its figures.
pub(super) async fn whole(web: &WebState, guard: &InTenant, restore: Restore) -> Result<Shown, Error> {
    let (actions, outcomes) = web.store().restores().counts(&guard.scope, restore.id).await?;
    let executed = restore.run.is_some();
    let brief = brief(web, guard, restore).await?;
    let known = |(action, _): &(Action, i64)| Action::ALL.iter().position(|known| known == action);
    let mut actions = actions;
    actions.sort_by_key(known);
    let open = if executed { outcomes.open } else { 0 };
    let outcomes = if executed { listed(&outcomes) } else { Vec::new() };
    Ok(Shown { actions, outcomes, open, ..brief })
}

pub(super) fn listed(counts: &OutcomeCounts) -> Vec<(Outcome, i64)> {
    let all = [
        (Outcome::Verified, counts.verified),
        (Outcome::Differs, counts.differs),
        (Outcome::Refused, counts.refused),
        (Outcome::Skipped, counts.skipped),
        (Outcome::Failed, counts.failed),
        (Outcome::Waiting, counts.waiting),
        (Outcome::Uncertain, counts.uncertain),
    ];
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// An item as a row.
pub(super) fn row(item: RestoreItem) -> PlannedRow {
    PlannedRow {
        number: item.number,
        resource_type: item.resource_type,
        name: item.name,
        part: item.part,
        action: item.action,
        hindrance: item.hindrance,
        outcome: item.outcome,
        code: item.code,
        stripped: item.stripped,
    }
}

/// A run that belongs to the restore, while it is recorded.
pub(super) async fn run(web: &WebState, guard: &InTenant, run: Option<RunId>) -> Result<Option<RunRow>, Error> {
    let Some(run) = run else { return Ok(None) };
    let sight = match web.store().access().run(&guard.signed.who, run).await {
        Err(StoreError::NotVisible | StoreError::Forbidden(_)) => return Ok(None),
        sight => sight?,
    };
    let run = web.store().runs().find(&sight).await?;
    Ok(rows::in_tenant(vec![run], &guard.scope.tenant().name, guard.scope.can()).pop())
}
