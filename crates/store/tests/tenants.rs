//! Tenants.

use model::connection::Cloud;
use model::ids::{EntraTenantId, TenantId, WorkspaceId};
use model::tenant::{Environment, TenantStatus};
use store::{NewTenant, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

fn tenant(entra: EntraTenantId) -> NewTenant {
    NewTenant {
        name: "Wide World \u{202e}<script>".to_owned(),
        domain: "wide.onmicrosoft.example".to_owned(),
        entra_tenant_id: entra,
        environment: Environment::Staging,
        status: TenantStatus::Onboarding,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_bound_to_one_workspace_of_the_installation() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let entra = EntraTenantId::generate();
        let id = t.store.tenants().create(&t.operator, world.workspace, &tenant(entra)).await.unwrap();
        for workspace in [world.workspace, world.foreign_workspace] {
            let again = t.store.tenants().create(&t.operator, workspace, &tenant(entra)).await;
            assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
        }
        let who = world.sign_in(&world.owner).await;
        let found = t.store.access().tenant(&who, id).await.unwrap();
        let found = found.tenant();
        assert_eq!((found.id, found.workspace_id, found.entra_tenant_id), (id, world.workspace, entra));
        assert_eq!(found.name, "Wide World \u{202e}<script>");
        assert_eq!(found.domain, "wide.onmicrosoft.example");
        assert_eq!((found.environment, found.status), (Environment::Staging, TenantStatus::Onboarding));
        let nowhere = t.store.tenants().create(&t.operator, WorkspaceId::generate(), &tenant(EntraTenantId::generate())).await;
        assert!(nowhere.is_err(), "an unknown workspace");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_is_set_for_a_tenant_that_exists() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for status in TenantStatus::ALL {
            t.store.tenants().set_status(&t.operator, world.tenant, *status).await.unwrap();
            assert_eq!(world.tenant_scope(&world.readonly).await.tenant().status, *status);
        }
        let lost = t.store.tenants().set_status(&t.operator, TenantId::generate(), TenantStatus::Archived).await;
        assert!(matches!(lost, Err(StoreError::NotVisible)), "{lost:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_shows_the_connection_without_its_secret() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let overview = t.store.tenants().overview(&world.tenant_scope(&world.readonly).await).await.unwrap();
        assert!(!format!("{overview:?}").contains("canary"));
        let connection = overview.connection.expect("there is one");
        assert_eq!((connection.tenant_id, connection.cloud), (world.tenant, Cloud::Custom));
        assert_eq!((connection.client_id.as_str(), connection.enabled, connection.revision), ("client-1", true, 1));
        let who = world.sign_in(&world.owner).await;
        let other = t.store.access().tenant(&who, world.other_tenant).await.unwrap();
        assert_eq!(t.store.tenants().overview(&other).await.unwrap().connection, None);
    })
    .await;
}
