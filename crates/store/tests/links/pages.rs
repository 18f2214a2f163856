//! Lists of links, page by page.

use model::page::{Cursor, Page};
use model::restore::Reference;
use testkit::stores::{TestStore, on_both};

use super::{TAG, UNKNOWN, complete, groups, items, observe, policy, start};
use crate::directory::{A, B};

/// Every page of a list, two rows each.
async fn paged<T>(page: impl AsyncFn(Option<Cursor>) -> Page<T>) -> Vec<T> {
    let (mut found, mut at) = (Vec::new(), None);
    loop {
        let next = page(at).await;
        found.extend(next.rows);
        match next.next {
            Some(cursor) => at = Some(cursor),
            None => return found,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_links_come_in_pages_forth_and_back() {
    on_both(async |t: TestStore| {
        let (_, scope, run) = start(&t).await;
        let all_groups = [A, B, UNKNOWN, "g4", "g5"];
        let assigned: Vec<_> = all_groups.iter().map(|id| (*id, None, false)).collect();
        let many = (0..5).map(|n| policy(&format!("p{n}"), &format!("Policy {}", 9 - n), &assigned, &["9"])).collect();
        observe(&t, &run, many).await;
        groups(&t, &run, &[]).await;
        complete(&t, &run, &[(TAG, 0)]).await;
        let item = items(&t, &scope).await["p0"];
        let store = t.store.links();
        let uses = paged(async |at| store.uses(&scope, item, at.as_ref(), 2).await.unwrap()).await;
        assert_eq!(uses.iter().map(|link| link.end.to.id.as_str()).collect::<Vec<_>>(), [A, B, UNKNOWN, "g4", "g5", "9"]);
        let object = Reference::new("group", B);
        let users = paged(async |at| store.used_by(&scope, &object, at.as_ref(), 2).await.unwrap()).await;
        let expected = ["Policy 5", "Policy 6", "Policy 7", "Policy 8", "Policy 9"];
        assert_eq!(users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), expected);
        let dangling = paged(async |at| store.dangling(&scope, at.as_ref(), 7).await.unwrap()).await;
        let whole = store.dangling(&scope, None, 200).await.unwrap();
        assert_eq!((dangling.len(), &dangling), (30, &whole.rows));
        // Back from the second page to the first.
        let one = store.used_by(&scope, &object, None, 2).await.unwrap();
        let two = store.used_by(&scope, &object, one.next.as_ref(), 2).await.unwrap();
        assert_eq!(store.used_by(&scope, &object, two.previous.as_ref(), 2).await.unwrap().rows, one.rows);
        let one = store.dangling(&scope, None, 4).await.unwrap();
        let two = store.dangling(&scope, one.next.as_ref(), 4).await.unwrap();
        assert_eq!(store.dangling(&scope, two.previous.as_ref(), 4).await.unwrap().rows, one.rows);
        let odd = Cursor { direction: model::page::Direction::Forward, key: "no key of this list".to_owned() };
        assert_eq!(store.dangling(&scope, Some(&odd), 200).await.unwrap().rows.len(), 30);
        assert_eq!(store.uses(&scope, item, Some(&odd), 200).await.unwrap().rows.len(), 6);
    })
    .await;
}
