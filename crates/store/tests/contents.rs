//! Contents in an object storage: in one of the two at any moment, and never lost.

use std::collections::BTreeSet;
use std::time::Duration;

use model::backup::{ItemProblem, Selection};
use model::ids::{BackupSetId, WorkspaceId};
use model::operations::snapshot_gc;
use model::run::Trigger;
use store::access::{RunScope, TenantScope};
use store::runs::WorkerId;
use store::{MovedPart, RecordPart, Store, StoreError, TidiedObjects};
use testkit::eventually::eventually;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::{TAGS, attempt, captured};
use crate::inventory::{all, seen};
use crate::setting_search::indexed;

const DAY: Duration = Duration::from_secs(86_400);
const HOUR: Duration = Duration::from_secs(3600);
const KEEP: Duration = Duration::from_secs(30 * 86_400);

/// Moves whatever is older than a day.
async fn move_out(store: &Store) -> Result<MovedPart, StoreError> {
    let mut whole = MovedPart::default();
    loop {
        let part = store.contents().move_out(DAY, whole.last.as_ref(), 3).await?;
        whole.contents += part.contents;
        whole.bytes += part.bytes;
        whole.damaged += part.damaged;
        if part.last.is_none() {
            return Ok(whole);
        }
        whole.last = part.last;
    }
}

async fn tidy(t: &TestStore) -> i64 {
    let mut removed = 0;
    loop {
        let done: TidiedObjects = t.store.contents().tidy(KEEP, 3).await.unwrap();
        removed += done.removed;
        if done.looked == 0 {
            return removed;
        }
    }
}

async fn here(t: &TestStore) -> i64 {
    t.number("select count(*) from blobs where length(bytes) > 0").await
}

async fn lines(t: &TestStore) -> i64 {
    t.number("select count(*) from blob_objects").await
}

/// The objects to which contents refer.
async fn referred(t: &TestStore) -> BTreeSet<String> {
    t.texts("select moved_to from blobs where moved_to is not null").await.into_iter().collect()
}

/// The contents of all items, as pages show them.
async fn read_all(store: &Store, scope: &TenantScope, t: &TestStore) -> Result<Vec<String>, StoreError> {
    let mut read = Vec::new();
    for item in all(t, scope).await {
        read.push(store.inventory().find(scope, item.id).await?.content.to_text());
    }
    read.sort();
    Ok(read)
}

/// A sealed set of two tags, older than a day and moved.
async fn moved(t: &TestStore, world: &World) -> BackupSetId {
    let set = captured(t, world).await;
    t.clock.advance(2 * DAY);
    assert_eq!(move_out(&t.store).await.unwrap().contents, 2);
    set
}

async fn verified(t: &TestStore, run: &RunScope, set: BackupSetId) -> Vec<ItemProblem> {
    let found = t.store.backups().verify(run, set, None).await.unwrap();
    assert_eq!(found.checked, 2);
    found.wrong.into_iter().map(|(problem, ..)| problem).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_is_moved_when_it_is_old_enough_and_read_as_before() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let set = captured(&t, &world).await;
        let before = read_all(&t.store, &scope, &t).await.unwrap();
        let figures = t.number("select cast(sum(length(bytes)) as bigint) from blobs").await;
        assert_eq!(move_out(&t.store).await.unwrap().contents, 0, "too young");
        assert!(t.vault.objects().is_empty() && t.store.contents().has_storage());
        t.clock.advance(DAY + HOUR);
        let part = move_out(&t.store).await.unwrap();
        assert_eq!((part.contents, part.bytes, part.damaged), (2, figures, 0));
        assert_eq!((here(&t).await, lines(&t).await), (0, 0));
        let told = t.store.contents().moved(&t.operator).await.unwrap();
        assert_eq!((told.contents, told.bytes), (2, figures));
        assert_eq!(move_out(&t.store).await.unwrap().contents, 0);

        // Pages, verification, what carries a set elsewhere, the index for searching, links, and a tenant's record.
        assert_eq!(read_all(&t.store, &scope, &t).await.unwrap(), before);
        let item = &all(&t, &scope).await[0];
        let version = t.store.policy_versions().find(&scope, item.id, 1).await.unwrap();
        assert!(before.contains(&version.content.unwrap().to_text()));
        let run = attempt(&world, Selection::All).await;
        assert_eq!(verified(&t, &run, set).await, []);
        let objects = t.store.backups().objects(&scope, set, None).await.unwrap();
        assert!(objects.len() == 2 && objects.iter().all(|object| object.text.is_ok()));
        assert_eq!(indexed(&t).await, 2);
        t.execute("update inventory_items set links_form = 'older'").await;
        assert_eq!(t.store.links().relink(10).await.unwrap(), 2);
        let (mut contents, mut damaged) = (0, 0);
        let tenants = t.store.tenants();
        let took = tenants.record(&t.operator, &scope, |part| {
            if let RecordPart::Content { text, .. } = part {
                contents += 1;
                damaged += i32::from(text.is_err());
            }
            Ok::<(), ()>(())
        });
        took.await.unwrap().unwrap();
        assert_eq!((contents, damaged), (2, 0));
        // A process without a storage says so, and finds nothing damaged.
        let without = t.another_with(None).await;
        assert!(!without.contents().has_storage());
        let error = read_all(&without, &scope, &t).await.unwrap_err();
        assert!(matches!(error, StoreError::ObjectStorage(_)), "{error}");
    })
    .await;
}

/// Whoever moves is killed when the object is there and nobody was told.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_dies_between_the_object_and_the_row_loses_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        captured(&t, &world).await;
        let before = read_all(&t.store, &scope, &t).await.unwrap();
        t.clock.advance(2 * DAY);
        t.vault.hangs(true);
        let store = t.store.clone();
        let dies = tokio::spawn(async move { move_out(&store).await });
        eventually("two objects", async || (t.vault.put_count() == 2).then_some(())).await;
        dies.abort();
        assert!(dies.await.unwrap_err().is_cancelled());
        t.vault.hangs(false);
        assert_eq!((here(&t).await, lines(&t).await), (2, 2), "nothing but lines is left");
        assert_eq!(read_all(&t.store, &scope, &t).await.unwrap(), before);
        let orphans: BTreeSet<String> = t.vault.objects().into_keys().collect();
        assert_eq!(move_out(&t.store).await.unwrap().contents, 0, "somebody may be at it");
        t.clock.advance(2 * HOUR);
        assert_eq!(move_out(&t.store).await.unwrap().contents, 2);
        assert_eq!((here(&t).await, lines(&t).await), (0, 2));
        assert_eq!(tidy(&t).await, 0, "too young");
        t.clock.advance(KEEP);
        assert_eq!(tidy(&t).await, 2);
        assert_eq!(t.vault.removed().into_iter().collect::<BTreeSet<_>>(), orphans);
        assert_eq!(referred(&t).await, t.vault.objects().into_keys().collect());
        assert_eq!(read_all(&t.store, &scope, &t).await.unwrap(), before);
    })
    .await;
}

/// One that was frozen for longer than its objects are kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_wakes_after_its_object_was_removed_changes_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        captured(&t, &world).await;
        t.clock.advance(2 * DAY);
        t.vault.hangs(true);
        let store = t.store.clone();
        let frozen = tokio::spawn(async move { move_out(&store).await });
        eventually("two objects", async || (t.vault.put_count() == 2).then_some(())).await;
        t.clock.advance(KEEP + DAY);
        assert_eq!(tidy(&t).await, 2);
        t.vault.wakes();
        assert_eq!(frozen.await.unwrap().unwrap().contents, 0);
        assert_eq!((here(&t).await, lines(&t).await), (2, 0));
        assert_eq!(read_all(&t.store, &scope, &t).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storage_that_is_away_is_told_and_nothing_is_taken_for_damaged() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let set = moved(&t, &world).await;
        let run = attempt(&world, Selection::All).await;
        t.store.inventory().observe(&run, vec![seen(TAGS, "3", "Three", 1)]).await.unwrap();
        t.clock.advance(2 * DAY);
        t.vault.away(true);
        let away = |error: StoreError| {
            let failure = model::failure::Failure::from(&error);
            assert_eq!(failure.code(), model::failure::Code::StorageUnavailable, "{error}");
            assert_eq!(failure.code().retry(), model::failure::Retry::Later);
        };
        away(read_all(&t.store, &scope, &t).await.unwrap_err());
        away(t.store.backups().verify(&run, set, None).await.unwrap_err());
        away(t.store.backups().objects(&scope, set, None).await.unwrap_err());
        away(t.store.setting_search().index(9, Duration::ZERO).await.unwrap_err());
        away(move_out(&t.store).await.unwrap_err());
        away(t.store.contents().move_back(&t.operator, None, 9).await.unwrap_err());
        assert_eq!(t.number("select count(*) from backup_set_items where problem is not null").await, 0);
        assert_eq!((t.number("select count(*) from setting_waiting").await, here(&t).await), (3, 1));
        t.vault.away(false);
        assert_eq!(verified(&t, &run, set).await, []);
        assert_eq!(read_all(&t.store, &scope, &t).await.unwrap().len(), 3);
        t.clock.advance(2 * HOUR);
        assert_eq!(move_out(&t.store).await.unwrap().contents, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_altered_or_gone_in_the_storage_is_noticed_and_heals_when_it_is_observed_again() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let set = moved(&t, &world).await;
        let run = attempt(&world, Selection::All).await;
        let keys: Vec<String> = t.vault.objects().into_keys().collect();
        // One is replaced by the other.
        t.vault.alter(|objects| {
            let other = objects[&keys[1]].clone();
            objects.insert(keys[0].clone(), other);
        });
        let found = verified(&t, &run, set).await;
        assert!(matches!(found[..], [ItemProblem::Altered | ItemProblem::Unreadable]), "{found:?}");
        assert!(matches!(read_all(&t.store, &scope, &t).await, Err(StoreError::Corrupt(_))));
        // Longer than what was put there.
        t.vault.alter(|objects| objects.get_mut(&keys[0]).unwrap().extend([0; 4096]));
        assert_eq!(verified(&t, &run, set).await, [ItemProblem::Unreadable]);
        t.vault.alter(|objects| _ = objects.remove(&keys[0]));
        assert_eq!(verified(&t, &run, set).await, [ItemProblem::Missing]);
        assert_eq!(t.store.contents().move_back(&t.operator, None, 9).await.unwrap().damaged, 1);
        t.clock.advance(HOUR);
        t.store.inventory().observe(&run, vec![seen(TAGS, "1", "One", 1), seen(TAGS, "2", "Two", 1)]).await.unwrap();
        t.execute("update inventory_items set list_fingerprint = null").await;
        assert_eq!(read_all(&t.store, &scope, &t).await.map(|read| read.len()).unwrap_or(0), 2, "its bytes are here again");
        assert_eq!(verified(&t, &run, set).await, []);
        t.clock.advance(2 * DAY);
        assert!(move_out(&t.store).await.unwrap().contents > 0);
        assert_eq!(verified(&t, &run, set).await, []);
        t.clock.advance(KEEP + DAY);
        tidy(&t).await;
        assert_eq!(referred(&t).await, t.vault.objects().into_keys().collect());
        assert_eq!(verified(&t, &run, set).await, []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_here_stays_here() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        captured(&t, &world).await;
        let hashes = t.texts("select hash from blobs order by hash").await;
        t.execute(&format!("update blobs set plain_size = 3 where hash = '{}'", hashes[0])).await;
        t.clock.advance(2 * DAY);
        let part = move_out(&t.store).await.unwrap();
        assert_eq!((part.contents, part.damaged, here(&t).await), (1, 1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_comes_back_before_the_storage_is_given_up() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let set = moved(&t, &world).await;
        let first = t.store.contents().move_back(&t.operator, None, 1).await.unwrap();
        let rest = t.store.contents().move_back(&t.operator, first.last.as_ref(), 9).await.unwrap();
        assert_eq!((first.contents, rest.contents, first.damaged + rest.damaged), (1, 1, 0));
        assert_eq!(t.store.contents().move_back(&t.operator, rest.last.as_ref(), 9).await.unwrap(), MovedPart::default());
        assert_eq!((here(&t).await, t.store.contents().moved(&t.operator).await.unwrap().contents), (2, 0));
        let without = t.another_with(None).await;
        assert_eq!(read_all(&without, &scope, &t).await.unwrap().len(), 2);
        let run = attempt(&world, Selection::All).await;
        assert_eq!(verified(&t, &run, set).await, []);
        t.clock.advance(KEEP + DAY);
        assert_eq!(tidy(&t).await, 2);
        assert!(t.vault.objects().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_a_workspace_that_goes_are_removed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        moved(&t, &world).await;
        for table in ["tenants", "workspaces"] {
            t.execute(&format!("delete from {table}")).await;
        }
        assert_eq!(t.number("select count(*) from blobs").await, 0);
        assert_eq!((lines(&t).await, tidy(&t).await), (2, 0), "their time begins when somebody looks");
        assert_eq!(t.vault.objects().len(), 2);
        t.clock.advance(KEEP + DAY);
        assert_eq!(tidy(&t).await, 2);
        assert!(t.vault.objects().is_empty());
    })
    .await;
}

/// A number out of a seed, and the next seed.
fn next(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

async fn collector(world: &World) -> RunScope {
    let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
    let permit: store::access::Permit<model::access::can::WorkspaceSettingsManage> = permit;
    let workspace: WorkspaceId = world.workspace;
    world.store.runs().start(&permit, &snapshot_gc::request(workspace), Trigger::Manual).await.unwrap();
    let claim = world.claim(&WorkerId::new("gc")).await;
    world.admit(&claim).await
}

/// Whatever happens in whatever order, a content to which something refers can be read; and when all is tidied up, the storage has the
/// objects to which contents refer, and no other.
#[tokio::test(flavor = "multi_thread")]
async fn no_history_loses_a_content_or_forgets_an_object() {
    for seed in [1, 7, 42, 1_000] {
        on_both(async |t: TestStore| history(&t, seed).await).await;
    }
}

async fn history(t: &TestStore, seed: u64) {
    const OLDER: &str = "delete from policy_versions where number <
      (select max(o.number) from policy_versions o where o.item_id = policy_versions.item_id)";
    let world = World::of(t).await;
    let scope = world.tenant_scope(&world.readonly).await;
    let run = world.attempt(&[TAGS]).await;
    let gc = collector(&world).await;
    // Versions go with their tenant only; here some go before.
    t.execute(if t.url.starts_with("postgres") {
        "alter table policy_versions disable trigger user"
    } else {
        "drop trigger policy_versions_no_delete"
    })
    .await;
    let mut random = seed;
    let mut told = Vec::new();
    for step in 0..60_u32 {
        let id = next(&mut random, 4).to_string();
        let what = next(&mut random, 9);
        told.push((step, what));
        match what {
            0 | 1 => {
                let content = i64::try_from(next(&mut random, 3)).unwrap();
                t.store.inventory().observe(&run, vec![seen(TAGS, &id, &format!("n{content}"), content)]).await.unwrap();
            }
            // What nothing refers to any more, some of it moved.
            2 => t.execute(OLDER).await,
            3 => _ = t.store.backups().collect(&gc, None, 9).await.unwrap(),
            4 => _ = move_out(&t.store).await.unwrap(),
            // It dies, or cannot reach the storage.
            5 => {
                t.vault.hangs(true);
                let (puts, store) = (t.vault.put_count(), t.store.clone());
                let dies = tokio::spawn(async move { move_out(&store).await });
                eventually("an object, or none", async || (dies.is_finished() || t.vault.put_count() > puts).then_some(())).await;
                dies.abort();
                let _ = dies.await;
                t.vault.hangs(false);
            }
            6 => {
                t.vault.away(true);
                let _ = move_out(&t.store).await;
                let _ = t.store.contents().tidy(KEEP, 9).await;
                t.vault.away(false);
            }
            7 => _ = tidy(t).await,
            _ => {
                let one = t.store.contents().move_back(&t.operator, None, 1).await.unwrap();
                assert_eq!(one.damaged, 0, "seed {seed}: {told:?}");
            }
        }
        t.clock.advance([HOUR, 30 * HOUR, 16 * DAY][usize::try_from(next(&mut random, 3)).unwrap()]);
        if let Err(error) = read_all(&t.store, &scope, t).await {
            panic!("seed {seed}: {error} after {told:?}");
        }
        let objects: BTreeSet<String> = t.vault.objects().into_keys().collect();
        assert!(referred(t).await.is_subset(&objects), "seed {seed}: {told:?}");
    }
    t.clock.advance(KEEP + DAY);
    tidy(t).await;
    t.clock.advance(KEEP + DAY);
    tidy(t).await;
    assert_eq!(referred(t).await, t.vault.objects().into_keys().collect(), "seed {seed}: {told:?}");
    assert_eq!(lines(t).await, 0);
}
