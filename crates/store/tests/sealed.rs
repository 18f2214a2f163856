//! Keys of secrets at rest: which sealed what, and sealing anew under another.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use model::failure::Code;
use secrecy::ExposeSecret as _;
use store::access::RunScope;
use store::sealed::{COLUMNS, KEY_LEN, Keyring, Resealed};
use store::{Backend, OpenCredential, Options, Store};
use testkit::stores::{TEST_KEY, TestStore, on_both, options};
use testkit::world::{CANARY_SECRET, World};

const NEW_KEY: [u8; KEY_LEN] = [77; KEY_LEN];

async fn with_keys(t: &TestStore, keys: &[[u8; KEY_LEN]]) -> Store {
    let keyring = Keyring::new(keys.iter().map(|key| &key[..])).unwrap();
    let options = Options { exclusive: false, migrate: false, keyring, ..options(Some(t.clock.clone())) };
    Store::open(&t.url, options).await.unwrap().store
}

#[test]
fn keys_are_named_in_their_order_without_being_told() {
    let ids = |keys: [[u8; KEY_LEN]; 2]| Keyring::new(keys.iter().map(|key| &key[..])).unwrap().ids();
    let both = ids([NEW_KEY, [8; KEY_LEN]]);
    assert_eq!(both.iter().map(String::len).collect::<Vec<_>>(), [8, 8]);
    assert_eq!(ids([[8; KEY_LEN], NEW_KEY]), [both[1].clone(), both[0].clone()]);
}

fn quiet(_: Resealed) {}

/// A world with a second factor, and so many connections more.
async fn full(t: &TestStore, more: usize) -> World {
    let world = World::of(t).await;
    let link = t.store.passwords().link(&t.operator, &world.owner.email).await.unwrap();
    t.store.passwords().set_by_link(&link, &"hash".to_owned().into()).await.unwrap().unwrap();
    let who = world.sign_in(&world.owner).await;
    t.store.second_factor().prepare(&who).await.unwrap();
    for i in 0..more {
        let tenant = testkit::world::tenant(&t.store, &t.operator, world.workspace, &format!("Tenant {i}")).await;
        t.store.connections().save(&t.operator, tenant, &testkit::world::connection()).await.unwrap();
    }
    world
}

async fn uses(store: &Store, t: &TestStore) -> Vec<(bool, bool, i64)> {
    let uses = store.keys().status(&t.operator).await.unwrap();
    uses.into_iter().map(|one| (one.current, one.configured, one.rows)).collect()
}

async fn opens(store: &Store, run: &RunScope) -> Result<(), Code> {
    match store.connections().for_run(run).await {
        Ok((_, OpenCredential::Secret(secret))) => {
            assert_eq!(secret.expose_secret(), CANARY_SECRET);
            Ok(())
        }
        Ok((_, other)) => panic!("{other:?}"),
        Err(failure) => Err(failure.code()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_sealed_column_of_the_schema_is_in_the_list() {
    on_both(async |t: TestStore| {
        let query = match t.store.backend() {
            Backend::Postgres => {
                "select table_name || ' ' || column_name from information_schema.columns where table_schema = 'public' and column_name like 'sealed%' and data_type = 'bytea'"
            }
            Backend::Sqlite => {
                "select m.name || ' ' || c.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and c.name like 'sealed%' and c.type = 'BLOB'"
            }
        };
        let schema: BTreeSet<String> = t.texts(query).await.into_iter().collect();
        let listed: BTreeSet<String> = COLUMNS.iter().map(|(table, column)| format!("{table} {column}")).collect();
        assert_eq!(schema, listed, "a sealed column begins with `sealed`, and is in store::sealed::COLUMNS");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_key_sealed_is_sealed_anew_and_the_older_key_can_go() {
    on_both(async |t: TestStore| {
        let world = full(&t, 0).await;
        let run = world.attempt(&["scope_tag"]).await;
        assert_eq!(uses(&t.store, &t).await, [(true, true, 3)]);
        let both = with_keys(&t, &[NEW_KEY, TEST_KEY]).await;
        assert_eq!(uses(&both, &t).await, [(true, true, 0), (false, true, 3)]);
        let lacking = with_keys(&t, &[NEW_KEY]).await;
        assert_eq!(uses(&lacking, &t).await, [(true, true, 0), (false, false, 3)]);
        let lost = lacking.keys().reseal(&t.operator, &quiet).await.unwrap();
        assert_eq!(lost, Resealed { rows: 0, passed: 0, unreadable: 3 }, "nothing is lost by trying without the key");

        let done = both.keys().reseal(&t.operator, &quiet).await.unwrap();
        assert_eq!(done, Resealed { rows: 3, passed: 0, unreadable: 0 });
        assert_eq!(uses(&lacking, &t).await, [(true, true, 3)]);
        assert_eq!(opens(&lacking, &run).await, Ok(()), "the new key alone opens it");
        assert_eq!(opens(&t.store, &run).await, Err(Code::CredentialsInvalid), "the old one does not any more");
        let who = world.sign_in(&world.owner).await;
        assert!(lacking.second_factor().prepared(&who).await.unwrap().is_some());
        assert_eq!(both.keys().reseal(&t.operator, &quiet).await.unwrap(), Resealed::default(), "again: nothing to do");
        assert_eq!(t.number("select count(*) from audit_entries where action = 'keys.rotate'").await, 2, "one for each table");
        for store in [both, lacking] {
            store.close().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_anew_that_was_killed_half_way_is_begun_again_beside_running_servers() {
    on_both(async |t: TestStore| {
        let world = full(&t, 250).await;
        let run = world.attempt(&["scope_tag"]).await;
        let both = with_keys(&t, &[NEW_KEY, TEST_KEY]).await;
        // The first batch is heard of, and then the process is gone.
        let (heard, first) = tokio::sync::oneshot::channel();
        let heard = std::sync::Mutex::new(Some(heard));
        let progress = move |_: Resealed| {
            if let Some(heard) = heard.lock().unwrap().take() {
                let _ = heard.send(());
            }
        };
        let (store, operator) = (both.clone(), t.operator.clone());
        let task = tokio::spawn(async move { store.keys().reseal(&operator, &progress).await });
        first.await.unwrap();
        task.abort();
        let _ = task.await;
        let status = uses(&both, &t).await;
        let total = status[0].2 + status[1].2;
        assert_eq!((total, status[0].2 >= 100), (253, true), "{status:?}");
        assert_eq!(opens(&both, &run).await, Ok(()), "half-way, everything opens");
        // Two begin again at once, while a server replaces a credential under the old key.
        let other = with_keys(&t, &[NEW_KEY, TEST_KEY]).await;
        let batches = AtomicU64::new(0);
        let count = |_: Resealed| {
            batches.fetch_add(1, Ordering::SeqCst);
        };
        let (one, two) = (both.keys(), other.keys());
        let (saved, connections) = (testkit::world::connection(), t.store.connections());
        let (one, two, save) = tokio::join!(
            one.reseal(&t.operator, &count),
            two.reseal(&t.operator, &quiet),
            connections.save(&t.operator, world.tenant, &saved),
        );
        save.unwrap();
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!((one.unreadable, two.unreadable), (0, 0));
        both.keys().reseal(&t.operator, &quiet).await.unwrap();
        assert_eq!(uses(&both, &t).await, [(true, true, 253), (false, true, 0)]);
        assert_eq!(opens(&both, &run).await, Ok(()));
        for store in [both, other] {
            store.close().await;
        }
    })
    .await;
}
