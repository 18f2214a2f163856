//! Connections in every state.

use std::time::Duration;

use model::access::{Can, Role};
use model::connection::{Connection, CredentialKind, ExpiryNotice, Signature};

use super::HOSTILE;
use super::values::{connection, moment, production};
use crate::components::field::FieldProblem;
use crate::connections::{Detail, Form, Input, Mode, Remove};

fn detail(role: Role, connection: Option<Connection>) -> Detail {
    Detail { tenant: production(), can: Can::of(role), connection, now: moment(0), granted: None }
}

fn in_days(days: u64) -> Connection {
    let ends = moment(0).plus(Duration::from_secs(days * 24 * 3600 + 60));
    Connection { credential_expires_at: Some(ends), ..secret() }
}

fn secret() -> Connection {
    Connection {
        credential_kind: CredentialKind::ClientSecret,
        credential_expires_at: None,
        thumbprint: None,
        rotated_at: None,
        note: String::new(),
        ..connection()
    }
}

fn federated() -> Connection {
    Connection { credential_kind: CredentialKind::Federated, thumbprint: Some("azure-identity-token".to_owned()), ..secret() }
}

fn hostile() -> Connection {
    Connection {
        client_id: HOSTILE.to_owned(),
        note: HOSTILE.to_owned(),
        thumbprint: Some(HOSTILE.to_owned()),
        enabled: false,
        disabled_reason: Some(HOSTILE.to_owned()),
        credential_kind: CredentialKind::Unknown,
        signature: Signature::Unknown,
        credential_expires_at: Some(moment(60)),
        ..connection()
    }
}

pub(crate) fn details() -> Vec<(&'static str, Detail)> {
    let granted = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    let few = ["DeviceManagementConfiguration.Read.All", "DeviceManagementApps.Read.All", "Group.Read.All"];
    vec![
        ("certificate", Detail { granted: granted(&few), ..detail(Role::Owner, Some(connection())) }),
        ("expiring", detail(Role::Owner, Some(in_days(20)))),
        ("expiring-now", detail(Role::Manager, Some(in_days(0)))),
        ("secret", Detail { granted: granted(&[]), ..detail(Role::Owner, Some(secret())) }),
        ("federated", detail(Role::Manager, Some(federated()))),
        ("readonly", detail(Role::Readonly, Some(connection()))),
        ("hostile", Detail { granted: granted(&[HOSTILE]), ..detail(Role::Owner, Some(hostile())) }),
        ("none", detail(Role::Owner, None)),
        ("none-readonly", detail(Role::Readonly, None)),
    ]
}

fn form(mode: Mode, input: Input) -> Form {
    Form { tenant: production(), can: Can::of(Role::Owner), mode, input, revision: 3, back: None, problem: None }
}

pub(crate) fn forms() -> Vec<(&'static str, Form)> {
    let problem = |field: &'static str, words: &str| Some(FieldProblem::new(field, words));
    let hostile =
        Input { client_id: HOSTILE.to_owned(), note: HOSTILE.to_owned(), kind: HOSTILE.to_owned(), ..Input::of(&hostile()) };
    vec![
        ("new", form(Mode::Create, Input::proposed())),
        ("new-readonly", Form { can: Can::of(Role::Readonly), ..form(Mode::Create, Input::proposed()) }),
        ("rotate", form(Mode::Rotate, Input::of(&connection()))),
        ("rotate-manager", Form { can: Can::of(Role::Manager), ..form(Mode::Rotate, Input::of(&secret())) }),
        (
            "no-key",
            Form {
                problem: problem("pem", "There is a certificate, but no private key."),
                ..form(Mode::Create, Input::proposed())
            },
        ),
        ("bad-file", Form { problem: problem("file", "The password is wrong."), ..form(Mode::Rotate, Input::of(&connection())) }),
        (
            "bad-id",
            Form {
                problem: problem("client_id", "Enter the application (client) ID."),
                ..form(Mode::Edit, Input::of(&in_days(9)))
            },
        ),
        (
            "changed",
            Form {
                problem: problem("revision", "The connection was changed meanwhile."),
                ..form(Mode::Edit, Input::of(&connection()))
            },
        ),
        ("hostile", Form { problem: problem("note", HOSTILE), ..form(Mode::Edit, hostile) }),
    ]
}

pub(crate) fn removals() -> Vec<(&'static str, Remove)> {
    let problem = Some(FieldProblem::new("typed", "That is not its name."));
    vec![("ask", Remove { tenant: production(), problem: None }), ("wrong", Remove { tenant: production(), problem })]
}

/// That a credential ends in so many days; 0: it has.
pub(crate) fn notice(days: u64, read: bool, tenant: &str) -> (ExpiryNotice, String) {
    let expires_at = moment(60).plus(Duration::from_secs(days * 24 * 3600));
    let told = ExpiryNotice { connection_id: connection().id, tenant_id: production().id, expires_at, at: moment(50), read };
    (told, tenant.to_owned())
}
