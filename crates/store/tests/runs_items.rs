//! Items: recorded once, counted once, skipped by the next attempt.

use std::time::Duration;

use model::failure::Code;
use model::operations::probe::Probe;
use model::page::Cursor;
use model::run::{CountKey, Counts, ItemStatus, NewEvent, NewItem, Outcome};
use store::StoreError;
use store::runs::Progress;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

fn counts(pairs: &[(CountKey, i64)]) -> Progress {
    let mut counts = Counts::default();
    pairs.iter().for_each(|(key, value)| counts.set(*key, *value));
    Progress { counts, ..Progress::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_an_item_is_recorded_once_and_seen_by_the_next_attempt() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let queue = t.store.queue();
        world.probe(Probe::Plain, "a").await;
        let first = world.take_probe().await;
        let items = [NewItem::succeeded("one"), NewItem::failed("two", Code::GraphNotFound)];
        let done = [(CountKey::Processed, 2), (CountKey::Succeeded, 1), (CountKey::Failed, 1)];
        queue.record(&first, &items, counts(&done)).await.unwrap();
        queue.record(&first, &[NewItem::skipped("two", Code::Internal)], counts(&done)).await.unwrap();
        queue.hand_back(&first, Duration::ZERO, true, NewEvent::warning("retry", "…")).await.unwrap();
        let second = world.take_probe().await;
        let recorded = queue.recorded(&second).await.unwrap();
        assert_eq!(
            recorded.into_iter().collect::<Vec<_>>(),
            [("one".to_owned(), ItemStatus::Succeeded), ("two".to_owned(), ItemStatus::Failed)]
        );
        let late = queue.record(&first, &[NewItem::succeeded("three")], Progress::default()).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "l3: a stale attempt records nothing");
        assert_eq!(t.number("select count(*) from operation_run_items").await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_the_final_figures_are_those_of_the_items() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.probe(Probe::Plain, "a").await;
        let scope = world.take_probe().await;
        let items: Vec<NewItem> = (0..100)
            .map(|n| match n % 10 {
                0 => NewItem::failed(format!("{n}"), Code::GraphTimeout),
                1 => NewItem::skipped(format!("{n}"), Code::GraphForbidden),
                _ => NewItem::succeeded(format!("{n}")),
            })
            .collect();
        t.store.queue().record(&scope, &items, Progress::default()).await.unwrap();
        // What an attempt that was interrupted between its figures and its items might say.
        let wrong = counts(&[(CountKey::Processed, 7), (CountKey::Succeeded, 7), (CountKey::Total, 50)]).counts;
        t.store.queue().finish(&scope, Outcome::PartiallySucceeded, None, &wrong, &[]).await.unwrap();
        let ended = world.run(run.id).await.counts;
        let of = |key| ended.get(key);
        assert_eq!((of(CountKey::Succeeded), of(CountKey::Failed), of(CountKey::Skipped)), (Some(80), Some(10), Some(10)));
        assert_eq!((of(CountKey::Processed), of(CountKey::Total)), (Some(100), Some(100)));
        assert_eq!(ended.check(), Ok(()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_read_by_page_and_status() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.probe(Probe::Plain, "a").await;
        let scope = world.take_probe().await;
        let items: Vec<NewItem> = (0..25)
            .map(|n| {
                if n % 5 == 0 {
                    NewItem::failed(format!("{n:02}"), Code::Internal)
                } else {
                    NewItem::succeeded(format!("{n:02}"))
                }
            })
            .collect();
        t.store.queue().record(&scope, &items, Progress::default()).await.unwrap();
        let who = world.sign_in(&world.owner).await;
        let sight = t.store.access().run(&who, run.id).await.unwrap();
        let mut seen = Vec::new();
        let mut cursor: Option<Cursor> = None;
        loop {
            let page = t.store.runs().items(&sight, None, cursor.as_ref(), 10).await.unwrap();
            seen.extend(page.rows.iter().map(|item| item.key.clone()));
            match page.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, (0..25).map(|n| format!("{n:02}")).collect::<Vec<_>>());
        let failed = t.store.runs().items(&sight, Some(ItemStatus::Failed), None, 10).await.unwrap();
        assert_eq!(failed.rows.iter().map(|item| item.key.as_str()).collect::<Vec<_>>(), ["00", "05", "10", "15", "20"]);
        assert_eq!((failed.rows[0].code.as_deref(), failed.rows[0].attempt), (Some("internal.error"), 1));
    })
    .await;
}
