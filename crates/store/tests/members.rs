//! Memberships.

use model::access::{Role, can};
use model::ids::{TenantId, UserId, WorkspaceId};
use model::user::User;
use store::StoreError;
use store::access::Permit;
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

async fn manage(world: &World, user: &User) -> Permit<can::WorkspaceMembersManage> {
    world.workspace_scope(user).await.permit().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_changes_roles_and_removes_members() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (members, permit) = (t.store.members(), manage(&world, &world.owner).await);
        members.set_role(&permit, world.readonly.id, Role::Manager).await.unwrap();
        let changed = members.find(&world.workspace_scope(&world.outsider).await, world.readonly.id).await.unwrap();
        assert_eq!((changed.role, changed.user.name.as_str()), (Role::Manager, "readonly"));
        let details = "select cast(details as text) from audit_entries where action = 'workspace.member.role'";
        let details = t.texts(details).await.pop().unwrap();
        assert!(details.contains("readonly") && details.contains("manager"), "{details}");
        members.remove(&permit, world.readonly.id).await.unwrap();
        let gone = members.find(&world.workspace_scope(&world.owner).await, world.readonly.id).await;
        assert!(matches!(gone, Err(StoreError::NotVisible)));
        for (who, role) in [(world.readonly.id, Role::Owner), (world.stranger.id, Role::Owner), (UserId::generate(), Role::Owner)]
        {
            let lost = members.set_role(&permit, who, role).await;
            assert!(matches!(lost, Err(StoreError::NotVisible)), "{lost:?}");
            assert!(matches!(members.remove(&permit, who).await, Err(StoreError::NotVisible)));
        }
        let none = members.set_role(&permit, world.manager.id, Role::Unknown).await;
        assert!(matches!(none, Err(StoreError::Conflict(_))));
        let refused = world.workspace_scope(&world.manager).await.permit::<can::WorkspaceMembersManage>();
        assert!(matches!(refused, Err(StoreError::Forbidden(_))), "managers manage no members");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_names_tenants_only_to_those_who_may_know_them() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let members = t.store.members();
        members.add_to_tenant(&t.operator, world.other_tenant, world.outsider.id, Role::Operator).await.unwrap();
        let seen = async |by: &User| {
            let list = members.list(&world.workspace_scope(by).await, 99).await.unwrap();
            let one = |member: &model::member::Member| {
                let tenants: Vec<_> = member.tenants.iter().map(|tenant| format!("{} {}", tenant.name, tenant.role)).collect();
                format!("{} {} [{}]", member.user.name, member.role, tenants.join(", "))
            };
            list.iter().map(one).collect::<Vec<_>>()
        };
        let everything = [
            "manager manager []",
            "operator operator [Contoso operator]",
            "outsider readonly [Fabrikam operator]",
            "owner owner []",
            "readonly readonly [Contoso readonly]",
        ];
        assert_eq!(seen(&world.owner).await, everything);
        let hidden = everything.map(|line| line.replace("Fabrikam operator", ""));
        assert_eq!(seen(&world.operator_member).await, hidden, "who is not entitled to Fabrikam does not read of it");
        assert_eq!(members.list(&world.workspace_scope(&world.owner).await, 2).await.unwrap().len(), 2);
        let signed_in = members.list(&world.workspace_scope(&world.owner).await, 99).await.unwrap();
        let of = |name: &str| signed_in.iter().find(|member| member.user.name == name).unwrap().last_sign_in;
        assert!(of("owner").is_some() && of("readonly").is_none(), "when somebody signed in last");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_leave_but_the_last_owner() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let members = t.store.members();
        members.leave(&world.workspace_scope(&world.readonly).await).await.unwrap();
        let who = world.sign_in(&world.readonly).await;
        assert!(matches!(t.store.access().workspace(&who, world.workspace).await, Err(StoreError::NotVisible)));
        let rows = format!("select count(*) from tenant_members where user_id = {}", t.literal(world.readonly.id.uuid()));
        assert_eq!(t.number(&rows).await, 0);
        let kept = members.leave(&world.workspace_scope(&world.owner).await).await;
        assert!(matches!(kept, Err(StoreError::Conflict(_))), "{kept:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_a_tenant_are_added_changed_and_removed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let members = t.store.members();
        let permit = world.tenant_scope(&world.owner).await.permit::<can::TenantMembersManage>().unwrap();
        members.set_tenant_role(&permit, world.outsider.id, Role::Operator).await.unwrap();
        assert_eq!(world.tenant_scope(&world.outsider).await.tenant().role, Role::Operator);
        members.set_tenant_role(&permit, world.outsider.id, Role::Owner).await.unwrap();
        let around = members.around_tenant(&world.tenant_scope(&world.readonly).await, 99).await.unwrap();
        let words: Vec<String> = around
            .iter()
            .map(|member| format!("{} {:?}", member.user.name, member.effective().map(|(role, source)| (role.code(), source))))
            .collect();
        let expected = [
            "manager Some((\"manager\", Workspace))",
            "operator Some((\"operator\", Tenant))",
            "outsider Some((\"owner\", Tenant))",
            "owner Some((\"owner\", Workspace))",
            "readonly Some((\"readonly\", Tenant))",
        ];
        assert_eq!(words, expected);
        members.remove_from_tenant(&permit, world.outsider.id).await.unwrap();
        let who = world.sign_in(&world.outsider).await;
        assert!(matches!(t.store.access().tenant(&who, world.tenant).await, Err(StoreError::NotVisible)));
        for lost in [world.outsider.id, world.stranger.id] {
            assert!(matches!(members.remove_from_tenant(&permit, lost).await, Err(StoreError::NotVisible)));
        }
        let foreign = members.set_tenant_role(&permit, world.stranger.id, Role::Owner).await;
        assert!(matches!(foreign, Err(StoreError::NotVisible)), "nobody of another workspace: {foreign:?}");
        let actions = "select action from audit_entries where action like 'tenant.member.%' order by id desc limit 3";
        assert_eq!(t.texts(actions).await, ["tenant.member.remove", "tenant.member.role", "tenant.member.add"]);
    })
    .await;
}

/// Rounds of a race: one in a thousand would not be found, one in twenty is.
const ROUNDS: usize = 40;

/// Lets both begin at the same moment.
async fn race<A, B>(a: impl Future<Output = A> + Send + 'static, b: impl Future<Output = B> + Send + 'static) -> (A, B)
where
    A: Send + 'static,
    B: Send + 'static,
{
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(2));
    let other = std::sync::Arc::clone(&barrier);
    let a = tokio::spawn(async move {
        barrier.wait().await;
        a.await
    });
    let b = tokio::spawn(async move {
        other.wait().await;
        b.await
    });
    (a.await.unwrap(), b.await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_the_last_two_owners_who_go_at_once_one_stays() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for round in 0..ROUNDS {
            for user in [&world.owner, &world.manager] {
                t.store.members().add_to_workspace(&t.operator, world.workspace, user.id, Role::Owner).await.unwrap();
            }
            let (a, b) = (manage(&world, &world.owner).await, manage(&world, &world.manager).await);
            let (scope_a, scope_b) = (world.workspace_scope(&world.owner).await, world.workspace_scope(&world.manager).await);
            let (owner, manager) = (world.owner.id, world.manager.id);
            let (s, u) = (t.store.clone(), t.store.clone());
            // Each demotes the other, each removes the other, each leaves: all by turns.
            let (one, two) = match round % 4 {
                0 => {
                    race(async move { s.members().set_role(&a, manager, Role::Manager).await }, async move {
                        u.members().set_role(&b, owner, Role::Operator).await
                    })
                    .await
                }
                1 => {
                    race(async move { s.members().remove(&a, manager).await }, async move { u.members().remove(&b, owner).await })
                        .await
                }
                2 => {
                    race(async move { s.members().leave(&scope_a).await }, async move { u.members().leave(&scope_b).await }).await
                }
                _ => {
                    race(async move { s.members().set_role(&a, owner, Role::Readonly).await }, async move {
                        u.members().leave(&scope_b).await
                    })
                    .await
                }
            };
            let failed = [one, two].into_iter().filter_map(Result::err).collect::<Vec<_>>();
            assert!(matches!(failed.as_slice(), [StoreError::Conflict(_)]), "round {round}: {failed:?}");
            let owners = format!(
                "select count(*) from workspace_members where role = 'owner' and workspace_id = {}",
                t.literal(world.workspace.uuid())
            );
            assert_eq!(t.number(&owners).await, 1, "round {round}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_the_last_two_owners_of_a_tenant_who_go_at_once_one_stays() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        // A workspace without owners of its own: its tenants' owners are those that they name.
        let workspace = t.store.workspaces().create(&t.operator, "Headless").await.unwrap();
        let new = store::NewTenant {
            name: "Lonely".to_owned(),
            domain: "lonely.example".to_owned(),
            entra_tenant_id: model::ids::EntraTenantId::generate(),
            environment: model::tenant::Environment::Production,
            status: model::tenant::TenantStatus::Active,
        };
        let tenant = t.store.tenants().create(&t.operator, workspace, &new).await.unwrap();
        let (a, b) = (world.readonly.clone(), world.outsider.clone());
        for round in 0..ROUNDS {
            for user in [&a, &b] {
                t.store.members().add_to_workspace(&t.operator, workspace, user.id, Role::Readonly).await.unwrap();
                t.store.members().add_to_tenant(&t.operator, tenant, user.id, Role::Owner).await.unwrap();
            }
            let permit = async |user: &User| {
                let who = world.sign_in(user).await;
                let scope = t.store.access().tenant(&who, tenant).await.unwrap();
                (scope.permit::<can::TenantMembersManage>().unwrap(), t.store.access().workspace(&who, workspace).await.unwrap())
            };
            let ((of_a, in_a), (of_b, _)) = (permit(&a).await, permit(&b).await);
            let (s, u, a, b) = (t.store.clone(), t.store.clone(), a.id, b.id);
            let (one, two) = match round % 3 {
                0 => {
                    race(async move { s.members().set_tenant_role(&of_a, b, Role::Manager).await }, async move {
                        u.members().set_tenant_role(&of_b, a, Role::Readonly).await
                    })
                    .await
                }
                1 => {
                    race(async move { s.members().remove_from_tenant(&of_a, b).await }, async move {
                        u.members().remove_from_tenant(&of_b, a).await
                    })
                    .await
                }
                _ => {
                    race(
                        async move { s.members().leave(&in_a).await },
                        async move { u.members().remove_from_tenant(&of_b, b).await },
                    )
                    .await
                }
            };
            let failed = [one, two].into_iter().filter_map(Result::err).collect::<Vec<_>>();
            assert!(matches!(failed.as_slice(), [StoreError::Conflict(_)]), "round {round}: {failed:?}");
            let owners =
                format!("select count(*) from tenant_members where role = 'owner' and tenant_id = {}", t.literal(tenant.uuid()));
            assert_eq!(t.number(&owners).await, 1, "round {round}");
        }
        // With an owner of the workspace the tenant has one, whoever else goes.
        t.store.members().add_to_workspace(&t.operator, workspace, world.owner.id, Role::Owner).await.unwrap();
        let who = world.sign_in(&world.owner).await;
        let permit = t.store.access().tenant(&who, tenant).await.unwrap().permit().unwrap();
        for user in [&a, &b] {
            let gone = t.store.members().remove_from_tenant(&permit, user.id).await;
            assert!(matches!(gone, Ok(()) | Err(StoreError::NotVisible)), "{gone:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_disabled_is_no_owner_to_rely_on() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.store.members().add_to_workspace(&t.operator, world.workspace, world.manager.id, Role::Owner).await.unwrap();
        t.store.users().disable(&t.operator, &world.manager.email).await.unwrap();
        let left = t.store.members().remove_from_workspace(&t.operator, world.workspace, world.owner.id).await;
        assert!(matches!(left, Err(StoreError::Conflict(_))), "{left:?}");
        let erased = t.store.audit().erase_person(&t.operator, &world.owner.email).await;
        assert!(matches!(erased, Err(StoreError::Conflict(_))), "{erased:?}");
    })
    .await;
}
