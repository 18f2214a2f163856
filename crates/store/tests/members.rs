//! Memberships.

use model::access::Role;
use model::ids::{TenantId, UserId, WorkspaceId};
use store::StoreError;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn adding_again_changes_the_role() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let members = t.store.members();
        members.add_to_workspace(&t.operator, world.workspace, world.readonly.id, Role::Manager).await.unwrap();
        assert_eq!(world.workspace_scope(&world.readonly).await.can().role(), Role::Manager);
        members.add_to_workspace(&t.operator, world.workspace, world.readonly.id, Role::Readonly).await.unwrap();
        members.add_to_tenant(&t.operator, world.tenant, world.readonly.id, Role::Operator).await.unwrap();
        assert_eq!(world.tenant_scope(&world.readonly).await.tenant().role, Role::Operator);
        let rows = format!("select count(*) from tenant_members where user_id = {}", t.literal(world.readonly.id.uuid()));
        assert_eq!(t.number(&rows).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_becomes_a_member_of_what_does_not_exist() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let members = t.store.members();
        let lost = members.add_to_tenant(&t.operator, TenantId::generate(), world.owner.id, Role::Owner).await;
        assert!(matches!(lost, Err(StoreError::NotVisible)), "{lost:?}");
        let lost = members.add_to_workspace(&t.operator, WorkspaceId::generate(), world.owner.id, Role::Owner).await;
        assert!(lost.is_err(), "an unknown workspace");
        let lost = members.add_to_workspace(&t.operator, world.workspace, UserId::generate(), Role::Owner).await;
        assert!(lost.is_err(), "an unknown person");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_from_a_workspace_loses_its_tenants_and_keeps_other_workspaces() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let members = t.store.members();
        members.add_to_workspace(&t.operator, world.foreign_workspace, world.operator_member.id, Role::Operator).await.unwrap();
        members.add_to_tenant(&t.operator, world.foreign_tenant, world.operator_member.id, Role::Operator).await.unwrap();
        let who = world.sign_in(&world.operator_member).await;
        members.remove_from_workspace(&t.operator, world.workspace, world.operator_member.id).await.unwrap();
        let access = t.store.access();
        assert!(matches!(access.tenant(&who, world.tenant).await, Err(StoreError::NotVisible)));
        assert!(access.tenant(&who, world.foreign_tenant).await.is_ok());
        members.add_to_workspace(&t.operator, world.workspace, world.operator_member.id, Role::Operator).await.unwrap();
        let back = access.tenant(&who, world.tenant).await;
        assert!(matches!(back, Err(StoreError::NotVisible)), "coming back does not bring old tenants back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_never_loses_its_last_owner() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let members = t.store.members();
        let removed = members.remove_from_workspace(&t.operator, world.workspace, world.owner.id).await;
        assert!(matches!(removed, Err(StoreError::Conflict(_))), "removing: {removed:?}");
        let demoted = members.add_to_workspace(&t.operator, world.workspace, world.owner.id, Role::Manager).await;
        assert!(matches!(demoted, Err(StoreError::Conflict(_))), "demoting: {demoted:?}");
        assert_eq!(world.workspace_scope(&world.owner).await.can().role(), Role::Owner, "nothing was changed");
        members.add_to_workspace(&t.operator, world.workspace, world.manager.id, Role::Owner).await.unwrap();
        let remove = async |user: UserId| members.remove_from_workspace(&t.operator, world.workspace, user).await;
        let (a, b) = tokio::join!(remove(world.owner.id), remove(world.manager.id));
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "two owners leave at once: one stays");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_the_people_of_a_workspace_are_its_members_by_name() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let people = async |limit| -> Vec<String> {
            let found = t.store.members().people(&world.workspace_scope(&world.outsider).await, limit).await.unwrap();
            found.into_iter().map(|user| user.name).collect()
        };
        assert_eq!(people(9).await, ["manager", "operator", "outsider", "owner", "readonly"]);
        assert_eq!(people(2).await, ["manager", "operator"]);
        let who = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().workspace(&who, world.foreign_workspace).await.unwrap();
        assert_eq!(t.store.members().people(&foreign, 9).await.unwrap(), std::slice::from_ref(&world.stranger));
    })
    .await;
}
