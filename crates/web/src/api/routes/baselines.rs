//! Baselines.

use axum::http::Method;

use super::{list, paged, starts};
use crate::api::baselines::shapes::{BaselineAlignment, BaselineDetail, BaselineGap, BaselineItemRow, BaselineRow};
use crate::api::baselines::{change, follow, show, tenants};
use crate::api::operation::Operation;
use crate::api::shape::Schemas;
use crate::routes::Routes;

const CHANGED: &str = "It was changed meanwhile, or stands otherwise. `detail` says how.";

/// It gives the baseline as it stands after a change, which another one may have overtaken.
fn stands(op: Operation, all: &mut Schemas) -> Operation {
    op.gives::<BaselineDetail>(all, 200, "As it stands.").fails(409, CHANGED)
}

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/baselines", show::list, |op, all| {
            paged::<BaselineRow>(op.named("listBaselines", "Baselines", "The baselines of the workspace, by name."), all)
        })
        .api(Method::POST, "/api/v1/baselines", change::create, |op, all| {
            let op = op.named("createBaseline", "Baselines", "Captures a baseline, as a draft, from a tenant or a backup.");
            op.gives::<BaselineDetail>(all, 201, "The baseline.")
                .fails(409, "Another one has that name, or there is nothing to capture.")
        })
        .api(Method::GET, "/api/v1/baselines/{baseline}", show::show, |op, all| {
            let op = op.named("getBaseline", "Baselines", "A baseline with its versions and tenants.");
            op.gives::<BaselineDetail>(all, 200, "The baseline.")
        })
        .api(Method::GET, "/api/v1/baselines/{baseline}/versions/{version}/items", show::items, |op, all| {
            paged::<BaselineItemRow>(op.named("listBaselineItems", "Baselines", "The objects of a version, by name."), all)
        })
        .api(Method::GET, "/api/v1/baselines/{baseline}/alignment", show::alignment, |op, all| {
            let op = op.named("listBaselineAlignment", "Baselines", "How each tenant stands to a baseline, type by type.");
            list::<BaselineAlignment>(op, all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/baselines/{baseline}/gaps", show::gaps, |op, all| {
            let op = op.named("listBaselineGaps", "Baselines", "What a tenant does not have as a baseline says.");
            paged::<BaselineGap>(op, all)
        });
    assigned(changed(routes))
}

fn changed(routes: Routes) -> Routes {
    routes
        .api(Method::POST, "/api/v1/baselines/{baseline}/draft", change::draft, |op, all| {
            let op = op.named("draftBaseline", "Baselines", "Begins a draft with what the active version has.");
            stands(op, all)
        })
        .api(Method::POST, "/api/v1/baselines/{baseline}/edit", change::edit, |op, all| {
            let op = op.named("editBaseline", "Baselines", "Changes the draft.");
            stands(op, all)
        })
        .api(Method::POST, "/api/v1/baselines/{baseline}/activate", change::activate, |op, all| {
            let op = op.named("activateBaseline", "Baselines", "Activates the draft; it never changes again.");
            stands(op, all)
        })
        .api(Method::POST, "/api/v1/baselines/{baseline}/archive", change::archive, |op, all| {
            let op = op.named("archiveBaseline", "Baselines", "Archives a baseline; no tenant is held against it any more.");
            stands(op, all)
        })
        .api(Method::POST, "/api/v1/baselines/{baseline}/follow", follow::follow, |op, all| {
            let words =
                "Has the baseline follow a tenant: after each sync that read something else it has a new, active version.";
            let op = op.named("followTenant", "Baselines", words);
            stands(op, all)
        })
        .api(Method::POST, "/api/v1/baselines/{baseline}/pair", change::pair, |op, _| {
            let op = op.named("pairInBaseline", "Baselines", "Says which object of a tenant is meant by an item.");
            op.ends(204, "The next comparison goes by it.").fails(409, "The baseline does not have the item.")
        })
        .api(Method::POST, "/api/v1/baselines/{baseline}/accept", change::accept, |op, all| {
            let words = "Takes what a finding shows into its baseline, as a version that is active from now on.";
            let op = op.named("acceptIntoBaseline", "Baselines", words);
            stands(op, all)
        })
}

fn assigned(routes: Routes) -> Routes {
    routes
        .api(Method::POST, "/api/v1/baselines/{baseline}/tenants", tenants::assign, |op, all| {
            let op = op.named("assignBaseline", "Baselines", "Holds tenants against a baseline.");
            stands(op, all)
        })
        .api(Method::DELETE, "/api/v1/baselines/{baseline}/tenants/{assigned}", tenants::unassign, |op, _| {
            let op = op.named("unassignBaseline", "Baselines", "Holds a tenant against a baseline no more.");
            op.ends(204, "What deviated from it is no finding any more.").fails(409, "The baseline is archived.")
        })
        .api(Method::POST, "/api/v1/baselines/{baseline}/groups", tenants::assign_group, |op, all| {
            let words = "Holds the tenants of a group against a baseline, those too that enter it later.";
            stands(op.named("assignBaselineToGroup", "Baselines", words), all)
        })
        .api(Method::DELETE, "/api/v1/baselines/{baseline}/groups/{group}", tenants::unassign_group, |op, _| {
            let op = op.named("unassignBaselineFromGroup", "Baselines", "Holds a group of tenants against a baseline no more.");
            op.ends(204, "What deviated in its tenants is no finding any more.").fails(409, "The baseline is archived.")
        })
        .api(Method::POST, "/api/v1/baselines/{baseline}/compare", tenants::compare_all, |op, all| {
            let op = op.named("startBaselineCompareOfAll", "Baselines", "Compares all tenants of a baseline, each by a run.");
            starts(op, all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/baselines/compare", tenants::compare, |op, all| {
            starts(op.named("startBaselineCompare", "Baselines", "Compares a tenant with its baselines."), all)
        })
}
