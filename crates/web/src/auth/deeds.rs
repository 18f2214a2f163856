//! What somebody attempts by a form: it goes on record when it is refused.

use model::access::{Capability, Capable, can};
use model::audit::Action;

/// An attempt.
pub trait Deed: 'static {
    /// How the audit trail calls it.
    const ACTION: Action;
}

/// An attempt that a capability of a place permits.
pub trait Permitted: Deed {
    /// That capability.
    type Needs: Capable;
    /// The same as a value.
    const CAPABILITY: Capability = <Self::Needs as Capable>::CAPABILITY;
}

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident = $action:ident $(by $needs:ident)?;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Deed for $name {
            const ACTION: Action = Action::$action;
        }

        $(impl Permitted for $name {
            type Needs = can::$needs;
        })?
    )+};
}

deeds! {
    /// To start a sync of a tenant's inventory.
    StartSync = RunStart by InventorySync;
    /// To add a tenant's connection.
    CreateConnection = ConnectionCreate by CredentialsRotate;
    /// To change what is known of a connection.
    EditConnection = ConnectionEdit by ProvidersManage;
    /// To replace a connection's credential.
    RotateConnection = ConnectionRotate by CredentialsRotate;
    /// To switch a connection on or off.
    SwitchConnection = ConnectionEnable by ProvidersManage;
    /// To remove a connection.
    RemoveConnection = ConnectionDelete by CredentialsRotate;
    /// To start a sync of a tenant's directory cache.
    StartDirectorySync = RunStart by DirectorySync;
    /// To capture a backup.
    StartBackup = RunStart by BackupsRun;
    /// To make sure of the contents of a backup.
    VerifyBackup = RunStart by BackupsRun;
    /// To pin a backup.
    PinBackup = BackupSetPin by BackupsRun;
    /// To take the pin of a backup away.
    UnpinBackup = BackupSetPin by BackupSchedulesManage;
    /// To remove a backup.
    DeleteBackup = BackupSetDelete by BackupSchedulesManage;
    /// To export a backup to a file.
    ExportBackup = BackupSetExport by BackupsRun;
    /// To fetch a file with a backup.
    FetchBackupFile = BackupFileFetch by BackupsRun;
    /// To remove a file with a backup.
    RemoveBackupFile = BackupFileRemove by BackupsRun;
    /// To import a backup from a file.
    ImportBackup = BackupFileReceive by BackupsRun;
    /// To make a restore.
    CreateRestore = RestoreCreate by RestoreExecute;
    /// To look at a restore, and to change what it is to do.
    EditRestore = RestoreEdit by RestoreExecute;
    /// To read the live state that a restore would touch.
    PreviewRestore = RestorePreview by RestoreExecute;
    /// To rehearse a restore on a simulated copy of the tenant.
    RehearseRestore = RestoreRehearse by RestoreExecute;
    /// To start a restore drill.
    StartDrill = RunStart by RestoreExecute;
    /// To carry a restore out.
    ExecuteRestore = RestoreExecute by RestoreExecute;
    /// To ask a second person to approve the plan of a restore.
    AskRestoreApproval = RestoreAskApproval by RestoreExecute;
    /// To approve the plan of a restore that somebody else asked about, or decline it.
    DecideRestoreApproval = RestoreApprove by RestoreExecute;
    /// To make a rollout, or look at the workspace's.
    CreateRollout = RolloutCreate by RestoreExecute;
    /// To look at a rollout, and to preview its restores.
    PreviewRollout = RolloutPreview by RestoreExecute;
    /// To carry a rollout out.
    ExecuteRollout = RolloutExecute by RestoreExecute;
    /// To ask a second person to approve the plans of a rollout.
    AskRolloutApproval = RestoreAskApproval by RestoreExecute;
    /// To approve the plans of a rollout that somebody else asked about, or decline them.
    DecideRolloutApproval = RestoreApprove by RestoreExecute;
    /// To end a rollout.
    EndRollout = RolloutEnd by RestoreExecute;
    /// To make a restore of what failed.
    RetryRestore = RestoreRetry by RestoreExecute;
    /// To make a restore of what was there before.
    UndoRestore = RestoreUndo by RestoreExecute;
    /// To give a restore up.
    GiveUpRestore = RestoreGiveUp by RestoreExecute;
    /// To compare the newest inventory of a tenant with the one before.
    StartDriftCheck = RunStart by DriftRun;
    /// To make a baseline.
    CreateBaseline = BaselineCreate by WorkspaceBaselinesManage;
    /// To change the draft of a baseline.
    EditBaseline = BaselineEdit by WorkspaceBaselinesManage;
    /// To activate the draft of a baseline.
    ActivateBaseline = BaselineActivate by WorkspaceBaselinesManage;
    /// To archive a baseline.
    ArchiveBaseline = BaselineArchive by WorkspaceBaselinesManage;
    /// To hold tenants against a baseline.
    AssignBaseline = BaselineAssign by WorkspaceBaselinesManage;
    /// To hold a tenant against a baseline no more.
    UnassignBaseline = BaselineUnassign by WorkspaceBaselinesManage;
    /// To say which object is meant by an item of a baseline.
    PairInBaseline = BaselinePair by WorkspaceBaselinesManage;
    /// To take what a finding shows into its baseline.
    AcceptIntoBaseline = BaselineAccept by WorkspaceBaselinesManage;
    /// To say which tenant a baseline follows.
    FollowTenant = BaselineFollow by WorkspaceBaselinesManage;
    /// To compare all tenants of a baseline.
    CompareWithBaseline = RunStart by WorkspaceBaselinesManage;
    /// To compare a tenant with its baselines.
    CompareWithBaselines = RunStart by DriftRun;
    /// To move findings along their workflow.
    MoveFindings = FindingMove by FindingsTriage;
    /// To accept the risk of findings.
    AcceptFindings = FindingAccept by FindingsAcceptRisk;
    /// To write a note on a finding.
    NoteFinding = FindingNote by FindingsTriage;
    /// To say who works on a finding.
    AssignFinding = FindingAssign by FindingsTriage;
    /// To say whether what findings show is the service's doing.
    ClassifyFindings = FindingClassify by FindingsTriage;
    /// To move the findings of an incident along their workflow.
    MoveIncident = IncidentDecide by FindingsTriage;
    /// To accept the risk of the findings of an incident.
    AcceptIncident = IncidentDecide by FindingsAcceptRisk;
    /// To change how much findings matter in the workspace.
    RateFindings = FindingRatings by WorkspaceSettingsManage;
    /// To let a report be made and kept.
    MakeReport = RunStart by TenantView;
    /// To switch a schedule of reports on or off.
    SwitchReportSchedule = ScheduleSwitch by BackupSchedulesManage;
    /// To put a schedule of reports away.
    EndReportSchedule = ScheduleArchive by BackupSchedulesManage;
    /// To make a schedule.
    CreateSchedule = ScheduleCreate by BackupSchedulesManage;
    /// To change a schedule.
    EditSchedule = ScheduleEdit by BackupSchedulesManage;
    /// To switch a schedule on or off.
    SwitchSchedule = ScheduleSwitch by BackupSchedulesManage;
    /// To put a schedule away, or take it out again.
    ArchiveSchedule = ScheduleArchive by BackupSchedulesManage;
    /// To remove a schedule.
    PurgeSchedule = SchedulePurge by BackupSchedulesManage;
    /// To start what a schedule starts.
    RunSchedule = ScheduleRun by BackupSchedulesRun;
    /// To make a workspace.
    CreateWorkspace = WorkspaceCreate by WorkspaceMembersManage;
    /// To rename a workspace.
    RenameWorkspace = WorkspaceRename by WorkspaceSettingsManage;
    /// To put a workspace away, or take it out again.
    ArchiveWorkspace = WorkspaceArchive by WorkspaceDelete;
    /// To invite somebody to a workspace.
    InviteMember = InvitationCreate by WorkspaceMembersManage;
    /// To take an invitation back.
    RevokeInvitation = InvitationRevoke by WorkspaceMembersManage;
    /// To give a member another role.
    ChangeMemberRole = WorkspaceMemberRole by WorkspaceMembersManage;
    /// To remove a member.
    RemoveMember = WorkspaceMemberRemove by WorkspaceMembersManage;
    /// To bind a tenant to a workspace.
    CreateTenant = TenantCreate by WorkspaceTenantsOnboard;
    /// To rename a tenant.
    EditTenant = TenantEdit by TenantSettingsManage;
    /// To change the tags of a tenant.
    TagTenant = TenantTags by TenantSettingsManage;
    /// To make a group of tenants.
    CreateTenantGroup = TenantGroupCreate by WorkspaceSettingsManage;
    /// To rename a group of tenants.
    RenameTenantGroup = TenantGroupRename by WorkspaceSettingsManage;
    /// To remove a group of tenants.
    DeleteTenantGroup = TenantGroupDelete by WorkspaceSettingsManage;
    /// To put tenants into a group, or take them out of it.
    ChangeTenantGroup = TenantGroupMembers by WorkspaceSettingsManage;
    /// To make a destination of alerts.
    CreateAlertDestination = AlertDestinationCreate by WorkspaceAlertsManage;
    /// To change a destination of alerts.
    EditAlertDestination = AlertDestinationEdit by WorkspaceAlertsManage;
    /// To remove a destination of alerts.
    DeleteAlertDestination = AlertDestinationDelete by WorkspaceAlertsManage;
    /// To send a test to a destination of alerts.
    TestAlertDestination = AlertTest by WorkspaceAlertsManage;
    /// To make an alert rule.
    CreateAlertRule = AlertRuleCreate by WorkspaceAlertsManage;
    /// To change an alert rule.
    EditAlertRule = AlertRuleEdit by WorkspaceAlertsManage;
    /// To remove an alert rule.
    DeleteAlertRule = AlertRuleDelete by WorkspaceAlertsManage;
    /// To take a tenant a step forward.
    AdvanceTenant = TenantOnboard by TenantSettingsManage;
    /// To put a tenant away, or take it out again.
    ArchiveTenant = TenantArchive by TenantDangerZone;
    /// To remove a tenant for good.
    DeleteTenant = TenantDelete by TenantDangerZone;
    /// To add somebody to a tenant, or give them another role there.
    ChangeTenantMember = TenantMemberAdd by TenantMembersManage;
    /// To take somebody out of a tenant.
    RemoveTenantMember = TenantMemberRemove by TenantMembersManage;
    /// To check a tenant's connection.
    CheckConnection = RunStart by ProvidersRun;
    /// To go on with the onboarding of a tenant.
    OnboardTenant = OnboardingSave by WorkspaceTenantsOnboard;
    /// To give an onboarding up.
    DeleteOnboarding = OnboardingDelete by WorkspaceTenantsOnboard;
    /// To read the audit logs of a tenant.
    StartAuditEventsSync = RunStart by DriftRun;
    /// To read one object fresh.
    CapturePolicy = RunStart by BackupsRun;
    /// To write a note on a version, or pin it.
    MarkVersion = VersionMark by BackupsRun;
    /// To act on many runs.
    StartBulk = RunStart by WorkspaceOperationsView;
    /// To cancel a run.
    CancelRun = RunCancel;
    /// To repeat a run.
    RepeatRun = RunRetry;
    /// To end a run that does not stop.
    ForceRun = RunForce by WorkspaceSettingsManage;
    /// To pause a type or a tenant.
    PauseOperations = OperationsPause by WorkspaceSettingsManage;
    /// To let a type or a tenant go on.
    ResumeOperations = OperationsResume by WorkspaceSettingsManage;
    /// To save limits and the retention of runs.
    SaveRunSettings = RunSettings by WorkspaceSettingsManage;
    /// To choose settings for the workspace.
    SaveSettings = SettingChange by WorkspaceSettingsManage;
    /// To choose settings for a tenant.
    SaveTenantSettings = SettingChange by TenantSettingsManage;
    /// To create a workspace, as an operator of the installation.
    FoundWorkspace = WorkspaceCreate;
    /// To add an operator of the installation.
    AddOperator = OperatorAdd;
    /// To disable an operator of the installation.
    DisableOperator = OperatorDisable;
    /// To give an operator of the installation a new link.
    LinkOperator = OperatorLink;
    /// To open a workspace for a while.
    EnterGlass = BreakGlassEnter;
    /// To close it again.
    ExitGlass = BreakGlassExit;
    /// To name an owner of the open workspace.
    NameOwner = BreakGlassNameOwner;
    /// To make an API token.
    CreateApiToken = ApiTokenCreate by WorkspaceApiTokensManage;
}
