//! Restores.

use axum::http::Method;
use serde_json::{Value, json};

use super::{paged, starts};
use crate::api::operation::Operation;
use crate::api::restores::shapes::{
    Restore, RestoreApproval, RestoreCandidate, RestoreDetail, RestoreItem, RestoreJournalLine, RestoreReference,
};
use crate::api::restores::{act, approval, change, show};
use crate::api::shape::Schemas;
use crate::routes::Routes;

const CHANGED: &str = "It was changed meanwhile, or executed; or it cannot be as it is wanted. `detail` says which.";

/// A restore that is made.
fn makes(op: Operation, all: &mut Schemas) -> Operation {
    let op = op.gives::<Restore>(all, 201, "The draft.");
    op.header(201, "Location", "Where it is.", json!({ "type": "string" })).fails(409, CHANGED)
}

/// A change of what a restore is to do.
fn edits(op: Operation, all: &mut Schemas) -> Operation {
    op.gives::<Restore>(all, 200, "As it stands.").fails(409, CHANGED)
}

/// Adds them.
pub(super) fn add(routes: Routes) -> Routes {
    acts(edited(shown(routes)))
}

fn shown(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/tenants/{tenant}/restores", show::list, |op, all| {
            paged::<Restore>(op.named("listRestores", "Restores", "The restores of a tenant, newest first."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/restores/{restore}", show::show, |op, all| {
            let op = op.named("getRestore", "Restores", "A restore with what was found and what came of it.");
            op.gives::<RestoreDetail>(all, 200, "The restore.")
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/restores/{restore}/candidates", show::candidates, |op, all| {
            let op = op.named("listRestoreCandidates", "Restores", "What the source of a restore holds, by name.");
            paged::<RestoreCandidate>(op, all).fails(409, "The tenant of the source is gone, or there is nothing to choose from.")
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/restores/{restore}/items", show::items, |op, all| {
            paged::<RestoreItem>(op.named("listRestoreItems", "Restores", "The items of a restore, by number."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/restores/{restore}/references", show::references, |op, all| {
            let op = op.named("listRestoreReferences", "Restores", "References of the chosen objects, and what they become.");
            paged::<RestoreReference>(op, all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/restores/{restore}/journal", show::journal, |op, all| {
            paged::<RestoreJournalLine>(op.named("listRestoreJournal", "Restores", "What a restore did, line by line."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/restores/{restore}/plan", show::plan, |op, all| {
            let op = op.named("getRestorePlan", "Restores", "The frozen plan; not found before a preview.");
            op.gives::<Value>(all, 200, "The plan.")
        })
}

fn edited(routes: Routes) -> Routes {
    routes
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores", change::create, |op, all| {
            makes(op.named("createRestore", "Restores", "Makes the draft of a restore."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/choose", change::choose, |op, all| {
            edits(op.named("chooseRestoreObjects", "Restores", "Chooses objects of the source, or leaves some out."), all)
        })
        .api(Method::PUT, "/api/v1/tenants/{tenant}/restores/{restore}/items/{number}", change::say, |op, all| {
            let op = op.named("setRestoreItem", "Restores", "Says how much of an object is put back, or which object it is.");
            edits(op.numbered("number", "Number of the item."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/references", change::decide, |op, all| {
            edits(op.named("decideRestoreReference", "Restores", "Says what a reference becomes."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/check", change::check, |op, all| {
            let words = "Finds the references of what is chosen, and checks it from the database alone.";
            edits(op.named("checkRestore", "Restores", words), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/secrets", change::secret, |op, _| {
            let op = op.named("enterRestoreSecret", "Restores", "Takes a secret that Microsoft does not give out.");
            op.ends(204, "It is kept, sealed.").fails(409, CHANGED)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/cancel", change::cancel, |op, _| {
            let op = op.named("cancelRestore", "Restores", "Gives a restore up that was not executed.");
            op.ends(204, "It is given up.").fails(409, CHANGED)
        })
}

fn acts(routes: Routes) -> Routes {
    routes
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/preview", act::preview, |op, all| {
            let words = "Starts the run that reads the live state and freezes the plan.";
            starts(op.named("startRestorePreview", "Restores", words), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/approval", approval::ask, |op, all| {
            let words = "Asks a second person to approve the plan, where the settings want one before it is carried out.";
            let op = op.named("askRestoreApproval", "Restores", words);
            op.gives::<RestoreApproval>(all, 200, "What was asked.").fails(409, CHANGED)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/decision", approval::decide, |op, all| {
            let words =
                "Approves the plan that somebody else asked about, or declines it. Whoever asked cannot, by whichever token.";
            let op = op.named("decideRestoreApproval", "Restores", words);
            op.gives::<RestoreApproval>(all, 200, "What was decided.").fails(409, CHANGED)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/execute", act::execute, |op, all| {
            starts(op.named("executeRestore", "Restores", "Carries out the plan of a restore that was previewed."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/retry", act::retry, |op, all| {
            makes(op.named("retryRestore", "Restores", "Makes a draft of what failed."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/restores/{restore}/undo", act::undo, |op, all| {
            makes(op.named("undoRestore", "Restores", "Makes a draft of what was there before."), all)
        })
}
