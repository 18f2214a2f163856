//! What a run that mirrors a set is told, and that it follows a backup only where the tenant wants it.

use std::time::Duration;

use model::access::can;
use model::backup::Selection;
use model::ids::RunId;
use model::operations::{Operation, backup_set_mirror};
use model::run::{Run, Status, Trigger};
use model::settings::Key;
use store::access::RunScope;
use store::runs::{RunFilter, WorkerId};
use store::{NewChoice, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::{TAGS, attempt, captured, end, one, whole};
use crate::inventory::seen;

async fn choose(world: &World, text: Option<&str>, revision: i64) {
    let permit = world.tenant_scope(&world.owner).await.permit().unwrap();
    let key = Key::MirrorFolder;
    let value = text.map(|text| key.parse(text).unwrap());
    world.store.settings().save_tenant(&permit, &[NewChoice { key, value, revision }]).await.unwrap();
}

/// Runs of the mirror, the newest first.
async fn mirrors(world: &World) -> Vec<Run> {
    let scope = world.workspace_scope(&world.owner).await;
    let filter = RunFilter { type_code: Some(Operation::BackupSetMirror.code().to_owned()), ..RunFilter::default() };
    world.store.runs().list(&scope, &filter, None, 50).await.unwrap().page.rows
}

async fn mirror(world: &World, captured_by: RunId) -> RunScope {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::BackupsRun>().unwrap();
    let request = backup_set_mirror::Arguments { captured_by }.request(world.tenant);
    let run = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id;
    let claim = world.claim(&WorkerId::new("mirror")).await;
    assert_eq!(claim.run.id, run);
    world.admit(&claim).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_follows_a_backup_only_where_its_tenant_has_one() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        captured(&t, &world).await;
        assert!(mirrors(&world).await.is_empty());
        choose(&world, Some("contoso"), 0).await;
        let tags = Selection::of_types([TAGS]).unwrap();
        let run = attempt(&world, tags.clone()).await;
        assert!(mirrors(&world).await.is_empty(), "it is not over");
        end(&t, &run).await;
        let follows = mirrors(&world).await;
        assert_eq!((follows.len(), follows[0].caused_by_run_id, follows[0].user_id), (1, Some(run.run_id()), None));
        assert_eq!(follows[0].tenant_id, Some(world.tenant));
        let wish = backup_set_mirror::Arguments::stored(&follows[0].context).unwrap();
        assert_eq!(wish.captured_by, run.run_id());
        // No name, or what cannot be used, is no mirror.
        for text in ["none", "../x"] {
            t.execute(&format!("update settings set value = '{text}'")).await;
            for run in mirrors(&world).await.iter().filter(|run| run.status == Status::Queued) {
                let sight = t.store.access().run(&world.sign_in(&world.owner).await, run.id).await.unwrap();
                t.store.runs().cancel(&sight).await.unwrap();
            }
            let run = attempt(&world, tags.clone()).await;
            end(&t, &run).await;
            assert_eq!(mirrors(&world).await.len(), 1, "{text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_finds_its_set_waits_its_turn_and_leaves_its_commit() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let set = captured(&t, &world).await;
        let captured_by = one(&t, &scope).await.run_id.unwrap();
        let run = mirror(&world, captured_by).await;
        assert_eq!(t.store.backups().captured_by(&run, captured_by).await.unwrap().id, set);
        assert!(matches!(t.store.backups().captured_by(&run, run.run_id()).await, Err(StoreError::NotVisible)));
        assert!(!t.store.backups().mirrors_earlier(&run).await.unwrap());
        t.clock.advance(Duration::from_secs(1));
        let later = mirror(&world, RunId::generate()).await;
        assert!(
            t.store.backups().mirrors_earlier(&later).await.unwrap() && !t.store.backups().mirrors_earlier(&run).await.unwrap()
        );
        assert_eq!(one(&t, &scope).await.mirrored, None);
        t.store.backups().mirrored(&run, set, "abc").await.unwrap();
        let mirrored = one(&t, &scope).await.mirrored.unwrap();
        assert_eq!((mirrored.commit.as_str(), mirrored.run_id), ("abc", Some(run.run_id())));
        end(&t, &run).await;
        assert!(!t.store.backups().mirrors_earlier(&later).await.unwrap());
        assert!(matches!(t.store.backups().mirrored(&run, set, "abd").await, Err(StoreError::LeaseLost)), "it is over");
        let gone = model::ids::BackupSetId::generate();
        assert!(matches!(t.store.backups().mirrored(&later, gone, "abd").await, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_between_two_moments_are_found_by_microsofts_id() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let mut moments = vec![t.store.now().await.unwrap()];
        for revision in 1..=3 {
            let run = attempt(&world, Selection::of_types([TAGS]).unwrap()).await;
            whole(&t, &run, TAGS, vec![seen(TAGS, "1", "One", revision)], serde_json::json!({})).await;
            end(&t, &run).await;
            moments.push(t.store.now().await.unwrap());
        }
        let found = async |id: &str, from: usize, to: usize, limit: u32| {
            let between = (moments[from], moments[to]);
            let found = t.store.policy_versions().found_between(&scope, (TAGS, id), between, limit).await.unwrap();
            found.into_iter().map(|version| version.number).collect::<Vec<_>>()
        };
        assert_eq!(found("1", 0, 3, 9).await, [3, 2, 1]);
        assert_eq!(found("1", 1, 2, 9).await, [2]);
        assert_eq!(found("1", 1, 3, 1).await, [3]);
        assert_eq!(found("2", 0, 3, 9).await, [] as [i64; 0]);
    })
    .await;
}
