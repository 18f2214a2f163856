//! What is missing: only what a complete list did not have; surely only after a run without errors.

use std::time::Duration;

use model::coverage::TypeState;
use model::failure::Code;
use model::inventory::{InventoryFilter, Presence, TypeSummary};
use model::run::{Counts, Outcome};
use store::access::RunScope;
use store::runs::WorkerId;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{all, list_of, seen, unread};

const TAGS: &str = "scope_tag";
const STEP: Duration = Duration::from_secs(10);

/// Presence by name.
async fn presence(t: &TestStore, world: &World) -> Vec<(String, Presence)> {
    let items = all(t, &world.tenant_scope(&world.readonly).await).await;
    items.into_iter().map(|item| (item.name, item.presence)).collect()
}

fn named(expected: &[(&str, Presence)]) -> Vec<(String, Presence)> {
    expected.iter().map(|(name, presence)| ((*name).to_owned(), *presence)).collect()
}

/// One sync of the scope tags: sees these, then says that the list is complete. Returns how many are missing.
async fn sync(t: &TestStore, run: &RunScope, names: &[&str]) -> i64 {
    t.clock.advance(STEP);
    let from = t.store.now().await.unwrap();
    t.store.inventory().observe(run, names.iter().map(|name| seen(TAGS, name, name, 1)).collect()).await.unwrap();
    t.store.inventory().types_complete(run, &[list_of(TAGS, from, i64::try_from(names.len()).unwrap())]).await.unwrap()[0]
}

async fn next_attempt(t: &TestStore, world: &World, before: &RunScope) -> RunScope {
    t.store.queue().finish(before, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
    world.attempt(&[TAGS]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missing_before_a_list_was_read_to_its_end() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        assert_eq!(sync(&t, &run, &["a", "b"]).await, 0);
        let run = next_attempt(&t, &world, &run).await;
        t.clock.advance(STEP);
        t.store.inventory().observe(&run, vec![seen(TAGS, "a", "a", 1)]).await.unwrap();
        // The list broke off here.
        t.store.inventory().types_unread(&run, &[unread(TAGS, Code::GraphTimeout)]).await.unwrap();
        assert_eq!(presence(&t, &world).await, named(&[("a", Presence::Present), ("b", Presence::Present)]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_complete_list_does_not_have_is_missing_surely_only_when_the_run_was_clean() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        sync(&t, &run, &["a", "b"]).await;
        let run = next_attempt(&t, &world, &run).await;
        assert_eq!(sync(&t, &run, &["a"]).await, 1);
        assert_eq!(presence(&t, &world).await, named(&[("a", Presence::Present), ("b", Presence::MissingUnsure)]));
        t.store.inventory().run_was_clean(&run).await.unwrap();
        assert_eq!(presence(&t, &world).await, named(&[("a", Presence::Present), ("b", Presence::Missing)]));
        let run = next_attempt(&t, &world, &run).await;
        assert_eq!(sync(&t, &run, &["a", "b"]).await, 0);
        assert_eq!(presence(&t, &world).await, named(&[("a", Presence::Present), ("b", Presence::Present)]), "it came back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_and_empty_list_makes_all_missing_a_failed_one_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        sync(&t, &run, &["a", "b"]).await;
        let run = next_attempt(&t, &world, &run).await;
        t.clock.advance(STEP);
        t.store.inventory().types_unread(&run, &[unread(TAGS, Code::GraphForbidden)]).await.unwrap();
        assert!(presence(&t, &world).await.iter().all(|(_, presence)| *presence == Presence::Present));
        assert_eq!(sync(&t, &run, &[]).await, 2);
        assert!(presence(&t, &world).await.iter().all(|(_, presence)| *presence == Presence::MissingUnsure));
        t.clock.advance(STEP);
        t.store.inventory().types_unread(&run, &[unread(TAGS, Code::GraphForbidden)]).await.unwrap();
        assert!(presence(&t, &world).await.iter().all(|(_, presence)| *presence == Presence::MissingUnsure), "it stays known");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_but_is_still_there_is_not_missing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let many: Vec<String> = (0..100).map(|i| format!("tag-{i:03}")).collect();
        let names: Vec<&str> = many.iter().map(String::as_str).collect();
        sync(&t, &run, &names).await;
        let run = next_attempt(&t, &world, &run).await;
        t.clock.advance(STEP);
        let from = t.store.now().await.unwrap();
        t.store.inventory().still_there(&run, TAGS, &many[..99]).await.unwrap();
        t.store.inventory().still_there(&run, "named_location", &many[99..]).await.unwrap();
        t.store.inventory().still_there(&run, TAGS, &["never-seen".to_owned()]).await.unwrap();
        t.store.inventory().still_there(&run, TAGS, &[]).await.unwrap();
        assert_eq!(t.store.inventory().types_complete(&run, &[list_of(TAGS, from, 99)]).await.unwrap(), [1]);
        let items = all(&t, &world.tenant_scope(&world.readonly).await).await;
        assert_eq!(items.len(), 100, "what was never seen is not made up");
        for item in items {
            let expected = if item.name == "tag-099" { Presence::MissingUnsure } else { Presence::Present };
            assert_eq!(item.presence, expected, "{}", item.name);
            assert_eq!(item.last_seen_run_id == Some(run.run_id()), item.name != "tag-099");
            assert!(item.changed_at < from, "its content is as before");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_tells_of_its_own_type_and_tenant_only() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        t.store.inventory().observe(&run, vec![seen("named_location", "x", "x", 1)]).await.unwrap();
        let who = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().tenant(&who, world.foreign_tenant).await.unwrap();
        let elsewhere = crate::inventory::attempt_in(&t, &foreign).await;
        t.store.inventory().observe(&elsewhere, vec![seen(TAGS, "y", "y", 1)]).await.unwrap();
        assert_eq!(sync(&t, &run, &[]).await, 0);
        assert_eq!(presence(&t, &world).await, named(&[("x", Presence::Present)]));
        assert_eq!(all(&t, &foreign).await[0].presence, Presence::Present);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_list_that_ends_later_does_not_bring_anything_back() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&[TAGS]).await;
        world.queued(&[TAGS, "named_location"]).await;
        let worker = WorkerId::new("w");
        let slow = world.admit(&world.claim(&worker).await).await;
        let quick = world.admit(&world.claim(&worker).await).await;
        t.clock.advance(STEP);
        let slow_from = t.store.now().await.unwrap();
        t.store.inventory().observe(&slow, vec![seen(TAGS, "a", "a", 1), seen(TAGS, "gone", "gone", 1)]).await.unwrap();
        assert_eq!(sync(&t, &quick, &["a"]).await, 1);
        t.store.inventory().run_was_clean(&quick).await.unwrap();
        t.clock.advance(STEP);
        t.store.inventory().types_complete(&slow, &[list_of(TAGS, slow_from, 2)]).await.unwrap();
        assert_eq!(presence(&t, &world).await, named(&[("a", Presence::Present), ("gone", Presence::Missing)]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_can_be_narrowed_to_what_is_missing_or_there() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        sync(&t, &run, &["a", "b"]).await;
        t.store.inventory().observe(&run, vec![seen("named_location", "never listed", "c", 1)]).await.unwrap();
        sync(&t, &run, &["b"]).await;
        let scope = world.tenant_scope(&world.readonly).await;
        for (missing, expected) in [(Some(true), vec!["a"]), (Some(false), vec!["b", "c"]), (None, vec!["a", "b", "c"])] {
            let filter = InventoryFilter { missing, ..InventoryFilter::default() };
            let page = t.store.inventory().list(&scope, &filter, None, 9).await.unwrap();
            assert_eq!(page.rows.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), expected, "{missing:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_summary_tells_how_much_there_is_and_how_fresh() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        assert_eq!(t.store.inventory().summary(&scope).await.unwrap(), []);
        let run = world.attempt(&[TAGS]).await;
        sync(&t, &run, &["a", "b", "c"]).await;
        sync(&t, &run, &["a"]).await;
        let complete = t.store.now().await.unwrap();
        t.store.inventory().observe(&run, vec![seen("named_location", "x", "x", 1)]).await.unwrap();
        t.store.inventory().types_unread(&run, &[unread("assignment_filter", Code::GraphForbidden)]).await.unwrap();
        let line = |key: &str, items, missing, complete_at, failure: Option<&str>| TypeSummary {
            resource_type: key.to_owned(),
            items,
            missing,
            complete_at,
            state: match failure {
                None => complete_at.map(|_| TypeState::Complete),
                Some("graph.forbidden") => Some(TypeState::Forbidden),
                Some(_) => Some(TypeState::Failed),
            },
            failure_code: failure.map(str::to_owned),
        };
        let expected = |failure| {
            vec![
                line("assignment_filter", 0, 0, None, Some("graph.forbidden")),
                line("named_location", 1, 0, None, None),
                line(TAGS, 1, 2, Some(complete), failure),
            ]
        };
        assert_eq!(t.store.inventory().summary(&scope).await.unwrap(), expected(None));
        t.clock.advance(STEP);
        t.store.inventory().types_unread(&run, &[unread(TAGS, Code::GraphTimeout)]).await.unwrap();
        assert_eq!(t.store.inventory().summary(&scope).await.unwrap(), expected(Some("graph.timeout")));
        sync(&t, &run, &["a", "b", "c"]).await;
        let lines = t.store.inventory().summary(&scope).await.unwrap();
        assert_eq!((lines[2].items, lines[2].missing, lines[2].failure_code.as_deref()), (3, 0, None), "a success clears it");
    })
    .await;
}
