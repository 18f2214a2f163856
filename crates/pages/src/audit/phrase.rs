//! What each action is called in a sentence.

/// What somebody did, and what they were not allowed to do: `(started {s}, start {s})`. `{s}` is what it was done to, `{name}` a detail;
/// a part in brackets is left out when a value in it is missing. Codes of other versions have no phrase.
pub(super) fn phrase(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "session.sign_in" => ("signed in", "sign in"),
        "session.sign_out" => ("signed out", "sign out"),
        "user.add" => ("added the user {s}", "add a user"),
        "user.erase" => ("erased a person", "erase a person"),
        "workspace.create" => ("created the workspace {s}", "create a workspace"),
        "workspace.member.add" => ("made {s} a member of the workspace[ as {role}]", "add a member to the workspace"),
        "workspace.member.remove" => ("removed {s} from the workspace", "remove a member from the workspace"),
        "tenant.create" => ("created the tenant {s}", "create a tenant"),
        "workspace.adopt" => ("adopted the workspace {s} from an earlier installation", "adopt a workspace"),
        "tenant.adopt" => ("adopted the tenant {s} from an earlier installation", "adopt a tenant"),
        "tenant.archive" => ("changed the state of the tenant {s}[ to {status}]", "change the state of a tenant"),
        "tenant.member.add" => ("gave {s} a role in the tenant[: {role}]", "add a member to the tenant"),
        "tenant.member.remove" => ("removed {s} from the tenant", "remove a member from the tenant"),
        "connection.save" => ("saved the connection of the tenant {s}", "save a connection"),
        "connection.enable" => ("switched the connection of {s} on or off", "switch a connection on or off"),
        "connection.create" => ("added the connection of {s}", "add a connection"),
        "connection.edit" => ("changed the connection of {s}", "change a connection"),
        "connection.rotate" => ("replaced the credential of the connection of {s}", "replace the credential of a connection"),
        "connection.delete" => ("removed the connection of {s} with its credential", "remove a connection"),
        "connection.warn" => ("told that the credential of {s} expires[ ({days} days)]", "tell that a credential expires"),
        "keys.rotate" => ("sealed the stored secrets anew under the current key", "seal the stored secrets anew"),
        "run.start" => ("started an operation[ ({type})]", "start an operation"),
        "run.cancel" => ("cancelled an operation[ ({type})]", "cancel an operation"),
        "run.retry" => ("repeated an operation[ ({type})]", "repeat an operation"),
        "run.force" => ("ended an operation by force[ ({type})]", "end an operation by force"),
        "run.settings" => (
            "set the limits of operations[: {tenant_limit} in a tenant][, {workspace_limit} in the workspace][, kept {keep_days} days]",
            "set the limits of operations",
        ),
        "run.prune" => ("removed old operations", "remove old operations"),
        "alert_destination.create" => ("made an alert destination", "make an alert destination"),
        "alert_destination.edit" => ("changed an alert destination", "change an alert destination"),
        "alert_destination.delete" => ("removed an alert destination", "remove an alert destination"),
        "alert_destination.test" => ("sent a test alert", "send a test alert"),
        "alert_rule.create" => ("made an alert rule", "make an alert rule"),
        "alert_rule.edit" => ("changed an alert rule", "change an alert rule"),
        "alert_rule.delete" => ("removed an alert rule", "remove an alert rule"),
        "notices.read" => ("read their notices", "read notices"),
        "inventory.write" => ("changed the inventory", "change the inventory"),
        "operations.pause" => ("paused operations[ of type {type}][ of {s}]", "pause operations"),
        "operations.resume" => ("resumed operations[ of type {type}][ of {s}]", "resume operations"),
        "schedule.create" => ("made the schedule {s}", "make a schedule"),
        "schedule.edit" => ("changed the schedule {s}", "change a schedule"),
        "schedule.switch" => ("switched the schedule {s} on or off", "switch a schedule on or off"),
        "schedule.archive" => ("put the schedule {s} away, or took it out again", "put a schedule away"),
        "schedule.purge" => ("removed the schedule {s} for good", "remove a schedule"),
        "schedule.run" => ("ran the schedule {s} by hand", "run a schedule"),
        "backup_set.delete" => ("removed the backup set {s}", "remove a backup set"),
        "backup_set.pin" => ("pinned or unpinned the backup set {s}", "pin a backup set"),
        "backup_set.import_begin" => ("began to import the backup set {s}", "import a backup set"),
        "backup_set.import" => ("imported the backup set {s}", "import a backup set"),
        "backup_set.export" => ("exported the backup set {s}", "export a backup set"),
        "backup_file.fetch" => ("fetched a file with a backup set", "fetch a file with a backup set"),
        "backup_file.remove" => ("removed a file with a backup set", "remove a file with a backup set"),
        "backup_file.receive" => ("sent a file with a backup set", "send a file with a backup set"),
        "restore.create" => ("began the restore {s}", "begin a restore"),
        "restore.edit" => ("changed the restore {s}", "change a restore"),
        "restore.secret" => ("entered a secret for the restore {s}", "enter a secret for a restore"),
        "restore.preview" => ("previewed the restore {s}", "preview a restore"),
        "restore.rehearse" => ("rehearsed the restore {s}", "rehearse a restore"),
        "restore.execute" => ("confirmed and started the restore {s}", "execute a restore"),
        "restore.ask_approval" => ("asked for the approval of the restore {s}", "ask for the approval of a restore"),
        "restore.approve" => ("approved the restore {s}", "approve a restore"),
        "restore.decline" => ("declined the restore {s}", "decline a restore"),
        "rollout.create" => ("made the rollout {s}", "make a rollout"),
        "rollout.preview" => ("previewed the restores of a rollout by {s}", "preview the restores of a rollout"),
        "rollout.execute" => ("confirmed and started a rollout by {s}", "execute a rollout"),
        "rollout.end" => ("ended the rollout {s}", "end a rollout"),
        "restore.give_up" => ("gave up the restore {s}", "give up a restore"),
        "restore.retry" => ("began to retry what failed as the restore {s}", "retry a restore"),
        "restore.undo" => ("began to undo a restore as {s}", "undo a restore"),
        "finding.move" => ("moved findings[ to “{state}”][ ({findings})]", "move findings"),
        "finding.accept" => ("accepted the risk of findings[ ({findings})]", "accept the risk of findings"),
        "finding.note" => ("wrote a note on a finding[ or many: {findings}]", "write a note on a finding"),
        "finding.assign" => ("said who answers for a finding[ or many: {findings}]", "say who answers for a finding"),
        "incident.decide" => {
            ("decided on an incident[: {findings} findings][ in {tenants} tenants][ to “{state}”]", "decide on an incident")
        }
        "finding.classify" => {
            ("said whether findings are the service's doing[ ({findings})]", "say whether findings are the service's doing")
        }
        "finding.ratings" => {
            ("changed how much findings matter[: {findings} were rated anew]", "change how much findings matter")
        }
        "baseline.create" => ("made a baseline[ of {items} objects]", "make a baseline"),
        "baseline.edit" => ("changed the draft of a baseline[, version {version}]", "change a baseline"),
        "baseline.activate" => ("activated a version of a baseline[: {version}]", "activate a version of a baseline"),
        "baseline.archive" => ("archived a baseline", "archive a baseline"),
        "baseline.assign" => ("assigned tenants to a baseline[ ({tenants})]", "assign tenants to a baseline"),
        "baseline.unassign" => ("took a tenant from a baseline", "take a tenant from a baseline"),
        "baseline.pair" => ("said which object is meant by one of a baseline", "say which object is meant by one of a baseline"),
        "baseline.follow" => ("said which tenant a baseline follows", "say which tenant a baseline follows"),
        "baseline.accept" => {
            ("took what a finding shows into its baseline[, version {version}]", "take a finding into its baseline")
        }
        "settings.change" => ("changed {setting}[ of {s}][ from {old}][ to {new}]", "change settings"),
        other => return of_people(other),
    })
}

/// What is done about people: their accounts, roles, invitations and tokens, and by whoever runs the installation.
fn of_people(code: &str) -> Option<(&'static str, &'static str)> {
    Some(match code {
        "workspace.rename" => ("renamed the workspace {s}", "rename the workspace"),
        "workspace.archive" => ("archived the workspace {s}", "archive the workspace"),
        "workspace.unarchive" => ("took the workspace {s} out of the archive", "take the workspace out of the archive"),
        "workspace.member.role" => {
            ("changed the role of {s} in the workspace[ from {from}][ to {to}]", "change the role of a member of the workspace")
        }
        "workspace.member.leave" => ("left the workspace", "leave the workspace"),
        "tenant.member.role" => {
            ("changed the role of {s} in the tenant[ from {from}][ to {to}]", "change the role of a member of the tenant")
        }
        "tenant.edit" => ("changed the tenant {s}", "change a tenant"),
        "tenant.tags" => ("changed the tags of {s}", "change the tags of a tenant"),
        "report.export" => ("took out a report[ ({report}][, {format})]", "take out a report"),
        "tenant.delete" => ("started the deletion of a tenant", "delete a tenant"),
        "tenant.deleted" => ("deleted the tenant {s} for good", "delete a tenant"),
        "tenant.export" => {
            ("wrote all that is recorded of the tenant {s} to a file", "write what is recorded of a tenant to a file")
        }
        "tenant_group.create" => ("made a group of tenants", "make a group of tenants"),
        "tenant_group.rename" => ("renamed a group of tenants", "rename a group of tenants"),
        "tenant_group.delete" => ("removed a group of tenants", "remove a group of tenants"),
        "tenant_group.members" => ("changed a group of tenants[ ({tenants} in it now)]", "change a group of tenants"),
        "tenant.onboard" => ("began to onboard the tenant {s}", "onboard a tenant"),
        "tenant.activate" => ("activated the tenant {s}", "activate a tenant"),
        "tenant.unarchive" => ("took the tenant {s} out of the archive", "take a tenant out of the archive"),
        "invitation.create" => ("invited somebody[ as {role}]", "invite somebody"),
        "invitation.revoke" => ("took an invitation back", "take an invitation back"),
        "invitation.accept" => ("accepted an invitation", "accept an invitation"),
        "api_token.create" => ("made an API token", "make an API token"),
        "api_token.revoke" => ("revoked an API token", "revoke an API token"),
        "user.provision" => ("added {s} at the first sign-in", "add a user at the first sign-in"),
        "user.link" => ("linked {s} to an account of the sign-in provider", "link a user to a sign-in provider"),
        "user.disable" => ("disabled {s}", "disable a user"),
        "user.enable" => ("enabled {s}", "enable a user"),
        "user.rename" => ("renamed {s}", "rename a user"),
        "password.link" => ("made a link to set the password of {s}", "make a link to set a password"),
        "password.reset" => ("set a new password by a link", "set a new password by a link"),
        "password.change" => ("changed their password", "change a password"),
        "session.revoke" => ("ended a session", "end a session"),
        "totp.prepare" => ("began to set up a second factor", "set up a second factor"),
        "totp.enable" => ("switched a second factor on", "switch a second factor on"),
        "totp.disable" => ("switched a second factor off", "switch a second factor off"),
        "recovery_code.use" => ("used a recovery code", "use a recovery code"),
        "operator.add" => ("added the operator {s}", "add an operator"),
        "operator.disable" => ("disabled the operator {s}", "disable an operator"),
        "operator.link" => ("made a link for the operator {s}", "make a link for an operator"),
        "operator.password" => ("set an operator's password", "set an operator's password"),
        "break_glass.enter" => ("entered the workspace by break-glass", "enter the workspace by break-glass"),
        "break_glass.exit" => ("left break-glass", "leave break-glass"),
        "break_glass.expire" => ("ended break-glass, whose time was over", "end break-glass"),
        "break_glass.name_owner" => ("made {s} an owner by break-glass", "name an owner by break-glass"),
        "onboarding.save" => ("went on with the onboarding of {s}", "onboard a tenant"),
        "onboarding.delete" => ("gave up the onboarding of a tenant", "give up an onboarding"),
        "version.mark" => ("wrote on a version of a policy, or pinned it", "mark a version of a policy"),
        _ => return None,
    })
}

/// What a group of actions, as their codes begin, is called.
pub(super) fn group(code: &str) -> String {
    let words = match code {
        "session" => "Sessions",
        "user" => "Users",
        "workspace" => "Workspace",
        "tenant" => "Tenants",
        "connection" => "Connections",
        "run" => "Operations",
        "keys" => "Keys",
        "notices" => "Notices",
        "inventory" => "Inventory",
        "operations" => "Pauses",
        "schedule" => "Schedules",
        "settings" => "Settings",
        "invitation" => "Invitations",
        "api_token" => "API tokens",
        "password" => "Passwords",
        "totp" => "Second factor",
        "recovery_code" => "Recovery codes",
        "operator" => "Operators",
        "break_glass" => "Break-glass",
        "onboarding" => "Onboarding",
        "version" => "Versions",
        "backup_file" => "Files with backups",
        other => return capital(&other.replace('_', " ")),
    };
    words.to_owned()
}

/// The text with a capital letter.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}", chars.as_str())
}
