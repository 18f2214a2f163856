//! Groups of tenants and tags: who sees and changes them.

use std::collections::BTreeSet;

use model::ids::TenantGroupId;
use store::{GroupChange, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_made_renamed_filled_and_removed_each_on_record() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let groups = t.store.tenant_groups();
        let scope = world.workspace_scope(&world.manager).await;
        let permit = scope.permit().unwrap();
        let gold = groups.create(&permit, " Gold ").await.unwrap();
        let silver = groups.create(&permit, "Silver").await.unwrap();
        for bad in ["gold", "", "a\nb"] {
            assert!(matches!(groups.create(&permit, bad).await, Err(StoreError::Conflict(_))), "{bad:?}");
        }
        assert!(matches!(groups.rename(&permit, silver, "GOLD").await, Err(StoreError::Conflict(_))), "taken");
        groups.rename(&permit, silver, "silver").await.unwrap();
        let both = BTreeSet::from([world.tenant, world.other_tenant]);
        groups.change_members(&permit, gold, GroupChange::Replace, &both).await.unwrap();
        groups.change_members(&permit, gold, GroupChange::Replace, &both).await.unwrap();
        let names = async || {
            let all = groups.list(&scope).await.unwrap();
            all.into_iter().map(|group| (group.name, group.tenants)).collect::<Vec<_>>()
        };
        assert_eq!(names().await, [("Gold".to_owned(), 2), ("silver".to_owned(), 0)]);
        assert_eq!(groups.members(&scope, gold).await.unwrap(), both);
        let foreign = groups.change_members(&permit, gold, GroupChange::Replace, &BTreeSet::from([world.foreign_tenant])).await;
        assert!(matches!(foreign, Err(StoreError::NotVisible)), "{foreign:?}");
        assert_eq!(groups.members(&scope, gold).await.unwrap(), both, "nothing was changed");
        groups.change_members(&permit, gold, GroupChange::Replace, &BTreeSet::from([world.tenant])).await.unwrap();
        assert_eq!(groups.find(&scope, gold).await.unwrap().tenants, 1);
        let other = BTreeSet::from([world.other_tenant]);
        assert_eq!(groups.change_members(&permit, gold, GroupChange::Add, &other).await.unwrap(), 2);
        assert_eq!(groups.change_members(&permit, gold, GroupChange::Remove, &other).await.unwrap(), 1);
        groups.delete(&permit, silver).await.unwrap();
        for gone in [silver, TenantGroupId::generate()] {
            assert!(matches!(groups.delete(&permit, gone).await, Err(StoreError::NotVisible)));
            assert!(matches!(groups.rename(&permit, gone, "x").await, Err(StoreError::NotVisible)));
            assert!(matches!(
                groups.change_members(&permit, gone, GroupChange::Replace, &both).await,
                Err(StoreError::NotVisible)
            ));
            assert!(matches!(groups.find(&scope, gone).await, Err(StoreError::NotVisible)));
        }
        assert_eq!(names().await, [("Gold".to_owned(), 1)]);
        for (action, times) in [("create", 2), ("rename", 1), ("members", 5), ("delete", 1)] {
            let told = format!("select count(*) from audit_entries where action = 'tenant_group.{action}'");
            assert_eq!(t.number(&told).await, times, "{action}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_a_group_is_seen_by_whom_one_of_its_tenants_is_and_changed_by_who_manages_the_workspace() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let groups = t.store.tenant_groups();
        let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
        let seen = groups.create(&permit, "Seen").await.unwrap();
        let unseen = groups.create(&permit, "Unseen").await.unwrap();
        groups
            .change_members(&permit, seen, GroupChange::Replace, &BTreeSet::from([world.tenant, world.other_tenant]))
            .await
            .unwrap();
        groups.change_members(&permit, unseen, GroupChange::Replace, &BTreeSet::from([world.other_tenant])).await.unwrap();
        for user in [&world.operator_member, &world.readonly] {
            let scope = world.workspace_scope(user).await;
            assert!(scope.permit::<model::access::can::WorkspaceSettingsManage>().is_err());
            let list = groups.list(&scope).await.unwrap();
            assert_eq!(list.iter().map(|group| (group.id, group.tenants)).collect::<Vec<_>>(), [(seen, 1)]);
            assert_eq!(groups.members(&scope, seen).await.unwrap(), BTreeSet::from([world.tenant]));
            assert_eq!(groups.members(&scope, unseen).await.unwrap(), BTreeSet::new());
            assert!(matches!(groups.find(&scope, unseen).await, Err(StoreError::NotVisible)));
        }
        assert_eq!(groups.list(&world.workspace_scope(&world.outsider).await).await.unwrap(), []);
        let who = world.sign_in(&world.stranger).await;
        let theirs = t.store.access().workspace(&who, world.foreign_workspace).await.unwrap();
        assert_eq!(groups.list(&theirs).await.unwrap(), []);
        assert_eq!(groups.members(&theirs, seen).await.unwrap(), BTreeSet::new());
        let foreign = theirs.permit().unwrap();
        assert!(matches!(groups.rename(&foreign, seen, "x").await, Err(StoreError::NotVisible)));
        assert!(matches!(groups.delete(&foreign, seen).await, Err(StoreError::NotVisible)));
        let into = groups.change_members(&foreign, seen, GroupChange::Replace, &BTreeSet::from([world.foreign_tenant])).await;
        assert!(matches!(into, Err(StoreError::NotVisible)), "{into:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_set_as_a_whole_and_each_is_there_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let tenants = t.store.tenants();
        let scope = world.tenant_scope(&world.owner).await;
        let permit = scope.permit().unwrap();
        let set = async |tags: &[&str]| {
            let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            tenants.set_tags(&permit, &tags).await
        };
        set(&["Retail", " EU ", "eu"]).await.unwrap();
        assert_eq!(tenants.tags(&scope).await.unwrap(), ["EU", "Retail"]);
        set(&["Gold"]).await.unwrap();
        assert_eq!(tenants.tags(&scope).await.unwrap(), ["Gold"]);
        let many: Vec<String> = (0..21).map(|n| format!("t{n}")).collect();
        for bad in [vec!["a,b"], vec![""], many.iter().map(String::as_str).collect()] {
            assert!(matches!(set(&bad).await, Err(StoreError::Conflict(_))), "{bad:?}");
        }
        assert_eq!(tenants.tags(&scope).await.unwrap(), ["Gold"], "nothing was changed");
        let overview = t.store.overview();
        let told = overview.tags(&world.workspace_scope(&world.readonly).await).await.unwrap();
        assert_eq!(told.iter().map(|one| (one.tag.as_str(), one.tenants)).collect::<Vec<_>>(), [("Gold", 1)]);
        assert_eq!(overview.tags(&world.workspace_scope(&world.outsider).await).await.unwrap(), []);
        set(&[]).await.unwrap();
        assert_eq!(tenants.tags(&scope).await.unwrap(), Vec::<String>::new());
        assert_eq!(t.number("select count(*) from audit_entries where action = 'tenant.tags'").await, 3);
    })
    .await;
}
