//! The audit trail of an installation: sealed by whichever process lives, checked by the command, and found out when somebody
//! changed it.

use std::time::Duration;

use store::{Backend, Store};
use testkit::eventually::eventually;
use testkit::process::Ended;

use crate::installation::{Installation, number};

/// What `check` says when all of the trail is sealed: the head of the chain.
async fn sealed(place: &Installation) -> String {
    eventually("that everything is sealed", async || {
        let ended = place.run(&["check"], "").await;
        assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
        let all = ended.out.lines().any(|line| line.starts_with("ok    audit: ") && line.contains(" 0 wait for it"));
        all.then(|| head(&ended)).flatten()
    })
    .await
}

fn head(ended: &Ended) -> Option<String> {
    Some(ended.out.lines().find_map(|line| line.trim().strip_prefix("audit head: "))?.to_owned())
}

/// Changes rows as the owner of the database can.
async fn tamper(store: &Store, text: &str) {
    let text = match store.backend() {
        Backend::Postgres => format!(
            "alter table audit_entries no force row level security; alter table audit_entries disable trigger user; {text};
             alter table audit_entries enable trigger user; alter table audit_entries force row level security"
        ),
        Backend::Sqlite => format!("drop trigger audit_entries_no_update; {text}"),
    };
    store::testing::execute(store, &text).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn check_names_the_entry_that_somebody_changed() {
    for place in [Installation::sqlite().await, Installation::postgres().await] {
        place.set_up().await;
        let mut serve = place.start(&["serve", "--no-worker"]);
        serve.ready().await;
        let head = sealed(&place).await;
        serve.kill().await;
        let good = place.run(&["check", "--audit-head", &head], "").await;
        assert_eq!(good.code, Some(0), "{}", good.out);
        let erased = place.run(&["user", "erase", "owner@example.test"], "").await;
        assert!(erased.code != Some(0) && erased.err.contains("last owner"), "{}{}", erased.out, erased.err);
        let nobody = place.run(&["user", "erase", "nobody@example.test"], "").await;
        assert!(nobody.code != Some(0) && nobody.err.contains("there is nobody"), "{}{}", nobody.out, nobody.err);
        let add =
            ["user", "add", "--email", "bob@example.test", "--name", "Bob", "--workspace", "Elsewhere", "--role", "readonly"];
        assert_eq!(place.run(&add, "a password of twelve").await.code, Some(0));
        let erased = place.run(&["user", "erase", "Bob@Example.test"], "").await;
        assert!(erased.code == Some(0) && erased.out.contains("The audit log knows them as"), "{}{}", erased.out, erased.err);
        let after = place.run(&["check", "--audit-head", &head], "").await;
        assert_eq!(after.code, Some(0), "what is erased is no part of the chain: {}", after.out);

        let store = place.store().await;
        tamper(&store, "update audit_entries set actor_kind = 'system' where action = 'workspace.create'").await;
        let bad = place.run(&["check"], "").await;
        assert!(bad.code != Some(0) && bad.out.contains("fail  audit: entry ") && bad.out.contains("was changed"), "{}", bad.out);
        let odd = place.run(&["check", "--audit-head", "nonsense"], "").await;
        assert!(odd.code != Some(0) && odd.err.contains("64 hexadecimal figures"), "{}", odd.err);
        store.close().await;
        place.remove().await;
    }
}

/// Entries that belong to nobody in particular.
async fn write(store: &Store, entries: usize) {
    for _ in 0..entries {
        let id = model::ids::AuditId::generate().uuid();
        let id = store::testing::literal(store, id);
        let insert = format!(
            "insert into audit_entries (id, at, actor_kind, action, outcome, details)
             values ({id}, '2026-03-01T08:00:00.000000Z', 'system', 'run.prune', 'done', '{{}}')"
        );
        store::testing::execute(store, &insert).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sealers_that_are_killed_leave_a_chain_that_others_go_on_with() {
    let place = Installation::postgres().await;
    place.set_up().await;
    let store = place.store().await;
    let mut processes = Vec::new();
    for _ in 0..2 {
        let process = place.start(&["serve", "--no-worker"]);
        process.ready().await;
        processes.push(process);
    }
    for round in 0..8 {
        // In the middle of a turn, as often as not.
        let (_, ()) = tokio::join!(write(&store, 120), async {
            tokio::time::sleep(Duration::from_millis(37 * (round + 1))).await;
            processes[round as usize % 2].kill().await;
        });
        let process = place.start(&["serve", "--no-worker"]);
        process.ready().await;
        processes[round as usize % 2] = process;
    }
    sealed(&place).await;
    let (entries, links) =
        (number(&store, "select count(*) from audit_entries").await, number(&store, "select count(*) from audit_chain").await);
    assert!(entries > 900 && entries == links, "{entries} entries, {links} links");
    store.close().await;
    drop(processes);
    place.remove().await;
}
