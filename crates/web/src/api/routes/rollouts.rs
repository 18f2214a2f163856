//! Rollouts.

use axum::http::Method;
use serde_json::json;

use super::{paged, starts};
use crate::api::rollouts::act;
use crate::api::rollouts::shapes::{Rollout, RolloutDetail};
use crate::routes::Routes;

const CHANGED: &str =
    "The plans are others by now, the rollout is at work or over, or a second person is wanted. `detail` says which.";

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    acts(
        routes
            .api(Method::GET, "/api/v1/rollouts", act::list, |op, all| {
                paged::<Rollout>(op.named("listRollouts", "Rollouts", "Rollouts of the workspace, newest first."), all)
            })
            .api(Method::GET, "/api/v1/rollouts/{rollout}", act::show, |op, all| {
                let op = op.named("getRollout", "Rollouts", "A rollout with its tenants.");
                op.gives::<RolloutDetail>(all, 200, "The rollout.")
            })
            .api(Method::POST, "/api/v1/rollouts", act::create, |op, all| {
                let words = "Makes a rollout: a restore of the same source for each tenant.";
                let op = op.named("createRollout", "Rollouts", words).gives::<RolloutDetail>(all, 201, "The rollout.");
                let op = op.header(201, "Location", "Where it is.", json!({ "type": "string" }));
                op.fails(409, "It cannot be as it is wanted. `detail` says why.")
            }),
    )
}

fn acts(routes: Routes) -> Routes {
    routes
        .api(Method::POST, "/api/v1/rollouts/{rollout}/preview", act::preview, |op, all| {
            let words = "Starts the run that checks and previews all of its restores.";
            starts(op.named("startRolloutPreview", "Rollouts", words), all)
        })
        .api(Method::POST, "/api/v1/rollouts/{rollout}/execute", act::execute, |op, all| {
            starts(op.named("executeRollout", "Rollouts", "Carries out what was previewed, ring by ring."), all)
        })
        .api(Method::POST, "/api/v1/rollouts/{rollout}/approval", act::ask_approval, |op, all| {
            let words = "Asks a second person to approve the plans, where the settings of a tenant want one.";
            let op = op.named("askRolloutApproval", "Rollouts", words);
            op.gives::<RolloutDetail>(all, 200, "The rollout.").fails(409, CHANGED)
        })
        .api(Method::POST, "/api/v1/rollouts/{rollout}/decision", act::decide, |op, all| {
            let words = "Approves the plans that somebody else asked about, or declines them.";
            let op = op.named("decideRolloutApproval", "Rollouts", words);
            op.gives::<RolloutDetail>(all, 200, "The rollout.").fails(409, CHANGED)
        })
        .api(Method::POST, "/api/v1/rollouts/{rollout}/cancel", act::end, |op, _| {
            let words = "Ends a rollout that is not at work: what was not carried out is not, by it.";
            op.named("endRollout", "Rollouts", words).ends(204, "It is ended.").fails(409, CHANGED)
        })
}
