//! Every type that a restore may write and that real exports have: captured, removed or changed, restored, and read back as it was. What
//! came of it is a table in the documentation.
//!
//! The types are in groups, a test each, so that they run side by side. Each object that was removed has to be made anew and verified, each
//! that was changed to be put back and verified, and of all others nothing may be planned; what does not come out so is in [`NOT_YET`], or
//! the test fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use graph_sim::{Mutation, Mutator, What, Wrote};
use model::ids::RestoreId;
use model::json::Json;
use model::resource_types::{self, ResourceType, RestoreMode};
use model::restore::{Action, Hindrance, MissingSecret, Outcome as ItemOutcome, Source, Target, missing_secrets, references};
use store::RestoreItem;
use testkit::graph::{TestGraph, test_data};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::help::*;
use crate::journey::of_types;

/// Objects of a type that are removed, and as many that are changed.
const EACH: usize = 40;

/// What is changed of an object, in turns.
const CHANGES: [Mutation; 4] =
    [Mutation::ValueChanged, Mutation::Renamed, Mutation::AssignmentAdded, Mutation::AssignmentRemoved];

/// What does not come back as it was, and why: key of the type, what comes of the item, the reason. An entry that is no longer so fails
/// the test: the list can only shrink.
const NOT_YET: &[(&str, &str, &str)] = &[];

/// What nobody can write, by its place: texts of Microsoft's own templates and definitions, and what Graph's metadata calls read-only. Where
/// Microsoft changes it, there is nothing to put back. `*`: an element of a list, or whatever is below.
const MICROSOFTS: &[&[&str]] = &[
    &["applyOnlyToWindows81"],
    &["applyOnlyToWindowsPhone81"],
    &["templateReference", "templateDisplayName"],
    &["templateReference", "templateDisplayVersion"],
    &["definitionValues", "*", "definition", "*"],
    &["definitionValues", "*", "presentationValues", "*", "presentation", "*"],
];

/// What was done to objects, by type and id, and where in them.
type Fates = BTreeMap<(String, String), (Fate, String)>;

/// What was done to an object before the restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Removed,
    Changed,
    /// Changed in what can be told only when an object is made.
    Fixed,
    /// Changed only in what is Microsoft's own.
    Microsofts,
    /// Removed, and nobody has the secrets without which it cannot be made.
    Secret,
}

#[derive(Default, Clone)]
struct Line {
    objects: usize,
    removed: usize,
    made: usize,
    changed: usize,
    put_back: usize,
    /// Changed in what is told only when an object is made: left alone, and said so.
    fixed: usize,
    microsofts: usize,
    /// Removed, and a secret is asked for that the exports do not have.
    secret: usize,
    /// References that a person had to decide.
    said: usize,
    otherwise: BTreeMap<String, usize>,
}

impl Line {
    fn row(&self, key: &str) -> String {
        let Self { objects, removed, made, changed, put_back, fixed, microsofts, secret, said, otherwise } = self;
        let rest: Vec<String> = otherwise.iter().map(|(words, count)| format!("{count} × {words}")).collect();
        let rest = rest.join("; ");
        format!(
            "| {key} | {objects} | {removed} | {made} | {changed} | {put_back} | {fixed} | {microsofts} | {secret} | {said} | {rest} |"
        )
    }
}

const HEAD: &str = "# Round trips

Of every type that a restore may write and that real exports have: objects were captured, removed or changed in the
simulator, restored, and read back. Made by `ops/tests/restore/round_trip.rs` (`UPDATE_GOLDEN=1` writes it anew, with `-j1`), which fails
where an object that was removed is not made anew and verified, or one that was changed is not put back and verified, and where anything is
planned for an object that nobody touched.

“Fixed”: changed in what can be told only when an object is made; left alone, and said so. “Microsoft's”: changed only in texts of Microsoft's
own templates, or in what Graph calls read-only; nobody can write it. “Secret”: removed, or changed in a list
that is written with all its secrets, and skipped until somebody enters one that Microsoft does not give out. “Said”: references to things that the exports do not have, of which a person had to say what they become; all
others were resolved by their ids.

| type | objects | removed | made anew and verified | changed | put back and verified | fixed | Microsoft's | secret | said | otherwise |
|---|---|---|---|---|---|---|---|---|---|---|
";

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/RESTORE-ROUNDTRIP.md")
}

/// The rows of the page, by type.
fn rows(page: &str) -> BTreeMap<String, String> {
    let row = |line: &str| Some((line.strip_prefix("| ")?.split(' ').next()?.to_owned(), line.to_owned()));
    page.lines().filter_map(row).filter(|(key, _)| resource_types::find(key).is_some()).collect()
}

/// Compares the rows of some types with those of the page, or writes them.
fn compare(lines: &BTreeMap<String, Line>) {
    let is: BTreeMap<String, String> = lines.iter().map(|(key, line)| (key.clone(), line.row(key))).collect();
    let before = std::fs::read_to_string(golden()).unwrap_or_default();
    let mut all = rows(&before);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        all.extend(is);
        let mut text = HEAD.to_owned();
        for row in all.values() {
            let _ = writeln!(text, "{row}");
        }
        std::fs::write(golden(), text).unwrap();
        return;
    }
    assert!(before.starts_with(HEAD), "UPDATE_GOLDEN=1 writes it anew");
    let of_these = |key: &String| lines.contains_key(key);
    let should_be: BTreeMap<String, String> = all.into_iter().filter(|(key, _)| of_these(key)).collect();
    assert_eq!(is, should_be, "UPDATE_GOLDEN=1 writes it anew");
}

fn words(item: &RestoreItem) -> String {
    match (item.outcome, item.hindrance, item.code.as_deref()) {
        (Some(ItemOutcome::Skipped), Some(hindrance), _) => format!("skipped: {hindrance}"),
        (outcome, _, code) => format!("{}: {}", outcome.map_or("open", ItemOutcome::code), code.unwrap_or("-")),
    }
}

fn is_microsofts(path: &[String]) -> bool {
    let fits = |(wanted, is): (&&str, &String)| *wanted == "*" || *wanted == is;
    MICROSOFTS.iter().any(|place| path.len() >= place.len() && place.iter().zip(path).all(fits))
}

/// Changes an object, in one way or another.
fn change(mutator: &mut Mutator, graph: &TestGraph, kind: &ResourceType, id: &str, turn: usize) -> Option<(Fate, String)> {
    let turns = [CHANGES[turn % CHANGES.len()], Mutation::ValueChanged];
    let truth = turns.into_iter().find_map(|way| mutator.mutate_object(graph.tenant, way, &kind.key, id).unwrap().pop())?;
    let What::Value { path, .. } = &truth.what else { return Some((Fate::Changed, String::new())) };
    let fate = match path.first() {
        Some(name) if kind.immutable.contains(name) => Fate::Fixed,
        _ if is_microsofts(path) => Fate::Microsofts,
        _ => Fate::Changed,
    };
    let place: Vec<&str> = path.iter().map(|step| if step.parse::<usize>().is_ok() { "*" } else { step }).collect();
    Some((fate, place.join(".")))
}

/// Removes some objects of a type and changes others.
fn damage(mutator: &mut Mutator, graph: &TestGraph, kind: &ResourceType, fates: &mut Fates) -> Line {
    let all: Vec<String> = ids(graph, &kind.key).into_iter().filter(|id| id != "0").collect();
    let mut line = Line { objects: all.len(), ..Line::default() };
    let removable = kind.create.is_some() && kind.delete.is_some() && !kind.is_singleton();
    // Of the last one nothing is left to be changed; of two and more, both is done.
    let removed = if removable { EACH.min(all.len().div_ceil(2)) } else { 0 };
    let (goes, stays) = all.split_at(removed);
    for id in goes {
        let asks = missing_secrets(kind, &object(graph, &kind.key, id), None).iter().any(|secret| secret.needed);
        assert!(graph.sim.remove_object(graph.tenant, &kind.key, id).unwrap());
        let fate = if asks { Fate::Secret } else { Fate::Removed };
        fates.insert((kind.key.clone(), id.clone()), (fate, String::new()));
        *if asks { &mut line.secret } else { &mut line.removed } += 1;
    }
    for (turn, id) in stays.iter().take(EACH).enumerate() {
        let before = object(graph, &kind.key, id);
        let Some((mut fate, place)) = change(mutator, graph, kind, id, turn) else { continue };
        // A list of custom settings is written as a whole, with all its secrets.
        let asks = |one: &MissingSecret| one.needed;
        if fate == Fate::Changed && missing_secrets(kind, &before, Some(&object(graph, &kind.key, id))).iter().any(asks) {
            fate = Fate::Secret;
        }
        fates.insert((kind.key.clone(), id.clone()), (fate, place));
        match fate {
            Fate::Fixed => line.fixed += 1,
            Fate::Microsofts => line.microsofts += 1,
            Fate::Secret => line.secret += 1,
            Fate::Removed | Fate::Changed => line.changed += 1,
        }
    }
    line
}

/// The exports have no groups, and not the default scope tag that every tenant has. Both are there.
fn complete(graph: &TestGraph, kinds: &[&'static ResourceType]) {
    let default = r##"{"id":"0","displayName":"Default","description":"","isBuiltIn":true}"##;
    put(graph, "scope_tag", Json::parse(default.as_bytes()).unwrap());
    let mut groups: BTreeSet<String> = BTreeSet::new();
    for kind in kinds {
        for id in ids(graph, &kind.key) {
            let found = references(kind, &object(graph, &kind.key, &id));
            groups.extend(found.into_iter().filter(|one| one.reference.resource_type == "group").map(|one| one.reference.id));
        }
    }
    for (number, id) in groups.iter().enumerate() {
        let group = format!(r##"{{"id":"{id}","displayName":"Group {number}","securityEnabled":true,"groupTypes":[]}}"##);
        put(graph, "group", Json::parse(group.as_bytes()).unwrap());
    }
}

/// What refers to things that the exports do not have was exported from a tenant that has them: a person says that they are the same.
/// How many, by the types that refer to them.
async fn same_things(
    world: &World,
    graph: &TestGraph,
    id: RestoreId,
    kinds: &[&'static ResourceType],
) -> BTreeMap<String, usize> {
    let (permit, scope, store) = (permit(world).await, scope(world).await, world.store.restores());
    let mut revision = store.find(&scope, id).await.unwrap().revision;
    let open = store.mappings(&scope, id, true, None, 2_000).await.unwrap().rows;
    let mut said: BTreeMap<String, usize> = BTreeMap::new();
    for row in &open {
        let same = Target::Object { id: row.reference.id.clone() };
        revision = store.decide(&permit, id, revision, &row.reference, Some(&same)).await.unwrap();
    }
    store.check(&permit, &scope, id, revision).await.unwrap();
    for item in items(world, id).await {
        let kind = kinds.iter().find(|kind| kind.key == item.resource_type).unwrap();
        let contents = store.item_contents(&scope, id, item.number).await.unwrap();
        let found = references(kind, &contents.wanted.unwrap());
        let of_these = found.iter().filter(|one| open.iter().any(|row| row.reference == one.reference)).count();
        *said.entry(kind.key.clone()).or_default() += of_these;
    }
    assert!(!open.iter().any(|row| row.reference.resource_type == "group"), "{:?}", graph.tenant);
    said
}

/// What came of an item, by what had been done to its object.
fn judge(line: &mut Line, item: &RestoreItem, fate: Option<&(Fate, String)>) {
    let (fate, place) = (fate.map(|(fate, _)| *fate), fate.map_or("", |(_, place)| place.as_str()));
    let verified = item.outcome == Some(ItemOutcome::Verified);
    let well = match (fate, item.action) {
        (Some(Fate::Removed), Some(Action::Create | Action::Recreate)) if verified => {
            line.made += 1;
            true
        }
        (Some(Fate::Changed), Some(Action::Update)) if verified => {
            line.put_back += 1;
            true
        }
        (Some(Fate::Fixed), Some(Action::Skip)) => item.hindrance == Some(Hindrance::Immutable),
        (Some(Fate::Secret), Some(Action::Skip)) => item.hindrance == Some(Hindrance::SecretMissing),
        (Some(Fate::Microsofts) | None, Some(Action::Unchanged)) => true,
        _ => false,
    };
    if !well {
        let planned = item.action.map_or("open", Action::code);
        *line.otherwise.entry(format!("{fate:?} {place}, {planned}, {}", words(item))).or_default() += 1;
    }
}

/// The round trip of the types for which `takes` says so.
async fn round_trip(takes: fn(&str) -> bool) {
    let Some(data) = test_data("round trips of restores") else { return };
    let folders = std::fs::read_dir(data.join("tenants")).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = folders.filter(|path| path.is_dir()).collect();
    folders.sort();
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (state, _) = graph_sim::load_folders(folders.iter().map(PathBuf::as_path)).unwrap();
        let graph = TestGraph::serving(&world, state).await;
        let enabled = resource_types::all().iter().filter(|kind| kind.restore.mode == RestoreMode::Enabled && takes(&kind.key));
        let kinds: Vec<&'static ResourceType> =
            enabled.filter(|kind| ids(&graph, &kind.key).iter().any(|id| id != "0")).collect();
        complete(&graph, &kinds);
        directory(&world, &graph).await;
        // Everything is known of the tenant, so that what is there is found.
        let set = backup(&world, &graph, &[]).await;
        t.clock.advance(Duration::from_secs(3600));
        let (mut mutator, mut fates) = (Mutator::new(&graph.sim, 5), Fates::new());
        let mut lines: BTreeMap<String, Line> =
            kinds.iter().map(|kind| (kind.key.clone(), damage(&mut mutator, &graph, kind, &mut fates))).collect();
        let keys: Vec<&str> = lines.keys().map(String::as_str).collect();
        let restore = checked(&world, &Source::BackupSet { set: set.id }, &of_types(&keys)).await;
        for (key, count) in same_things(&world, &graph, restore.id, &kinds).await {
            lines.get_mut(&key).unwrap().said = count;
        }
        let (_, restore) = preview(&world, &graph, restore.id).await;
        let (run, _) = execute(&world, &graph, restore.id).await;
        let mut lines_made = 0;
        for item in items(&world, restore.id).await {
            let makes = matches!(item.action, Some(Action::Create | Action::Recreate));
            lines_made += u64::from(makes && item.result_id.is_some());
            let fate = fates.get(&(item.resource_type.clone(), item.source_id.clone()));
            judge(lines.get_mut(&item.resource_type).unwrap(), &item, fate);
        }
        // Real objects may share a name: each item made one object.
        let made = graph.sim.effects(Some(graph.tenant)).into_iter().filter(|one| one.wrote == Wrote::Created);
        assert_eq!(made.map(|one| one.count).sum::<u64>(), lines_made, "{:?}", run.failures);
        let mut bad: BTreeSet<(&str, &str)> = BTreeSet::new();
        for (key, line) in &lines {
            bad.extend(line.otherwise.keys().map(|words| (key.as_str(), words.as_str())));
        }
        let known: BTreeSet<(&str, &str)> =
            NOT_YET.iter().filter(|(key, ..)| takes(key)).map(|(key, words, _)| (*key, *words)).collect();
        assert_eq!(bad, known, "what does not come back as it was, and what is known not to; {:?}", run.failures);
        compare(&lines);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_of_the_settings_catalog_come_back_as_they_were() {
    round_trip(|key| key == "settings_catalog_policy").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_and_policies_of_compliance_and_of_endpoint_security_come_back_as_they_were() {
    round_trip(middle).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_type_that_may_be_written_comes_back_as_it_was() {
    round_trip(|key| key != "settings_catalog_policy" && !middle(key)).await;
}

fn middle(key: &str) -> bool {
    matches!(key, "device_configuration" | "compliance_policy" | "compliance_policy_v2") || key.starts_with("endpoint_security")
}
