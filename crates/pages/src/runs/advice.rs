//! What to do about a run that did not go well, by its reason.

use maud::{Markup, html};
use model::failure::{Code, Failure};
use model::ids::TenantId;
use model::operations::Operation;
use model::run::Run;

use crate::href;

/// A next step: words, and where it can be done.
pub(crate) struct Step {
    pub(crate) words: &'static str,
    pub(crate) link: Option<(&'static str, String)>,
}

/// What happened, in the words of the reason code; `None` for a run without one.
#[must_use]
pub fn reason_words(run: &Run) -> Option<String> {
    run.reason_code.as_deref().map(code_words)
}

/// The words of a stored code; one that this version does not know is named.
pub(crate) fn code_words(code: &str) -> String {
    match Code::from_code(code) {
        Code::Unknown => format!("Unknown reason “{}”.", crate::text::shown(code, 60)),
        known => Failure::new(known).message(),
    }
}

/// What to do about a run that did not go well: a sentence each, and the page where it can be done.
#[must_use]
pub fn next_steps(run: &Run) -> Vec<(String, Option<String>)> {
    let steps = run.reason_code.as_deref().map(|code| steps(code, run.operation, run.tenant_id)).unwrap_or_default();
    steps.into_iter().map(|step| (step.words.to_owned(), step.link.map(|(_, page)| page))).collect()
}

/// Words and address of the page where what blocked the run can be mended.
pub(crate) fn step_link(run: &Run) -> Option<(String, String)> {
    let steps = steps(run.reason_code.as_deref()?, run.operation, run.tenant_id);
    steps.into_iter().find_map(|step| step.link).map(|(words, page)| (words.to_owned(), page))
}

/// What to do about a code that a connection check met, for the page of its report, which needs no link to itself.
pub(crate) fn steps_of_check(code: &str, tenant: TenantId) -> Markup {
    let here = href::connection_check(tenant);
    html! {
        @for step in steps(code, Some(Operation::ProviderConnectionCheck), Some(tenant)) {
            span.below { (step.words) @if let Some((words, to)) = step.link.filter(|(_, to)| *to != here) { " " a href=(to) { (words) } } }
        }
    }
}

/// Where an operation of that type is started again; `None` for one that is started in more places than one, or by itself.
fn where_again(operation: Option<Operation>, tenant: TenantId) -> Option<(&'static str, String)> {
    Some(match operation? {
        Operation::InventorySync => ("Sync again", href::sync(tenant)),
        Operation::ProviderConnectionCheck => ("Check the connection again", href::connection_check(tenant)),
        Operation::EntraGroupSync | Operation::DirectoryRoleDefinitionsSync => ("Directory", href::directory(tenant)),
        Operation::BackupSetCapture
        | Operation::BackupSetVerify
        | Operation::BackupSetExport
        | Operation::BackupSetImport
        | Operation::BackupSetMirror => ("Backups", href::backups(tenant)),
        Operation::RestorePreview | Operation::RestoreExecute | Operation::RestoreRehearse | Operation::RestoreDrill => {
            ("Restores", href::restores(tenant))
        }
        Operation::DriftGenerateFindings => ("Drift", href::drift(tenant)),
        _ => return None,
    })
}

/// What to do about a code that an operation of that type met.
pub(crate) fn steps(code: &str, operation: Option<Operation>, tenant: Option<TenantId>) -> Vec<Step> {
    let say = |words| vec![Step { words, link: None }];
    let again = |words| vec![Step { words, link: tenant.and_then(|t| where_again(operation, t)) }];
    let sync = |words| vec![Step { words, link: tenant.map(|t| ("Sync again", href::sync(t))) }];
    let onboard = |words| vec![Step { words, link: tenant.map(|t| ("Go on with the onboarding", href::onboarding(t))) }];
    let connect = |words| vec![Step { words, link: tenant.map(|t| ("Look at the connection", href::connection_check(t))) }];
    let back = |words| vec![Step { words, link: tenant.map(|t| ("Backups", href::backups(t))) }];
    let restores = |words| vec![Step { words, link: tenant.map(|t| ("Restores", href::restores(t))) }];
    let alerts = |words| vec![Step { words, link: Some(("Alerts", href::ALERTS.to_owned())) }];
    match Code::from_code(code) {
        // A check reads a little of everything: there is nothing to choose less of.
        Code::GraphThrottled | Code::RunDeadlineExceeded if operation == Some(Operation::ProviderConnectionCheck) => {
            again("Wait some minutes, then check the connection again.")
        }
        Code::GraphThrottled => again("Wait some minutes, then start it again with fewer resource types."),
        Code::GraphUnauthorized | Code::CredentialsInvalid => {
            connect("Ask a tenant owner to enter a valid client secret for the provider connection; it may have expired.")
        }
        Code::GraphForbidden | Code::PermissionMissing => connect(
            "Ask an administrator of the tenant to grant the application the permissions that the failed resource types need, \
                 and check that the tenant has the licence for them.",
        ),
        Code::GraphNotFound => say("The tenant may not use this feature. Leave the resource type out if that is so."),
        Code::GraphConflict => again("Start it again once the other change is done."),
        Code::GraphBadRequest => say("Keep the run id and report it: the request was ours."),
        Code::GraphUnavailable | Code::GraphTimeout => {
            again("Check that the server reaches Microsoft Graph and that Microsoft reports no outage, then start it again.")
        }
        Code::GraphMalformedResponse | Code::GraphForeignLink | Code::GraphEndlessPaging | Code::GraphResponseTooLarge => {
            say("Check whether a proxy stands between the server and Microsoft Graph. If not, keep the run id and report it.")
        }
        Code::ConnectionMissing => connect("Ask a tenant owner to add a provider connection."),
        Code::ConnectionDisabled => connect("Ask a tenant manager to enable the provider connection."),
        Code::TenantArchived => say("Operations do not run in an archived tenant."),
        Code::WorkspaceArchived => say("An owner of the workspace can take it out again."),
        Code::RunUnchanged => say("Nothing needs to be done: it had ended, or had nothing to repeat."),
        Code::ScheduleArchived | Code::ScheduleDisabled => {
            say("Nothing needs to be done. If it should have run, look at the schedule.")
        }
        Code::InitiatorNotEntitled | Code::CapabilityMissing => again("Somebody who holds the capability can start it again."),
        Code::RunStaleQueued => again("Ask an operator to check that a worker is running, then start it again."),
        Code::RunDeadlineExceeded => again("Start it again with fewer resource types."),
        Code::WorkerLost | Code::QueueDispatchFailed | Code::RunContextMissing | Code::Internal => {
            again("Start it again. If it fails again, keep the run id: the server's log has the cause under it.")
        }
        Code::StorageUnavailable => again("Ask an operator to check the object storage, then start it again."),
        Code::StoreUnavailable => again("Ask an operator to check the database, then start it again."),
        Code::RunCancelled => again("Nothing needs to be done. What was read until then is kept."),
        Code::RunTypeUnknown => say("A newer version made this run. Look at it with that version."),
        Code::ResourceTypeUnknown => sync("Choose from the resource types that this version offers."),
        Code::ObjectUnreadable => again(
            "The last known state of these objects is kept. Start it again later; if the same objects fail, look at them in Microsoft's portal.",
        ),
        Code::CredentialExpired => connect(
            "Make a new client secret or certificate in the app registration, then have a tenant owner rotate the connection's credential.",
        ),
        Code::CertificateUnknown => connect(
            "Upload the certificate to the app registration (Certificates & secrets), or have a tenant owner enter the one that is there.",
        ),
        Code::ClockWrong => say("Ask an operator to set the server's clock: it must be right to within five minutes."),
        Code::ApplicationMissing => connect(
            "Check the application (client) ID, and that an administrator of the tenant has consented to the application.",
        ),
        Code::ApplicationDisabled => say("Ask an administrator of the tenant to enable sign-in for the enterprise application."),
        Code::TenantUnknown => say("Check the tenant's Microsoft Entra ID and the cloud of the provider connection."),
        Code::CloudWrong => say("Choose the cloud in which the tenant and the app registration live."),
        Code::ConsentMissing => connect("Ask an administrator of the tenant to grant admin consent to the application."),
        Code::SignInBlocked => say(
            "Ask an administrator of the tenant to leave the application out of the conditional access policy for workload identities.",
        ),
        Code::FederationUnknown => say(
            "Compare issuer, subject and audience of the federated credential in the app registration with those of the token.",
        ),
        Code::TokenFileUnreadable => {
            say("Ask an operator to check the folder of token files (graph.token_folder) on every server.")
        }
        Code::RunSuperseded => say("Nothing needs to be done: look at the newer check."),
        Code::OtherTenant => connect("Enter the connection of the right tenant."),
        Code::TenantDraft => onboard("Begin the onboarding of the tenant; what is read comes after its connection."),
        Code::ContentCorrupt => back(
            "Look at the backup set for what is damaged; the rest of it is fine. Ask an operator to check the database, and capture again.",
        ),
        Code::BackupIncomplete => back("Look at what the backup set lacks, then capture again."),
        Code::BackupGone => back("Nothing needs to be done: the backup set was removed meanwhile."),
        Code::BackupFileGone => back("Export the backup again, or send the file again: files stay for some days only."),
        Code::ArchiveRefused => back(
            "Check that it is a zip that was exported here or by a tool that is understood, and the passphrase or key. The run's timeline says why it was refused.",
        ),
        Code::ArchiveTooLarge => {
            back("Ask an operator to export or import it at the server's command line, which takes larger files.")
        }
        Code::ArchiveDamaged => {
            back("Look at the report of the imported backup. If you can, export it again where it came from.")
        }
        Code::MirrorOff => say(
            "Ask an operator to name a folder for mirrors (worker.mirror_folder) on every server that works on runs, or take the tenant's setting back. Then start it again.",
        ),
        Code::MirrorRefused => back(
            "Ask an operator to look at the folder on the server: commit or undo what was changed there, or choose another folder in the tenant's settings.",
        ),
        Code::MirrorBusy => back("Wait for the mirror of the earlier backup, then start it again."),
        Code::MirrorWaits => {
            say("Nothing needs to be done: it is tried again. The commit comes a day after the backup at the latest.")
        }
        Code::MirrorFailed => {
            back("Ask an operator to check that Git is installed on the server and the disk has room, then start it again.")
        }
        Code::ScheduleBusy => say("Archive the schedule, wait for its runs to end, then remove it again."),
        Code::GraphAlreadyExists => restores("Say which object it is on the page of the item, or rename the one that is there."),
        Code::GraphPreconditionFailed | Code::RestoreObjectChanged => restores("Preview it again, then confirm the new plan."),
        Code::GraphApprovalRequired => restores(
            "Have it approved in the Intune admin center (Tenant administration, Multi Admin Approval), then retry what failed.",
        ),
        Code::RestoreChanged => restores("Look at the restore as it is now, and preview it again."),
        Code::RestoreDiffers => restores("Look at what differs on the page of the item, then retry it or change it by hand."),
        Code::RestoreUncertain => restores("Look into the tenant whether it is there, then retry what failed."),
        Code::RestoreNeedsFailed => restores("Mend what it refers to, then retry what failed."),
        Code::RestoreNotAsPlanned => restores("The page of the restore says which object is not as it was planned."),
        Code::RolloutStopped => {
            say("Look at the rollout: mend what failed, or leave it out, then confirm the rest again or end it.")
        }
        Code::RestoreHindered => restores("The page of the item says what stands in its way."),
        Code::BaselineNotAssigned => say("Open the baseline, activate a version, and assign the tenant to it."),
        Code::BaselineNothingToCompare => sync("Sync the inventory; it is held against the baseline when it is complete."),
        Code::BaselineTypeUnread => sync("Look at the coverage page why the type cannot be read, mend it, then sync again."),
        Code::BaselineHasDraft => say("Open the baseline and activate its draft; the next sync of the tenant updates it."),
        Code::BaselineTooLarge => say("Open the baseline and let it follow fewer types of the tenant."),
        Code::BaselineTypeUnsupported => say("Make a draft of the baseline and take the objects of that type out of it."),
        Code::DriftNothingToCompare => sync("Sync the inventory; what changes between two complete inventories is found."),
        Code::DriftTypeUnread => sync("Look at the coverage page why the type cannot be read, mend it, then sync again."),
        Code::DriftFirstReading => say("Nothing needs to be done: the next complete inventory is compared with this one."),
        Code::RehearsalTooLarge => restores("Restore fewer types at a time; the preview works without a rehearsal."),
        Code::TenantInUse => say("Archive the tenant, wait for its operations to end, then delete it again."),
        Code::DrillWithoutBackup => back("Make a backup of the tenant first."),
        Code::RunAdoptedWhileActive => say("Start it again where it belongs, once the tenant has a connection."),
        Code::RunAdoptedUnstarted => restores("Preview the restore again; nothing of it was written."),
        Code::RunAdoptedFailure => say("The earlier installation's own records say more."),
        Code::AlertUnreachable | Code::AlertTimeout | Code::AlertServerError | Code::AlertThrottled => {
            alerts("Check that the other side works, then send a test to the destination.")
        }
        Code::AlertRefused => alerts("Check the address of the destination: the other side did not take the message."),
        Code::AlertAddressForbidden => {
            alerts("Give the destination a public address, or ask an operator to allow its network (alerts.allowed_networks).")
        }
        Code::AlertSignInRefused => alerts("Enter the user name and password of the destination again."),
        Code::AlertMailRefused => alerts("Check the sender and the recipients of the destination."),
        Code::AlertUnprotected => alerts("Check the protection, the host name and the certificate of the SMTP server."),
        Code::AlertDestinationGone | Code::AlertDestinationOff => {
            alerts("Look at the destinations and the rules that send to them.")
        }
        Code::ReportCut => say("Ask for fewer tenants, or a shorter time, to read the rest."),
        Code::Unknown => say("This version does not know the reason. Keep the run id and look at the server's log."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_what_to_do() {
        for code in Code::ALL {
            assert!(!steps(code.code(), None, None).is_empty(), "{code}");
        }
        assert!(code_words("from.the_future").contains("from.the_future"));
    }

    #[test]
    fn nobody_is_sent_to_sync_because_a_connection_check_failed() {
        let tenant = TenantId::generate();
        for code in Code::ALL {
            let of = |operation| steps(code.code(), Some(operation), Some(tenant));
            let synced =
                |steps: Vec<Step>| steps.into_iter().any(|step| step.link.is_some_and(|(words, _)| words == "Sync again"));
            let speaks_of_sync = of(Operation::ProviderConnectionCheck).iter().any(|step| step.words.contains("ync"));
            assert!(
                speaks_of_sync || *code == Code::ResourceTypeUnknown || !synced(of(Operation::ProviderConnectionCheck)),
                "{code}"
            );
        }
        for code in [Code::CredentialsInvalid, Code::CredentialExpired, Code::PermissionMissing, Code::ConsentMissing] {
            let steps = steps(code.code(), Some(Operation::ProviderConnectionCheck), Some(tenant));
            assert_eq!(
                steps[0].link.as_ref().map(|(_, to)| to.as_str()),
                Some(href::connection_check(tenant).as_str()),
                "{code}"
            );
        }
        let timeout = steps(Code::GraphTimeout.code(), Some(Operation::InventorySync), Some(tenant));
        assert_eq!(timeout[0].link.as_ref().map(|(words, _)| *words), Some("Sync again"));
    }
}
