//! Baselines that follow a tenant, and where what they want can be restored from.

use std::collections::BTreeSet;

use model::ids::BaselineId;
use model::tenant::TenantStatus;
use store::{BaselineEdit, Followed, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::baselines::{captured, key, manage, read};
use crate::inventory::attempt_in;

const TYPE: &str = "scope_tag";

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_that_follows_a_tenant_has_what_that_has() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let golden = world.tenant_scope(&world.manager).await;
        let run = attempt_in(&t, &world.tenant_scope(&world.owner).await).await;
        read(&t, &run, &[("a", "A", 1), ("b", "B", 1)]).await;
        let id = captured(&t, &world, "Core", true).await;
        let (baselines, permit) = (t.store.baselines(), manage(&world).await);
        let reader = world.workspace_scope(&world.readonly).await;
        let ignored: BTreeSet<String> = ["description".to_owned()].into();
        baselines.edit(&permit, id, 1, &BaselineEdit::Ignore(key("a"), ignored.clone())).await.unwrap();
        assert_eq!(baselines.follow_on(&run, id).await.unwrap(), Followed::NoLonger, "it follows nobody yet");
        baselines.follow(&permit, id, 2, Some((&golden, &[TYPE.to_owned()]))).await.unwrap();
        assert_eq!(baselines.followers(&run).await.unwrap(), [(id, "Core".to_owned())]);
        let one = baselines.find(&reader, id).await.unwrap();
        assert_eq!((one.follows, one.golden), (true, Some(world.tenant)));
        assert_eq!(baselines.follow_on(&run, id).await.unwrap(), Followed::Draft);
        baselines.activate(&permit, id, 3).await.unwrap();
        assert_eq!(baselines.follow_on(&run, id).await.unwrap(), Followed::Same);
        assert_eq!(baselines.find(&reader, id).await.unwrap().revision, 4, "nothing was written");
        // One is another, one is gone, one came: another version, in which the same does not matter.
        read(&t, &run, &[("a", "A", 2), ("c", "C", 1)]).await;
        assert_eq!(baselines.follow_on(&run, id).await.unwrap(), Followed::Version { number: 2, items: 2 });
        let items = baselines.items(&reader, id, 2, None, 50).await.unwrap().rows;
        assert_eq!(items.iter().map(|item| item.key.object_id.as_str()).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!((&items[0].ignored, items[0].content_of), (&ignored, Some(world.tenant)));
        let one = baselines.find(&reader, id).await.unwrap();
        assert_eq!((one.active, one.draft, one.revision), (Some(2), None, 5));
        assert_eq!(baselines.follow_on(&run, id).await.unwrap(), Followed::Same, "a repeated attempt makes no other");
        assert!(baselines.versions(&reader, id).await.unwrap()[0].extras, "what counts stays");
        // A type that was not read to its end says nothing.
        t.execute("update inventory_coverage set state = 'partial'").await;
        t.execute("update inventory_items set latest_version = 1 where object_id = 'a'").await;
        assert_eq!(baselines.follow_on(&run, id).await.unwrap(), Followed::Same);
        // What it wants can be restored from there, also once it is gone there.
        let old = baselines.item(&reader, id, 1, &key("b")).await.unwrap();
        assert_eq!(baselines.version_in(&golden, &old).await.unwrap().map(|(_, number)| number), Some(1));
        let elsewhere = t.store.access().tenant(&world.sign_in(&world.owner).await, world.other_tenant).await.unwrap();
        assert_eq!(baselines.version_in(&elsewhere, &old).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_say_what_it_follows_and_what_that_rules_out() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let golden = world.tenant_scope(&world.manager).await;
        let run = attempt_in(&t, &world.tenant_scope(&world.owner).await).await;
        read(&t, &run, &[("a", "A", 1)]).await;
        let id = captured(&t, &world, "Core", false).await;
        let (baselines, permit) = (t.store.baselines(), manage(&world).await);
        let foreign = t.store.access().tenant(&world.sign_in(&world.stranger).await, world.foreign_tenant).await.unwrap();
        let refused = baselines.follow(&permit, id, 1, Some((&foreign, &[]))).await;
        assert!(matches!(refused, Err(StoreError::NotVisible)), "{refused:?}");
        let none = baselines.follow(&permit, BaselineId::generate(), 1, Some((&golden, &[]))).await;
        assert!(matches!(none, Err(StoreError::NotVisible)), "{none:?}");
        baselines.follow(&permit, id, 1, Some((&golden, &[]))).await.unwrap();
        let stale = baselines.follow(&permit, id, 1, None).await;
        assert!(matches!(stale, Err(StoreError::Conflict(why)) if why.contains("meanwhile")), "{stale:?}");
        let taken_out = baselines.edit(&permit, id, 2, &BaselineEdit::Remove(key("a"))).await;
        assert!(matches!(taken_out, Err(StoreError::Conflict(why)) if why.contains("follows")), "{taken_out:?}");
        baselines.follow(&permit, id, 2, None).await.unwrap();
        assert!(baselines.followers(&run).await.unwrap().is_empty());
        baselines.edit(&permit, id, 3, &BaselineEdit::Extras(true)).await.unwrap();
        assert_eq!(t.number("select count(*) from audit_entries where action = 'baseline.follow' and outcome = 'done'").await, 2);
        // An archived tenant is nobody to follow.
        t.execute(&format!(
            "update tenants set status = '{}' where id = {}",
            TenantStatus::Archived.code(),
            t.literal(world.tenant.uuid())
        ))
        .await;
        let archived = world.tenant_scope(&world.manager).await;
        let refused = baselines.follow(&permit, id, 4, Some((&archived, &[]))).await;
        assert!(matches!(refused, Err(StoreError::Conflict(why)) if why.contains("archived")), "{refused:?}");
    })
    .await;
}
