//! The stable codes. Append only: a code is a promise to whoever filters or alerts on it.

use crate::codes::codes;

/// What may be done about a failure inside the same run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Never: it would fail again (401, 403, bad request).
    Never,
    /// With back-off: throttling, timeouts, 5xx.
    Later,
}

codes! {
    /// Why something failed, blocked or was refused.
    Code {
        /// Microsoft Graph answered 429 until the attempts were used up.
        GraphThrottled = "graph.throttled",
        /// Graph refused the token twice, or the token endpoint refused the credentials.
        GraphUnauthorized = "graph.unauthorized",
        /// Graph answered 403.
        GraphForbidden = "graph.forbidden",
        /// Graph answered 404.
        GraphNotFound = "graph.not_found",
        /// Graph answered 409 or 412.
        GraphConflict = "graph.conflict",
        /// Graph answered 400 or another 4xx.
        GraphBadRequest = "graph.bad_request",
        /// Graph answered 5xx, or no connection could be made.
        GraphUnavailable = "graph.unavailable",
        /// No answer in time.
        GraphTimeout = "graph.timeout",
        /// The answer was not what Graph sends: HTML, truncated JSON, an error inside a 200.
        GraphMalformedResponse = "graph.malformed_response",
        /// A next link led to another host; it was not followed and no token was sent there.
        GraphForeignLink = "graph.foreign_link",
        /// Next links went in a circle, or never ended.
        GraphEndlessPaging = "graph.endless_paging",
        /// The answer was larger than the limit.
        GraphResponseTooLarge = "graph.response_too_large",
        /// The credentials are wrong or expired.
        CredentialsInvalid = "connection.credentials_invalid",
        /// A permission that the operation needs was not granted.
        PermissionMissing = "permission.missing",
        /// The tenant has no provider connection.
        ConnectionMissing = "connection.missing",
        /// The provider connection is switched off.
        ConnectionDisabled = "connection.disabled",
        /// The tenant is archived.
        TenantArchived = "tenant.archived",
        /// Who started the run may no longer see the tenant.
        InitiatorNotEntitled = "initiator.not_entitled",
        /// Who started the run no longer holds the capability.
        CapabilityMissing = "capability.missing",
        /// Nobody claimed the run in time.
        RunStaleQueued = "run.stale_queued",
        /// The run took longer than its type allows.
        RunDeadlineExceeded = "run.deadline_exceeded",
        /// The worker was lost as often as the run may be attempted.
        WorkerLost = "worker.lost",
        /// The run could not be handed to a queue.
        QueueDispatchFailed = "queue.dispatch_failed",
        /// The run's own row lacks what its handler needs.
        RunContextMissing = "run.context_missing",
        /// A person cancelled the run.
        RunCancelled = "run.cancelled",
        /// The type of operation is not known to this version.
        RunTypeUnknown = "run.type_unknown",
        /// Something of ours went wrong; the log has the cause under the run's id.
        Internal = "internal.error",
        /// The database could not be reached or refused.
        StoreUnavailable = "store.unavailable",
        /// The resource type is not in the catalogue.
        ResourceTypeUnknown = "resource_type.unknown",
        /// One object could not be read completely; the rest of its type was.
        ObjectUnreadable = "object.unreadable",
        /// The schedule that started the run was archived or removed before the run began.
        ScheduleArchived = "schedule.archived",
        /// The schedule that started the run was switched off before the run began.
        ScheduleDisabled = "schedule.disabled",
        /// A run was not in a state in which what was asked for could be done.
        RunUnchanged = "run.unchanged",
        /// The workspace is archived.
        WorkspaceArchived = "workspace.archived",
        /// The client secret has expired.
        CredentialExpired = "connection.credential_expired",
        /// The certificate is not registered with the application, or its key does not belong to it.
        CertificateUnknown = "connection.certificate_unknown",
        /// The assertion was refused for its time: the clocks are too far apart.
        ClockWrong = "connection.clock_wrong",
        /// The application is not in the tenant.
        ApplicationMissing = "connection.application_missing",
        /// The application is disabled in the tenant.
        ApplicationDisabled = "connection.application_disabled",
        /// Microsoft knows no tenant of that id in this cloud.
        TenantUnknown = "connection.tenant_unknown",
        /// The application or the tenant belongs to another cloud.
        CloudWrong = "connection.cloud_wrong",
        /// Nobody has consented to the application in the tenant.
        ConsentMissing = "connection.consent_missing",
        /// A conditional access policy of the tenant keeps the application out.
        SignInBlocked = "connection.sign_in_blocked",
        /// The application trusts no such token of another issuer.
        FederationUnknown = "connection.federation_unknown",
        /// The file with the token of another issuer cannot be read.
        TokenFileUnreadable = "connection.token_file_unreadable",
        /// A newer check of the same connection was asked for and took its place.
        RunSuperseded = "run.superseded",
        /// The credential opens another tenant than the one of the connection.
        OtherTenant = "connection.other_tenant",
        /// The tenant is a draft: its onboarding has not begun.
        TenantDraft = "tenant.draft",
        /// A stored content is not what its hash says, or cannot be read.
        ContentCorrupt = "content.corrupt",
        /// A backup set lacks something that it was to hold.
        BackupIncomplete = "backup.incomplete",
        /// The backup set is not there any more.
        BackupGone = "backup.gone",
        /// The schedule is not archived any more, or a run of it is not over.
        ScheduleBusy = "schedule.busy",
        /// The file of an export or an import is not there any more.
        BackupFileGone = "backup.file_gone",
        /// An archive that was to be imported was refused as a whole.
        ArchiveRefused = "archive.refused",
        /// A file is larger than files may be.
        ArchiveTooLarge = "archive.too_large",
        /// Some files of an archive are not what they should be.
        ArchiveDamaged = "archive.damaged",
        /// No folder for mirrors is configured where the run was worked on.
        MirrorOff = "mirror.not_configured",
        /// The folder of a mirror cannot be used as it is.
        MirrorRefused = "mirror.refused",
        /// The mirror is being written, or an earlier backup is still to be.
        MirrorBusy = "mirror.busy",
        /// The mirror waits for the tenant's audit logs.
        MirrorWaits = "mirror.waits_for_audit_logs",
        /// Git could not write the mirror.
        MirrorFailed = "mirror.failed",
        /// Graph refused to make something of which it has one already.
        GraphAlreadyExists = "graph.already_exists",
        /// Graph answered a write with 412: it was changed in between.
        GraphPreconditionFailed = "graph.precondition_failed",
        /// Another administrator of the tenant has to approve the write.
        GraphApprovalRequired = "graph.approval_required",
        /// A restore was changed, given up or executed since its run was started.
        RestoreChanged = "restore.changed",
        /// An object is another one than the preview saw.
        RestoreObjectChanged = "restore.object_changed",
        /// An object was written, and is not as it was wanted.
        RestoreDiffers = "restore.differs",
        /// Nobody knows whether an object was made.
        RestoreUncertain = "restore.uncertain",
        /// Something that an object refers to was not restored.
        RestoreNeedsFailed = "restore.needs_failed",
        /// An object cannot be written as it is wanted.
        RestoreHindered = "restore.hindered",
        /// There are no two complete inventories of any type that could be compared, or the newest was compared already.
        DriftNothingToCompare = "drift.nothing_to_compare",
        /// The type was not read completely since it was last compared.
        DriftTypeUnread = "drift.type_unread",
        /// The type was read completely once: what comes is held against that.
        DriftFirstReading = "drift.first_reading",
        /// What is stored of a tenant is more than a rehearsal holds.
        RehearsalTooLarge = "restore.rehearsal_too_large",
        /// There is no backup that a drill could put back.
        DrillWithoutBackup = "restore.drill_without_backup",
        /// A restore of a rollout did not come out as planned.
        RestoreNotAsPlanned = "restore.not_as_planned",
        /// A ring of a rollout did not come out as planned.
        RolloutStopped = "rollout.stopped",
        /// The tenant is assigned to no baseline that has an active version, or no longer to the one that was to be compared.
        BaselineNotAssigned = "baseline.not_assigned",
        /// There is no complete inventory of any type that the baselines have.
        BaselineNothingToCompare = "baseline.nothing_to_compare",
        /// The newest reading of the type is not complete.
        BaselineTypeUnread = "baseline.type_unread",
        /// A baseline has objects of a type that this version does not know.
        BaselineTypeUnsupported = "baseline.type_unsupported",
        /// A baseline that follows a tenant has a draft.
        BaselineHasDraft = "baseline.has_draft",
        /// A tenant has more objects than a baseline that follows it can hold.
        BaselineTooLarge = "baseline.too_large",
        /// An earlier installation was still at it when its database was adopted.
        RunAdoptedWhileActive = "run.adopted_while_active",
        /// It waited in an earlier installation, and nothing of it was begun when its database was adopted.
        RunAdoptedUnstarted = "run.adopted_unstarted",
        /// An earlier installation recorded a failure under a code that this version does not know.
        RunAdoptedFailure = "run.adopted_failure",
        /// The tenant is not archived any more, or something is at work in it.
        TenantInUse = "tenant.in_use",
        /// The destination of an alert could not be reached.
        AlertUnreachable = "alert.unreachable",
        /// The destination of an alert did not answer in time.
        AlertTimeout = "alert.timeout",
        /// The destination of an alert asked us to slow down.
        AlertThrottled = "alert.throttled",
        /// The destination of an alert answered with an error of its own.
        AlertServerError = "alert.server_error",
        /// The destination of an alert refused the message, or sent us elsewhere.
        AlertRefused = "alert.refused",
        /// The address of a destination is one to which this installation sends nothing.
        AlertAddressForbidden = "alert.address_forbidden",
        /// The SMTP server refused the name or password.
        AlertSignInRefused = "alert.sign_in_refused",
        /// The SMTP server refused the sender, a recipient or the mail.
        AlertMailRefused = "alert.mail_refused",
        /// The way to the SMTP server could not be protected as it is to be.
        AlertUnprotected = "alert.unprotected",
        /// The destination of an alert is not there any more.
        AlertDestinationGone = "alert.destination_gone",
        /// The destination of an alert is switched off.
        AlertDestinationOff = "alert.destination_disabled",
        /// The object storage in which contents are could not be reached.
        StorageUnavailable = "storage.unavailable",
        /// A report has reached a bound and does not tell everything.
        ReportCut = "report.cut",
    }
}

impl Code {
    /// Whether Microsoft refuses the connection itself, so that whatever else is asked would be refused as well.
    #[must_use]
    pub const fn is_of_connection(self) -> bool {
        matches!(
            self,
            Self::GraphUnauthorized
                | Self::CredentialsInvalid
                | Self::CredentialExpired
                | Self::CertificateUnknown
                | Self::ClockWrong
                | Self::FederationUnknown
                | Self::TokenFileUnreadable
                | Self::ApplicationMissing
                | Self::ApplicationDisabled
                | Self::TenantUnknown
                | Self::CloudWrong
                | Self::ConsentMissing
                | Self::SignInBlocked
        )
    }

    /// Whether another try inside the same run can help.
    #[must_use]
    pub const fn retry(self) -> Retry {
        match self {
            Self::GraphThrottled
            | Self::GraphUnavailable
            | Self::GraphTimeout
            | Self::StoreUnavailable
            | Self::StorageUnavailable
            | Self::AlertUnreachable
            | Self::AlertTimeout
            | Self::AlertThrottled
            | Self::AlertServerError
            | Self::MirrorBusy
            | Self::MirrorWaits
            | Self::MirrorFailed => Retry::Later,
            _ => Retry::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_a_connection_by_microsoft_is_known_as_one() {
        // These are said by us, before anything is asked.
        let ours = [Code::ConnectionMissing, Code::ConnectionDisabled, Code::OtherTenant];
        for code in Code::ALL.iter().filter(|code| code.code().starts_with("connection.") && !ours.contains(code)) {
            assert!(code.is_of_connection(), "{}", code.code());
        }
    }
}
