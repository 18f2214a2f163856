//! Operators of the installation: their accounts, links and sessions, what they see, and that one of them is always left.

use std::sync::Arc;
use std::time::Duration;

use model::audit::{Action, AuditEntry};
use model::ids::OperatorId;
use model::page::{Cursor, Direction};
use secrecy::{ExposeSecret as _, SecretString};
use store::access::PlatformScope;
use store::runs::{LEASE, WorkerId};
use store::{Credential, FirstOwner, Flash, OPERATOR_SESSION_ABSOLUTE, OPERATOR_SESSION_IDLE, Store, StoreError};
use testkit::stores::{TestStore, on_both, on_both_in_real_time};
use testkit::world::World;
use tokio::sync::Barrier;

/// A new operator with a password, signed in; and the token of the session.
pub(crate) async fn an_operator(t: &TestStore, email: &str) -> (PlatformScope, SecretString) {
    let hash = Credential::PasswordHash(SecretString::from("a hash"));
    assert!(t.store.platform().add(&t.operator, email, "Olga", hash).await.unwrap().is_none());
    signed_in(&t.store, email).await
}

async fn signed_in(store: &Store, email: &str) -> (PlatformScope, SecretString) {
    let record = store.platform().for_sign_in(email).await.unwrap().expect("an operator");
    let token = store.platform().start_session(&record).await.unwrap();
    (store.access().platform(&token).await.unwrap().expect("the session lives"), token)
}

const ENTRIES: &str = "select count(*) from audit_entries";

/// The newest entry, as "actor action outcome subject workspace?".
async fn newest(t: &TestStore) -> String {
    let newest = "select actor_kind || case when actor_id is null then '' else '!' end || ' ' || action || ' ' || outcome || ' '
        || coalesce(subject_kind, '-') || case when workspace_id is null then '' else ' workspace' end
      from audit_entries order by id desc limit 1";
    t.texts(newest).await.pop().expect("an entry")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_signs_in_and_out_under_a_session_of_their_own() {
    on_both(|t: TestStore| async move {
        let platform = t.store.platform();
        let (scope, token) = an_operator(&t, "olga@host.test").await;
        assert_eq!(newest(&t).await, "operator! session.sign_in done operator_session");
        assert_eq!((scope.email(), scope.name()), ("olga@host.test", "Olga"));
        assert_eq!(platform.own_password(&scope).await.unwrap().unwrap().expose_secret(), "a hash");
        let stored = "select count(*) from platform_sessions where cast(token_hash as text) like '%";
        assert_eq!(t.number(&format!("{stored}{}%'", token.expose_secret())).await, 0, "the token is stored nowhere");
        assert!(t.store.sessions().find(&token).await.unwrap().is_none(), "it is no session of a workspace");
        let flash = Flash { title: "t".to_owned(), text: "x".to_owned(), link: None, trouble: false };
        platform.put_flash(&scope, &flash).await.unwrap();
        assert_eq!(platform.take_flash(&scope).await.unwrap(), Some(flash));
        assert_eq!(platform.take_flash(&scope).await.unwrap(), None);
        platform.denied(&scope, AuditEntry::denied(Action::BreakGlassEnter)).await.unwrap();
        assert_eq!(newest(&t).await, "operator! break_glass.enter denied -");
        platform.end_session(&scope).await.unwrap();
        assert_eq!(newest(&t).await, "operator! session.sign_out done operator_session");
        assert!(t.store.access().platform(&token).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_idles_and_at_its_absolute_end() {
    on_both(|t: TestStore| async move {
        let (_, token) = an_operator(&t, "olga@host.test").await;
        let lives = async || t.store.access().platform(&token).await.unwrap().is_some();
        t.clock.advance(OPERATOR_SESSION_IDLE);
        assert!(lives().await, "just in time, and noted");
        t.clock.advance(OPERATOR_SESSION_IDLE + Duration::from_secs(1));
        assert!(!lives().await, "too late");

        let (_, token) = signed_in(&t.store, "olga@host.test").await;
        let lives = async || t.store.access().platform(&token).await.unwrap().is_some();
        for _ in 0..OPERATOR_SESSION_ABSOLUTE.as_secs() / 1200 - 1 {
            t.clock.advance(Duration::from_secs(1200));
            assert!(lives().await);
        }
        t.clock.advance(Duration::from_secs(1200));
        assert!(!lives().await, "however busy it was");
        signed_in(&t.store, "olga@host.test").await;
        assert_eq!(t.number("select count(*) from platform_sessions").await, 1, "what is over is cleared away");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_and_a_day() {
    on_both(|t: TestStore| async move {
        let platform = t.store.platform();
        let (scope, _) = an_operator(&t, "olga@host.test").await;
        let hash = SecretString::from("chosen");
        let link = platform.invite(&scope, "ivan@host.test", "Ivan").await.unwrap();
        assert_eq!(newest(&t).await, "operator! operator.add done operator");
        let taken = platform.invite(&scope, "ivan@host.test", "Other").await.unwrap_err();
        assert!(matches!(taken, StoreError::Conflict(_)));
        let ivan = platform.link_holder(&link).await.unwrap();
        assert!(ivan.name == "Ivan" && !ivan.can_sign_in() && ivan.link_until.is_some());
        assert!(platform.for_sign_in("ivan@host.test").await.unwrap().unwrap().password_hash.is_none());
        platform.set_password(&link, &hash).await.unwrap();
        assert_eq!(newest(&t).await, "operator! operator.password done operator");
        for used in [platform.link_holder(&link).await.map(|_| ()), platform.set_password(&link, &hash).await] {
            assert!(matches!(used, Err(StoreError::NotVisible)));
        }
        let (_, session) = signed_in(&t.store, "ivan@host.test").await;

        let (first, second) =
            (platform.new_link(&scope, ivan.id).await.unwrap(), platform.new_link(&scope, ivan.id).await.unwrap());
        assert!(platform.link_holder(&first).await.is_err(), "a new link replaces the one before");
        t.clock.advance(model::platform::Operator::LINK);
        assert!(platform.set_password(&second, &hash).await.is_err(), "too old");
        let third = platform.new_link(&scope, ivan.id).await.unwrap();
        platform.set_password(&third, &hash).await.unwrap();
        assert!(t.store.access().platform(&session).await.unwrap().is_none(), "a new password ends the sessions");
        let command_line = platform.add(&t.operator, "max@host.test", "Max", Credential::Link).await.unwrap().unwrap();
        assert_eq!(newest(&t).await, "operator operator.add done operator");
        assert_eq!(platform.link_holder(&command_line).await.unwrap().email, "max@host.test");
        assert_eq!(
            t.number("select count(*) from platform_operators where link_expires_at is null and link_hash is not null").await,
            0
        );
        assert!(matches!(platform.new_link(&scope, OperatorId::generate()).await, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_operator_is_out_at_once_and_the_last_one_stays() {
    on_both(|t: TestStore| async move {
        let platform = t.store.platform();
        let (olga, _) = an_operator(&t, "olga@host.test").await;
        let refused = platform.disable(&olga, olga.operator_id()).await.unwrap_err();
        assert!(refused.to_string().contains("at least one operator"), "{refused}");
        // Somebody who has not chosen a password cannot sign in, so that they do not count.
        platform.invite(&olga, "ivan@host.test", "Ivan").await.unwrap();
        assert!(platform.disable_named(&t.operator, "olga@host.test").await.is_err());
        let (max, token) = an_operator(&t, "max@host.test").await;
        platform.disable(&olga, max.operator_id()).await.unwrap();
        assert_eq!(newest(&t).await, "operator! operator.disable done operator");
        assert!(t.store.access().platform(&token).await.unwrap().is_none());
        assert!(platform.for_sign_in("max@host.test").await.unwrap().is_none());
        assert!(matches!(platform.new_link(&olga, max.operator_id()).await, Err(StoreError::NotVisible)));
        let again = platform.disable(&olga, max.operator_id()).await.unwrap_err();
        assert!(again.to_string().contains("already"), "{again}");
        let nobody = [
            platform.disable(&olga, OperatorId::generate()).await,
            platform.disable_named(&t.operator, "nobody@host.test").await,
            platform.operator(&olga, OperatorId::generate()).await.map(|_| ()),
        ];
        assert!(nobody.into_iter().all(|nobody| matches!(nobody, Err(StoreError::NotVisible))));
        assert!(platform.operator(&olga, max.operator_id()).await.unwrap().disabled_at.is_some());
        let listed: Vec<String> = platform.operators(&olga).await.unwrap().into_iter().map(|o| o.email).collect();
        assert_eq!(listed, ["ivan@host.test", "olga@host.test", "max@host.test"], "those put away last");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_operators_who_disable_each_other_one_is_left() {
    on_both_in_real_time(|t: TestStore| async move {
        for round in 0..25 {
            t.execute("delete from platform_operators").await;
            let (a, _) = an_operator(&t, &format!("a{round}@host.test")).await;
            let (b, _) = an_operator(&t, &format!("b{round}@host.test")).await;
            let barrier = Arc::new(Barrier::new(2));
            let one = |by: PlatformScope, whom: OperatorId| {
                let (store, barrier) = (t.store.clone(), Arc::clone(&barrier));
                tokio::spawn(async move {
                    barrier.wait().await;
                    store.platform().disable(&by, whom).await
                })
            };
            let first = one(a.clone(), b.operator_id());
            let second = one(b.clone(), a.operator_id());
            let (first, second) = (first.await.unwrap(), second.await.unwrap());
            assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1, "{first:?} {second:?}");
            let lost = first.err().or(second.err()).unwrap();
            assert!(lost.to_string().contains("at least one operator"), "{lost}");
            assert_eq!(t.number("select count(*) from platform_operators where disabled_at is null").await, 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_installation_is_told_in_counts() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (scope, _) = an_operator(&t, "olga@host.test").await;
        let quiet = t.store.platform().health(&scope).await.unwrap();
        assert_eq!((quiet.queued, quiet.running, quiet.rescued, quiet.workers, quiet.late), (0, 0, 0, 0, 0));
        assert_eq!((quiet.schema_applied, quiet.oldest_queued), (quiet.schema_known, None));
        assert!(quiet.database_bytes > 10_000 && quiet.database.contains("SQL"), "{quiet:?}");

        world.queued(&["scope_tag"]).await;
        let waits_since = t.store.now().await.unwrap();
        let worker = WorkerId::new("w");
        t.store.queue().register(&worker, "host-1", "1.0", 4).await.unwrap();
        world.queued(&["assignment_filter"]).await;
        t.clock.advance(Duration::from_secs(60));
        world.claim(&worker).await;
        let busy = t.store.platform().workers(&scope).await.unwrap();
        assert_eq!((busy[0].busy, busy[0].slots, busy[0].held.len(), busy[0].host.as_str()), (1, 4, 0, "host-1"));
        let health = t.store.platform().health(&scope).await.unwrap();
        assert_eq!((health.queued, health.running, health.oldest_queued), (1, 1, Some(waits_since)));
        t.clock.advance(LEASE * 2);
        assert_eq!(t.store.queue().rescue().await.unwrap().requeued, 1);
        t.execute("update operation_runs set status = 'completed', outcome = 'failed', reason_code = 'graph.forbidden', completed_at = updated_at").await;
        let health = t.store.platform().health(&scope).await.unwrap();
        assert_eq!((health.queued, health.rescued), (0, 1));
        assert_eq!(health.failed, [("graph.forbidden".to_owned(), 2)]);
        t.clock.advance(Duration::from_secs(2 * 24 * 3600));
        let health = t.store.platform().health(&scope).await.unwrap();
        assert_eq!((health.rescued, health.failed.len()), (0, 0), "of the last day only");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workspaces_are_listed_by_name_and_counts() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let (scope, _) = an_operator(&t, "olga@host.test").await;
        let platform = t.store.platform();
        world.queued(&["scope_tag"]).await;
        let page = platform.workspaces(&scope, None, 10).await.unwrap();
        let counts: Vec<_> =
            page.rows.iter().map(|w| (w.name.as_str(), w.members, w.owners, w.tenants, w.active_runs, w.last_sync_at)).collect();
        assert_eq!(counts, [("Somebody Else", 1, 1, 1, 0, None), ("Northwind Services", 5, 1, 2, 1, None)]);

        let made = platform.create_workspace(&scope, "Third", "manager@example.test").await.unwrap();
        let FirstOwner::Named(third) = made else { panic!("{made:?}") };
        assert_eq!(newest(&t).await, "operator! workspace.member.add done user workspace");
        let before = t.number(ENTRIES).await;
        assert_eq!(platform.create_workspace(&scope, "Fourth", "nobody@example.test").await.unwrap(), FirstOwner::Nobody);
        assert_eq!((t.number(ENTRIES).await, t.number("select count(*) from workspaces").await), (before, 3), "both or neither");
        let who = world.sign_in(&world.manager).await;
        assert_eq!(t.store.access().workspace(&who, third).await.unwrap().name(), "Third");
        assert_eq!(platform.workspace_names(&scope).await.unwrap()[0], (third, "Third".to_owned()));

        let one = platform.workspaces(&scope, None, 1).await.unwrap();
        assert_eq!(one.rows[0].id, third);
        let two = platform.workspaces(&scope, one.next.as_ref(), 1).await.unwrap();
        assert_eq!(two.rows[0].name, "Somebody Else");
        assert_eq!(platform.workspaces(&scope, two.previous.as_ref(), 1).await.unwrap().rows[0].id, third);
        let garbage = Cursor { direction: Direction::Forward, key: "garbage".to_owned() };
        assert_eq!(platform.workspaces(&scope, Some(&garbage), 1).await.unwrap().rows[0].id, third);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_trail_names_operators_and_workspaces_and_nobody_else() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        world.sign_in(&world.owner).await;
        let (scope, _) = an_operator(&t, "olga@host.test").await;
        let platform = t.store.platform();
        platform.create_workspace(&scope, "Third", "manager@example.test").await.unwrap();
        let trail = platform.trail(&scope, None, 3).await.unwrap();
        let told: Vec<_> =
            trail.rows.iter().map(|e| (e.action.as_str(), e.by.as_deref(), e.workspace.as_deref(), e.by_system)).collect();
        assert_eq!(
            told,
            [
                ("workspace.member.add", Some("Olga"), Some("Third"), false),
                ("workspace.create", Some("Olga"), Some("Third"), false),
                ("session.sign_in", Some("Olga"), None, false)
            ]
        );
        let older = platform.trail(&scope, trail.next.as_ref(), 100).await.unwrap();
        assert!(older.rows.iter().all(|e| e.by.is_none() && e.workspace.is_none()), "{older:?}");
        assert!(older.rows.iter().any(|e| e.action == "operator.add"), "by the command line");
        assert!(older.rows.iter().all(|e| e.action != "session.sign_in" && !e.action.starts_with("tenant.")), "{older:?}");
        assert_eq!(platform.trail(&scope, older.previous.as_ref(), 3).await.unwrap().rows, trail.rows);
    })
    .await;
}
