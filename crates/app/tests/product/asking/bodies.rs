//! What programs send to the API.

use model::ids::{EntraTenantId, UserId};
use serde_json::{Value, json};

use super::place::Place;
use super::{CLIENT, LONG_AGO};

/// What is sent to an operation of the API.
pub(super) fn sent(operation: &str, place: &Place) -> Option<Value> {
    let federated = json!({ "kind": "federated", "token_file": "token" });
    let schedule = json!({ "name": "n", "kind": "daily", "at": "02:00", "time_zone": "UTC", "types": ["scope_tag"] });
    match operation {
        "startConnectionCheck" => Some(json!({ "again": false })),
        "startSync" => Some(json!({ "types": ["scope_tag"] })),
        "startBackup" => Some(json!({ "types": ["scope_tag"] })),
        "deleteBackup" | "purgeSchedule" => Some(json!({ "confirm": "n" })),
        "pinBackup" | "unpinBackup" | "verifyBackup" => None,
        "removeBackupFile" | "importBackup" | "retryRestore" | "removeTenantGroup" => None,
        "saveFindingRatings" => Some(json!({ "revision": 0, "rules": [] })),
        "acceptFindings" => Some(json!({ "findings": [place.finding], "until": "2026-04-01T00:00:00Z", "reason": "r" })),
        "noteFindings" => Some(json!({ "findings": [place.finding], "note": "n" })),
        "assignFindings" => Some(json!({ "findings": [place.finding], "assignee_id": null })),
        "makeReport" => Some(json!({ "kind": "readiness", "tenant_id": place.tenant })),
        "createReportSchedule" => {
            Some(json!({ "name": "n", "kind": "changes", "tenant_id": place.tenant, "cron": "0 6 * * 1", "time_zone": "UTC" }))
        }
        "endReportSchedule" => None,
        "classifyFindings" => Some(json!({ "whose": "apart" })),
        "moveIncident" => Some(json!({ "act": "triage" })),
        "acceptIncident" => Some(json!({ "until": "2026-04-01T00:00:00Z", "reason": "r" })),
        "moveFinding" => Some(json!({ "revision": 1, "act": "triage" })),
        "moveFindings" => Some(json!({ "findings": [place.finding], "act": "triage" })),
        "acceptFinding" => Some(json!({ "revision": 1, "until": "2026-04-01T00:00:00Z", "reason": "r" })),
        "createRestore" => Some(json!({ "at": LONG_AGO })),
        "chooseRestoreObjects" => Some(json!({ "revision": place.restore.1, "everything": true })),
        "setRestoreItem" => Some(json!({ "revision": place.restore.1, "part": "whole" })),
        "decideRestoreReference" => Some(json!({ "revision": place.restore.1, "resource_type": "group", "id": "none" })),
        "checkRestore" | "startRestorePreview" | "cancelRestore" => Some(json!({ "revision": place.restore.1 })),
        "startRestoreRehearsal" => Some(json!({ "plan": "none" })),
        "enterRestoreSecret" => Some(json!({ "number": 1, "place": "/none", "value": "v" })),
        "executeRestore" => Some(json!({ "revision": place.restore.1, "plan": "none", "confirm": "not its name" })),
        "askRestoreApproval" => Some(json!({ "revision": place.restore.1, "plan": "none", "confirm": "not its name" })),
        "decideRestoreApproval" => Some(json!({ "revision": place.restore.1, "plan": "none", "approve": true, "reason": "r" })),
        "createRollout" => Some(json!({ "of": place.tenant, "at": LONG_AGO, "rings": [[place.tenant]] })),
        "startRolloutPreview" | "endRollout" => None,
        "executeRollout" | "askRolloutApproval" => Some(json!({ "plan": "none", "confirm": "not its name" })),
        "decideRolloutApproval" => Some(json!({ "plan": "none", "approve": true, "reason": "r" })),
        "undoRestore" => Some(json!({})),
        "exportBackup" => Some(json!({ "protection": "open" })),
        "startDirectorySync" => Some(json!({ "kind": "role_definitions" })),
        "markVersion" => Some(json!({ "note": "n", "pinned": true })),
        "createBaseline" => Some(json!({ "name": "By a program", "tenant_id": place.tenant })),
        "draftBaseline" | "activateBaseline" | "archiveBaseline" => Some(json!({ "revision": place.baseline.1 })),
        "editBaseline" => Some(json!({ "revision": place.baseline.1, "extras": true })),
        "followTenant" => Some(json!({ "revision": place.baseline.1, "tenant_id": place.tenant })),
        "assignBaseline" => Some(json!({ "tenants": [place.tenant] })),
        "pairInBaseline" => {
            Some(json!({ "tenant_id": place.tenant, "resource_type": "scope_tag", "object_id": "1", "item_id": place.item }))
        }
        "acceptIntoBaseline" => Some(json!({ "tenant_id": place.tenant, "finding_id": place.backup, "revision": 1 })),
        "assignBaselineToGroup" => Some(json!({ "group_id": place.group })),
        "unassignBaseline" | "unassignBaselineFromGroup" | "startBaselineCompareOfAll" | "startBaselineCompare" => None,
        "captureItem" | "startAuditEventsSync" | "startRestoreDrill" | "startDriftCheck" => None,
        "repeatRun" => Some(json!({ "what": "whole" })),
        "startBulkAction" => Some(json!({ "act": "cancel", "runs": [place.run] })),
        "saveLimits" => Some(json!({ "tenant_limit": 4, "workspace_limit": 32, "keep_days": 90 })),
        "pauseOperations" | "resumeOperations" => Some(json!({ "type": "operation_runs_retention" })),
        "createSchedule" | "editSchedule" => Some(schedule),
        "createConnection" => Some(json!({ "cloud": "custom", "client_id": CLIENT, "credential": federated })),
        "editConnection" => {
            Some(json!({ "cloud": "custom", "client_id": CLIENT, "signature": "ps256", "note": "", "expires_on": null }))
        }
        "rotateConnection" => Some(federated),
        "switchConnection" => Some(json!({ "enabled": true })),
        "removeConnection" | "deleteTenant" => Some(json!({ "confirm": "not its name" })),
        "switchSchedule" => Some(json!({ "enabled": false })),
        "archiveSchedule" => Some(json!({ "archived": true })),
        "setMemberRole" | "setTenantMember" => Some(json!({ "role": "operator" })),
        "createInvitation" => Some(json!({ "email": format!("{}@example.test", UserId::generate()), "role": "readonly" })),
        // By its name after the others, so that nobody's first workspace becomes another.
        "createWorkspace" => Some(json!({ "name": "Zebra" })),
        "renameWorkspace" => Some(json!({ "name": "Renamed" })),
        "archiveWorkspace" => Some(json!({ "archived": true, "confirm": "Northwind Services" })),
        "createTenant" => {
            let entra = EntraTenantId::generate();
            let names =
                json!({ "name": "Contoso", "domain": "contoso.example", "entra_tenant_id": entra, "environment": "production" });
            Some(names)
        }
        "setTenantTags" => Some(json!({ "tags": ["Gold"] })),
        "createTenantGroup" | "renameTenantGroup" => Some(json!({ "name": UserId::generate().to_string() })),
        "setTenantGroupTenants" => Some(json!({ "tenants": [place.tenant] })),
        "createAlertDestination" | "editAlertDestination" => Some(json!({
            "name": UserId::generate().to_string(), "kind": "slack", "address": "https://hooks.example.test/", "revision": 2
        })),
        "createAlertRule" | "editAlertRule" => Some(json!({
            "name": UserId::generate().to_string(), "kind": "run_failed", "destination_id": place.alert.1, "revision": 2
        })),
        "removeAlertDestination" | "removeAlertRule" | "testAlertDestination" => None,
        "editTenant" => Some(json!({ "name": "Contoso", "domain": "contoso.example", "environment": "production" })),
        "advanceTenant" => Some(json!({ "to": "active" })),
        "archiveTenant" => Some(json!({ "archived": true, "confirm": "Contoso" })),
        "saveSetting" | "saveTenantSetting" => Some(json!({ "value": "Europe/Berlin" })),
        "removeMember" | "revokeInvitation" | "removeTenantMember" | "resetSetting" | "resetTenantSetting" => None,
        "readNotices" | "cancelRun" | "forceRun" | "runSchedule" => None,
        read if ["get", "list", "search", "fetch"].iter().any(|verb| read.starts_with(verb)) => None,
        _ => panic!("say in asking.rs what is sent to {operation}"),
    }
}
