//! Findings.

use axum::http::Method;

use super::{list, paged, starts};
use crate::api::drift::incidents::{IncidentDecision, IncidentDetail, IncidentRow};
use crate::api::drift::ratings::{FindingRating, FindingRatings, FindingRatingsSaved};
use crate::api::drift::shapes::{FindingDetail, FindingRow, FindingsMoved};
use crate::api::drift::{act, incidents, ratings, show};
use crate::routes::Routes;

const CHANGED: &str = "It was changed meanwhile, or cannot be moved there from where it stands. `detail` says which.";

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    incident_routes(routes)
        .api(Method::GET, "/api/v1/finding-ratings", ratings::show, |op, all| {
            let op = op.named("getFindingRatings", "Drift", "What the workspace says of how much findings matter.");
            op.gives::<FindingRatings>(all, 200, "Its rules and days.")
        })
        .api(Method::GET, "/api/v1/finding-ratings/fitting", ratings::fitting, |op, all| {
            let op = op.named("getFindingRating", "Drift", "How much a deviation would matter, and whose rule says so.");
            op.gives::<FindingRating>(all, 200, "That.")
        })
        .api(Method::PUT, "/api/v1/finding-ratings", ratings::save, |op, all| {
            let words = "Says how much findings matter in the workspace. Open ones are rated anew.";
            let op = op.named("saveFindingRatings", "Drift", words);
            op.gives::<FindingRatingsSaved>(all, 200, "As it stands.").fails(409, "It was changed meanwhile.")
        })
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
        .api(Method::POST, "/api/v1/tenants/{tenant}/findings/accept", act::accept_many, |op, all| {
            let op = op.named("acceptFindings", "Drift", "Accepts the risk of many findings until a day.");
            op.gives::<FindingsMoved>(all, 200, "Of how many.").fails(409, "The day is past, or too far away.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/findings/note", act::note_many, |op, all| {
            let op = op.named("noteFindings", "Drift", "Writes a note on many findings.");
            op.gives::<FindingsMoved>(all, 200, "On how many.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/findings/assign", act::assign_many, |op, all| {
            let op = op.named("assignFindings", "Drift", "Says who works on many findings.");
            op.gives::<FindingsMoved>(all, 200, "Of how many it was somebody else.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/findings/{finding}/classify", act::classify, |op, all| {
            let words = "Says whose doing is what a finding shows, of it and all that show the same.";
            let op = op.named("classifyFindings", "Drift", words);
            op.gives::<FindingsMoved>(all, 200, "Of how many.").fails(409, "It is not a property that came or went as a whole.")
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

fn incident_routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/incidents", incidents::list, |op, all| {
            let words = "What is open in the same way in two or more tenants, the latest first, at most 200.";
            list::<IncidentRow>(op.named("listIncidents", "Drift", words), all)
        })
        .api(Method::GET, "/api/v1/incidents/{incident}", incidents::show, |op, all| {
            let op = op.named("getIncident", "Drift", "An incident with its findings.");
            op.gives::<IncidentDetail>(all, 200, "The incident.")
        })
        .api(Method::POST, "/api/v1/incidents/{incident}/move", incidents::act, |op, all| {
            let words = "Moves all findings of an incident, in every tenant where the holder of the token may.";
            let op = op.named("moveIncident", "Drift", words);
            op.gives::<IncidentDecision>(all, 200, "How far it reached.")
        })
        .api(Method::POST, "/api/v1/incidents/{incident}/accept", incidents::accept, |op, all| {
            let words =
                "Accepts the risk of all findings of an incident until a day, in every tenant where the holder of the token may.";
            let op = op.named("acceptIncident", "Drift", words);
            op.gives::<IncidentDecision>(all, 200, "How far it reached.").fails(409, "The day is past, or too far away.")
        })
}
