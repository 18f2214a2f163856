//! Pages that are read from a replica: what they show while it lags, to whom who changed something, and what `check` says.

use std::time::Duration;

use store::replica::{MOST_BEHIND, ReplicaState};
use testkit::eventually::eventually;
use testkit::replica::Pair;

use crate::served::Served;
use crate::somebody::Somebody;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_replica_may_be_a_moment_old_but_never_for_who_changed_something() {
    let Some(mut pair) = Pair::start("a_page_of_a_replica_may_be_a_moment_old") else { return };
    let t = pair.store().await;
    let served = Served::of(&t).await;
    let mut watch = t.store.follow(&pair.replica, 4).unwrap();
    let at = Duration::ZERO;
    eventually("the replica keeps up", async || (watch.look(at).await == ReplicaState::KeepsUp).then_some(())).await;
    store::testing::replay(&t.store, false).await.unwrap();
    let run = served.world.start_sync(&served.world.owner, &["scope_tag"]).await.run().id.to_string();
    let (owner, manager) = (served.browser(Somebody::Owner).await, served.browser(Somebody::Manager).await);
    assert!(!owner.page("/admin/audit").await.body.contains(&run), "read from the replica");
    assert!(owner.page("/admin/operations").await.body.contains(&run), "a page on which things are done is not");
    // Somebody presses a button.
    let form = owner.page("/admin/profile/settings").await.form("/admin/profile/settings");
    let answer = owner.submit(&form).await;
    assert_eq!(answer.status, 303);
    let cookie =
        answer.headers.get_all("set-cookie").iter().find_map(|it| it.to_str().ok().filter(|it| it.starts_with("atlas-changed")));
    let most = format!("Max-Age={}", MOST_BEHIND.as_secs() * 2 + 1);
    assert!(cookie.is_some_and(|cookie| cookie.contains("HttpOnly") && cookie.contains(&most)), "{cookie:?}");
    assert!(owner.page("/admin/audit").await.body.contains(&run), "who changed something sees all of it");
    assert!(!manager.page("/admin/audit").await.body.contains(&run));

    // It lags for too long: nobody is shown what it has.
    assert_eq!(watch.look(at + MOST_BEHIND).await, ReplicaState::KeepsUp);
    assert_eq!(watch.look(at + MOST_BEHIND * 3).await, ReplicaState::Behind);
    assert!(manager.page("/admin/audit").await.body.contains(&run));
    // Cut off in the middle of a page: it is read from the database itself.
    store::testing::replay(&t.store, true).await.unwrap();
    let later = at + MOST_BEHIND * 4;
    eventually("the replica keeps up", async || (watch.look(later).await == ReplicaState::KeepsUp).then_some(())).await;
    pair.stop_replica();
    assert!(manager.page("/admin/audit").await.body.contains(&run), "the database itself answers");
    assert_eq!(watch.look(later).await, ReplicaState::Away);
}
