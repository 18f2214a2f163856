//! Every type that a restore may write and that real exports have: captured, removed or changed, restored, and read back as it was. What
//! came of it is a table in the documentation.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use graph_sim::{Mutation, Mutator, Wrote};
use model::ids::RestoreId;
use model::json::Json;
use model::resource_types::{self, RestoreMode};
use model::restore::{Action, Outcome as ItemOutcome, Source, Target};
use store::RestoreItem;
use testkit::graph::{TestGraph, test_data};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;
use crate::journey::of_types;

/// Objects of a type that are removed, and as many that are changed.
const EACH: usize = 3;

#[derive(Default, Clone, Copy)]
struct Line {
    objects: usize,
    removed: usize,
    made: usize,
    changed: usize,
    put_back: usize,
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/RESTORE-ROUNDTRIP.md")
}

fn words(item: &RestoreItem) -> String {
    match (item.outcome, item.hindrance, item.code.as_deref()) {
        (Some(ItemOutcome::Skipped), Some(hindrance), _) => format!("skipped: {hindrance}"),
        (outcome, _, code) => format!("{}: {}", outcome.map_or("open", ItemOutcome::code), code.unwrap_or("-")),
    }
}

fn page(lines: &BTreeMap<String, Line>, otherwise: &BTreeMap<String, BTreeMap<String, usize>>) -> String {
    let mut text = String::from(
        "# Round trips\n\nOf every type that a restore may write and that real exports have: objects were captured, removed or changed in the\n\
         simulator, restored, and read back. Made by `ops/tests/restore/round_trip.rs` (`UPDATE_GOLDEN=1` writes it anew).\n\n\
         | type | objects | removed | made anew and verified | changed | put back and verified | otherwise |\n|---|---|---|---|---|---|---|\n",
    );
    for (key, line) in lines {
        let Line { objects, removed, made, changed, put_back } = line;
        let rest: Vec<String> =
            otherwise.get(key).into_iter().flatten().map(|(words, count)| format!("{count} × {words}")).collect();
        let rest = rest.join("; ");
        let _ = writeln!(text, "| {key} | {objects} | {removed} | {made} | {changed} | {put_back} | {rest} |");
    }
    text
}

/// The exports have no groups: those to which they refer are there, and a person says so.
async fn same_ids(world: &World, graph: &TestGraph, id: RestoreId) {
    let (permit, scope, store) = (permit(world).await, scope(world).await, world.store.restores());
    let mut revision = store.find(&scope, id).await.unwrap().revision;
    for open in store.mappings(&scope, id, true, None, 2_000).await.unwrap().rows {
        let reference = open.reference;
        if reference.resource_type == "group" {
            let group = format!(r##"{{"id":"{}","displayName":"Group","securityEnabled":true,"groupTypes":[]}}"##, reference.id);
            put(graph, "group", Json::parse(group.as_bytes()).unwrap());
        }
        let same = Target::Object { id: reference.id.clone() };
        revision = store.decide(&permit, id, revision, &reference, Some(&same)).await.unwrap();
    }
    store.check(&permit, &scope, id, revision).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_that_may_be_written_comes_back_as_it_was() {
    let Some(data) = test_data("round trips of restores") else { return };
    let folders: Vec<PathBuf> = std::fs::read_dir(data.join("tenants"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    let mut folders = folders;
    folders.sort();
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (state, _) = graph_sim::load_folders(folders.iter().map(PathBuf::as_path)).unwrap();
        let graph = TestGraph::serving(&world, state).await;
        // Every tenant has it; the exports do not.
        let default = r##"{"id":"0","displayName":"Default","description":"","isBuiltIn":true}"##;
        put(&graph, "scope_tag", Json::parse(default.as_bytes()).unwrap());
        directory(&world, &graph).await;
        let set = backup(&world, &graph, &[]).await;
        t.clock.advance(Duration::from_secs(3600));
        let enabled: Vec<_> = resource_types::all().iter().filter(|kind| kind.restore.mode == RestoreMode::Enabled).collect();
        let mut lines: BTreeMap<String, Line> = BTreeMap::new();
        let mut mutator = Mutator::new(&graph.sim, 5);
        for kind in &enabled {
            let all: Vec<String> = ids(&graph, &kind.key).into_iter().filter(|id| id != "0").collect();
            if all.is_empty() {
                continue;
            }
            let mut line = Line { objects: all.len(), ..Line::default() };
            let removable = kind.create.is_some() && kind.delete.is_some() && !kind.is_singleton();
            let mut rest = all.iter();
            if removable {
                for id in rest.by_ref().take(EACH) {
                    line.removed += usize::from(graph.sim.remove_object(graph.tenant, &kind.key, id).unwrap());
                }
            }
            for id in rest.take(EACH) {
                let changed = mutator.mutate_object(graph.tenant, Mutation::ValueChanged, &kind.key, id);
                line.changed += usize::from(changed.is_ok_and(|truths| !truths.is_empty()));
            }
            lines.insert(kind.key.clone(), line);
        }
        let keys: Vec<&str> = lines.keys().map(String::as_str).collect();
        let restore = checked(&world, &Source::BackupSet { set: set.id }, &of_types(&keys)).await;
        same_ids(&world, &graph, restore.id).await;
        let (_, restore) = preview(&world, &graph, restore.id).await;
        let (run, _) = execute(&world, &graph, restore.id).await;
        let mut otherwise: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        let mut lines_made = 0;
        for item in items(&world, restore.id).await {
            let makes = matches!(item.action, Some(Action::Create | Action::Recreate));
            lines_made += u64::from(makes && item.result_id.is_some());
            let Some(line) = lines.get_mut(&item.resource_type) else { continue };
            match (item.action, item.outcome) {
                (Some(Action::Unchanged), _) => {}
                (Some(Action::Create | Action::Recreate), Some(ItemOutcome::Verified)) => line.made += 1,
                (Some(Action::Update), Some(ItemOutcome::Verified)) => line.put_back += 1,
                _ => *otherwise.entry(item.resource_type.clone()).or_default().entry(words(&item)).or_default() += 1,
            }
        }
        // Real objects may share a name: each item made one object.
        let made: u64 =
            graph.sim.effects(Some(graph.tenant)).iter().filter(|one| one.wrote == Wrote::Created).map(|one| one.count).sum();
        assert_eq!(made, lines_made, "{:?}", run.failures);
        let is = page(&lines, &otherwise);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(golden(), &is).unwrap();
            return;
        }
        let should_be = std::fs::read_to_string(golden()).unwrap();
        assert_eq!(is, should_be, "UPDATE_GOLDEN=1 writes it anew");
    })
    .await;
}
