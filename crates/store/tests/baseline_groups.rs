//! Groups of tenants that are held against baselines.

use std::collections::BTreeSet;

use store::{GroupChange, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::baselines::{compared, manage};

#[tokio::test(flavor = "multi_thread")]
async fn who_enters_a_group_is_held_against_its_baselines_and_who_leaves_is_not() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, id, _) = compared(&t, &world).await;
        let (baselines, groups, permit) = (t.store.baselines(), t.store.tenant_groups(), manage(&world).await);
        baselines.unassign(&permit, id, world.tenant).await.unwrap();
        let scope = world.workspace_scope(&world.manager).await;
        let settings = scope.permit().unwrap();
        let gold = groups.create(&settings, "Gold").await.unwrap();
        let silver = groups.create(&settings, "Silver").await.unwrap();
        let one = BTreeSet::from([world.tenant]);
        groups.change_members(&settings, gold, GroupChange::Add, &one).await.unwrap();
        let held = async || {
            let all = baselines.assigned(&scope, id).await.unwrap();
            all.into_iter().map(|one| (one.tenant, one.group, one.pinned)).collect::<BTreeSet<_>>()
        };
        // Its tenants, as they are and as they come.
        baselines.assign_group(&permit, id, gold, None).await.unwrap();
        assert_eq!(held().await, BTreeSet::from([(world.tenant, Some(gold), None)]));
        let other = BTreeSet::from([world.other_tenant]);
        groups.change_members(&settings, gold, GroupChange::Add, &other).await.unwrap();
        assert_eq!(held().await.len(), 2);
        // Once more pins them.
        baselines.assign_group(&permit, id, gold, Some(1)).await.unwrap();
        assert!(held().await.contains(&(world.other_tenant, Some(gold), Some(1))));
        let told = baselines.assigned_groups(&scope, id).await.unwrap();
        assert_eq!((told.len(), told[0].group, told[0].pinned, told[0].name.as_str()), (1, gold, Some(1), "Gold"));
        let by_itself = baselines.unassign(&permit, id, world.tenant).await;
        assert!(matches!(by_itself, Err(StoreError::Conflict(_))), "{by_itself:?}");
        assert!(matches!(groups.delete(&settings, gold).await, Err(StoreError::Conflict(_))), "it is held");
        // Who is in two groups stays by the other.
        groups.change_members(&settings, silver, GroupChange::Add, &one).await.unwrap();
        baselines.assign_group(&permit, id, silver, None).await.unwrap();
        groups.change_members(&settings, gold, GroupChange::Remove, &one).await.unwrap();
        assert!(held().await.contains(&(world.tenant, Some(silver), None)));
        // Who was chosen stays without any group.
        baselines.assign_many(&permit, id, &[world.other_tenant], None).await.unwrap();
        baselines.unassign_group(&permit, id, gold).await.unwrap();
        baselines.unassign_group(&permit, id, silver).await.unwrap();
        assert_eq!(held().await, BTreeSet::from([(world.other_tenant, None, None)]));
        assert!(matches!(baselines.unassign_group(&permit, id, silver).await, Err(StoreError::NotVisible)));
        groups.delete(&settings, gold).await.unwrap();
        // An archived baseline holds for no group.
        baselines.assign_group(&permit, id, silver, None).await.unwrap();
        let revision = baselines.find(&scope, id).await.unwrap().revision;
        baselines.archive(&permit, id, revision).await.unwrap();
        assert!(baselines.assigned_groups(&scope, id).await.unwrap().is_empty() && held().await.is_empty());
        let archived = baselines.assign_group(&permit, id, silver, None).await;
        assert!(matches!(archived, Err(StoreError::Conflict(_))), "{archived:?}");
    })
    .await;
}
