//! The sentences for people: what happened and, where there is something to do, what to do.

use super::{Code, Failure};

/// The sentence of a failure: words of the code, then the details in brackets.
pub(super) fn message(failure: &Failure) -> String {
    let mut text = sentence(failure.code()).to_owned();
    let mut shown = failure.params().iter().filter(|(name, _)| *name != Failure::REQUEST_ID).peekable();
    if shown.peek().is_some() {
        let details: Vec<String> = shown.map(|(name, value)| format!("{}: {value}", name.replace('_', " "))).collect();
        text.truncate(text.len() - 1);
        text = format!("{text} ({}).", details.join(", "));
    }
    text
}

const fn sentence(code: Code) -> &'static str {
    match code {
        Code::GraphThrottled => "Microsoft Graph asked us to slow down for longer than this run could wait.",
        Code::GraphUnauthorized => "Microsoft Graph refused the connection's token.",
        Code::GraphForbidden => "Microsoft Graph denied access: a permission or licence is missing.",
        Code::GraphNotFound => "Microsoft Graph does not know what was asked for.",
        Code::GraphConflict => "Somebody else changed it at the same time.",
        Code::GraphBadRequest => "Microsoft Graph refused the request as invalid.",
        Code::GraphUnavailable => "Microsoft Graph could not be reached or answered with a server error.",
        Code::GraphTimeout => "Microsoft Graph did not answer in time.",
        Code::GraphMalformedResponse => "The answer was not what Microsoft Graph sends; a proxy may stand in between.",
        Code::GraphForeignLink => "A page link led to another host and was not followed.",
        Code::GraphEndlessPaging => "The list's page links never ended.",
        Code::GraphResponseTooLarge => "An answer was larger than the limit.",
        Code::CredentialsInvalid => "The connection's credentials were refused; enter a valid secret.",
        Code::PermissionMissing => "A permission that this needs has not been granted to the application.",
        Code::ConnectionMissing => "The tenant has no provider connection yet; add one first.",
        Code::ConnectionDisabled => "The tenant's provider connection is disabled; enable it first.",
        Code::TenantArchived => "The tenant is archived.",
        Code::WorkspaceArchived => "The workspace is archived.",
        Code::ScheduleArchived => "The schedule was archived before this could begin.",
        Code::RunUnchanged => "The run was not in a state in which this could be done.",
        Code::ScheduleDisabled => "The schedule was switched off before this could begin.",
        Code::InitiatorNotEntitled => "The person who started this no longer has access to the tenant.",
        Code::CapabilityMissing => "The person who started this no longer holds the capability it needs.",
        Code::RunStaleQueued => "No worker picked this up in time; check that a worker is running, then start it again.",
        Code::RunDeadlineExceeded => "The run took longer than its type allows and was ended.",
        Code::WorkerLost => "The worker was lost as often as this run may be attempted.",
        Code::QueueDispatchFailed => "The run could not be handed over to a worker.",
        Code::RunContextMissing => "The run lacks information that its work needs.",
        Code::RunCancelled => "The run was cancelled.",
        Code::RunTypeUnknown => "This version does not know that type of operation.",
        Code::Internal => "Something went wrong on our side; the log has the cause under this run's id.",
        Code::StoreUnavailable => "The database could not be reached.",
        Code::StorageUnavailable => "The object storage in which contents are could not be reached.",
        Code::ResourceTypeUnknown => "A chosen resource type is not in the catalogue.",
        Code::ObjectUnreadable => "Some objects could not be read completely; their last known state was kept.",
        Code::CredentialExpired => "The credential of the provider connection has expired.",
        Code::CertificateUnknown => "Microsoft does not know the certificate of the provider connection for this application.",
        Code::ClockWrong => "Microsoft refused what was signed for its time; the server's clock is wrong.",
        Code::ApplicationMissing => "The application is not in the tenant.",
        Code::ApplicationDisabled => "The application is disabled in the tenant.",
        Code::TenantUnknown => "Microsoft knows no such tenant in this cloud.",
        Code::CloudWrong => "The application or the tenant belongs to another cloud.",
        Code::ConsentMissing => "Nobody has consented to the application in the tenant yet.",
        Code::SignInBlocked => "A conditional access policy of the tenant keeps the application out.",
        Code::FederationUnknown => "The application does not trust the token of the federated issuer.",
        Code::TokenFileUnreadable => "The file with the federated token cannot be read on the server.",
        Code::RunSuperseded => "A newer check was asked for and took its place.",
        Code::OtherTenant => "The credential opens another tenant than this one; nothing was read from it.",
        Code::DriftNothingToCompare => "There are no two complete inventories to compare yet; sync the inventory first.",
        Code::DriftTypeUnread => "The type was not read completely since it was last compared; what deviates in it is not known.",
        Code::DriftFirstReading => "The type was read completely once so far; the next complete inventory is compared with it.",
        Code::BaselineNotAssigned => "The tenant is held against no baseline with an active version; assign one.",
        Code::BaselineNothingToCompare => {
            "There is no complete inventory to hold against the baseline yet; sync the inventory first."
        }
        Code::BaselineHasDraft => "The baseline has a draft: it follows its tenant again once that is activated.",
        Code::BaselineTooLarge => "The tenant has more objects than a baseline can hold; let it follow fewer types.",
        Code::BaselineTypeUnread => "The newest reading of the type is not complete; how it stands to the baseline is not known.",
        Code::BaselineTypeUnsupported => "This version no longer knows the type; take its objects out of the baseline.",
        Code::TenantDraft => "The tenant is still a draft; begin its onboarding first.",
        Code::ContentCorrupt => "A stored content is not what was stored, or cannot be read any more.",
        Code::BackupIncomplete => "Some objects that the backup was to hold are not in it; its page names them.",
        Code::BackupGone => "The backup set is not there any more.",
        Code::ScheduleBusy => "The schedule is not archived any more, or a run of it is not over.",
        Code::BackupFileGone => "The file is not there any more. Ask for the export again, or send the file again.",
        Code::ArchiveRefused => "The file cannot be read as an export of backups, or the passphrase or key does not open it.",
        Code::ArchiveTooLarge => "The file is larger than 512 MiB. The command line exports and imports larger ones.",
        Code::ArchiveDamaged => "Some files of the export are missing, changed or damaged; the page of the backup names them.",
        Code::MirrorOff => "This server has no folder for Git mirrors.",
        Code::MirrorRefused => {
            "The folder of the Git mirror cannot be used as it is; the timeline says why. Nothing was changed in it."
        }
        Code::MirrorBusy => "The Git mirror is being written, or an earlier backup comes first.",
        Code::MirrorWaits => "The tenant's audit logs do not tell yet who changed what.",
        Code::MirrorFailed => "Git could not write the mirror; the server's log has the cause.",
        Code::GraphAlreadyExists => "Microsoft Graph has an object of that name or id already.",
        Code::GraphPreconditionFailed => "It was changed by somebody else between reading and writing.",
        Code::GraphApprovalRequired => {
            "Another administrator of the tenant has to approve this first, in Intune under Multi Admin Approval."
        }
        Code::RestoreChanged => "The restore was changed, given up or executed since this was started.",
        Code::RestoreObjectChanged => "It was changed after the preview and was left alone. Preview it again.",
        Code::RestoreDiffers => "It was written, and what was read back is not what was wanted.",
        Code::RestoreNotAsPlanned => "Not every object of the restore came out as it was planned.",
        Code::RolloutStopped => "A ring did not come out as planned; nothing of the rings after it was started.",
        Code::RestoreUncertain => {
            "Nobody knows whether it was made: the answer was lost. Look at the tenant before it is tried again."
        }
        Code::RestoreNeedsFailed => "Something that it refers to was not restored.",
        Code::RestoreHindered => "It cannot be written as it is wanted.",
        Code::RehearsalTooLarge => "What is stored of this tenant is more than a rehearsal can hold.",
        Code::TenantInUse => "The tenant is not archived any more, or an operation of it is not over.",
        Code::DrillWithoutBackup => "There is no complete backup of this tenant that a drill could put back.",
        Code::RunAdoptedWhileActive => {
            "An earlier installation was at it when its database was adopted; what came of it is not known."
        }
        Code::RunAdoptedUnstarted => "It waited in an earlier installation whose database was adopted, and was not begun.",
        Code::RunAdoptedFailure => "An earlier installation recorded a failure that this version does not know.",
        Code::AlertUnreachable => {
            "The destination could not be reached: its name is not known, nothing answers there, or its certificate is not valid."
        }
        Code::AlertTimeout => "The destination did not answer in time.",
        Code::AlertThrottled => "The destination asked us to slow down.",
        Code::AlertServerError => "The destination answered with an error of its own.",
        Code::AlertRefused => "The destination refused the message, or named another address, to which nothing is sent.",
        Code::AlertAddressForbidden => {
            "The destination is at an address to which this installation sends nothing: a private or local one. Whoever runs it can allow networks (`alerts.allowed_networks`)."
        }
        Code::AlertSignInRefused => "The SMTP server refused the name or the password of the destination.",
        Code::AlertMailRefused => "The SMTP server refused the sender, a recipient or the mail.",
        Code::AlertUnprotected => "The SMTP server offers no TLS, or its certificate is not valid; nothing was sent.",
        Code::AlertDestinationGone => "The destination is not there any more.",
        Code::AlertDestinationOff => "The destination is switched off.",
        Code::ReportCut => "The report has reached a bound and does not tell everything; it says where it was cut.",
        Code::Unknown => "An unknown failure was recorded.",
    }
}
