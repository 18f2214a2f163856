//! Rollouts as their pages show them.

use axum::extract::RawPathParams;
use axum::response::Response;
use model::access::can;
use model::failure::{Code, Failure};
use pages::Toast;
use pages::rollouts::{Rollout as Shown, Target};
use store::access::Permit;
use store::{Rollout, RolloutTarget};

use crate::auth::Member;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;

/// The rollout of the path, with its tenants.
pub(super) async fn found(
    web: &WebState,
    permit: &Permit<can::RestoreExecute>,
    params: &RawPathParams,
) -> Result<(Rollout, Vec<RolloutTarget>), Error> {
    let rollout = web.store().rollouts().find(permit, path_id(params, "rollout")?).await?;
    let targets = web.store().rollouts().targets(permit, rollout.id).await?;
    Ok((rollout, targets))
}

pub(super) fn brief(rollout: Rollout) -> Shown {
    Shown {
        id: rollout.id,
        name: rollout.name,
        state: rollout.state,
        source: rollout.source_words,
        stopped_ring: rollout.stopped_ring,
        by: rollout.created_by_name,
        created_at: rollout.created_at,
        confirmed: rollout.confirmed_by_name.zip(rollout.confirmed_at),
        run: rollout.run,
        preview_run: rollout.preview_run,
        ended_at: rollout.completed_at,
    }
}

pub(super) fn target(target: RolloutTarget) -> Target {
    Target {
        left_behind: target.is_left_behind(),
        previewed: target.is_previewed(),
        ring: target.ring,
        tenant: target.tenant,
        name: target.tenant_name,
        restore: target.restore,
        state: target.state,
        standing: target.standing,
        why: target.code.map(|code| Failure::new(Code::from_code(&code)).message()),
        items: target.items,
        writes: target.writes,
        removals: target.removals,
        unsettled: target.unsettled,
        open_mappings: target.open_mappings,
    }
}

/// Leads on with a word of what happened.
pub(super) async fn onward(web: &WebState, member: &Member, toast: Toast, to: &str) -> Result<Response, Error> {
    web.store().sessions().put_flash(&member.signed.who, &to_flash(toast)).await?;
    Ok(see_other(to))
}
