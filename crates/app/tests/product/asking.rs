//! Requests that fit the product's table of routes, sent as by a person who got there by its own pages.

use model::ids::{
    ApiTokenId, BackupSetId, EntraTenantId, FindingId, InventoryItemId, InvitationId, OperatorId, RestoreId, RolloutId, RunId,
    ScheduleId, TenantId, UserId,
};
use serde_json::{Value, json};
use testkit::browserless::{Answer, Browserless};
use testkit::html;
use web::RouteInfo;

use crate::served::{OPERATOR_PASSWORD, Served};
use crate::somebody::Somebody;

/// Somebody who signs in by the form, and belongs nowhere.
pub(crate) const SIGNER: (&str, &str) = ("signer@example.test", "correct horse battery staple");

/// A schedule as its form sends it: new, and changed.
const SCHEDULE: [(&str, &str); 6] =
    [("name", "n"), ("kind", "daily"), ("at", "02:00"), ("zone", "UTC"), ("catch_up", "latest"), ("types", "scope_tag")];
const EDITED: [(&str, &str); 7] = {
    let [name, kind, at, zone, catch_up, types] = SCHEDULE;
    [name, kind, at, zone, catch_up, types, ("revision", "1")]
};

/// When nothing had been observed yet.
const LONG_AGO: &str = "2025-01-01T00:00:00Z";

const CLIENT: &str = "6f2c1b7a-2f4e-4a37-8d15-0f1c6f3f2a10";
/// A connection as its forms send it; of a revision that does not stand any more.
const CONNECTION: [(&str, &str); 5] =
    [("cloud", "custom"), ("client_id", CLIENT), ("kind", "federated"), ("token_file", "token"), ("revision", "0")];

/// Settings as their form sends them: a choice, and one that stands as it is since the limits were saved.
const TIME_ZONE: [(&str, &str); 4] =
    [("own", "time_zone"), ("time_zone", "UTC"), ("own", "runs.keep_days"), ("runs.keep_days", "90")];
/// Routes that come to nothing without what went before (a provider, a password, a code): the tests of signing in walk them.
pub(crate) const WALKED_ELSEWHERE: &[&str] = &[
    "/sign-in/code",
    "/sign-in/reset",
    "/sign-in/oidc/{provider}",
    "/sign-in/oidc/{provider}/callback",
    "/admin/profile/password",
    "/admin/profile/sessions/end",
    "/admin/profile/second-factor/prepare",
    "/admin/profile/second-factor/confirm",
    "/admin/profile/second-factor/remove",
    "/admin/onboarding/consent",
    "/admin/t/{tenant}/backups/{backup}/files/{file}",
    "/api/v1/tenants/{tenant}/backups/{backup}/files/{file}",
    "/admin/t/{tenant}/restores/{restore}/map/{kind}/{reference}",
    "/admin/t/{tenant}/restores/{restore}/plan",
    "/api/v1/tenants/{tenant}/restores/{restore}/plan",
    "/api/v1/tenants/{tenant}/restores/{restore}/rehearsal",
    "/api/v1/tenants/{tenant}/restores/{restore}/rehearsal/items",
    "/api/v1/tenants/{tenant}/restore-drills/latest",
];

/// What wants a tenant without a connection, the revision of one or a name that is typed: the tests of connections walk it.
pub(crate) const WRITTEN_ELSEWHERE: &[&str] = &[
    "/admin/t/{tenant}/connection",
    "/admin/t/{tenant}/connection/edit",
    "/admin/t/{tenant}/connection/rotate",
    "/admin/t/{tenant}/connection/remove",
    "/admin/t/{tenant}/backups/import",
    "/api/v1/tenants/{tenant}/backups/import",
    "/admin/t/{tenant}/backups/{backup}/files/{file}/remove",
    "/api/v1/tenants/{tenant}/backups/{backup}/files/{file}/remove",
    "/api/v1/tenants/{tenant}/connection",
    "/api/v1/tenants/{tenant}/connection/rotate",
    "/api/v1/tenants/{tenant}/connection/remove",
    "/admin/t/{tenant}/restores/{restore}/execute",
    "/admin/t/{tenant}/restores/{restore}/approval",
    "/admin/t/{tenant}/restores/{restore}/decision",
    "/admin/t/{tenant}/restores/{restore}/rehearsal",
    "/admin/t/{tenant}/restores/{restore}/retry",
    "/admin/t/{tenant}/restores/{restore}/undo",
    "/api/v1/tenants/{tenant}/restores/{restore}/references",
    "/api/v1/tenants/{tenant}/restores/{restore}/execute",
    "/admin/rollouts",
    "/admin/rollouts/{rollout}/confirm",
    "/admin/rollouts/{rollout}/approval",
    "/admin/rollouts/{rollout}/decision",
    "/api/v1/rollouts",
    "/api/v1/rollouts/{rollout}/execute",
    "/api/v1/rollouts/{rollout}/approval",
    "/api/v1/rollouts/{rollout}/decision",
    "/api/v1/tenants/{tenant}/restores/{restore}/approval",
    "/api/v1/tenants/{tenant}/restores/{restore}/decision",
    "/api/v1/tenants/{tenant}/restores/{restore}/rehearsal",
    "/api/v1/tenants/{tenant}/restores/{restore}/retry",
    "/api/v1/tenants/{tenant}/restores/{restore}/undo",
];

/// What stands for the parameters of a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) tenant: TenantId,
    pub(crate) run: RunId,
    pub(crate) item: InventoryItemId,
    pub(crate) schedule: ScheduleId,
    pub(crate) backup: BackupSetId,
    /// A restore, and its revision.
    pub(crate) restore: (RestoreId, i64),
    pub(crate) finding: FindingId,
    pub(crate) rollout: RolloutId,
    pub(crate) people: People,
    pub(crate) operator: OperatorId,
    /// The secret part of an operator's one-time link.
    pub(crate) link: &'static str,
    pub(crate) token: ApiTokenId,
}

/// A member, and an invitation with its link.
#[derive(Debug, Clone, Copy)]
pub(crate) struct People {
    pub(crate) member: UserId,
    pub(crate) invitation: InvitationId,
    /// The token of the link, as a number.
    pub(crate) token: [u128; 2],
}

impl People {
    /// Whom nobody knows.
    pub(crate) fn nobody() -> Self {
        Self { member: UserId::generate(), invitation: InvitationId::generate(), token: [1, 2] }
    }

    /// The token as it stands in the link.
    pub(crate) fn token(&self) -> String {
        format!("{:032x}{:032x}", self.token[0], self.token[1])
    }
}

/// A link that nobody has.
const NO_LINK: &str = "00000000000000000000000000000000ffffffffffffffffffffffffffffffff";

impl Place {
    /// Of ids that nothing has.
    pub(crate) fn nowhere() -> Self {
        let (item, schedule, token) = (InventoryItemId::generate(), ScheduleId::generate(), ApiTokenId::generate());
        let (tenant, run, operator) = (TenantId::generate(), RunId::generate(), OperatorId::generate());
        let backup = BackupSetId::generate();
        let (restore, finding, rollout) = ((RestoreId::generate(), 1), FindingId::generate(), RolloutId::generate());
        let (people, link) = (People::nobody(), NO_LINK);
        Self { tenant, run, item, schedule, backup, restore, finding, rollout, people, operator, link, token }
    }

    /// The path with this place in it.
    pub(crate) fn in_path(&self, path: &str) -> String {
        let filled = path
            .replace("{tenant}", &self.tenant.to_string())
            .replace("{run}", &self.run.to_string())
            .replace("{item}", &self.item.to_string())
            .replace("{schedule}", &self.schedule.to_string())
            .replace("{backup}", &self.backup.to_string())
            .replace("{restore}", &self.restore.0.to_string())
            .replace("{rollout}", &self.rollout.to_string())
            .replace("{number}", "1")
            .replace("{kind}", "group")
            .replace("{reference}", "none")
            .replace("{finding}", &self.finding.to_string())
            // A file: nothing stands there.
            .replace("{file}", &self.backup.to_string())
            .replace("{member}", &self.people.member.to_string())
            .replace("{invitation}", &self.people.invitation.to_string())
            .replace("{token}", &self.people.token())
            .replace("{operator}", &self.operator.to_string())
            .replace("{link}", self.link)
            .replace("{provider}", "nobody")
            .replace("{api_token}", &self.token.to_string())
            .replace("{version}", "1")
            .replace("{key}", "time_zone")
            .replace("/assets/{name}", &pages::assets()[0].path);
        assert!(!filled.contains('{'), "say in asking.rs what stands for the parameter of {path}");
        filled
    }
}

impl Served {
    /// What a route answers to that person there.
    pub(crate) async fn ask(&self, route: &RouteInfo, who: Somebody, place: &Place) -> Answer {
        if let Some(operation) = route.operation {
            let (body, path) = (sent(operation, place), place.in_path(route.path));
            let versioned = ["editSchedule", "editConnection", "rotateConnection", "markVersion"].contains(&operation)
                || operation.ends_with("Setting");
            let version: &[(&str, &str)] = if versioned { &[("if-match", "*")] } else { &[] };
            return self.caller(who).await.send(route.method.as_str(), &path, body.as_ref(), version).await;
        }
        let browser = self.browser(who).await;
        self.ask_as(&browser, route, place).await
    }

    /// As [`Served::ask`], in a browser that is open already.
    pub(crate) async fn ask_as(&self, browser: &Browserless, route: &RouteInfo, place: &Place) -> Answer {
        let path = place.in_path(route.path);
        if route.method == "GET" {
            return browser.get_with(&path, &accepting(route.path)).await;
        }
        let mut fields = self.fields(route.path, place);
        let page = match route.guard {
            "Door" if route.path.contains("{link}") => path.clone(),
            "Door" => "/system/sign-in".to_owned(),
            "Operates" | "InGlass" => "/system".to_owned(),
            _ if route.path.starts_with("/sign-in") => "/sign-in".to_owned(),
            _ if route.path.starts_with("/invitations/") => pages::href::invitation(&place.people.token()),
            _ => "/admin".to_owned(),
        };
        let forms = html::forms(&browser.get(&page).await.body);
        if let Some(token) = forms.iter().find_map(|form| form.field("csrf")) {
            fields.push(("csrf".to_owned(), token.to_owned()));
        }
        browser.post(&path, &fields).await
    }

    fn fields(&self, path: &str, place: &Place) -> Vec<(String, String)> {
        let workspace = self.world.workspace.to_string();
        let (member, entra) = (place.people.member.to_string(), EntraTenantId::generate().to_string());
        let somebody = format!("{}@example.test", UserId::generate());
        let tenant = [("name", "Contoso"), ("domain", "contoso.example"), ("environment", "production")];
        let onboarding = [tenant[0], tenant[1], tenant[2], ("cloud", "global")];
        let new_onboarding = [tenant[0], tenant[1], tenant[2], ("cloud", "global"), ("entra_tenant_id", &entra)];
        // Somebody new each time: whoever is an operator, or an owner, already is not made one again.
        let email = format!("{}@host.example", OperatorId::generate());
        let user = "outsider@example.test".to_owned();
        let revision = ("revision", place.restore.1.to_string());
        let (revision, finding) = ((revision.0, revision.1.as_str()), place.finding.to_string());
        let fields: &[(&str, &str)] = match path {
            "/sign-in" => &[("email", SIGNER.0), ("password", SIGNER.1)],
            "/sign-in/reset" => &[("token", "no"), ("password", SIGNER.1), ("again", SIGNER.1)],
            "/sign-in/code" | "/admin/profile/second-factor/confirm" => &[("code", "000000")],
            "/admin/profile/name" => &[("name", "Somebody")],
            "/admin/profile/password" => &[("old", "no"), ("password", SIGNER.1), ("again", SIGNER.1)],
            "/admin/profile/sessions/end" | "/admin/profile/second-factor/prepare" => &[],
            "/admin/profile/second-factor/remove" => &[("password", "no"), ("code", "000000")],
            "/admin/switch" => &[("workspace", &workspace)],
            "/admin/theme" => &[("theme", "dark"), ("back", "/admin")],
            "/admin/t/{tenant}/inventory/sync" => &[("types", "scope_tag")],
            "/admin/t/{tenant}/inventory/{item}/capture" | "/admin/t/{tenant}/versions/events" => &[],
            "/admin/t/{tenant}/inventory/{item}/versions/{version}/mark" => &[("note", "n"), ("pinned", "yes")],
            "/admin/t/{tenant}/directory/sync" => &[("sync", "groups")],
            "/admin/operations/{run}/retry" => &[("what", "whole")],
            "/admin/operations/bulk" => &[("act", "cancel"), ("typed", "1")],
            "/admin/operations/queue" => &[("tenant_limit", "4"), ("workspace_limit", "32"), ("keep_days", "90")],
            "/admin/operations/queue/pause" | "/admin/operations/queue/resume" => &[("target", "type:operation_runs_retention")],
            "/admin/settings" | "/admin/t/{tenant}/settings" => &TIME_ZONE,
            "/admin/profile/settings" => &[("own", "date_format"), ("date_format", "iso")],
            "/admin/t/{tenant}/connection" | "/admin/t/{tenant}/connection/edit" | "/admin/t/{tenant}/connection/rotate" => {
                &CONNECTION
            }
            "/admin/t/{tenant}/connection/switch" => &[("on", "yes")],
            "/admin/t/{tenant}/connection/remove" => &[("typed", "not its name")],
            "/admin/t/{tenant}/connection/check" => &[],
            "/admin/onboarding" => &new_onboarding,
            "/admin/onboarding/{tenant}/identify" => &onboarding,
            "/admin/onboarding/{tenant}/features" => &[("restore", "yes")],
            "/admin/onboarding/{tenant}/application" => &[("client_id", "4f3c2d1e-0000-4000-8000-0123456789ab")],
            "/admin/onboarding/{tenant}/complete" => &[],
            "/admin/onboarding/{tenant}/delete" => &[("typed", "Wide World")],
            "/admin/t/{tenant}/backups" => &[("what", "all")],
            "/admin/t/{tenant}/backups/import" => &[("name", "n")],
            "/admin/t/{tenant}/backups/{backup}/files" => &[("protection", "open")],
            "/admin/t/{tenant}/backups/{backup}/files/{file}/remove" => &[],
            "/admin/t/{tenant}/backups/{backup}/verify" => &[],
            "/admin/t/{tenant}/backups/{backup}/pin" | "/admin/t/{tenant}/backups/{backup}/unpin" => &[],
            "/admin/t/{tenant}/backups/{backup}/delete" => &[("typed", "n")],
            "/admin/t/{tenant}/restores" => &[("at", LONG_AGO)],
            "/admin/t/{tenant}/restores/{restore}/choose" => &[("act", "all"), revision],
            "/admin/t/{tenant}/restores/{restore}/map" => &[("act", "find"), revision],
            "/admin/t/{tenant}/restores/{restore}/map/{kind}/{reference}" => &[("to", "none"), revision],
            "/admin/t/{tenant}/restores/{restore}/check" => &[("act", "check"), revision],
            "/admin/t/{tenant}/restores/{restore}/items/{number}" => &[("part", "whole"), revision],
            "/admin/t/{tenant}/restores/{restore}/execute" => &[("typed", "not its name"), ("plan", "none"), revision],
            "/admin/t/{tenant}/restores/{restore}/approval" => &[("typed", "not its name"), ("plan", "none"), revision],
            "/admin/t/{tenant}/restores/{restore}/decision" => {
                &[("decision", "approved"), ("reason", "r"), ("plan", "none"), revision]
            }
            "/admin/t/{tenant}/restores/{restore}/rehearsal" => &[("plan", "none")],
            "/admin/t/{tenant}/restores/{restore}/preview"
            | "/admin/t/{tenant}/restores/{restore}/cancel"
            | "/admin/t/{tenant}/restores/{restore}/retry"
            | "/admin/t/{tenant}/restores/{restore}/undo" => &[revision],
            "/admin/t/{tenant}/drift/check" | "/admin/t/{tenant}/restores/drill" => &[],
            "/admin/t/{tenant}/drift/bulk" => &[("act", "triage"), ("finding", &finding)],
            "/admin/t/{tenant}/drift/{finding}/move" => &[("act", "triage"), revision],
            "/admin/t/{tenant}/drift/{finding}/accept" => &[("until", "2026-04-01"), ("reason", "r"), revision],
            "/admin/t/{tenant}/drift/{finding}/note" => &[("note", "n")],
            "/admin/t/{tenant}/drift/{finding}/assign" => &[("who", "me"), revision],
            "/admin/rollouts" => &[("name", "n")],
            "/admin/rollouts/{rollout}/confirm" | "/admin/rollouts/{rollout}/approval" => {
                &[("typed", "not its name"), ("plan", "none")]
            }
            "/admin/rollouts/{rollout}/decision" => &[("decision", "approved"), ("reason", "r"), ("plan", "none")],
            "/admin/rollouts/{rollout}/preview" | "/admin/rollouts/{rollout}/end" => &[],
            "/admin/t/{tenant}/schedules" => &SCHEDULE,
            "/admin/t/{tenant}/schedules/{schedule}/edit" => &EDITED,
            "/admin/t/{tenant}/schedules/{schedule}/run" => &[],
            "/admin/t/{tenant}/schedules/{schedule}/switch" => &[("on", "no")],
            "/admin/t/{tenant}/schedules/{schedule}/archive" => &[("away", "yes")],
            "/admin/t/{tenant}/schedules/{schedule}/purge" => &[("typed", "n")],
            // By its name after the others, so that nobody's first workspace becomes another.
            "/admin/workspaces" => &[("name", "Zebra")],
            "/admin/workspace" => &[("name", "Renamed")],
            "/admin/workspace/archive" => &[("away", "yes"), ("typed", "Northwind Services")],
            "/admin/t/{tenant}/details" => &tenant,
            "/admin/t/{tenant}/advance" => &[("to", "active")],
            "/admin/t/{tenant}/archive" => &[("away", "yes"), ("typed", "Contoso")],
            "/admin/t/{tenant}/members" => &[("user", &member), ("role", "operator")],
            "/admin/members/invite" => &[("email", &somebody), ("role", "readonly"), ("tenant_role", "readonly")],
            "/admin/members/{member}/role" => &[("role", "operator")],
            "/invitations/{token}/account" => &[("name", "New"), ("password", SIGNER.1)],
            "/admin/members/leave" | "/admin/members/{member}/remove" | "/admin/t/{tenant}/members/{member}/remove" => &[],
            "/admin/members/invitations/{invitation}/revoke" | "/invitations/{token}" => &[],
            "/system/sign-in" => &[("email", "platform@host.example"), ("password", OPERATOR_PASSWORD)],
            "/system/welcome/{link}" => &[("password", OPERATOR_PASSWORD), ("again", OPERATOR_PASSWORD)],
            "/system/workspaces" => &[("name", "Another"), ("owner", "owner@example.test")],
            "/system/operators" => &[("name", "n"), ("email", &email)],
            "/system/operators/{operator}/disable" | "/system/operators/{operator}/link" => &[],
            "/system/break-glass" => &[
                ("workspace", &workspace),
                ("reason", "to see whether it works"),
                ("minutes", "15"),
                ("password", OPERATOR_PASSWORD),
            ],
            "/system/break-glass/owner" => &[("email", &user), ("typed", "Northwind Services")],
            "/system/sign-out" | "/system/break-glass/exit" => &[],
            "/admin/tokens" => &[("name", "n"), ("days", "1"), ("capabilities", "workspace.view")],
            "/admin/tokens/{api_token}/revoke" => &[],
            "/sign-out" | "/admin/notices/read" | "/admin/operations/{run}/cancel" | "/admin/operations/{run}/force" => &[],
            _ => panic!("say in asking.rs what is sent to {path}"),
        };
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }
}

/// What is sent to an operation of the API.
fn sent(operation: &str, place: &Place) -> Option<Value> {
    let federated = json!({ "kind": "federated", "token_file": "token" });
    let schedule = json!({ "name": "n", "kind": "daily", "at": "02:00", "time_zone": "UTC", "types": ["scope_tag"] });
    match operation {
        "startConnectionCheck" => Some(json!({ "again": false })),
        "startSync" => Some(json!({ "types": ["scope_tag"] })),
        "startBackup" => Some(json!({ "types": ["scope_tag"] })),
        "deleteBackup" | "purgeSchedule" => Some(json!({ "confirm": "n" })),
        "pinBackup" | "unpinBackup" | "verifyBackup" => None,
        "removeBackupFile" | "importBackup" | "retryRestore" => None,
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
        "removeConnection" => Some(json!({ "confirm": "not its name" })),
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

/// Whether the route removes a schedule, which must be put away before.
pub(crate) fn removes_a_schedule(route: &RouteInfo) -> bool {
    route.path.ends_with("/purge")
}

/// As a browser asks for it.
fn accepting(path: &str) -> Vec<(&'static str, &'static str)> {
    if path == "/admin/events" { vec![("accept", "text/event-stream")] } else { vec![("accept", "text/html")] }
}
