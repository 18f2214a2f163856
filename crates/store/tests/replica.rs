//! A replica: what is read there, what never is, and what happens when it lags or is away. Real servers, real replication.

use std::time::Duration;

use model::access::can;
use store::StoreError;
use store::access::WorkspaceScope;
use store::replica::{self, MOST_BEHIND, ReplicaState, ReplicaWatch};
use store::runs::RunFilter;
use testkit::eventually::eventually;
use testkit::replica::Pair;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

/// Looks until it keeps up, while no time goes by.
async fn keeps_up(watch: &mut ReplicaWatch, at: Duration) {
    eventually("the replica keeps up", async || (watch.look(at).await == ReplicaState::KeepsUp).then_some(())).await;
}

/// How many runs the page of operations would show, and whether a replica was asked.
async fn runs(t: &TestStore, scope: &WorkspaceScope) -> (usize, bool) {
    let (list, used) = replica::aside(t.store.runs().list(scope, &RunFilter::default(), None, 50)).await;
    (list.unwrap().page.rows.len(), used)
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_read_from_a_replica_that_keeps_up_and_rights_never() {
    let Some(pair) = Pair::start("pages_are_read_from_a_replica_that_keeps_up_and_rights_never") else { return };
    let t = pair.store().await;
    let world = World::of(&t).await;
    let owner = world.workspace_scope(&world.owner).await;
    let mut watch = t.store.follow(&pair.replica, 4).unwrap();
    assert!(t.store.has_replica());
    assert_eq!(runs(&t, &owner).await, (0, false), "nobody looked at it yet");
    keeps_up(&mut watch, Duration::ZERO).await;
    assert_eq!(runs(&t, &owner).await, (0, true));
    // What is not inside of it is read where it is written.
    assert_eq!(t.store.runs().list(&owner, &RunFilter::default(), None, 50).await.unwrap().page.rows.len(), 0);

    store::testing::replay(&t.store, false).await.unwrap();
    world.queued(&["scope_tag"]).await;
    let member = world.sign_in(&world.operator_member).await;
    let permit = owner.permit::<can::WorkspaceMembersManage>().unwrap();
    t.store.members().remove(&permit, world.operator_member.id).await.unwrap();
    let at = Duration::from_millis(500);
    assert_eq!(watch.look(at).await, ReplicaState::KeepsUp, "what it lacks is younger than it may be");
    assert_eq!(runs(&t, &owner).await, (0, true), "a moment old");
    let (refused, _) = replica::aside(t.store.access().workspace(&member, world.workspace)).await;
    assert!(matches!(refused, Err(StoreError::NotVisible)), "a right that was taken away is gone at once");
    // It lags for longer than it may.
    assert_eq!(watch.look(at + MOST_BEHIND).await, ReplicaState::Behind);
    assert_eq!(runs(&t, &owner).await, (1, false));
    store::testing::replay(&t.store, true).await.unwrap();
    keeps_up(&mut watch, at + MOST_BEHIND * 2).await;
    assert_eq!(runs(&t, &owner).await, (1, true));
    // It sees no more than the scope does.
    let foreign = world.sign_in(&world.stranger).await;
    let stranger = t.store.access().workspace(&foreign, world.foreign_workspace).await.unwrap();
    assert_eq!(runs(&t, &stranger).await, (0, true));

    // Both are gone: no page hangs.
    drop(pair);
    assert_eq!(watch.look(at + MOST_BEHIND * 3).await, ReplicaState::Away);
    let (failed, used) = replica::aside(t.store.runs().list(&owner, &RunFilter::default(), None, 50)).await;
    assert!(failed.is_err() && !used);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_replica_of_the_database_is_not_asked() {
    let Some(pair) = Pair::start("what_is_no_replica_of_the_database_is_not_asked") else { return };
    let t = pair.store().await;
    let world = World::of(&t).await;
    let owner = world.workspace_scope(&world.owner).await;
    let mut itself = t.store.follow(&pair.database, 4).unwrap();
    assert_eq!(itself.look(Duration::ZERO).await, ReplicaState::Foreign, "it takes writes");
    assert_eq!(runs(&t, &owner).await, (0, false));
    let twice = t.store.follow(&pair.replica, 4);
    assert!(matches!(twice, Err(StoreError::Unusable(_))), "{twice:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_away_or_makes_no_sense_is_done_without() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let owner = world.workspace_scope(&world.owner).await;
        let nonsense = t.store.follow("postgres://user:pass-word@host:no-port/db", 4);
        assert!(matches!(&nonsense, Err(StoreError::Unusable(words)) if !words.contains("pass-word")), "{nonsense:?}");
        // Nobody listens there.
        let followed = t.store.follow("postgres://nobody@127.0.0.1:1/none", 4);
        if t.store.backend() == store::Backend::Sqlite {
            assert!(matches!(&followed, Err(StoreError::Unusable(words)) if words.contains("file")), "{followed:?}");
        } else {
            assert_eq!(followed.unwrap().look(Duration::ZERO).await, ReplicaState::Away);
        }
        assert_eq!(runs(&t, &owner).await, (0, false));
    })
    .await;
}
