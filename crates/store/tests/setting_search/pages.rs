//! The pages of what was found, forth and back.

use model::page::Cursor;
use model::setting_search::States;
use store::ObservedItem;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use super::{PLAIN, indexed, observe, plain, wanted};

#[tokio::test(flavor = "multi_thread")]
async fn pages_go_both_ways_whether_words_are_rare_or_common() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        // More than are found by their contents, and more than a block.
        let every: Vec<ObservedItem> = (0..320)
            .map(|n| {
                plain(&n.to_string(), &format!("Object {n:03}"), &format!(r#""common":"word","nth":"{}th {n:03}n""#, n % 40))
            })
            .collect();
        observe(&t, &run, every).await;
        indexed(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let search = t.store.setting_search();
        for states in States::ALL {
            for (text, count) in [("word", 320), ("common WORD", 320), ("7th", 32), ("39th", 8), ("319n", 1)] {
                let wanted = wanted(text, states);
                let (mut there, mut cursor, mut pages): (Vec<String>, Option<Cursor>, Vec<Vec<String>>) =
                    (Vec::new(), None, Vec::new());
                loop {
                    let page = search.find(&scope, &wanted, cursor.as_ref(), 30).await.unwrap();
                    assert!(!page.stopped);
                    let names: Vec<String> = page.page.rows.into_iter().map(|object| object.name).collect();
                    assert_eq!(page.page.previous.is_some(), cursor.is_some());
                    there.extend(names.clone());
                    pages.push(names);
                    match page.page.next {
                        Some(next) => cursor = Some(next),
                        None => {
                            cursor = page.page.previous;
                            break;
                        }
                    }
                }
                assert_eq!(there.len(), count, "{text}");
                assert!(there.is_sorted(), "{text}");
                for expected in pages.iter().rev().skip(1) {
                    let page = search.find(&scope, &wanted, cursor.as_ref(), 30).await.unwrap().page;
                    assert_eq!(&page.rows.iter().map(|object| object.name.clone()).collect::<Vec<_>>(), expected, "{text}");
                    assert!(page.next.is_some());
                    cursor = page.previous;
                }
                assert!(cursor.is_none(), "{text}");
            }
        }
        let odd = Cursor { direction: model::page::Direction::Forward, key: "odd".to_owned() };
        assert_eq!(
            search.find(&scope, &wanted("word", States::Now), Some(&odd), 5).await.unwrap().page.rows[0].name,
            "Object 000"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_has_looked_at_much_stops_and_goes_on() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[PLAIN]).await;
        // All have both words, and but one in one setting.
        let every: Vec<ObservedItem> = (0..900)
            .map(|n| {
                let both = if n == 870 { r#","c":"alpha beta""# } else { "" };
                plain(&n.to_string(), &format!("Object {n:03}"), &format!(r#""a":"alpha {n}","b":"beta"{both}"#))
            })
            .collect();
        observe(&t, &run, every).await;
        indexed(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let search = wanted("alpha beta", States::Now);
        let first = t.store.setting_search().find(&scope, &search, None, 50).await.unwrap();
        assert!(first.stopped && first.page.rows.is_empty() && first.page.next.is_some());
        let second = t.store.setting_search().find(&scope, &search, first.page.next.as_ref(), 50).await.unwrap();
        assert!(!second.stopped && second.page.next.is_none());
        assert_eq!(second.page.rows[0].name, "Object 870");
        // On the way back there is nothing; from wherever that ends, what was found is reached again.
        let mut before = second.page.previous;
        let mut ends = Vec::new();
        while let Some(cursor) = before {
            let back = t.store.setting_search().find(&scope, &search, Some(&cursor), 50).await.unwrap();
            assert!(back.page.rows.is_empty() && back.stopped == back.page.previous.is_some());
            ends.push(back.page.next.unwrap());
            before = back.page.previous;
        }
        assert!(ends.len() > 1, "it stopped in between");
        for end in ends {
            let (mut next, mut found) = (Some(end), Vec::new());
            while let Some(cursor) = next {
                let page = t.store.setting_search().find(&scope, &search, Some(&cursor), 50).await.unwrap().page;
                next = page.next;
                found.extend(page.rows.into_iter().map(|object| object.name));
            }
            assert_eq!(found, ["Object 870"]);
        }
    })
    .await;
}
