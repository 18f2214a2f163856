//! Tenants.

use model::connection::Cloud;
use model::ids::{EntraTenantId, TenantId, WorkspaceId};
use model::tenant::{Environment, TenantMove, TenantStatus};
use store::{NewTenant, StoreError, TenantEdit};
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
async fn a_status_is_set_step_by_step_for_a_tenant_that_exists() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let set = async |status| t.store.tenants().set_status(&t.operator, world.tenant, status).await;
        for status in [TenantStatus::Archived, TenantStatus::Active] {
            set(status).await.unwrap();
            assert_eq!(world.tenant_scope(&world.readonly).await.tenant().status, status);
        }
        for status in [TenantStatus::Active, TenantStatus::Draft, TenantStatus::Onboarding, TenantStatus::Unknown] {
            assert!(matches!(set(status).await, Err(StoreError::Conflict(_))), "{status}");
        }
        let lost = t.store.tenants().set_status(&t.operator, TenantId::generate(), TenantStatus::Archived).await;
        assert!(matches!(lost, Err(StoreError::NotVisible)), "{lost:?}");
    })
    .await;
}

fn edit(name: &str) -> TenantEdit {
    TenantEdit { name: name.to_owned(), domain: "Wide.onmicrosoft.example".to_owned(), environment: Environment::Staging }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_lives_from_draft_to_archived_and_back_each_step_on_record() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let onboard = world.workspace_scope(&world.manager).await.permit().unwrap();
        let entra = EntraTenantId::generate();
        let id = t.store.tenants().draft(&onboard, entra, &edit(" Wide ")).await.unwrap();
        let who = world.sign_in(&world.owner).await;
        let scope = async || t.store.access().tenant(&who, id).await.unwrap();
        let status = async || scope().await.tenant().status;
        assert_eq!(scope().await.tenant().name, "Wide");
        assert_eq!(scope().await.tenant().domain, "wide.onmicrosoft.example");
        let tenants = t.store.tenants();
        let advance = async |step| tenants.advance(&scope().await.permit().unwrap(), step).await;
        let archive = async |away| tenants.archive(&scope().await.permit().unwrap(), away).await;
        assert_eq!(status().await, TenantStatus::Draft);
        assert!(matches!(advance(TenantMove::Activate).await, Err(StoreError::Conflict(_))), "a draft is no tenant in use");
        assert!(matches!(archive(true).await, Err(StoreError::Conflict(_))), "nor is it put away");
        advance(TenantMove::Onboard).await.unwrap();
        assert!(matches!(advance(TenantMove::Onboard).await, Err(StoreError::Conflict(_))), "once");
        advance(TenantMove::Activate).await.unwrap();
        assert!(matches!(advance(TenantMove::Archive).await, Err(StoreError::Conflict(_))), "that takes another capability");
        archive(true).await.unwrap();
        assert!(matches!(archive(true).await, Err(StoreError::Conflict(_))));
        assert_eq!(status().await, TenantStatus::Archived);
        archive(false).await.unwrap();
        assert_eq!(status().await, TenantStatus::Active);
        let before = scope().await.tenant().clone();
        let seen = TenantEdit { name: before.name, domain: before.domain, environment: before.environment };
        tenants.edit(&scope().await.permit().unwrap(), &edit("Narrow"), Some(&seen)).await.unwrap();
        assert_eq!(scope().await.tenant().name, "Narrow");
        let overtaken = tenants.edit(&scope().await.permit().unwrap(), &edit("Older"), Some(&seen)).await;
        assert!(matches!(&overtaken, Err(StoreError::Conflict(why)) if why.contains("meanwhile")), "{overtaken:?}");
        assert_eq!(scope().await.tenant().name, "Narrow");
        for (name, domain) in [("", "a.example"), ("a", "nodot"), ("a\nb", "a.example")] {
            let bad = TenantEdit { name: name.to_owned(), domain: domain.to_owned(), environment: Environment::Staging };
            assert!(
                matches!(tenants.edit(&scope().await.permit().unwrap(), &bad, None).await, Err(StoreError::Conflict(_))),
                "{bad:?}"
            );
        }
        let actions = "select action from audit_entries where action like 'tenant.%' order by id desc limit 6";
        let mut actions = t.texts(actions).await;
        actions.reverse();
        let expected =
            ["tenant.create", "tenant.onboard", "tenant.activate", "tenant.archive", "tenant.unarchive", "tenant.edit"];
        assert_eq!(actions, expected);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_entra_id_does_not_tell_whose_it_is() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let entra = EntraTenantId::generate();
        t.store.tenants().create(&t.operator, world.foreign_workspace, &tenant(entra)).await.unwrap();
        let permit = world.workspace_scope(&world.manager).await.permit().unwrap();
        t.store.tenants().draft(&permit, EntraTenantId::generate(), &edit("Mine")).await.unwrap();
        let foreign = t.store.tenants().draft(&permit, entra, &edit("Theirs")).await.unwrap_err();
        let mine = t.store.access().tenant(&world.sign_in(&world.owner).await, world.tenant).await.unwrap();
        let own = t.store.tenants().draft(&permit, mine.tenant().entra_tenant_id, &edit("Again")).await.unwrap_err();
        assert!(matches!(foreign, StoreError::Conflict(_)), "{foreign:?}");
        assert_eq!(foreign.to_string(), own.to_string());
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
