//! Runs that read a tenant side by side: what was asked for earlier and comes later brings nothing back.

use std::time::Duration;

use model::backup::Selection;
use model::run::{Counts, Outcome};
use model::time::Moment;
use model::version::Change;
use store::access::TenantScope;
use store::{ObservedItem, PageEffect};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::{TAGS, attempt};
use crate::inventory::{all, list_of, seen};

const STEP: Duration = Duration::from_secs(60);

async fn later(t: &TestStore) -> Moment {
    t.clock.advance(STEP);
    t.store.now().await.unwrap()
}

fn asked(at: Moment, item: ObservedItem) -> Vec<ObservedItem> {
    vec![ObservedItem { asked_at: Some(at), ..item }]
}

async fn history(t: &TestStore, scope: &TenantScope, object: &str) -> Vec<(Change, Option<Moment>)> {
    let items = all(t, scope).await;
    let item = items.iter().find(|item| item.object_id == object).unwrap().id;
    let versions = t.store.policy_versions().of_item(scope, item, None, 50).await.unwrap();
    versions.iter().rev().map(|version| (version.change, version.observed_before)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_reading_brings_nothing_back_and_counts_as_unchanged() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let inventory = t.store.inventory();
        let (backup, sync) = (attempt(&world, Selection::All).await, world.attempt(&[TAGS]).await);
        let first = later(&t).await;
        inventory.observe(&sync, asked(first, seen(TAGS, "1", "One", 1))).await.unwrap();
        // The backup asks before the change and writes after it; the sync asked in between.
        let (early, late) = (later(&t).await, later(&t).await);
        let effect = inventory.observe(&sync, asked(late, seen(TAGS, "1", "One", 2))).await.unwrap();
        assert_eq!(effect, PageEffect { updated: 1, ..PageEffect::default() });
        let written = later(&t).await;
        let effect = inventory.observe(&backup, asked(early, seen(TAGS, "1", "One", 1))).await.unwrap();
        assert_eq!(effect, PageEffect { unchanged: 1, ..PageEffect::default() }, "nothing was written for it");
        let expected = [(Change::FirstSeen, None), (Change::Changed, Some(first))];
        assert_eq!(history(&t, &scope, "1").await, expected, "the time is that of asking");
        let item = &all(&t, &scope).await[0];
        assert_eq!((item.last_seen_at, item.last_seen_run_id), (written, Some(backup.run_id())), "it was there all the same");
        // What an earlier list told does not stand for what a later one told.
        let told = |text: &str, item: ObservedItem| ObservedItem { fingerprint: Some(text.to_owned()), ..item };
        let now = later(&t).await;
        inventory.observe(&sync, asked(now, told("new", seen(TAGS, "1", "One", 2)))).await.unwrap();
        inventory.observe(&backup, asked(late, told("old", seen(TAGS, "1", "One", 2)))).await.unwrap();
        assert_eq!(t.texts("select list_fingerprint from inventory_items").await, ["new"]);
        // An equal reading moves the time of asking forward, and never back.
        inventory.observe(&backup, asked(late, told("new", seen(TAGS, "1", "One", 2)))).await.unwrap();
        let then = later(&t).await;
        inventory.observe(&sync, asked(then, seen(TAGS, "1", "One", 3))).await.unwrap();
        assert_eq!(history(&t, &scope, "1").await[2], (Change::Changed, Some(now)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_later_list_did_not_have_stays_gone() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let inventory = t.store.inventory();
        let (backup, sync) = (attempt(&world, Selection::All).await, world.attempt(&[TAGS]).await);
        let first = later(&t).await;
        inventory.observe(&sync, asked(first, seen(TAGS, "1", "One", 1))).await.unwrap();
        let (early, from) = (later(&t).await, later(&t).await);
        inventory.types_complete(&sync, &[list_of(TAGS, from, 0)]).await.unwrap();
        later(&t).await;
        let effect = inventory.observe(&backup, asked(early, seen(TAGS, "1", "One", 1))).await.unwrap();
        assert_eq!((effect.updated, effect.unchanged), (0, 1));
        let told: Vec<Change> = history(&t, &scope, "1").await.into_iter().map(|(change, _)| change).collect();
        assert_eq!(told, [Change::FirstSeen, Change::Disappeared]);
        assert_eq!(inventory.types_complete(&sync, &[list_of(TAGS, from, 0)]).await.unwrap(), [1], "it is still missing");
        t.store.queue().finish(&backup, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
        let back = later(&t).await;
        inventory.observe(&sync, asked(back, seen(TAGS, "1", "One", 1))).await.unwrap();
        assert_eq!(history(&t, &scope, "1").await[2].0, Change::Reappeared);
    })
    .await;
}
