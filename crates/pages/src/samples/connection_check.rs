//! Reports of connection checks.

use model::access::{Can, Role};
use model::connection_check::{Check, CheckKey, CheckReport, CheckStatus, Reason, Report};
use model::failure::Code;
use model::ids::ConnectionId;

use super::values::{connection, id, moment, production, row};
use super::{HOSTILE, run};
use crate::connection_check::Detail;

fn of(checks: Vec<Check>, ago: u64) -> CheckReport {
    let granted = Some(vec!["Application.Read.All".to_owned(), "Organization.Read.All".to_owned()]);
    CheckReport {
        tenant_id: production().id,
        connection_id: ConnectionId::from_uuid(production().id.uuid()),
        revision: connection().revision,
        run_id: Some(id(9, 1)),
        made_at: moment(ago),
        report: Report { checks, granted, granted_from: Some("directory".to_owned()) },
    }
}

fn kind(key: &str) -> CheckKey {
    CheckKey::of_type(key)
}

/// Everything works.
pub(crate) fn good(ago: u64) -> CheckReport {
    let mut checks: Vec<Check> = CheckKey::FIRST.into_iter().map(|key| Check::passed(CheckKey::of(key))).collect();
    checks.extend(
        ["scope_tag", "assignment_filter", "settings_catalog_policy"].map(|key| Check { ms: 48, ..Check::passed(kind(key)) }),
    );
    of(checks, ago)
}

/// Each kind of result.
pub(crate) fn mixed(ago: u64) -> CheckReport {
    let missing = vec!["DeviceManagementRBAC.Read.All".to_owned()];
    of(
        vec![
            Check::because(CheckKey::of(CheckKey::CREDENTIAL), CheckStatus::Warn, Reason::ExpiresSoon).with_figure(12),
            Check { ms: 210, ..Check::passed(CheckKey::of(CheckKey::SIGN_IN)) },
            Check::because(CheckKey::of(CheckKey::TENANT), CheckStatus::Pass, Reason::TenantByToken),
            Check::because(CheckKey::of(CheckKey::CLOCK), CheckStatus::Warn, Reason::ClockApart).with_figure(-95),
            Check::because(CheckKey::of(CheckKey::PERMISSIONS), CheckStatus::Warn, Reason::PermissionsMissing)
                .lacking(missing.clone()),
            Check::failed(kind("scope_tag"), Code::PermissionMissing).lacking(missing),
            Check { ms: 61, ..Check::passed(kind("assignment_filter")) },
            Check::because(kind("settings_catalog_policy"), CheckStatus::Warn, Reason::NotLicensed),
            Check::failed(kind("compliance_policy"), Code::GraphUnavailable),
        ],
        ago,
    )
}

fn refused() -> CheckReport {
    let skipped = |key| Check::because(CheckKey::of(key), CheckStatus::Skip, Reason::NeedsSignIn);
    let checks = vec![
        Check::failed(CheckKey::of(CheckKey::CREDENTIAL), Code::CredentialExpired),
        Check::failed(CheckKey::of(CheckKey::SIGN_IN), Code::CertificateUnknown),
        skipped(CheckKey::TENANT),
        skipped(CheckKey::CLOCK),
        skipped(CheckKey::PERMISSIONS),
    ];
    let mut report = of(checks, 30);
    report.report.granted = None;
    report
}

fn hostile() -> CheckReport {
    let key = CheckKey::of_type(HOSTILE);
    let odd = Check {
        code: Some(HOSTILE.to_owned()),
        status: CheckStatus::Unknown,
        missing: vec![HOSTILE.to_owned()],
        ..Check::passed(key)
    };
    let mut report = of(vec![odd], 60);
    report.report.granted = Some(vec![HOSTILE.to_owned()]);
    report.run_id = None;
    report
}

pub(crate) fn details() -> Vec<(&'static str, Detail)> {
    let page = |role, reports| Detail {
        tenant: production(),
        can: Can::of(role),
        connection: Some(connection()),
        reports,
        active: None,
    };
    let off = model::connection::Connection { enabled: false, revision: 99, ..connection() };
    vec![
        ("good", page(Role::Owner, vec![good(60)])),
        ("mixed", page(Role::Operator, vec![mixed(60), good(90_000), refused()])),
        ("refused", page(Role::Manager, vec![refused(), mixed(7_000)])),
        ("readonly", page(Role::Readonly, vec![mixed(60)])),
        ("empty", page(Role::Owner, Vec::new())),
        ("none", Detail { connection: None, ..page(Role::Owner, Vec::new()) }),
        ("running", Detail { active: Some(row(run::running())), ..page(Role::Owner, vec![good(600)]) }),
        ("disabled", Detail { connection: Some(off), ..page(Role::Owner, vec![good(600)]) }),
        ("hostile", page(Role::Owner, vec![hostile(), good(900)])),
    ]
}
