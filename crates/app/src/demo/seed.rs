//! The demo's people and workspaces.

use anyhow::Result;
use model::access::{Role, can};
use model::connection::Cloud;
use model::ids::{TenantId, WorkspaceId};
use model::label::Labelled as _;
use model::operations::inventory_sync::Arguments;
use model::operations::{directory_role_definitions_sync, entra_group_sync};
use model::run::Trigger;
use model::tenant::TenantStatus;
use secrecy::SecretString;
use store::access::Operator;
use store::{NewConnection, NewTenant, Opened, Store};

use web::DemoAccount;

use super::tenants::Planned;
use crate::commands::demo::is_there_already;
use crate::commands::sim::{CLIENT_ID, CLIENT_SECRET};

/// The password of everybody in the demo. It guards simulated data on a loopback address.
const PASSWORD: &str = "tenantatlas-demo";
const WORKSPACE: &str = "Northwind Managed Services";
const OTHER_WORKSPACE: &str = "Adatum Group";

/// Mail address, name, role in the workspace, role in its tenants (for those who are added to tenants).
const PEOPLE: &[(&str, &str, Role)] = &[
    ("owner@demo.example", "Olivia Owner", Role::Owner),
    ("manager@demo.example", "Mateo Manager", Role::Manager),
    ("operator@demo.example", "Oskar Operator", Role::Operator),
    ("readonly@demo.example", "Rina Reader", Role::Readonly),
];
const STRANGER: (&str, &str) = ("stranger@demo.example", "Stan Stranger");

/// Fills an empty database; leaves a filled one as it is. Gives the owner's mail address.
pub(crate) async fn fill(opened: &Opened, planned: &[Planned]) -> Result<&'static str> {
    let (store, operator) = (&opened.store, &opened.operator);
    let owner = PEOPLE[0].0;
    let hash = web::hash_password(&SecretString::from(PASSWORD))?;
    let stranger = match store.users().add(operator, STRANGER.0, STRANGER.1, Some(&hash)).await {
        Ok(user) => user,
        Err(error) if is_there_already(&error) => return Ok(owner),
        Err(error) => return Err(error.into()),
    };
    let workspace = store.workspaces().create(operator, WORKSPACE).await?;
    let other = store.workspaces().create(operator, OTHER_WORKSPACE).await?;
    store.members().add_to_workspace(operator, other, stranger.id, Role::Owner).await?;
    let mut tenants = Vec::new();
    for plan in planned {
        let id = tenant(store, operator, if plan.ours { workspace } else { other }, plan).await?;
        if plan.ours {
            tenants.push(id);
        }
    }
    for (email, name, role) in PEOPLE {
        let user = store.users().add(operator, email, name, Some(&hash)).await?;
        store.members().add_to_workspace(operator, workspace, user.id, *role).await?;
        if !role.opens_every_tenant() {
            for id in &tenants {
                store.members().add_to_tenant(operator, *id, user.id, *role).await?;
            }
        }
    }
    Ok(owner)
}

async fn tenant(store: &Store, operator: &Operator, workspace: WorkspaceId, plan: &Planned) -> Result<TenantId> {
    let new = NewTenant {
        name: plan.name.clone(),
        domain: plan.domain.clone(),
        entra_tenant_id: plan.id,
        environment: plan.environment,
        status: TenantStatus::Active,
    };
    let id = store.tenants().create(operator, workspace, &new).await?;
    let secret = SecretString::from(CLIENT_SECRET);
    let connection = NewConnection::with_secret(Cloud::Custom, CLIENT_ID, secret);
    store.connections().save(operator, id, &connection).await?;
    store.schedules().defaults(operator, id).await?;
    Ok(id)
}

/// Syncs the invented tenants of the owner's workspace once, so that there is something to look at.
pub(crate) async fn first_syncs(store: &Store, owner: &str, planned: &[Planned]) -> Result<()> {
    let Some(record) = store.users().for_sign_in(owner).await? else { return Ok(()) };
    let token = store.sessions().start(&record.user).await?;
    let Some(who) = store.sessions().find(&token).await? else { return Ok(()) };
    for workspace in store.workspaces().mine(&who).await?.workspaces {
        let scope = store.access().workspace(&who, workspace.id).await?;
        for tenant in store.workspaces().tenants(&scope).await? {
            let invented = planned.iter().any(|plan| plan.invented && plan.id == tenant.entra_tenant_id);
            if invented {
                let scope = store.access().tenant(&who, tenant.id).await?;
                let permit = scope.permit::<can::InventorySync>()?;
                store.runs().start(&permit, &Arguments::everything().request(tenant.id), Trigger::Manual).await?;
                let permit = scope.permit::<can::DirectorySync>()?;
                let roles = directory_role_definitions_sync::request(tenant.id);
                for request in [entra_group_sync::Arguments::default().request(tenant.id), roles] {
                    store.runs().start(&permit, &request, Trigger::Manual).await?;
                }
            }
        }
    }
    store.sessions().end(&who).await?;
    Ok(())
}

/// What the sign-in page offers.
pub(crate) fn accounts() -> Vec<DemoAccount> {
    let account = |label: &str, email: &str| DemoAccount {
        label: label.to_owned(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let people = PEOPLE.iter().map(|(email, _, role)| account(role.badge().word, email));
    people.chain([account("Stranger", STRANGER.0)]).collect()
}

/// What to type into the sign-in page.
pub(crate) fn print_sign_ins(graph: &str) {
    println!("TenantAtlas demo: simulated tenants, nothing leaves this machine. Simulated Graph: {graph}");
    println!("Sign in with one of these, password {PASSWORD}:");
    for (email, name, role) in PEOPLE {
        println!("  {email:<24} {name} ({role} of {WORKSPACE})");
    }
    println!("  {:<24} {} (owner of {OTHER_WORKSPACE}: a stranger to the others)", STRANGER.0, STRANGER.1);
}
