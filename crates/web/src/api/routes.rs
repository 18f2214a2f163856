//! Every operation of the API, with what the document says of it beyond what its handler says itself.

mod administration;
mod alerts;
mod baselines;
mod connections;
mod drift;
mod overview;
mod reports;
mod restores;
mod rollouts;
mod versions;

use axum::http::Method;
use serde_json::{Value, json};

use super::account::{Me, Workspace};
use super::answer::List;
use super::operation::Operation;
use super::runs::shapes::{Failure, Run, RunEventRow, RunItemRow, RunRequestRow, RunRequestTotal, RunRow, StartAnswer};
use super::schedules::shapes::{FireRow, Schedule};
use super::shape::{Schemas, Shape};
use super::{
    account, backups, comparison, connection_check, directory, document, inventory, links, notices, queue, runs, schedules,
    setting_search, tenants,
};
use crate::routes::Routes;

/// Adds them.
pub(crate) fn add(routes: Routes) -> Routes {
    let routes = routes
        .api(Method::GET, "/api/v1/openapi.json", document::show, |op, all| {
            op.named("getDocument", "About", "This document.").gives::<Value>(all, 200, "The document.")
        })
        .api(Method::GET, "/api/v1/me", account::me, |op, all| {
            op.named("getMe", "Account", "Who the token acts for, and what it may do.").gives::<Me>(all, 200, "That.")
        })
        .api(Method::GET, "/api/v1/workspaces", account::workspaces, |op, all| {
            op.named("listWorkspaces", "Account", "The workspace of the token.").gives::<List<Workspace>>(
                all,
                200,
                "A list of one.",
            )
        })
        .api(Method::GET, "/api/v1/notices", notices::list, |op, all| {
            list::<notices::Notice>(op.named("listNotices", "Account", "Notices of the token's holder, newest first."), all)
        })
        .api(Method::POST, "/api/v1/notices/read", notices::read, |op, _| {
            op.named("readNotices", "Account", "Marks all notices as read.").ends(204, "They are.")
        })
        .api(Method::GET, "/api/v1/tenants", tenants::list, |op, all| {
            paged::<tenants::Tenant>(op.named("listTenants", "Tenants", "Tenants of the workspace, by name."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}", tenants::show, |op, all| {
            op.named("getTenant", "Tenants", "A tenant.").gives::<tenants::TenantDetail>(all, 200, "The tenant.")
        });
    let routes = inventory_routes(versions::add(routes));
    [
        overview::add,
        rollouts::add,
        drift::add,
        baselines::add,
        reports::add,
        restores::add,
        connections::add,
        administration::add,
        alerts::add,
    ]
    .into_iter()
    .fold(backup_routes(schedule_routes(run_routes(directory_routes(routes)))), |routes, add| add(routes))
}

fn inventory_routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/resource-types", inventory::types, |op, all| {
            list::<inventory::ResourceType>(
                op.named("listResourceTypes", "Inventory", "The types of objects that are known."),
                all,
            )
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/inventory", inventory::list, |op, all| {
            paged::<inventory::Item>(op.named("listItems", "Inventory", "The objects of a tenant, by name."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/inventory/search", setting_search::search, |op, all| {
            let op =
                op.named("searchSettings", "Inventory", "Objects by words in one of their settings, now or in all versions.");
            paged::<setting_search::ObjectWithSettings>(op, all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/inventory/{item}", inventory::item, |op, all| {
            op.named("getItem", "Inventory", "An object with its content.").gives::<inventory::ItemDetail>(
                all,
                200,
                "The object.",
            )
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/inventory/{item}/uses", links::uses, |op, all| {
            paged::<links::LinkUse>(
                op.named("listItemUses", "Links", "What an object refers to, in the order of its content."),
                all,
            )
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/inventory/{item}/users", links::users, |op, all| {
            paged::<links::LinkUser>(op.named("listItemUsers", "Links", "What refers to an object, by name."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/usage", links::usage, |op, all| {
            let words = "Where a group, or another object by Microsoft's id, is used: also one that is not kept here.";
            paged::<links::LinkUser>(op.named("listUsage", "Links", words), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/references/dangling", links::dangling, |op, all| {
            let words = "References to what does not exist, where all that exists of it was read.";
            paged::<links::DanglingReference>(op.named("listDanglingReferences", "Links", words), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/references/orphans", links::orphans, |op, all| {
            let words = "Objects that nobody uses, by name; none where it cannot be told.";
            paged::<links::OrphanedObject>(op.named("listOrphans", "Links", words), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/references/told", links::told, |op, all| {
            let words = "Of what can be told whether it is dangling or used by nobody, and why not of the rest.";
            list::<links::Told>(op.named("listReferencesTold", "Links", words), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/inventory/{item}/compare", comparison::item, |op, all| {
            let op =
                op.named("getItemComparison", "Inventory", "What differs between two versions of an object, or two objects.");
            op.gives::<comparison::ItemComparison>(all, 200, "What differs.")
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/differences", comparison::tenants, |op, all| {
            let op = op.named(
                "listDifferences",
                "Inventory",
                "What differs between two tenants, or two moments of one, by type and name.",
            );
            paged::<comparison::PolicyDifference>(op, all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/coverage", inventory::coverage, |op, all| {
            let op = op.named("getCoverage", "Inventory", "How much of each type there is, and how fresh it is.");
            list::<inventory::TypeCoverage>(op, all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/inventory/sync", inventory::sync, |op, all| {
            starts(op.named("startSync", "Inventory", "Starts a sync of the tenant's inventory."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/connection/check", connection_check::check, |op, all| {
            starts(op.named("startConnectionCheck", "Connections", "Starts a check of the tenant's connection."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/connection/report", connection_check::latest, |op, all| {
            let op = op.named("getConnectionReport", "Connections", "What the latest check of the tenant's connection found.");
            op.gives::<connection_check::ConnectionReport>(all, 200, "The report.")
        })
}

fn directory_routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/tenants/{tenant}/directory", directory::state, |op, all| {
            let op = op.named("getDirectory", "Directory", "How fresh the cache of groups and role definitions is.");
            list::<directory::DirectoryState>(op, all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/groups", directory::groups, |op, all| {
            paged::<directory::Group>(op.named("listGroups", "Directory", "The groups of a tenant's directory, by name."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/role-definitions", directory::roles, |op, all| {
            let op = op.named("listRoleDefinitions", "Directory", "The role definitions of a tenant's directory, by name.");
            paged::<directory::RoleDefinition>(op, all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/directory/sync", directory::sync, |op, all| {
            starts(op.named("startDirectorySync", "Directory", "Starts a sync of groups or role definitions."), all)
        })
}

fn run_routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/runs", runs::list::list, |op, all| {
            paged::<RunRow>(op.named("listRuns", "Runs", "The runs of the workspace, newest first."), all)
        })
        .api(Method::GET, "/api/v1/runs/{run}", runs::show::show, |op, all| {
            let op = op.named("getRun", "Runs", "A run; ask again after `Retry-After` seconds while it is under way.");
            tagged(op.gives::<Run>(all, 200, "The run. `Retry-After` is there while it is under way."))
        })
        .api(Method::GET, "/api/v1/runs/{run}/events", runs::show::events, |op, all| {
            list::<RunEventRow>(op.named("listRunEvents", "Runs", "The timeline of a run, oldest first."), all)
        })
        .api(Method::GET, "/api/v1/runs/{run}/items", runs::show::items, |op, all| {
            paged::<RunItemRow>(op.named("listRunItems", "Runs", "What of a run's work is done, by key."), all)
        })
        .api(Method::GET, "/api/v1/runs/{run}/requests", runs::show::requests, |op, all| {
            paged::<RunRequestRow>(
                op.named("listRunRequests", "Runs", "What a run asked of Microsoft Graph, as far as it was kept."),
                all,
            )
        })
        .api(Method::GET, "/api/v1/runs/{run}/requests/totals", runs::show::request_totals, |op, all| {
            list::<RunRequestTotal>(op.named("listRunRequestTotals", "Runs", "All requests of a run by path, most first."), all)
        })
        .api(Method::GET, "/api/v1/runs/{run}/failures", runs::show::failures, |op, all| {
            list::<Failure>(op.named("listRunFailures", "Runs", "What went wrong in a run."), all)
        })
        .api(Method::POST, "/api/v1/runs/{run}/cancel", runs::change::cancel, |op, all| {
            let op =
                op.named("cancelRun", "Runs", "Asks a run to stop.").gives::<Run>(all, 200, "It is cancelled, or stops soon.");
            op.fails(409, "It is over already.")
        })
        .api(Method::POST, "/api/v1/runs/{run}/retry", runs::change::retry, |op, all| {
            starts(op.named("repeatRun", "Runs", "Starts the same again as a new run."), all)
        })
        .api(Method::POST, "/api/v1/runs/{run}/force", runs::change::force, |op, all| {
            let op = op.named("forceRun", "Runs", "Ends a run that was asked to stop and does not.");
            op.gives::<Run>(all, 200, "It is ended.").fails(409, "It is over already, or was not asked to stop.")
        })
        .api(Method::POST, "/api/v1/bulk-actions", runs::bulk::start, |op, all| {
            starts(op.named("startBulkAction", "Runs", "Cancels or repeats many runs: all of them, or none."), all)
        })
        .api(Method::GET, "/api/v1/queue", queue::show, |op, all| {
            op.named("getQueue", "Queue", "What waits, who works, and the limits.").gives::<queue::QueueState>(all, 200, "That.")
        })
        .api(Method::PUT, "/api/v1/queue/settings", queue::save, |op, all| {
            op.named("saveLimits", "Queue", "Saves the limits of the workspace's runs.").gives::<queue::Limits>(
                all,
                200,
                "As saved.",
            )
        })
        .api(Method::POST, "/api/v1/queue/pause", queue::pause, |op, _| {
            op.named("pauseOperations", "Queue", "Pauses a type or a tenant; what runs goes on.").ends(204, "It is paused.")
        })
        .api(Method::POST, "/api/v1/queue/resume", queue::resume, |op, _| {
            op.named("resumeOperations", "Queue", "Lets a type or a tenant go on.").ends(204, "It goes on.")
        })
}

fn schedule_routes(routes: Routes) -> Routes {
    routes
        .api(Method::GET, "/api/v1/tenants/{tenant}/schedules", schedules::show::list, |op, all| {
            list::<Schedule>(op.named("listSchedules", "Schedules", "The schedules of a tenant, by name."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/schedules", schedules::edit::create, |op, all| {
            let op = op.named("createSchedule", "Schedules", "Makes a schedule, switched on.").gives::<Schedule>(all, 201, "It.");
            let op = op.header(201, "Location", "Where it is.", json!({ "type": "string" }));
            etag(op, 201).fails(409, "The tenant has 200 schedules already.")
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/schedules/{schedule}", schedules::show::show, |op, all| {
            tagged(op.named("getSchedule", "Schedules", "A schedule.").gives::<Schedule>(all, 200, "The schedule."))
        })
        .api(Method::PUT, "/api/v1/tenants/{tenant}/schedules/{schedule}", schedules::edit::edit, |op, all| {
            let op = op.named("editSchedule", "Schedules", "Changes a schedule.").gives::<Schedule>(all, 200, "As changed.");
            etag(op, 200).fails(409, "It is archived.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/schedules/{schedule}/purge", schedules::change::purge, |op, all| {
            let words = "Starts the removal of an archived schedule for good; its runs, its fires and what it captured stay.";
            starts(op.named("purgeSchedule", "Schedules", words), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/schedules/{schedule}/fires", schedules::show::fires, |op, all| {
            paged::<FireRow>(op.named("listFires", "Schedules", "When a schedule was due, newest first."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/schedules/{schedule}/run", schedules::change::run, |op, all| {
            starts(op.named("runSchedule", "Schedules", "Starts now what a schedule starts."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/schedules/{schedule}/switch", schedules::change::switch, |op, all| {
            let op = op.named("switchSchedule", "Schedules", "Switches a schedule on or off.");
            op.gives::<Schedule>(all, 200, "As it stands.").fails(409, "It is archived.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/schedules/{schedule}/archive", schedules::change::archive, |op, all| {
            let op = op.named("archiveSchedule", "Schedules", "Puts a schedule away, or takes it out again.");
            op.gives::<Schedule>(all, 200, "As it stands.")
        })
}

fn backup_routes(routes: Routes) -> Routes {
    use backups::import::BackupObject;
    use backups::{Backup, BackupDetail, BackupFate, BackupItem, BackupMissing};
    routes
        .api(Method::GET, "/api/v1/tenants/{tenant}/backups", backups::list, |op, all| {
            paged::<Backup>(op.named("listBackups", "Backups", "The backup sets of a tenant, newest first."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/backups", backups::change::capture, |op, all| {
            starts(op.named("startBackup", "Backups", "Starts a backup."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/backups/import", backups::import::import, |op, all| {
            let words = "Starts the import of a file: an export made here, or by another tool that is understood, as a zip.";
            starts(op.named("importBackup", "Backups", words), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/backups/{backup}", backups::show, |op, all| {
            op.named("getBackup", "Backups", "A backup set with its certificate.").gives::<BackupDetail>(all, 200, "The set.")
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/backups/{backup}/items", backups::items, |op, all| {
            paged::<BackupItem>(op.named("listBackupItems", "Backups", "What a captured backup set holds, by name."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/backups/{backup}/objects", backups::import::objects, |op, all| {
            paged::<BackupObject>(op.named("listBackupObjects", "Backups", "What an imported backup set holds, by name."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/backups/{backup}/missing", backups::missing, |op, all| {
            paged::<BackupMissing>(op.named("listBackupMissing", "Backups", "What a backup set was to hold and does not."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/backups/{backup}/files", backups::files::list, |op, all| {
            let op = op.named("listBackupFiles", "Backups", "The files of a backup set that can be fetched, or will be.");
            list::<backups::files::BackupFile>(op, all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/backups/{backup}/files", backups::files::ask, |op, all| {
            starts(op.named("exportBackup", "Backups", "Starts the export of a backup set to a file."), all)
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/backups/{backup}/files/{file}", backups::files::fetch, |op, _| {
            let op = op.named("fetchBackupFile", "Backups", "The file itself: a zip, or one that is encrypted with age.");
            op.ends(200, "The file.").fails(409, "It is being written.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/backups/{backup}/files/{file}/remove", backups::files::remove, |op, _| {
            op.named("removeBackupFile", "Backups", "Removes a file; the backup set stays.").ends(204, "It is removed.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/backups/{backup}/verify", backups::change::verify, |op, all| {
            starts(op.named("verifyBackup", "Backups", "Starts a check of the contents of a sealed backup set."), all)
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/backups/{backup}/pin", backups::change::pin, |op, all| {
            let words = "Pins a backup set: no rule removes it, and nobody.";
            op.named("pinBackup", "Backups", words).gives::<Backup>(all, 200, "As it stands.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/backups/{backup}/unpin", backups::change::unpin, |op, all| {
            op.named("unpinBackup", "Backups", "Takes the pin of a backup set away.").gives::<Backup>(all, 200, "As it stands.")
        })
        .api(Method::POST, "/api/v1/tenants/{tenant}/backups/{backup}/delete", backups::change::delete, |op, _| {
            let op = op.named("deleteBackup", "Backups", "Removes a backup set; the versions that it held stay.");
            op.ends(204, "It is removed.").fails(409, "It is pinned, used by a restore or a baseline, or being captured.")
        })
        .api(Method::GET, "/api/v1/tenants/{tenant}/schedules/{schedule}/retention", backups::retention, |op, all| {
            let words = "What the retention of a schedule would do with each of its sets now, newest first.";
            paged::<BackupFate>(op.named("listRetentionPreview", "Backups", words), all)
        })
}

/// A list that is whole.
fn list<T: Shape>(operation: Operation, all: &mut Schemas) -> Operation {
    operation.gives::<List<T>>(all, 200, "The list.")
}

/// A list in pages.
fn paged<T: Shape>(operation: Operation, all: &mut Schemas) -> Operation {
    operation.gives::<List<T>>(all, 200, "A page. `Link` with `rel=\"next\"` leads to the one that follows, if there is one.")
}

/// Something that starts a run.
fn starts(operation: Operation, all: &mut Schemas) -> Operation {
    let operation = operation.gives::<StartAnswer>(all, 202, "The run. `Retry-After` is there while it is under way.");
    let operation = operation.header(202, "Location", "Where the run is followed.", json!({ "type": "string" }));
    let words =
        "Another operation writes to this tenant (`scope_busy`; `Location` is that run), or it cannot be started as it stands.";
    operation.fails(409, words)
}

/// An answer with a tag.
fn tagged(operation: Operation) -> Operation {
    etag(etag(operation, 200), 304)
}

fn etag(operation: Operation, status: u16) -> Operation {
    operation.header(status, "ETag", "The version of the answer.", json!({ "type": "string" }))
}
