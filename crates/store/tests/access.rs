//! Scopes and permits: what a membership opens, and that everything else is "not found".

use model::access::{Capability, Role, can};
use model::ids::{RunId, TenantId, WorkspaceId};
use model::operations::Operation;
use store::StoreError;
use store::access::SignedIn;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

fn not_visible<T: std::fmt::Debug>(result: Result<T, StoreError>, what: &str) {
    match result {
        Err(StoreError::NotVisible) => {}
        other => panic!("{what}: expected not found, got {other:?}"),
    }
}

async fn role_in(world: &World, who: &SignedIn, tenant: TenantId) -> Option<Role> {
    match world.store.access().tenant(who, tenant).await {
        Ok(scope) => Some(scope.tenant().role),
        Err(StoreError::NotVisible) => None,
        Err(other) => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn memberships_open_exactly_what_the_access_page_says() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        // person, role in the workspace, in its first, in its second tenant
        for (user, [workspace, first, second]) in [
            (&world.owner, [Some(Role::Owner); 3]),
            (&world.manager, [Some(Role::Manager); 3]),
            (&world.operator_member, [Some(Role::Operator), Some(Role::Operator), None]),
            (&world.readonly, [Some(Role::Readonly), Some(Role::Readonly), None]),
            (&world.outsider, [Some(Role::Readonly), None, None]),
            (&world.stranger, [None; 3]),
        ] {
            let who = world.sign_in(user).await;
            let found = t.store.access().workspace(&who, world.workspace).await.ok().map(|scope| scope.can().role());
            assert_eq!(found, workspace, "{} in the workspace", user.name);
            assert_eq!(role_in(&world, &who, world.tenant).await, first, "{} in the first tenant", user.name);
            assert_eq!(role_in(&world, &who, world.other_tenant).await, second, "{} in the second tenant", user.name);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_unknown_foreign_and_unentitled_are_answered_alike() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let foreign_owner = world.sign_in(&world.stranger).await;
        let owner = world.sign_in(&world.owner).await;
        let outsider = world.sign_in(&world.outsider).await;
        let access = t.store.access();
        let run = world.queued(&["scope_tag"]).await.id;
        let words = [
            access.tenant(&owner, TenantId::generate()).await.expect_err("unknown").to_string(),
            access.tenant(&owner, world.foreign_tenant).await.expect_err("another workspace's").to_string(),
            access.tenant(&foreign_owner, world.tenant).await.expect_err("a stranger").to_string(),
            access.tenant(&outsider, world.tenant).await.expect_err("not entitled").to_string(),
            access.workspace(&owner, WorkspaceId::generate()).await.expect_err("unknown").to_string(),
            access.workspace(&foreign_owner, world.workspace).await.expect_err("a stranger").to_string(),
            access.run(&owner, RunId::generate()).await.expect_err("unknown").to_string(),
            access.run(&foreign_owner, run).await.expect_err("a stranger").to_string(),
            access.run(&outsider, run).await.expect_err("not entitled").to_string(),
        ];
        assert!(words.iter().all(|word| word == "not found"), "{words:?}");
        not_visible(access.tenant(&outsider, world.other_tenant).await, "outsider");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_membership_without_a_workspace_membership_opens_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.store.members().add_to_tenant(&t.operator, world.tenant, world.stranger.id, Role::Owner).await.unwrap();
        let who = world.sign_in(&world.stranger).await;
        not_visible(t.store.access().tenant(&who, world.tenant).await, "the tenant");
        not_visible(t.store.access().workspace(&who, world.workspace).await, "the workspace");
        let run = world.queued(&["scope_tag"]).await.id;
        not_visible(t.store.access().run(&who, run).await, "a run of the tenant");
        assert_eq!(t.store.workspaces().mine(&who).await.unwrap().workspaces.len(), 1, "only their own workspace");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_higher_of_two_roles_counts() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let members = t.store.members();
        members.add_to_tenant(&t.operator, world.tenant, world.outsider.id, Role::Owner).await.unwrap();
        members.add_to_tenant(&t.operator, world.tenant, world.manager.id, Role::Readonly).await.unwrap();
        members.add_to_tenant(&t.operator, world.other_tenant, world.manager.id, Role::Owner).await.unwrap();
        let (outsider, manager) = (world.sign_in(&world.outsider).await, world.sign_in(&world.manager).await);
        assert_eq!(role_in(&world, &outsider, world.tenant).await, Some(Role::Owner));
        assert_eq!(role_in(&world, &manager, world.tenant).await, Some(Role::Manager));
        assert_eq!(role_in(&world, &manager, world.other_tenant).await, Some(Role::Owner));
        let scope = t.store.access().workspace(&manager, world.workspace).await.unwrap();
        assert_eq!(scope.role_in(world.tenant), Some(Role::Manager));
        assert_eq!(scope.role_in(world.other_tenant), Some(Role::Owner));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_is_given_for_what_the_role_grants_and_refused_by_name() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for user in [&world.owner, &world.manager, &world.operator_member, &world.readonly] {
            let scope = world.tenant_scope(user).await;
            let role = scope.tenant().role;
            for capability in Capability::ALL {
                assert_eq!(scope.can().allows(*capability), role.grants(*capability), "{role} {capability}");
            }
            match scope.permit::<can::InventorySync>() {
                Ok(_) => assert!(role.grants(Capability::InventorySync), "{role}"),
                Err(StoreError::Forbidden(Capability::InventorySync)) => assert_eq!(role, Role::Readonly),
                Err(other) => panic!("{other:?}"),
            }
            assert_eq!(scope.permit::<can::TenantDangerZone>().is_ok(), role == Role::Owner, "{role}");
        }
        let workspace = world.workspace_scope(&world.operator_member).await;
        let refused = workspace.permit::<can::WorkspaceSettingsManage>().expect_err("only managers and owners");
        assert_eq!(refused.to_string(), "the capability workspace.settings.manage is missing");
        assert!(world.workspace_scope(&world.manager).await.permit::<can::WorkspaceSettingsManage>().is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_scope_knows_where_its_member_may_look() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let owner = world.workspace_scope(&world.owner).await;
        assert_eq!((owner.name(), owner.workspace_id(), owner.entitled()), ("Northwind Services", world.workspace, None));
        assert!(owner.may_open(Some(world.other_tenant), Capability::InventorySync));
        let operator = world.workspace_scope(&world.operator_member).await;
        assert_eq!(operator.entitled(), Some(vec![world.tenant]));
        assert!(operator.may_open(Some(world.tenant), Capability::InventorySync));
        assert!(!operator.may_open(Some(world.other_tenant), Capability::TenantView));
        assert_eq!(operator.role_in(world.other_tenant), None);
        assert!(operator.may_open(None, Capability::WorkspaceOperationsView));
        assert!(!operator.may_open(None, Capability::WorkspaceSettingsManage));
        // A run that speaks of every tenant is for those who see all of them.
        assert!(owner.may_open_run(None, Operation::ReportGenerate));
        assert!(!operator.may_open_run(None, Operation::ReportGenerate));
        assert!(operator.may_open_run(Some(world.tenant), Operation::ReportGenerate));
        assert!(!operator.may_open_run(Some(world.other_tenant), Operation::ReportGenerate));
        let readonly = world.workspace_scope(&world.readonly).await;
        assert!(!readonly.may_open(Some(world.tenant), Capability::InventorySync));
        assert_eq!(world.workspace_scope(&world.outsider).await.entitled(), Some(Vec::new()));
        let tenant = world.tenant_scope(&world.readonly).await;
        assert_eq!((tenant.tenant_id(), tenant.workspace_id()), (world.tenant, world.workspace));
        assert_eq!(tenant.tenant().name, "Contoso");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_a_run_is_not_found_for_strangers_and_forbidden_without_its_capability() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await.id;
        let access = t.store.access();
        for user in [&world.stranger, &world.outsider] {
            not_visible(access.run(&world.sign_in(user).await, run).await, &user.name);
        }
        let refused = access.run(&world.sign_in(&world.readonly).await, run).await.expect_err("no capability");
        assert!(matches!(refused, StoreError::Forbidden(Capability::InventorySync)), "{refused:?}");
        for user in [&world.owner, &world.manager, &world.operator_member] {
            let sight = access.run(&world.sign_in(user).await, run).await.expect("may look");
            assert_eq!((sight.run_id(), sight.workspace_id()), (run, world.workspace));
            assert_eq!(sight.tenant().map(|tenant| tenant.id), Some(world.tenant));
            assert!(sight.can().allows(Capability::InventorySync));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_an_unknown_type_needs_only_membership_to_look() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await.id;
        t.execute("update operation_runs set type = 'future_type'").await;
        let sight = t.store.access().run(&world.sign_in(&world.readonly).await, run).await.expect("a member may look");
        assert_eq!(t.store.runs().find(&sight).await.unwrap().label(), "Unknown operation");
        not_visible(t.store.access().run(&world.sign_in(&world.outsider).await, run).await, "outsider");
        let asked = t.store.runs().cancel(&sight).await;
        assert!(matches!(asked, Err(StoreError::Forbidden(_))), "looking is not changing: {asked:?}");
        let owner = t.store.access().run(&world.sign_in(&world.owner).await, run).await.unwrap();
        t.store.runs().cancel(&owner).await.expect("who manages the workspace may stop what nobody knows");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_the_workspace_is_for_its_members() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await.id;
        t.execute("update operation_runs set tenant_id = null").await;
        let access = t.store.access();
        let sight = access.run(&world.sign_in(&world.operator_member).await, run).await.expect("operators of the workspace");
        assert!(sight.tenant().is_none());
        let refused = access.run(&world.sign_in(&world.outsider).await, run).await;
        assert!(matches!(refused, Err(StoreError::Forbidden(_))), "a read-only member: {refused:?}");
        not_visible(access.run(&world.sign_in(&world.stranger).await, run).await, "stranger");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_session_remembers_entitles_to_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let token = t.store.sessions().start(&world.manager).await.unwrap();
        let who = t.store.sessions().find(&token).await.unwrap().expect("the session lives");
        let scope = t.store.access().workspace(&who, world.workspace).await.unwrap();
        t.store.sessions().choose_workspace(&who, &scope).await.unwrap();
        t.store.members().remove_from_workspace(&t.operator, world.workspace, world.manager.id).await.unwrap();
        let who = t.store.sessions().find(&token).await.unwrap().expect("the session lives");
        assert_eq!(who.chosen_workspace(), Some(world.workspace), "the hint is still there");
        not_visible(t.store.access().workspace(&who, world.workspace).await, "the workspace");
        not_visible(t.store.access().tenant(&who, world.tenant).await, "the tenant");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_role_that_is_not_known_grants_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.execute("update workspace_members set role = 'emperor'").await;
        t.execute("update tenant_members set role = 'emperor'").await;
        let owner = world.sign_in(&world.owner).await;
        not_visible(t.store.access().tenant(&owner, world.other_tenant).await, "a tenant without an explicit role");
        let scope = world.tenant_scope(&world.operator_member).await;
        assert!(scope.permit::<can::TenantView>().is_err());
        assert!(scope.permit::<can::InventorySync>().is_err());
    })
    .await;
}
