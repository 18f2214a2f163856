//! Audit entries: who did what on what, and what came of it. Ids only; never a secret, never a payload.

use serde_json::{Value, json};

use crate::codes::codes;
use crate::ids::{AuditId, RunId, TenantId, ThingId, WorkspaceId};
use crate::time::Moment;

mod chain;
mod entry;
mod report;

pub use chain::{Link, canonical, link};
pub use entry::AuditEntry;
pub use report::{ChainHead, ChainReport, Flaw, FlawKind, InvalidHead};

codes! {
    /// What was done, or attempted.
    Action {
        /// Somebody signed in.
        SignIn = "session.sign_in",
        /// Somebody signed out.
        SignOut = "session.sign_out",
        /// A user was added.
        UserAdd = "user.add",
        /// A workspace was created.
        WorkspaceCreate = "workspace.create",
        /// A member was added to a workspace.
        WorkspaceMemberAdd = "workspace.member.add",
        /// A workspace was taken over from an earlier installation.
        WorkspaceAdopt = "workspace.adopt",
        /// A tenant was taken over from an earlier installation.
        TenantAdopt = "tenant.adopt",
        /// A tenant was created.
        TenantCreate = "tenant.create",
        /// A member was added to a tenant.
        TenantMemberAdd = "tenant.member.add",
        /// A provider connection was saved.
        ConnectionSave = "connection.save",
        /// A run was created, or an equal one reused.
        RunStart = "run.start",
        /// A run was asked to stop.
        RunCancel = "run.cancel",
        /// Notices were marked as read.
        NoticesRead = "notices.read",
        /// A run changed the inventory.
        InventoryWrite = "inventory.write",
        /// A member was removed from a tenant.
        TenantMemberRemove = "tenant.member.remove",
        /// A member was removed from a workspace.
        WorkspaceMemberRemove = "workspace.member.remove",
        /// A tenant was archived.
        TenantArchive = "tenant.archive",
        /// A provider connection was enabled or disabled.
        ConnectionEnable = "connection.enable",
        /// A run was repeated.
        RunRetry = "run.retry",
        /// A run whose worker did not answer was ended by force.
        RunForce = "run.force",
        /// A type or a tenant was paused.
        OperationsPause = "operations.pause",
        /// A type or a tenant goes on.
        OperationsResume = "operations.resume",
        /// Limits or the retention of runs were changed.
        RunSettings = "run.settings",
        /// Runs were pruned by their retention.
        RunPrune = "run.prune",
        /// A schedule was created.
        ScheduleCreate = "schedule.create",
        /// A schedule was edited.
        ScheduleEdit = "schedule.edit",
        /// A schedule was switched on or off.
        ScheduleSwitch = "schedule.switch",
        /// A schedule was put away, or taken out again.
        ScheduleArchive = "schedule.archive",
        /// A schedule was removed with its ledger.
        SchedulePurge = "schedule.purge",
        /// What a schedule starts was started by hand.
        ScheduleRun = "schedule.run",
        /// A workspace was renamed.
        WorkspaceRename = "workspace.rename",
        /// A workspace was put away.
        WorkspaceArchive = "workspace.archive",
        /// A workspace was taken out again.
        WorkspaceUnarchive = "workspace.unarchive",
        /// A member's role in a workspace was changed.
        WorkspaceMemberRole = "workspace.member.role",
        /// A member left a workspace.
        WorkspaceMemberLeave = "workspace.member.leave",
        /// A member's role in a tenant was changed.
        TenantMemberRole = "tenant.member.role",
        /// A tenant was renamed, or marked otherwise.
        TenantEdit = "tenant.edit",
        /// The connecting of a tenant was begun.
        TenantOnboard = "tenant.onboard",
        /// A tenant was taken into use.
        TenantActivate = "tenant.activate",
        /// A tenant was taken out again.
        TenantUnarchive = "tenant.unarchive",
        /// Somebody was invited to a workspace.
        InvitationCreate = "invitation.create",
        /// An invitation was taken back.
        InvitationRevoke = "invitation.revoke",
        /// An invitation was accepted.
        InvitationAccept = "invitation.accept",
        /// A setting of a workspace, a tenant or a person was changed or taken back.
        SettingChange = "settings.change",
        /// What a person was called was erased.
        UserErase = "user.erase",
        /// An operator of the installation was added.
        OperatorAdd = "operator.add",
        /// An operator of the installation was disabled.
        OperatorDisable = "operator.disable",
        /// An operator of the installation got a new one-time link.
        OperatorLink = "operator.link",
        /// An operator of the installation chose a password by a one-time link.
        OperatorPassword = "operator.password",
        /// An operator opened a workspace for a while, with a reason.
        BreakGlassEnter = "break_glass.enter",
        /// An operator closed it again.
        BreakGlassExit = "break_glass.exit",
        /// Its time was over.
        BreakGlassExpire = "break_glass.expire",
        /// An operator named an owner of a workspace that had lost its own.
        BreakGlassNameOwner = "break_glass.name_owner",
        /// A person was added by a provider's word, with what their groups gave.
        UserProvision = "user.provision",
        /// A provider's account was linked with a person who was here already.
        UserLink = "user.link",
        /// A person was disabled; their sessions ended.
        UserDisable = "user.disable",
        /// A person was enabled again.
        UserEnable = "user.enable",
        /// A person's name was changed.
        UserRename = "user.rename",
        /// A link to set a new password was made.
        PasswordLink = "password.link",
        /// A new password was set by such a link; all sessions of the person ended.
        PasswordReset = "password.reset",
        /// A person changed their password; their other sessions ended.
        PasswordChange = "password.change",
        /// Sessions of a person were ended by them.
        SessionRevoke = "session.revoke",
        /// A second factor was prepared.
        TotpPrepare = "totp.prepare",
        /// A second factor was switched on.
        TotpEnable = "totp.enable",
        /// A second factor was removed.
        TotpDisable = "totp.disable",
        /// A recovery code was used up.
        RecoveryCodeUse = "recovery_code.use",
        /// An API token was made.
        ApiTokenCreate = "api_token.create",
        /// An API token was revoked.
        ApiTokenRevoke = "api_token.revoke",
        /// A tenant's provider connection was added.
        ConnectionCreate = "connection.create",
        /// What is known of a provider connection was changed, its credential not.
        ConnectionEdit = "connection.edit",
        /// The credential of a provider connection was replaced.
        ConnectionRotate = "connection.rotate",
        /// A provider connection was removed with its credential.
        ConnectionDelete = "connection.delete",
        /// Secrets at rest were sealed anew under the current key.
        KeysRotate = "keys.rotate",
        /// People were told that a connection's credential expires.
        ConnectionWarn = "connection.warn",
        /// Something was chosen in the onboarding of a tenant.
        OnboardingSave = "onboarding.save",
        /// An onboarding was given up; the tenant that was never in use was removed.
        OnboardingDelete = "onboarding.delete",
        /// A note was written on a version of a policy, or the version was pinned, or either was taken back.
        VersionMark = "version.mark",
        /// A backup set was removed.
        BackupSetDelete = "backup_set.delete",
        /// A backup set was pinned, or unpinned.
        BackupSetPin = "backup_set.pin",
        /// The import of a backup set was begun.
        BackupSetImportBegin = "backup_set.import_begin",
        /// A backup set was imported.
        BackupSetImport = "backup_set.import",
        /// A backup set was exported to a file.
        BackupSetExport = "backup_set.export",
        /// An exported file was fetched.
        BackupFileFetch = "backup_file.fetch",
        /// An exported file was removed.
        BackupFileRemove = "backup_file.remove",
        /// A file to be imported was received.
        BackupFileReceive = "backup_file.receive",
        /// A restore was begun.
        RestoreCreate = "restore.create",
        /// What a restore is to put back was changed, or what references become.
        RestoreEdit = "restore.edit",
        /// A secret was entered for a restore, or taken away.
        RestoreSecret = "restore.secret",
        /// A preview of a restore was started.
        RestorePreview = "restore.preview",
        /// A rehearsal of a restore was started.
        RestoreRehearse = "restore.rehearse",
        /// The plan of a restore was confirmed, and its execution started.
        RestoreExecute = "restore.execute",
        /// A second person was asked to approve the plan of a restore.
        RestoreAskApproval = "restore.ask_approval",
        /// A second person approved the plan of a restore.
        RestoreApprove = "restore.approve",
        /// A second person declined the plan of a restore.
        RestoreDecline = "restore.decline",
        /// A rollout was made: one source to many tenants.
        RolloutCreate = "rollout.create",
        /// The preview of all restores of a rollout was started.
        RolloutPreview = "rollout.preview",
        /// A rollout was confirmed and started.
        RolloutExecute = "rollout.execute",
        /// A rollout was ended.
        RolloutEnd = "rollout.end",
        /// A restore was given up.
        RestoreGiveUp = "restore.give_up",
        /// A restore of what failed in another one was begun.
        RestoreRetry = "restore.retry",
        /// A restore that undoes another one was begun.
        RestoreUndo = "restore.undo",
        /// Findings were moved along their workflow.
        FindingMove = "finding.move",
        /// The risk of findings was accepted.
        FindingAccept = "finding.accept",
        /// Somebody wrote on a finding.
        FindingNote = "finding.note",
        /// Somebody was said to answer for a finding, or to work on it.
        FindingAssign = "finding.assign",
        /// What a workspace says of how much findings matter was changed.
        FindingRatings = "finding.ratings",
        /// The findings of an incident were decided on in many tenants.
        IncidentDecide = "incident.decide",
        /// What deviates was said to be the service's doing, or not to be.
        FindingClassify = "finding.classify",
        /// A baseline was made.
        BaselineCreate = "baseline.create",
        /// The draft of a baseline was changed.
        BaselineEdit = "baseline.edit",
        /// A version of a baseline was activated.
        BaselineActivate = "baseline.activate",
        /// A baseline was archived.
        BaselineArchive = "baseline.archive",
        /// A tenant was assigned to a baseline.
        BaselineAssign = "baseline.assign",
        /// A tenant was taken from a baseline.
        BaselineUnassign = "baseline.unassign",
        /// Somebody said which object of a tenant is meant by an item of a baseline.
        BaselinePair = "baseline.pair",
        /// What a finding shows was taken into its baseline.
        BaselineAccept = "baseline.accept",
        /// A baseline follows a tenant, or no longer.
        BaselineFollow = "baseline.follow",
        /// The tags of a tenant were changed.
        TenantTags = "tenant.tags",
        /// A group of tenants was made.
        TenantGroupCreate = "tenant_group.create",
        /// A group of tenants got another name.
        TenantGroupRename = "tenant_group.rename",
        /// A group of tenants was removed; its tenants stay.
        TenantGroupDelete = "tenant_group.delete",
        /// Tenants were put into a group, or taken out of it.
        TenantGroupMembers = "tenant_group.members",
        /// A report was taken out as a file.
        ReportExport = "report.export",
        /// The removal of a tenant was started.
        TenantDelete = "tenant.delete",
        /// A tenant was removed for good.
        TenantDeleted = "tenant.deleted",
        /// All that is recorded of a tenant was written to a file.
        TenantExport = "tenant.export",
        /// A destination of alerts was made.
        AlertDestinationCreate = "alert_destination.create",
        /// A destination of alerts was changed.
        AlertDestinationEdit = "alert_destination.edit",
        /// A destination of alerts was removed.
        AlertDestinationDelete = "alert_destination.delete",
        /// An alert rule was made.
        AlertRuleCreate = "alert_rule.create",
        /// An alert rule was changed.
        AlertRuleEdit = "alert_rule.edit",
        /// An alert rule was removed.
        AlertRuleDelete = "alert_rule.delete",
        /// A test was sent to a destination of alerts.
        AlertTest = "alert_destination.test",
    }
}

codes! {
    /// What came of it.
    AuditOutcome {
        /// It was done.
        Done = "done",
        /// It was refused.
        Denied = "denied",
    }
}

/// An entry as it is stored, in the words of whatever version wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its id.
    pub id: AuditId,
    /// When it was written.
    pub at: Moment,
    /// The workspace that it belongs to; `None` for what concerns the installation.
    pub workspace_id: Option<WorkspaceId>,
    /// The tenant that it belongs to.
    pub tenant_id: Option<TenantId>,
    /// `user`, `operator` (at the command line) or `system`.
    pub actor_kind: String,
    /// Who, when it was a person.
    pub actor_id: Option<ThingId>,
    /// The code of what was done; may be one that this version does not know.
    pub action: String,
    /// The code of what came of it.
    pub outcome: String,
    /// What kind of thing it was done to.
    pub subject_kind: Option<String>,
    /// Which one.
    pub subject_id: Option<ThingId>,
    /// The run that it belongs to.
    pub run_id: Option<RunId>,
    /// Names and values.
    pub details: Value,
}

impl AuditRecord {
    /// Something that the system did, without details.
    #[must_use]
    pub fn new(id: AuditId, at: Moment, action: &str) -> Self {
        Self {
            id,
            at,
            workspace_id: None,
            tenant_id: None,
            actor_kind: "system".to_owned(),
            actor_id: None,
            action: action.to_owned(),
            outcome: AuditOutcome::Done.code().to_owned(),
            subject_kind: None,
            subject_id: None,
            run_id: None,
            details: Value::Object(serde_json::Map::new()),
        }
    }

    /// Adds a detail.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Value::Object(details) = &mut self.details {
            details.insert(name.to_owned(), json!(value));
        }
        self
    }

    /// A detail as text.
    #[must_use]
    pub fn detail(&self, name: &str) -> Option<String> {
        let value = self.details.get(name)?;
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    /// The names of the details.
    pub fn details(&self) -> impl Iterator<Item = &str> {
        self.details.as_object().into_iter().flatten().map(|(name, _)| name.as_str())
    }
}
