//! Break-glass: opened once at a time, told, read only, for a while, and each end on record once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use model::ids::WorkspaceId;
use model::platform::{Minutes, Reason};
use store::access::{GlassScope, PlatformScope};
use store::{Backend, StoreError};
use testkit::stores::{TestStore, on_both, on_both_in_real_time};
use testkit::world::World;
use tokio::sync::Barrier;

use crate::platform::an_operator;

fn reason() -> Reason {
    Reason::parse("the only owner is gone").unwrap()
}

fn minutes() -> Minutes {
    Minutes::ALL[0]
}

/// Opens the workspace; the operator as their session is called from then on.
pub(crate) async fn opened(t: &TestStore, scope: &PlatformScope, workspace: WorkspaceId) -> (PlatformScope, GlassScope) {
    let (_, token) = t.store.glass().enter(scope, workspace, &reason(), minutes()).await.unwrap();
    let scope = t.store.access().platform(&token).await.unwrap().expect("the session goes on");
    let glass = t.store.access().glass(&scope).await.unwrap().expect("it is open");
    (scope, glass)
}

/// Entries about break-glass, oldest first: who, what, and whether they stand in a workspace's trail.
async fn trail(t: &TestStore) -> Vec<String> {
    let entries = "select actor_kind || ' ' || action || case when workspace_id is null then '' else ' workspace' end
      from audit_entries where action like 'break_glass.%' order by id";
    t.texts(entries).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_is_opened_told_and_closed() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (scope, before) = an_operator(&t, "olga@host.test").await;
        assert!(t.store.access().glass(&scope).await.unwrap().is_none());
        let (scope, glass) = opened(&t, &scope, world.workspace).await;
        assert!(t.store.access().platform(&before).await.unwrap().is_none(), "the session has a new token");
        let open = glass.glass();
        assert_eq!((open.workspace_name.as_str(), open.reason.as_str()), ("Northwind Services", "the only owner is gone"));
        assert_eq!(open.expires_at.since(open.entered_at), minutes().duration());
        assert!(t.store.glass().open(&scope).await.unwrap().unwrap().here);

        let owner = world.sign_in(&world.owner).await;
        let told = t.store.notices().break_glass(&owner, 10).await.unwrap();
        assert_eq!((told.len(), told[0].operator_name.as_str(), told[0].over, told[0].read), (1, "Olga", false, false));
        assert_eq!(t.store.notices().unread(&owner).await.unwrap(), 1);
        t.store.notices().read_all(&owner).await.unwrap();
        assert_eq!(t.store.notices().unread(&owner).await.unwrap(), 0);
        for nobody in [&world.manager, &world.stranger] {
            let who = world.sign_in(nobody).await;
            assert!(t.store.notices().break_glass(&who, 10).await.unwrap().is_empty(), "only owners are told");
        }

        t.store.glass().exit(&scope).await.unwrap();
        t.store.glass().exit(&scope).await.unwrap();
        assert!(t.store.access().glass(&scope).await.unwrap().is_none());
        assert!(t.store.notices().break_glass(&owner, 10).await.unwrap()[0].over);
        assert_eq!(trail(&t).await, ["operator break_glass.enter workspace", "operator break_glass.exit workspace"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_at_a_time_and_only_in_its_own_session() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (scope, _) = an_operator(&t, "olga@host.test").await;
        let (scope, _) = opened(&t, &scope, world.workspace).await;
        let enter = async |scope: &PlatformScope, workspace| t.store.glass().enter(scope, workspace, &reason(), minutes()).await;
        assert!(matches!(enter(&scope, world.foreign_workspace).await, Err(StoreError::Conflict(_))));
        let record = t.store.platform().for_sign_in("olga@host.test").await.unwrap().unwrap();
        let token = t.store.platform().start_session(&record).await.unwrap();
        let elsewhere = t.store.access().platform(&token).await.unwrap().unwrap();
        assert!(t.store.access().glass(&elsewhere).await.unwrap().is_none());
        assert!(!t.store.glass().open(&elsewhere).await.unwrap().unwrap().here);
        t.store.glass().exit(&elsewhere).await.unwrap();
        assert!(t.store.access().glass(&scope).await.unwrap().is_none(), "but it can be closed from there");
        assert!(matches!(enter(&elsewhere, WorkspaceId::generate()).await, Err(StoreError::NotVisible)));

        // Whoever signs out, or is disabled, has nothing open any more.
        let (elsewhere, _) = opened(&t, &elsewhere, world.foreign_workspace).await;
        t.store.platform().end_session(&elsewhere).await.unwrap();
        assert_eq!(t.number("select count(*) from break_glass where ended_at is null").await, 0);
        let (max, _) = an_operator(&t, "max@host.test").await;
        opened(&t, &max, world.workspace).await;
        t.store.platform().disable(&scope, max.operator_id()).await.unwrap();
        assert_eq!(t.number("select count(*) from break_glass where ended_at is null").await, 0);
        assert_eq!(trail(&t).await.iter().filter(|entry| entry.contains("exit workspace")).count(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_end_needs_nobody_and_is_on_record_once() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (scope, _) = an_operator(&t, "olga@host.test").await;
        let (scope, glass) = opened(&t, &scope, world.workspace).await;
        t.clock.advance(minutes().duration() - Duration::from_secs(1));
        assert_eq!(t.store.glass().expire().await.unwrap(), 0);
        assert!(t.store.access().glass(&scope).await.unwrap().is_some());
        t.clock.advance(Duration::from_secs(1));
        assert!(t.store.access().glass(&scope).await.unwrap().is_none(), "over, before any sweep");
        assert!(t.store.glass().open(&scope).await.unwrap().is_none());
        let named = t.store.glass().name_owner(&glass, "manager@example.test").await;
        assert!(matches!(named, Err(StoreError::NotVisible)), "a scope that was made in time is worth nothing afterwards");
        assert_eq!(t.store.glass().expire().await.unwrap(), 1);
        assert_eq!(t.store.glass().expire().await.unwrap(), 0);
        t.store.glass().exit(&scope).await.unwrap();
        let ends = ["operator break_glass.enter workspace", "system break_glass.expire workspace"];
        assert_eq!(trail(&t).await, ends);

        // The next entry, where no sweep came by.
        let (scope, _) = opened(&t, &scope, world.workspace).await;
        t.clock.advance(minutes().duration());
        opened(&t, &scope, world.workspace).await;
        assert_eq!(t.number("select count(*) from audit_entries where action = 'break_glass.expire'").await, 2);
        let platform = t.store.platform().trail(&scope, None, 10).await.unwrap();
        let expired = platform.rows.iter().find(|entry| entry.action == "break_glass.expire").unwrap();
        assert!(expired.by_system && expired.workspace.as_deref() == Some("Northwind Services"));
        assert_eq!(expired.reason.as_deref(), Some("the only owner is gone"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_look_at_once_end_each_once() {
    on_both_in_real_time(|t: TestStore| async move {
        let world = World::of(&t).await;
        for round in 0..10 {
            for n in 0..5 {
                let (scope, _) = an_operator(&t, &format!("o{round}-{n}@host.test")).await;
                opened(&t, &scope, world.workspace).await;
            }
            t.execute("update break_glass set expires_at = entered_at where ended_at is null").await;
            let (barrier, mut looks) = (Arc::new(Barrier::new(4)), Vec::new());
            for n in 0..4 {
                let (store, barrier) = (if n % 2 == 0 { t.store.clone() } else { t.another().await }, Arc::clone(&barrier));
                looks.push(tokio::spawn(async move {
                    barrier.wait().await;
                    store.glass().expire().await.unwrap()
                }));
            }
            let mut ended = 0;
            for look in looks {
                ended += look.await.unwrap();
            }
            assert_eq!(ended, 5);
            let twice = "select count(*) from (select subject_id from audit_entries where action = 'break_glass.expire'
              group by subject_id having count(*) > 1) t";
            assert_eq!(t.number(twice).await, 0);
            assert_eq!(t.number("select count(*) from audit_entries where action = 'break_glass.expire'").await, 5 * (round + 1));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_an_operator_opens_at_once_one_opens() {
    on_both_in_real_time(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (scope, _) = an_operator(&t, "olga@host.test").await;
        for round in 1..=15 {
            let barrier = Arc::new(Barrier::new(2));
            let enter = |workspace: WorkspaceId| {
                let (store, scope, barrier) = (t.store.clone(), scope.clone(), Arc::clone(&barrier));
                tokio::spawn(async move {
                    barrier.wait().await;
                    store.glass().enter(&scope, workspace, &reason(), minutes()).await.is_ok()
                })
            };
            let (one, other) = (enter(world.workspace), enter(world.foreign_workspace));
            assert_ne!(one.await.unwrap(), other.await.unwrap());
            t.store.glass().exit(&scope).await.unwrap();
            assert_eq!(trail(&t).await.len(), 2 * round);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_seen_is_of_the_open_workspace_alone() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await;
        let (scope, _) = an_operator(&t, "olga@host.test").await;
        let (scope, open) = opened(&t, &scope, world.workspace).await;
        let glass = t.store.glass();
        let tenants: Vec<String> = glass.tenants(&open).await.unwrap().into_iter().map(|tenant| tenant.name).collect();
        assert_eq!(tenants, ["Contoso", "Fabrikam"]);
        let members: BTreeSet<String> = glass.members(&open).await.unwrap().into_iter().map(|member| member.name).collect();
        assert_eq!(members.into_iter().collect::<Vec<_>>(), ["manager", "operator", "outsider", "owner", "readonly"]);
        let runs = glass.runs(&open, None, 10).await.unwrap();
        assert_eq!((runs.rows.len(), runs.rows[0].id, runs.rows[0].tenant.as_deref()), (1, run.id, Some("Contoso")));
        let entries = glass.trail(&open, None, 3).await.unwrap();
        assert_eq!((entries.rows[0].action.as_str(), entries.rows[0].actor_kind.as_str()), ("break_glass.enter", "operator"));
        assert_eq!((entries.rows[1].action.as_str(), entries.rows[1].actor.as_deref()), ("run.start", Some("owner")));
        let older = glass.trail(&open, entries.next.as_ref(), 100).await.unwrap();
        assert!(!older.rows.is_empty() && older.rows.iter().all(|entry| entry.id < entries.rows[2].id));
        t.store.glass().exit(&scope).await.unwrap();

        let (_, open) = opened(&t, &scope, world.foreign_workspace).await;
        let tenants: Vec<String> = glass.tenants(&open).await.unwrap().into_iter().map(|tenant| tenant.name).collect();
        assert_eq!(tenants, ["Adatum"]);
        assert_eq!(glass.members(&open).await.unwrap().len(), 1);
        assert!(glass.runs(&open, None, 10).await.unwrap().rows.is_empty());
        assert!(glass.trail(&open, None, 100).await.unwrap().rows.iter().all(|entry| entry.actor.as_deref() != Some("owner")));
        if t.store.backend() == Backend::Postgres {
            let (workspace, user) = (t.literal(world.workspace.uuid()), t.literal(world.owner.id.uuid()));
            let none = format!("select count(*) from break_glass where workspace_id <> {workspace}");
            assert_eq!(
                store::testing::number(&t.store, &none, false).await.unwrap(),
                0,
                "nobody sees them without a reach: {user}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_named_and_the_workspace_sees_it() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (scope, _) = an_operator(&t, "olga@host.test").await;
        let (_, glass) = opened(&t, &scope, world.workspace).await;
        let name = async |email: &str| t.store.glass().name_owner(&glass, email).await;
        assert!(matches!(name("nobody@example.test").await, Err(StoreError::Conflict(_))));
        assert!(matches!(name("owner@example.test").await, Err(StoreError::Conflict(_))), "an owner already");
        name("readonly@example.test").await.unwrap();
        name("stranger@example.test").await.unwrap();
        for user in [&world.readonly, &world.stranger] {
            assert_eq!(world.workspace_scope(user).await.can(), model::access::Can::of(model::access::Role::Owner));
        }
        let named = trail(&t).await;
        assert_eq!(named.iter().filter(|entry| *entry == "operator break_glass.name_owner workspace").count(), 2);
        let foreign = format!(
            "select count(*) from audit_entries where action = 'break_glass.name_owner' and workspace_id <> {}",
            t.literal(world.workspace.uuid())
        );
        assert_eq!(t.number(&foreign).await, 0);
    })
    .await;
}
