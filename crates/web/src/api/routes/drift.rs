//! Findings.

use axum::http::Method;

use super::{paged, starts};
use crate::api::drift::shapes::{FindingDetail, FindingRow, FindingsMoved};
use crate::api::drift::{act, show};
use crate::routes::Routes;

const CHANGED: &str = "It was changed meanwhile, or cannot be moved there from where it stands. `detail` says which.";

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/tenants/{tenant}/findings", show::list, |op, all| {
            let words = "The findings of a tenant, those that were found last first.";
            paged::<FindingRow>(op.named("listFindings", "Drift", words), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/findings/{finding}", show::show, |op, all| {
            let op = op.named("getFinding", "Drift", "A finding with a few of its differences and its history.");
            op.gives::<FindingDetail>(all, 200, "The finding.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/drift/check", act::check, |op, all| {
            let words = "Compares the newest complete inventory with the one before.";
            starts(op.named("startDriftCheck", "Drift", words), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/findings/move", act::many, |op, all| {
            let op = op.named("moveFindings", "Drift", "Moves many findings along their workflow.");
            op.gives::<FindingsMoved>(all, 200, "How many were moved.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/findings/{finding}/move", act::one, |op, all| {
            let op = op.named("moveFinding", "Drift", "Moves a finding along its workflow.");
            op.gives::<FindingDetail>(all, 200, "As it stands.").fails(409, CHANGED)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/findings/{finding}/accept", act::accept, |op, all| {
            let op = op.named("acceptFinding", "Drift", "Accepts the risk of a finding until a day.");
            op.gives::<FindingDetail>(all, 200, "As it stands.").fails(409, CHANGED)
        })
}
