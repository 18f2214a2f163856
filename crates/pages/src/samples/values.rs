//! People, workspaces, tenants and surroundings that the examples share.

use std::str::FromStr;
use std::time::Duration;

use model::access::Role;
use model::connection::{Cloud, Connection, CredentialKind, Signature};
use model::ids::TenantId;
use model::run::Run;
use model::settings::Times;
use model::tenant::{Environment, Tenant, TenantStatus};
use model::time::Moment;
use model::user::User;
use model::workspace::Workspace;

use crate::chrome::{Bare, Frame, Shell, Theme};
use crate::runs::RunRow;

/// The same id at every call, so that examples can be compared.
pub(crate) fn id<T: FromStr>(kind: u16, n: u32) -> T {
    let text = format!("0199f0a1-{kind:04x}-7c4e-9a01-5d2f{n:08x}");
    T::from_str(&text).unwrap_or_else(|_| unreachable!("an id of the examples is a UUID"))
}

/// The moment of all examples, moved back.
pub(crate) fn moment(seconds_ago: u64) -> Moment {
    // 2026-11-21 09:05:07 UTC
    Moment::from_micros(1_795_251_907_000_000).minus(Duration::from_secs(seconds_ago))
}

pub(crate) fn user() -> User {
    User { id: id(1, 1), email: "ada@contoso.example".to_owned(), name: "Ada Meyer".to_owned() }
}

pub(crate) fn workspace() -> Workspace {
    Workspace { id: id(2, 1), name: "Northwind IT Services".to_owned(), role: Role::Manager, archived: false }
}

fn tenant(n: u32, name: &str, domain: &str, environment: Environment, role: Role) -> Tenant {
    Tenant {
        id: id(3, n),
        workspace_id: id(2, 1),
        name: name.to_owned(),
        domain: domain.to_owned(),
        entra_tenant_id: id(4, n),
        environment,
        status: TenantStatus::Active,
        role,
    }
}

pub(crate) fn production() -> Tenant {
    tenant(1, "Contoso", "contoso.onmicrosoft.com", Environment::Production, Role::Owner)
}

pub(crate) fn staging() -> Tenant {
    tenant(2, "Contoso Pilot", "contosopilot.onmicrosoft.com", Environment::Staging, Role::Operator)
}

pub(crate) fn tenant_list() -> Vec<Tenant> {
    vec![
        production(),
        staging(),
        tenant(3, "Fabrikam", "fabrikam.onmicrosoft.com", Environment::Production, Role::Manager),
        tenant(4, "Tailspin Toys", "tailspin.onmicrosoft.com", Environment::Development, Role::Readonly),
    ]
}

pub(crate) fn connection() -> Connection {
    Connection {
        id: id(5, 1),
        tenant_id: production().id,
        entra_tenant_id: production().entra_tenant_id,
        cloud: Cloud::Global,
        client_id: "6f2c1b7a-2f4e-4a37-8d15-0f1c6f3f2a10".to_owned(),
        credential_kind: CredentialKind::Certificate,
        credential_expires_at: Some(moment(0).plus(Duration::from_secs(400 * 24 * 3600))),
        thumbprint: Some("3f0a9c51d27be4486a1f7709c1d5e2b83f0a9c51d27be4486a1f7709c1d5e2b8".to_owned()),
        signature: Signature::Ps256,
        note: "Made for TenantAtlas only; owner: platform team.".to_owned(),
        enabled: true,
        disabled_reason: None,
        revision: 3,
        created_at: moment(90 * 24 * 3600),
        updated_at: moment(3600),
        rotated_at: Some(moment(3600)),
    }
}

pub(crate) fn row(run: Run) -> RunRow {
    RunRow { run, tenant_name: Some("Contoso".to_owned()), may_open: true }
}

pub(crate) fn shell(tenant: Option<TenantId>) -> Shell {
    let current = tenant_list().into_iter().find(|known| Some(known.id) == tenant);
    Shell {
        user: user(),
        workspaces: vec![workspace(), Workspace { id: id(2, 2), name: "Contoso".to_owned(), role: Role::Owner, archived: true }],
        workspace: Some(workspace()),
        tenants: tenant_list(),
        more_tenants: true,
        tenant: current,
        open_findings: 12,
        unread: 2,
        activity: super::activity(),
        csrf: "sample-token".to_owned(),
        key: "sample-key".to_owned(),
        theme: Theme::System,
        toast: None,
        now: moment(0),
        here: "/admin".to_owned(),
        times: Times::default(),
    }
}

pub(crate) fn frame(tenant: Option<TenantId>) -> Frame {
    Frame::from(shell(tenant))
}

pub(crate) fn bare_frame() -> Frame {
    Frame::from(Bare { csrf: "sample-token".to_owned(), theme: Theme::System, now: moment(0) })
}
