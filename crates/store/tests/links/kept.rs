//! Which links are kept, whatever happened before.

use std::collections::BTreeMap;

use model::links::links;
use model::resource_types;
use model::restore::Reference;
use testkit::stores::{TestStore, on_both};

use super::{POLICY, STEP, TAG, UNKNOWN, items, observe, policy, start};
use crate::directory::{A, B};
use crate::inventory::{list_of, seen};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_before_gets_its_links_once() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let many = (0..7).map(|n| policy(&format!("p{n}"), &format!("Policy {n}"), &[(A, Some("f1"), n % 2 == 0)], &["7"]));
        observe(&t, &run, many.collect()).await;
        observe(&t, &run, vec![seen(TAG, "7", "Head office", 1)]).await;
        t.clock.advance(STEP);
        // One of them is gone.
        let from = t.store.now().await.unwrap();
        let stay = (0..6).map(|n| policy(&format!("p{n}"), &format!("Policy {n}"), &[(A, Some("f1"), n % 2 == 0)], &["7"]));
        t.store.inventory().observe(&run, stay.collect()).await.unwrap();
        t.store.inventory().types_complete(&run, &[list_of(POLICY, from, 6)]).await.unwrap();
        let rows = "select kind || to_type || to_id || pointer || number from object_links order by item_id, number";
        let before = t.texts(rows).await;
        assert_eq!(before.len(), 18);
        assert_eq!(t.store.links().relink(100).await.unwrap(), 0, "a sync leaves nothing to be done");
        // As a database of an earlier version is after the migration; one item has links of another form.
        t.execute("delete from object_links").await;
        t.execute("update inventory_items set links_form = ''").await;
        t.execute("update inventory_items set links_form = 'zzzz' where object_id = 'p3'").await;
        assert_eq!(t.store.links().dangling_told(&scope).await.unwrap().waiting, 7);
        let mut looked = Vec::new();
        loop {
            match t.store.links().relink(3).await.unwrap() {
                0 => break,
                many => looked.push(many),
            }
        }
        assert_eq!(looked, [3, 3, 2]);
        assert_eq!(t.texts(rows).await, before);
        // Again, all at once.
        t.execute("update inventory_items set links_form = ''").await;
        while t.store.links().relink(100).await.unwrap() > 0 {}
        assert_eq!(t.texts(rows).await, before);
        assert_eq!(t.store.links().dangling_told(&scope).await.unwrap().waiting, 0);
    })
    .await;
}

/// Numbers that follow from one another, for histories that are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// For every item the links are the references of its latest content, whatever happened; of what is gone there are none.
#[tokio::test(flavor = "multi_thread")]
async fn after_any_history_links_are_the_references_of_the_latest_content() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let mut dice = Dice(7);
        let ids = [A, B, UNKNOWN, "g4"];
        // Whether each is there.
        let mut there: BTreeMap<String, bool> = BTreeMap::new();
        for _ in 0..40 {
            t.clock.advance(STEP);
            let from = t.store.now().await.unwrap();
            let mut page = Vec::new();
            for n in 0..6 {
                if dice.below(3) == 0 {
                    continue;
                }
                let assigned: Vec<_> = (0..dice.below(4))
                    .map(|_| {
                        let filter = ["f1", "f2"][usize::try_from(dice.below(2)).unwrap()];
                        let group = ids[usize::try_from(dice.below(4)).unwrap()];
                        (group, (dice.below(2) == 0).then_some(filter), dice.below(2) == 0)
                    })
                    .collect();
                let tags = &["0", "7", "8"][..usize::try_from(dice.below(4)).unwrap()];
                page.push(policy(&format!("p{n}"), &format!("Policy {n}"), &assigned, tags));
            }
            let whole = dice.below(4) == 0;
            if whole {
                there.values_mut().for_each(|there| *there = false);
            }
            there.extend(page.iter().map(|item| (item.object_id.clone(), true)));
            let many = i64::try_from(page.len()).unwrap();
            t.store.inventory().observe(&run, page).await.unwrap();
            if whole {
                t.store.inventory().types_complete(&run, &[list_of(POLICY, from, many)]).await.unwrap();
            }
            let known = items(&t, &scope).await;
            for (object, there) in &there {
                let content = t.store.inventory().find(&scope, known[object]).await.unwrap().content;
                let expected = if *there { links(resource_types::find(POLICY).unwrap(), &content) } else { Vec::new() };
                let expected: Vec<_> = expected.into_iter().map(|link| (link.kind, link.to, link.pointer)).collect();
                let found = t.store.links().uses(&scope, known[object], None, 200).await.unwrap().rows;
                let found: Vec<_> = found.into_iter().map(|link| (link.kind, link.end.to, link.pointer)).collect();
                assert_eq!(found, expected, "{object}");
            }
        }
        assert_eq!(there.len(), 6);
    })
    .await;
}

/// Looked at with 600 items of five links each: along the index of what is referred to, not through all links.
#[tokio::test(flavor = "multi_thread")]
async fn links_are_found_along_their_index() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        for start in (0..600).step_by(100) {
            let many = (start..start + 100).map(|n| {
                let (one, two) = (format!("g{}", n % 50), format!("g{}", n % 70 + 50));
                policy(&format!("p{n}"), &format!("Policy {n}"), &[(&one, Some("f1"), false), (&two, Some("f2"), true)], &["7"])
            });
            t.store.inventory().observe(&run, many.collect()).await.unwrap();
        }
        assert_eq!(t.number("select count(*) from object_links").await, 3_000);
        if t.store.backend() == store::Backend::Postgres {
            t.execute("analyze").await;
        }
        let plans = t.store.links().explain(&scope, &Reference::new("group", "g3")).await.unwrap();
        assert!(plans[0].contains("object_links_to"), "{}", plans[0]);
        assert!(plans[3].contains("object_links_to") || plans[3].contains("Seq Scan on inventory_items"), "{}", plans[3]);
        for plan in &plans {
            let whole = plan.lines().any(|line| line.contains("SCAN l ") || line.trim_end().ends_with("SCAN l"));
            assert!(!whole, "{plan}");
        }
    })
    .await;
}
