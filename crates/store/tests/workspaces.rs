//! Workspaces, as their members see them.

use model::access::Role;
use store::Home;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_the_workspaces_of_which_they_are_a_member() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let workspaces = t.store.workspaces();
        let members = t.store.members();
        let zebra = workspaces.create(&t.operator, "zebra").await.unwrap();
        let alpaca = workspaces.create(&t.operator, "Alpaca").await.unwrap();
        for (workspace, role) in [(zebra, Role::Readonly), (alpaca, Role::Owner)] {
            members.add_to_workspace(&t.operator, workspace, world.operator_member.id, role).await.unwrap();
        }
        let home = workspaces.mine(&world.sign_in(&world.operator_member).await).await.unwrap();
        let seen: Vec<_> = home.workspaces.iter().map(|w| (w.id, w.name.as_str(), w.role)).collect();
        let expected = [
            (alpaca, "Alpaca", Role::Owner),
            (world.workspace, "Northwind Services", Role::Operator),
            (zebra, "zebra", Role::Readonly),
        ];
        assert_eq!(seen, expected, "by name, case aside");
        let nobody = t.store.users().add(&t.operator, "new@example.test", "New", None).await.unwrap();
        assert_eq!(workspaces.mine(&world.sign_in(&nobody).await).await.unwrap(), Home::default());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_a_member_sees_the_tenants_to_which_they_are_entitled() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for (user, expected) in [
            (&world.owner, vec![("Contoso", Role::Owner), ("Fabrikam", Role::Owner)]),
            (&world.manager, vec![("Contoso", Role::Manager), ("Fabrikam", Role::Manager)]),
            (&world.operator_member, vec![("Contoso", Role::Operator)]),
            (&world.readonly, vec![("Contoso", Role::Readonly)]),
            (&world.outsider, vec![]),
        ] {
            let tenants = t.store.workspaces().tenants(&world.workspace_scope(user).await).await.unwrap();
            let seen: Vec<_> = tenants.iter().map(|tenant| (tenant.name.as_str(), tenant.role)).collect();
            assert_eq!(seen, expected, "{}", user.name);
        }
    })
    .await;
}
