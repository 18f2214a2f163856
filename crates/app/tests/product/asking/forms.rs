//! What the forms of the pages send.

use model::ids::{EntraTenantId, OperatorId, UserId};

use super::place::Place;
use super::{CLIENT, LONG_AGO, SIGNER};
use crate::served::{OPERATOR_PASSWORD, Served};

/// A schedule as its form sends it: new, and changed.
const SCHEDULE: [(&str, &str); 6] =
    [("name", "n"), ("kind", "daily"), ("at", "02:00"), ("zone", "UTC"), ("catch_up", "latest"), ("types", "scope_tag")];
const EDITED: [(&str, &str); 7] = {
    let [name, kind, at, zone, catch_up, types] = SCHEDULE;
    [name, kind, at, zone, catch_up, types, ("revision", "1")]
};

/// A connection as its forms send it; of a revision that does not stand any more.
const CONNECTION: [(&str, &str); 5] =
    [("cloud", "custom"), ("client_id", CLIENT), ("kind", "federated"), ("token_file", "token"), ("revision", "0")];

/// Settings as their form sends them: a choice, and one that stands as it is since the limits were saved.
const TIME_ZONE: [(&str, &str); 4] =
    [("own", "time_zone"), ("time_zone", "UTC"), ("own", "runs.keep_days"), ("runs.keep_days", "90")];

impl Served {
    /// What is sent to a page.
    pub(super) fn fields(&self, path: &str, place: &Place) -> Vec<(String, String)> {
        let workspace = self.world.workspace.to_string();
        let (member, entra) = (place.people.member.to_string(), EntraTenantId::generate().to_string());
        let tenant_id = place.tenant.to_string();
        let group = place.group.to_string();
        let item = place.item.to_string();
        let (alert_rule, alert_destination) = (place.alert.0.to_string(), place.alert.1.to_string());
        let somebody = format!("{}@example.test", UserId::generate());
        let tenant = [("name", "Contoso"), ("domain", "contoso.example"), ("environment", "production")];
        let onboarding = [tenant[0], tenant[1], tenant[2], ("cloud", "global")];
        let new_onboarding = [tenant[0], tenant[1], tenant[2], ("cloud", "global"), ("entra_tenant_id", &entra)];
        // Somebody new each time: whoever is an operator, or an owner, already is not made one again.
        let email = format!("{}@host.example", OperatorId::generate());
        let user = "outsider@example.test".to_owned();
        let revision = ("revision", place.restore.1.to_string());
        let seen = place.baseline.1.to_string();
        let seen = ("revision", seen.as_str());
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
            "/admin/baselines" => &[("name", "n"), ("tenant", &tenant_id)],
            "/admin/baselines/{baseline}/assign-group" | "/admin/baselines/{baseline}/unassign-group" => &[("group", &group)],
            "/admin/baselines/{baseline}/assign" | "/admin/baselines/{baseline}/unassign" => &[("tenant", &tenant_id)],
            "/admin/baselines/{baseline}/pair" => &[("tenant", &tenant_id), ("item", "scope_tag 1"), ("object", &item)],
            "/admin/baselines/{baseline}/edit" => &[("act", "extras"), ("extras", "yes"), seen],
            "/admin/baselines/{baseline}/accept" => &[("tenant", &tenant_id), ("finding", &finding), revision],
            "/admin/baselines/{baseline}/follow" => &[("tenant", &tenant_id), seen],
            "/admin/baselines/{baseline}/compare" => &[],
            "/admin/baselines/{baseline}/draft"
            | "/admin/baselines/{baseline}/activate"
            | "/admin/baselines/{baseline}/archive" => &[seen],
            "/admin/t/{tenant}/drift/check" | "/admin/t/{tenant}/restores/drill" => &[],
            "/admin/t/{tenant}/drift/bulk" => &[("act", "triage"), ("finding", &finding)],
            "/admin/reports/make" => &[("kind", "readiness"), ("tenant", &tenant_id)],
            "/admin/reports/schedules/{schedule}/switch" => &[("on", "no")],
            "/admin/reports/schedules/{schedule}/end" => &[],
            "/admin/reports/schedules" => &[
                ("name", "n"),
                ("kind", "changes"),
                ("tenant", &tenant_id),
                ("days", "7"),
                ("keep_days", "7"),
                ("repeat", "daily"),
                ("at", "06:00"),
                ("zone", "UTC"),
            ],
            "/admin/settings/severity" => &[("act", "days"), ("revision", "0")],
            "/admin/incidents/{incident}/move" => &[("act", "triage")],
            "/admin/incidents/{incident}/accept" => &[("until", "2026-04-01"), ("words", "r")],
            "/admin/t/{tenant}/drift/classify" => &[("finding", &finding), ("whose", "apart")],
            "/admin/t/{tenant}/drift/bulk/accept" => &[("until", "2026-04-01"), ("words", "r"), ("finding", &finding)],
            "/admin/t/{tenant}/drift/bulk/note" => &[("words", "n"), ("finding", &finding)],
            "/admin/t/{tenant}/drift/bulk/assign" => &[("who", "me"), ("finding", &finding)],
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
            "/admin/t/{tenant}/delete" => &[("typed", "not its name")],
            // By its name after the others, so that nobody's first workspace becomes another.
            "/admin/workspaces" => &[("name", "Zebra")],
            "/admin/workspace" => &[("name", "Renamed")],
            "/admin/workspace/archive" => &[("away", "yes"), ("typed", "Northwind Services")],
            "/admin/t/{tenant}/details" => &tenant,
            "/admin/t/{tenant}/tags" => &[("tags", "Gold, EU")],
            "/admin/tenant-groups" => &[("name", &somebody)],
            "/admin/tenant-groups/{group}" => &[("name", &somebody)],
            "/admin/tenant-groups/{group}/remove" => &[("typed", &group)],
            "/admin/tenant-groups/members" => &[("act", "add"), ("group", &group), ("tenant", &tenant_id)],
            "/admin/alerts/destinations" | "/admin/alerts/destinations/{alert_destination}" => {
                &[("kind", "slack"), ("name", &somebody), ("address", "https://hooks.example.test/"), ("revision", "2")]
            }
            "/admin/alerts/destinations/{alert_destination}/test" => &[],
            "/admin/alerts/destinations/{alert_destination}/remove" => &[("typed", &alert_destination)],
            "/admin/alerts/rules" | "/admin/alerts/rules/{alert_rule}" => &[
                ("kind", "run_failed"),
                ("name", &somebody),
                ("reach", "all"),
                ("destination", &alert_destination),
                ("revision", "2"),
            ],
            "/admin/alerts/rules/{alert_rule}/remove" => &[("typed", &alert_rule)],
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
