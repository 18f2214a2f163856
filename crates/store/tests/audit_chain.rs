//! The chain of the audit trail: everything that is committed is sealed once, and whoever changes it afterwards is found out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::audit::{ChainHead, ChainReport, FlawKind};
use model::ids::AuditId;
use store::Backend;
use testkit::stores::{TestStore, on_both, on_both_in_real_time};
use testkit::world::World;
use tokio::task::JoinSet;
use uuid::Uuid;

const ENTRIES: &str = "select count(*) from audit_entries";

async fn seal_all(t: &TestStore) -> u32 {
    let mut sealed = 0;
    loop {
        match t.store.audit().seal().await.unwrap() {
            0 => return sealed,
            some => sealed += some,
        }
    }
}

async fn look(t: &TestStore, expected: Option<ChainHead>) -> ChainReport {
    t.store.audit().verify(&t.operator, expected, &|_| {}).await.unwrap()
}

/// The first flaw: its kind and the number of its link.
async fn flaw(t: &TestStore) -> Option<(FlawKind, Option<i64>)> {
    look(t, None).await.flaw.map(|flaw| (flaw.kind, flaw.sequence))
}

/// Changes rows as somebody does who owns the database: past triggers and row-level security.
pub(crate) async fn tamper(t: &TestStore, text: &str) {
    const TABLES: [&str; 3] = ["audit_entries", "audit_chain", "audit_unsealed"];
    const TRIGGERS: [&str; 5] = [
        "audit_entries_no_update",
        "audit_entries_no_delete",
        "audit_chain_no_update",
        "audit_chain_no_delete",
        "audit_entries_wait",
    ];
    let (mut before, mut after) = (String::new(), String::new());
    if t.store.backend() == Backend::Postgres {
        for table in TABLES {
            before += &format!("alter table {table} no force row level security; alter table {table} disable trigger user; ");
            after += &format!("; alter table {table} enable trigger user; alter table {table} force row level security");
        }
    } else {
        before = TRIGGERS.iter().map(|name| format!("drop trigger if exists {name}; ")).collect();
    }
    t.execute(&format!("{before}{text}{after}")).await;
}

/// An entry as no sealer has to do with it.
fn entry(t: &TestStore, id: AuditId) -> String {
    format!(
        "insert into audit_entries (id, at, actor_kind, action, outcome, details)
         values ({}, '2026-03-01T08:00:00.000000Z', 'system', 'run.prune', 'done', '{{}}')",
        t.literal(id.uuid())
    )
}

/// The entry of that number.
fn number(n: i64) -> String {
    format!("(select entry_id from audit_chain where sequence = {n})")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_entry_is_sealed_once_in_an_order_that_can_be_repeated() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let entries = t.number(ENTRIES).await;
        let before = look(&t, None).await;
        assert_eq!((before.sealed, before.unsealed as i64, before.head, before.flaw), (0, entries, None, None));
        assert_eq!(i64::from(seal_all(&t).await), entries);
        assert_eq!(seal_all(&t).await, 0, "once");
        let after = look(&t, None).await;
        assert_eq!((after.sealed as i64, after.unsealed, after.flaw), (entries, 0, None));
        assert_eq!(after.head.map(|head| head.sequence), Some(entries));
        let sorted =
            "select count(*) from audit_chain a join audit_chain b on b.sequence = a.sequence + 1 where b.entry_id < a.entry_id";
        assert_eq!(t.number(sorted).await, 0, "what was there together is sealed in the order of the ids");
        world.sign_in(&world.owner).await;
        assert_eq!(look(&t, None).await.unsealed, 1);
        assert_eq!(seal_all(&t).await, 1);
        assert_eq!(look(&t, after.head).await.flaw, None, "the earlier head is still in the chain");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_visible_late_is_sealed_late() {
    on_both(async |t: TestStore| {
        World::of(&t).await;
        seal_all(&t).await;
        let oldest = AuditId::from_uuid(Uuid::from_u128(1));
        t.execute(&entry(&t, oldest)).await;
        assert_eq!(seal_all(&t).await, 1, "its id is older than all that was sealed");
        assert_eq!(flaw(&t).await, None);
        let last = format!(
            "select count(*) from audit_chain where entry_id = {} and sequence = (select max(sequence) from audit_chain)",
            t.literal(oldest.uuid())
        );
        assert_eq!(t.number(&last).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_of_an_entry_is_changed_is_found() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.queued(&["scope_tag"]).await;
        seal_all(&t).await;
        let id = t.literal(Uuid::from_u128(77));
        let changes = [
            ("at", "'2020-01-01T00:00:00.000000Z'"),
            ("workspace_id", id.as_str()),
            ("tenant_id", id.as_str()),
            ("actor_kind", "'system'"),
            ("actor_id", id.as_str()),
            ("action", "'run.cancel'"),
            ("outcome", "'denied'"),
            ("subject_kind", "'planet'"),
            ("subject_id", id.as_str()),
            ("run_id", id.as_str()),
            ("details", "'{\"type\":\"other\"}'"),
        ];
        // The last entry is the start of the run, in which no column is null.
        let last = t.number("select max(sequence) from audit_chain").await;
        t.execute("create table kept as select * from audit_entries").await;
        for (column, value) in changes {
            tamper(&t, &format!("update audit_entries set {column} = {value} where id = {}", number(last))).await;
            assert_eq!(flaw(&t).await, Some((FlawKind::Changed, Some(last))), "{column}");
            let restore = format!(
                "update audit_entries set {column} = (select k.{column} from kept k where k.id = audit_entries.id) where id = {}",
                number(last)
            );
            tamper(&t, &restore).await;
            assert_eq!(flaw(&t).await, None, "{column} as it was");
        }
        if t.store.backend() == Backend::Sqlite {
            tamper(&t, &format!("update audit_entries set at = 'never' where id = {}", number(3))).await;
            assert_eq!(flaw(&t).await, Some((FlawKind::Changed, Some(3))), "what cannot be read is no trouble of the database");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_removed_inserted_or_moved_is_named() {
    on_both(async |t: TestStore| {
        World::of(&t).await;
        seal_all(&t).await;
        t.execute("create table kept as select * from audit_entries; create table links as select * from audit_chain").await;
        let put_back = "delete from audit_chain; insert into audit_chain select * from links;
            delete from audit_entries; insert into audit_entries select * from kept; delete from audit_unsealed";
        let expect = async |what: &str, text: String, found: Option<(FlawKind, Option<i64>)>| {
            tamper(&t, &text).await;
            assert_eq!(flaw(&t).await, found, "{what}");
            tamper(&t, put_back).await;
            assert_eq!(flaw(&t).await, None, "{what}: put back");
        };
        let five = number(5);
        expect("removed", format!("delete from audit_entries where id = {five}"), Some((FlawKind::Removed, Some(5)))).await;
        let with_link = format!("delete from audit_entries where id = {five}; delete from audit_chain where sequence = 5");
        expect("removed with its link", with_link.clone(), Some((FlawKind::Reordered, Some(6)))).await;
        // Whoever closes the gap has links that do not follow.
        let closed = format!("{with_link}; update audit_chain set sequence = -sequence where sequence > 5; update audit_chain set sequence = -sequence - 1 where sequence < 0");
        expect("removed and closed", closed, Some((FlawKind::Reordered, Some(5)))).await;
        let link_alone = "delete from audit_chain where sequence = (select max(sequence) from audit_chain)";
        expect("the last link removed", link_alone.to_owned(), Some((FlawKind::Inserted, None))).await;
        expect("inserted", entry(&t, AuditId::generate()), Some((FlawKind::Inserted, None))).await;
        let swapped = "update audit_chain set sequence = -5 where sequence = 5; update audit_chain set sequence = 5 where sequence = 6;
            update audit_chain set sequence = 6 where sequence = -5";
        expect("links swapped", swapped.to_owned(), Some((FlawKind::Reordered, Some(5)))).await;
        let crossed = "update audit_chain set entry_id = (select l.entry_id from links l where l.sequence = 11 - audit_chain.sequence)
            where sequence in (5, 6)";
        let crossed = if t.store.backend() == Backend::Postgres {
            // A unique index is looked at row by row.
            format!("alter table audit_chain drop constraint audit_chain_entry_id_key; {crossed}")
        } else {
            let by = |n: i64, of: i64| format!("update audit_chain set entry_id = (select entry_id from links where sequence = {of}) where sequence = {n}");
            format!("update audit_chain set entry_id = x'00' where sequence = 5; {}; {}", by(6, 5), by(5, 6))
        };
        expect("entries swapped", crossed, Some((FlawKind::Changed, Some(5)))).await;
        let times = "update audit_chain set hash = (select l.hash from links l where l.sequence = 4) where sequence = 5";
        expect("a hash replaced", times.to_owned(), Some((FlawKind::Changed, Some(5)))).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_gone_before_it_was_sealed_is_missed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        seal_all(&t).await;
        world.sign_in(&world.owner).await;
        tamper(&t, "delete from audit_entries where id in (select entry_id from audit_unsealed)").await;
        let report = look(&t, None).await;
        assert_eq!((report.flaw.map(|flaw| flaw.kind), report.unsealed), (Some(FlawKind::Removed), 1));
        assert_eq!(seal_all(&t).await, 0, "and keeps nobody from sealing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_was_written_down_shows_that_the_end_was_cut_off_or_written_anew() {
    on_both(async |t: TestStore| {
        World::of(&t).await;
        seal_all(&t).await;
        let head = look(&t, None).await.head;
        let last = head.unwrap().sequence;
        let cut = format!("delete from audit_entries where id in (select entry_id from audit_chain where sequence > {0}); delete from audit_chain where sequence > {0}", last - 3);
        tamper(&t, &cut).await;
        assert_eq!(look(&t, None).await.flaw, None, "by itself the shorter chain is whole");
        let found = look(&t, head).await.flaw.expect("it is missed");
        assert_eq!((found.kind, found.sequence), (FlawKind::HeadLost, Some(last)));
        // Written anew as if nothing had been, with one thing changed, and sealed by the product itself.
        tamper(&t, "delete from audit_chain; insert into audit_unsealed select id from audit_entries; update audit_entries set actor_kind = 'system' where action = 'tenant.create'").await;
        seal_all(&t).await;
        let earlier = ChainHead { sequence: last - 3, ..head.unwrap() };
        assert_eq!(look(&t, None).await.flaw, None);
        assert_eq!(look(&t, Some(earlier)).await.flaw.map(|flaw| flaw.kind), Some(FlawKind::HeadLost));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn links_cannot_be_changed_or_removed() {
    on_both(async |t: TestStore| {
        World::of(&t).await;
        seal_all(&t).await;
        let before = look(&t, None).await;
        let mut attempts =
            vec!["update audit_chain set sequence = sequence + 1000".to_owned(), "delete from audit_chain".to_owned()];
        if t.store.backend() == Backend::Postgres {
            for text in [attempts[0].clone(), attempts[1].clone(), "truncate audit_chain".to_owned()] {
                attempts.push(format!("alter table audit_chain no force row level security; {text}"));
            }
        }
        for attempt in attempts {
            let tried = store::testing::execute(&t.store, &attempt).await;
            assert!(tried.is_err() || !attempt.contains("no force") && t.store.backend() == Backend::Postgres, "{attempt}");
            assert_eq!(look(&t, None).await, before, "{attempt}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_sealers_make_one_chain() {
    on_both_in_real_time(async |t: TestStore| {
        let world = Arc::new(World::of(&t).await);
        let mut tasks = JoinSet::new();
        let over = Arc::new(AtomicBool::new(false));
        for _ in 0..4 {
            let (store, over) = (t.another().await, Arc::clone(&over));
            tasks.spawn(async move {
                while !over.load(Ordering::SeqCst) {
                    store.audit().seal().await.unwrap();
                }
                store.close().await;
            });
        }
        let mut writers = JoinSet::new();
        for _ in 0..3 {
            let world = Arc::clone(&world);
            writers.spawn(async move {
                for _ in 0..25 {
                    world.sign_in(&world.owner).await;
                }
            });
        }
        writers.join_all().await;
        over.store(true, Ordering::SeqCst);
        tasks.join_all().await;
        seal_all(&t).await;
        let report = look(&t, None).await;
        assert_eq!((report.flaw, report.unsealed, report.sealed as i64), (None, 0, t.number(ENTRIES).await));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_entries_are_looked_through_page_by_page() {
    on_both(async |t: TestStore| {
        World::of(&t).await;
        let many = if t.store.backend() == Backend::Postgres {
            "insert into audit_entries (id, at, actor_kind, action, outcome, details)
             select gen_random_uuid(), now(), 'system', 'run.prune', 'done', '{\"n\":\"1\"}' from generate_series(1, 5000)"
        } else {
            "insert into audit_entries (id, at, actor_kind, action, outcome, details)
             with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000)
             select randomblob(16), '2026-03-01T08:00:00.000000Z', 'system', 'run.prune', 'done', '{\"n\":\"1\"}' from n"
        };
        t.execute(many).await;
        let begun = std::time::Instant::now();
        let sealed = seal_all(&t).await;
        println!("{:?}: sealed {sealed} in {:?}", t.store.backend(), begun.elapsed());
        let heard = std::sync::Mutex::new(Vec::new());
        let begun = std::time::Instant::now();
        let report = t.store.audit().verify(&t.operator, None, &|n| heard.lock().unwrap().push(n)).await.unwrap();
        println!("{:?}: looked through {} in {:?}", t.store.backend(), report.sealed, begun.elapsed());
        assert_eq!((report.flaw, report.sealed), (None, u64::from(sealed)));
        assert_eq!(heard.into_inner().unwrap(), [2000, 4000, report.sealed]);
    })
    .await;
}
