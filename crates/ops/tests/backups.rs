//! Backups against the simulator, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Cursor;
use std::time::Duration;

use graph_sim::{Effect, Fault};
use model::access::can;
use model::backup::{BackupSet, BackupStatus, Retention, Selection};
use model::coverage::TypeState;
use model::failure::Code;
use model::ids::BackupSetId;
use model::json::Json;
use model::operations::{Operation, backup_schedule_run, backup_set_capture, backup_set_export, backup_set_verify, snapshot_gc};
use model::run::{CountKey, Outcome, Run, RunRequest, Status, Trigger};
use model::schedule::{Cadence, CatchUp, CronText, NewSchedule, Zone};
use model::settings;
use ops::archive::{Imported, Key, Limits, import, open_file};
use secrecy::SecretString;
use store::FileLock;
use store::access::Confirmed;
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

const CATALOG: &str = "settings_catalog_policy";
const POLICIES: &str = "/beta/deviceManagement/configurationPolicies";
const HOUR: Duration = Duration::from_secs(3600);

async fn work(world: &World, graph: &TestGraph, request: &RunRequest) -> Run {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::BackupsRun>().unwrap();
    let run = world.store.runs().start(&permit, request, Trigger::Manual).await.unwrap().run().id;
    assert_eq!(graph.worker(&world.store).run_queue_now().await.unwrap(), 1);
    world.run(run).await
}

async fn backup(world: &World, graph: &TestGraph, selection: Selection) -> (Run, BackupSet) {
    let run = work(world, graph, &backup_set_capture::Arguments::of(selection).request(world.tenant)).await;
    let scope = world.tenant_scope(&world.owner).await;
    let set = world.store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0);
    assert_eq!(set.run_id, Some(run.id));
    (run, set)
}

fn types(keys: &[&str]) -> Selection {
    Selection::of_types(keys).unwrap()
}

async fn versions(t: &TestStore) -> i64 {
    t.number("select count(*) from policy_versions").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_holds_what_is_there_and_a_second_one_writes_no_content() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let graph = TestGraph::inventing(&world, 120).await;
        let (run, set) = backup(&world, &graph, Selection::All).await;
        assert_eq!((run.outcome, set.status), (Outcome::Succeeded, BackupStatus::Complete), "{:?}", run.failures);
        assert_eq!((set.items, versions(&t).await), (run.counts.get(CountKey::Items).unwrap(), set.items));
        let contents = t.number("select count(*) from blobs").await;
        t.clock.advance(HOUR);
        // One policy changes in a place of which the list shows nothing: everything is read, so the backup has it.
        let ids = graph.sim.read_state(graph.tenant, |state| state.ids(CATALOG)).unwrap();
        let mut policy = graph.sim.read_state(graph.tenant, |state| state.object(CATALOG, &ids[0])).unwrap().unwrap();
        policy.set("settings", Json::Array(Vec::new()));
        graph.sim.change_state(graph.tenant, |state| state.put(CATALOG, policy)).unwrap().unwrap();
        let (_, second) = backup(&world, &graph, Selection::All).await;
        assert_eq!((second.items, versions(&t).await), (set.items, set.items + 1));
        let (_, third) = backup(&world, &graph, Selection::All).await;
        assert_eq!((third.items, third.bytes, versions(&t).await), (set.items, second.bytes, set.items + 1));
        assert!(t.number("select count(*) from blobs").await <= contents + 1, "nothing is stored twice");
        // Only what it refers to comes with a type.
        let (_, some) = backup(&world, &graph, types(&[CATALOG])).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let certificate = t.store.backups().certificate(&scope, some.id).await.unwrap();
        let keys: Vec<&str> = certificate.iter().map(|line| line.resource_type.as_str()).collect();
        assert!(keys.contains(&CATALOG) && keys.contains(&"scope_tag") && !keys.contains(&"mobile_app"), "{keys:?}");
        assert!(certificate.iter().all(|line| line.every_detail && line.left_out == 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_that_is_refused_makes_a_partial_set_and_counts_nothing_as_removed() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let graph = TestGraph::inventing(&world, 60).await;
        let (_, whole) = backup(&world, &graph, types(&[CATALOG, "scope_tag"])).await;
        t.clock.advance(HOUR);
        graph.sim.inject(Fault::new(Effect::Forbidden).on(POLICIES));
        let (run, set) = backup(&world, &graph, types(&[CATALOG, "scope_tag"])).await;
        assert_eq!((run.outcome, set.status), (Outcome::PartiallySucceeded, BackupStatus::Partial));
        let scope = world.tenant_scope(&world.owner).await;
        let certificate = t.store.backups().certificate(&scope, set.id).await.unwrap();
        let refused = certificate.iter().find(|line| line.resource_type == CATALOG).unwrap();
        assert_eq!(
            (refused.state, refused.items, refused.failure_code.as_deref()),
            (TypeState::Forbidden, 0, Some("graph.forbidden"))
        );
        assert!(refused.left_out > 0);
        assert_eq!((set.missing, set.left_out), (0, refused.left_out), "nothing is named, and that is not nothing");
        let incomplete = |run: &Run| run.failures.iter().filter(|line| line.code == Code::BackupIncomplete.code()).count();
        assert_eq!(incomplete(&run), 1);
        // A worker that is killed after it told of the sealed set and before the run ended: the next attempt tells nothing twice.
        let told = "select count(*) from operation_run_events where code = 'backup_sealed'";
        let before = t.number(told).await;
        t.execute(&format!(
            "update operation_runs set status = 'queued', outcome = 'pending', completed_at = null where id = {}",
            t.literal(run.id.uuid())
        ))
        .await;
        assert_eq!(graph.worker(&t.store).run_queue_now().await.unwrap(), 1);
        let again = world.run(run.id).await;
        assert_eq!((again.outcome, &again.failures), (Outcome::PartiallySucceeded, &run.failures));
        assert_eq!(t.number(told).await, before);
        assert_eq!(t.store.backups().find(&scope, whole.id).await.unwrap(), whole, "the earlier set is as it was");
        assert_eq!(t.number("select count(*) from policy_versions where change = 'disappeared'").await, 0);
        // The failed type again makes a set of its own.
        graph.sim.clear_faults();
        t.clock.advance(HOUR);
        let who = world.sign_in(&world.owner).await;
        let sight = t.store.access().run(&who, run.id).await.unwrap();
        t.store.runs().retry(&sight, store::runs::Again::Failed, None).await.unwrap();
        assert_eq!(graph.worker(&t.store).run_queue_now().await.unwrap(), 1);
        let mended = t.store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0);
        assert_eq!((mended.status, mended.holds.as_str()), (BackupStatus::Complete, "1 type"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_whose_details_are_refused_is_named_and_not_replaced_by_what_was_known() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let graph = TestGraph::inventing(&world, 60).await;
        backup(&world, &graph, types(&[CATALOG])).await;
        t.clock.advance(HOUR);
        let ids = graph.sim.read_state(graph.tenant, |state| state.ids(CATALOG)).unwrap();
        graph.sim.inject(Fault::new(Effect::ServerError { status: 503 }).on(&format!("{POLICIES}/{}", ids[0])));
        let (run, set) = backup(&world, &graph, types(&[CATALOG])).await;
        assert_eq!((run.outcome, set.status, set.missing), (Outcome::PartiallySucceeded, BackupStatus::Partial, 1));
        let scope = world.tenant_scope(&world.owner).await;
        let missing = t.store.backups().missing(&scope, set.id, None, 9).await.unwrap().rows;
        assert_eq!((&missing[0].object_id, missing[0].code.as_str()), (&ids[0], Code::GraphUnavailable.code()));
        let held = t.store.backups().items(&scope, set.id, Some(CATALOG), false, None, 200).await.unwrap().rows;
        assert!(!held.is_empty() && held.iter().all(|item| item.object_id != ids[0]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_finds_the_damaged_content_and_clean_up_takes_only_orphans() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let graph = TestGraph::inventing(&world, 60).await;
        let (_, set) = backup(&world, &graph, types(&[CATALOG])).await;
        let verify = backup_set_verify::Arguments { set: set.id }.request(world.tenant);
        let fine = work(&world, &graph, &verify).await;
        assert_eq!((fine.outcome, fine.counts.get(CountKey::Succeeded)), (Outcome::Succeeded, Some(set.items)));
        let hash = t.texts("select min(content_hash) from inventory_items where resource_type = 'settings_catalog_policy'").await;
        t.execute(&format!("update blobs set plain_size = 1 where hash = '{}'", hash[0])).await;
        let found = work(&world, &graph, &verify).await;
        assert_eq!((found.outcome, found.counts.get(CountKey::Failed)), (Outcome::PartiallySucceeded, Some(1)));
        assert_eq!(found.failures[0].code, Code::ContentCorrupt.code());
        let scope = world.tenant_scope(&world.owner).await;
        let after = t.store.backups().find(&scope, set.id).await.unwrap();
        assert_eq!(after.verified.map(|verified| (verified.corrupt, verified.run_id)), Some((1, Some(found.id))));
        // A set that is gone is told so.
        t.store.backups().delete(&Confirmed::typed(scope.permit().unwrap(), &set, &set.name).unwrap()).await.unwrap();
        let gone = work(&world, &graph, &verify).await;
        assert_eq!((gone.outcome, gone.reason_code.as_deref()), (Outcome::Failed, Some(Code::BackupGone.code())));

        t.execute(
            "insert into blobs (workspace_id, hash, bytes, plain_size, created_at)
            select workspace_id, 'orphan', bytes, plain_size, created_at from blobs order by hash limit 1",
        )
        .await;
        t.clock.advance(2 * HOUR);
        let contents = t.number("select count(*) from blobs").await;
        let permit = world.workspace_scope(&world.owner).await.permit::<can::WorkspaceSettingsManage>().unwrap();
        let run = t.store.runs().start(&permit, &snapshot_gc::request(world.workspace), Trigger::Manual).await.unwrap().run().id;
        assert_eq!(graph.worker(&t.store).run_queue_now().await.unwrap(), 1);
        let run = world.run(run).await;
        assert_eq!((run.outcome, run.counts.get(CountKey::Deleted)), (Outcome::Succeeded, Some(1)), "{:?}", run.failures);
        assert_eq!(t.number("select count(*) from blobs").await, contents - 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_captures_prunes_and_is_removed_by_runs_of_its_own() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let graph = TestGraph::inventing(&world, 30).await;
        let scope = world.tenant_scope(&world.owner).await;
        let permit = scope.permit::<can::BackupSchedulesManage>().unwrap();
        let arguments = backup_schedule_run::Arguments {
            selection: types(&["scope_tag"]),
            trust_list: false,
            retention: Retention::new(Some(2), None).unwrap(),
        };
        let new = NewSchedule {
            name: "Hourly".to_owned(),
            operation: Operation::BackupScheduleRun,
            arguments: arguments.to_stored(),
            cadence: Cadence::Cron { text: CronText::parse("0 * * * *").unwrap() },
            zone: Zone::utc(),
            catch_up: CatchUp::Latest,
            bound: 1,
        };
        let schedule = t.store.schedules().create(&permit, &new).await.unwrap().id;
        for _ in 0..4 {
            t.clock.advance(HOUR);
            assert_eq!(t.store.queue().fire_due(9).await.unwrap().runs, 1);
            graph.worker(&t.store).run_queue_now().await.unwrap();
        }
        let sets = t.store.backups().list(&scope, Some(schedule), None, 9).await.unwrap().rows;
        assert!(sets.len() == 2 && sets.iter().all(|set| set.status == BackupStatus::Complete), "{sets:?}");
        let children = "select count(*) from operation_runs where type = 'backup_set_capture'";
        assert_eq!(t.number(children).await, 0, "it captures itself");
        assert_eq!(t.number("select count(*) from operation_runs where type = 'backup_schedule_retention'").await, 4);
        t.store.schedules().archive(&permit, schedule, true).await.unwrap();
        let found = t.store.schedules().find(&scope, schedule).await.unwrap();
        let confirmed = Confirmed::typed(scope.permit().unwrap(), &found, "Hourly").unwrap();
        let run = t.store.schedules().purge(&confirmed, Trigger::Manual).await.unwrap().run().id;
        graph.worker(&t.store).run_queue_now().await.unwrap();
        let run = world.run(run).await;
        assert_eq!((run.status, run.outcome), (Status::Completed, Outcome::Succeeded));
        assert!(t.store.schedules().find(&scope, schedule).await.is_err());
        assert_eq!(t.store.backups().list(&scope, None, None, 9).await.unwrap().rows.len(), 2, "what it captured stays");
    })
    .await;
}

/// A custom profile with a masked setting and a plain one.
fn custom(id: &str, handle: &str) -> Json {
    let setting = |uri: &str, handle: Json, hidden: bool, value: &str| {
        Json::from([
            ("@odata.type", Json::text("#microsoft.graph.omaSettingString")),
            ("displayName", Json::text(uri)),
            ("omaUri", Json::text(uri)),
            ("secretReferenceValueId", handle),
            ("isEncrypted", Json::Bool(hidden)),
            ("value", Json::text(value)),
        ])
    };
    Json::from([
        ("@odata.type", Json::text("#microsoft.graph.windows10CustomConfiguration")),
        ("id", Json::text(id)),
        ("displayName", Json::text(format!("Custom {id}"))),
        (
            "omaSettings",
            Json::Array(vec![setting("./a", Json::text(handle), true, "****"), setting("./b", Json::Null, false, "plain")]),
        ),
        ("assignments", Json::Array(Vec::new())),
    ])
}

const CUSTOM: &str = "device_configuration";
const KEPT: &str = "select count(*) from content_secrets";
const UNMASK: &str = "/beta/deviceManagement/deviceConfigurations/{id}/getOmaSettingPlainTextValue";

async fn let_fetch(world: &World, value: &str, revision: i64) {
    let choice = store::NewChoice {
        key: settings::Key::FetchSecrets,
        value: Some(settings::Key::FetchSecrets.parse(value).unwrap()),
        revision,
    };
    let permit = world.tenant_scope(&world.owner).await.permit().unwrap();
    world.store.settings().save_tenant(&permit, &[choice]).await.unwrap();
}

/// The secret values in an export of a set, made by a run.
async fn values_in_a_file(world: &World, graph: &TestGraph, set: BackupSetId, encrypted: bool, secrets: bool) -> Vec<String> {
    let phrase = || SecretString::from("four words and more");
    let lock = if encrypted { FileLock::Passphrase(phrase()) } else { FileLock::Open { scripts: true } };
    let scope = world.tenant_scope(&world.owner).await;
    let (permit, files) = (scope.permit::<can::BackupsRun>().unwrap(), world.store.backup_files());
    let file = files.ask(&permit, set, &lock).await.unwrap();
    let run = work(world, graph, &backup_set_export::Arguments { set, file, secrets }.request(world.tenant)).await;
    assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
    let open = files.fetch(&permit, set, file).await.unwrap();
    let mut bytes = Vec::new();
    for number in 0..open.parts() {
        bytes.extend(files.part(&scope, &open, number).await.unwrap());
    }
    let (limits, key) = (Limits::default(), encrypted.then(|| Key::Passphrase(phrase())));
    let mut source = open_file(Box::new(Cursor::new(bytes)), key.as_ref(), &limits).unwrap();
    let mut found = Vec::new();
    let mut each = |object: Imported| {
        found.extend(object.secrets.into_iter().map(|line| line.value));
        Ok(())
    };
    import(&mut *source, &limits, &mut each).unwrap();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn masked_values_are_fetched_and_sealed_only_when_asked_for_and_allowed() {
    on_both(|t: TestStore| async move {
        let world = World::of(&t).await;
        let graph = TestGraph::inventing(&world, 20).await;
        let taken = |state: &mut graph_sim::TenantState| {
            for id in state.ids(CUSTOM) {
                state.remove(CUSTOM, &id);
            }
            state.put(CUSTOM, custom("profile-1", "handle-1"))?;
            state.put(CUSTOM, custom("profile-2", "handle-2"))
        };
        graph.sim.change_state(graph.tenant, taken).unwrap().unwrap();
        let asked = |graph: &TestGraph| {
            graph.sim.ledger().count(&graph_sim::Filter { template: Some(UNMASK.to_owned()), ..graph_sim::Filter::default() })
        };
        let secrets = t.store.content_secrets();
        let scope = world.tenant_scope(&world.owner).await;
        let plain = backup_set_capture::Arguments::of(types(&[CUSTOM]));
        let asking = backup_set_capture::Arguments { secrets: true, ..plain.clone() };
        // Asked for, but the settings do not let it.
        let run = work(&world, &graph, &asking.request(world.tenant)).await;
        assert_eq!((run.outcome, t.number(KEPT).await, asked(&graph)), (Outcome::Succeeded, 0, 0), "{:?}", run.failures);
        // Let, but not asked for.
        let_fetch(&world, "when_asked", 0).await;
        work(&world, &graph, &plain.request(world.tenant)).await;
        assert_eq!((t.number(KEPT).await, asked(&graph)), (0, 0));
        // Both: each masked value, bound to the version that the set holds.
        t.clock.advance(HOUR);
        let run = work(&world, &graph, &asking.request(world.tenant)).await;
        assert_eq!((run.outcome, t.number(KEPT).await), (Outcome::Succeeded, 2), "{:?}", run.failures);
        let set = t.store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0);
        assert_eq!((set.status, secrets.in_set(&scope, set.id).await.unwrap()), (BackupStatus::Complete, 2));
        let held = t.store.backups().items(&scope, set.id, Some(CUSTOM), false, None, 9).await.unwrap().rows;
        let marks = secrets.of_version(&scope, held[0].version_id).await.unwrap();
        assert_eq!(marks.iter().map(|kept| kept.place.as_str()).collect::<Vec<_>>(), ["./a"]);
        // The value is in nothing that anybody reads.
        let told = graph_sim::plain_text_of("handle-1");
        let detail = t.store.policy_versions().find(&scope, held[0].item_id, held[0].version).await.unwrap();
        assert!(!detail.content.unwrap().to_text().contains("plain text of"));
        let who = world.sign_in(&world.owner).await;
        let sight = t.store.access().run(&who, run.id).await.unwrap();
        let events = t.store.runs().events(&sight, 100).await.unwrap();
        assert!(!format!("{events:?} {run:?}").contains(&told));
        // An encrypted file takes them along for whoever may have them, and no other file does.
        for (encrypted, may, many) in [(true, true, 2), (true, false, 0), (false, true, 0)] {
            t.clock.advance(HOUR);
            let found = values_in_a_file(&world, &graph, set.id, encrypted, may).await;
            assert_eq!(
                found.iter().filter(|value| **value == told || value.contains("handle-2")).count(),
                many,
                "{encrypted} {may}"
            );
            assert_eq!(found.len(), many);
        }
        // A value that is refused makes the run tell so; the set is as good as without.
        t.clock.advance(HOUR);
        graph.sim.inject(Fault::new(Effect::Forbidden).on(UNMASK));
        let run = work(&world, &graph, &asking.request(world.tenant)).await;
        assert_eq!((run.outcome, t.number(KEPT).await), (Outcome::PartiallySucceeded, 2));
        assert_eq!(run.failures[0].code, Code::GraphForbidden.code());
        let set = t.store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0);
        assert_eq!(set.status, BackupStatus::Complete);
    })
    .await;
}
