//! API tokens in every state, and the reference of the API.

use model::access::{Can, Capabilities, Capability, Role};
use model::api_token::ApiToken;

use super::HOSTILE;
use super::values::{id, moment, production};
use crate::api::{Argument, Group, Operation, Reference, Reply};
use crate::tokens::{Form, Input, List, Made, Revoke};

const DAY: u64 = 86_400;

fn token(n: u32) -> ApiToken {
    ApiToken {
        id: id(11, n),
        workspace_id: id(2, 1),
        user_id: id(3, 1),
        holder: "Ada Lovelace".to_owned(),
        name: "Nightly export".to_owned(),
        capabilities: [Capability::WorkspaceView, Capability::TenantView, Capability::InventorySync].into_iter().collect(),
        tenants: None,
        created_at: moment(9 * DAY),
        expires_at: moment(0).plus(std::time::Duration::from_secs(30 * DAY)),
        last_used_at: Some(moment(600)),
        revoked_at: None,
    }
}

fn expired() -> ApiToken {
    ApiToken { name: "Old".to_owned(), expires_at: moment(DAY), last_used_at: None, ..token(2) }
}

fn revoked() -> ApiToken {
    let capabilities = Capabilities::NONE.with(Capability::TenantView);
    ApiToken { tenants: Some(vec![production().id]), revoked_at: Some(moment(DAY)), capabilities, ..token(3) }
}

fn hostile() -> ApiToken {
    ApiToken { name: HOSTILE.to_owned(), holder: HOSTILE.to_owned(), capabilities: Capabilities::ALL, ..token(4) }
}

pub(crate) fn lists() -> Vec<(&'static str, List)> {
    let list = |role, tokens| List { workspace: id(2, 1), can: Can::of(role), tokens };
    vec![
        ("owner", list(Role::Owner, vec![token(1), expired(), revoked()])),
        ("manager", list(Role::Manager, vec![token(1), revoked()])),
        ("readonly", list(Role::Readonly, Vec::new())),
        ("empty", list(Role::Manager, Vec::new())),
        ("hostile", list(Role::Owner, vec![hostile()])),
    ]
}

pub(crate) fn forms() -> Vec<(&'static str, Form)> {
    let form = |role: Role, input| Form {
        workspace: id(2, 1),
        can: Can::of(role),
        offered: Capability::ALL.iter().copied().filter(|capability| role.grants(*capability)).collect(),
        tenants: super::tenant_list().into_iter().map(|tenant| (tenant.id, tenant.name)).collect(),
        input,
        problem: None,
    };
    let wrong = Input { name: HOSTILE.to_owned(), tenants: [production().id].into(), ..Input::proposed() };
    let hostile = Form {
        problem: Some(HOSTILE.to_owned()),
        tenants: vec![(production().id, HOSTILE.to_owned())],
        ..form(Role::Owner, wrong)
    };
    vec![
        ("manager", form(Role::Manager, Input::proposed())),
        ("owner", form(Role::Owner, Input::proposed())),
        ("readonly", form(Role::Readonly, Input::proposed())),
        (
            "refused",
            Form {
                problem: Some("A token's name has 1 to 100 characters.".to_owned()),
                ..form(Role::Manager, Input::proposed())
            },
        ),
        ("hostile", hostile),
    ]
}

pub(crate) fn made() -> Vec<(&'static str, Made)> {
    let secret = format!("tat_{}", "Sample0".repeat(6) + "x");
    vec![("plain", Made { token: token(1), secret: secret.clone() }), ("hostile", Made { token: hostile(), secret })]
}

pub(crate) fn revokes() -> Vec<(&'static str, Revoke)> {
    vec![("used", Revoke { token: token(1) }), ("unused", Revoke { token: expired() }), ("hostile", Revoke { token: hostile() })]
}

pub(crate) fn references() -> Vec<(&'static str, Reference)> {
    let operation = |words: &str| Operation {
        id: "startSync".to_owned(),
        method: "POST".to_owned(),
        path: "/api/v1/tenants/{tenant}/inventory/sync".to_owned(),
        summary: words.to_owned(),
        capability: Some(Capability::InventorySync),
        arguments: vec![Argument {
            name: "tenant".to_owned(),
            place: "path".to_owned(),
            words: words.to_owned(),
            required: true,
        }],
        body: Some("{\n  \"types\": null\n}".to_owned()),
        replies: vec![Reply { status: 202, words: words.to_owned() }],
        example: "curl -X POST …".to_owned(),
    };
    let group =
        |words: &str| Reference { groups: vec![Group { name: "Inventory".to_owned(), operations: vec![operation(words)] }] };
    vec![("plain", group("Starts a sync.")), ("hostile", group(HOSTILE))]
}
