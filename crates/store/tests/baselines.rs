//! Baselines: made, edited, activated, assigned; how tenants stand to them; who may.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::access::can;
use model::baseline::{
    ItemKey, ItemState, MatchedBy, Remembered, Totals, TypeAlignment, TypeComparison, VersionSource, VersionState,
};
use model::drift::{Evidence, Verdict};
use model::finding::{Against, FindingFilter, FindingKind, FindingState, HistoryEvent, Resolution};
use model::ids::{BackupSetId, BaselineId};
use model::run::Trigger;
use store::access::{Permit, RunScope};
use store::{BaselineEdit, BaselineJudged, BaselinePart, Capture, CaptureFrom, KeptMatch, NewestReading, StoreError, ToCompare};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{attempt_in, list_of, seen};

const TYPE: &str = "scope_tag";

/// A complete reading of the type with these objects.
pub(crate) async fn read(t: &TestStore, run: &RunScope, objects: &[(&str, &str, i64)]) {
    t.clock.advance(Duration::from_secs(60));
    let from = t.store.now().await.unwrap();
    let items = objects.iter().map(|(id, name, version)| seen(TYPE, id, name, *version)).collect();
    t.store.inventory().observe(run, items).await.unwrap();
    t.store.inventory().types_complete(run, &[list_of(TYPE, from, 1)]).await.unwrap();
}

async fn newest(t: &TestStore, run: &RunScope) -> NewestReading {
    t.store.findings().readings(run).await.unwrap().into_iter().find_map(|reading| reading.newest).unwrap()
}

pub(crate) async fn manage(world: &World) -> Permit<can::WorkspaceBaselinesManage> {
    world.workspace_scope(&world.manager).await.permit().unwrap()
}

pub(crate) async fn captured(t: &TestStore, world: &World, name: &str, extras: bool) -> BaselineId {
    let scope = world.tenant_scope(&world.manager).await;
    let from = CaptureFrom::Tenant(&scope);
    let capture = Capture { name: name.to_owned(), description: String::new(), extras, from, types: Vec::new() };
    t.store.baselines().capture(&manage(world).await, &capture).await.unwrap()
}

/// The tenant, read, and a baseline of it that is active and to which it is assigned.
pub(crate) async fn compared(t: &TestStore, world: &World) -> (RunScope, BaselineId, ToCompare) {
    let run = attempt_in(t, &world.tenant_scope(&world.owner).await).await;
    read(t, &run, &[("a", "A", 1), ("b", "B", 1)]).await;
    let id = captured(t, world, "Core", true).await;
    let (baselines, permit) = (t.store.baselines(), manage(world).await);
    baselines.activate(&permit, id, 1).await.unwrap();
    baselines.assign_many(&permit, id, &[world.tenant], None).await.unwrap();
    let to_compare = baselines.to_compare(&run).await.unwrap().remove(0);
    assert!(baselines.begin(&run, id).await.unwrap());
    (run, id, to_compare)
}

pub(crate) fn key(object: &str) -> ItemKey {
    ItemKey { resource_type: TYPE.to_owned(), object_id: object.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_is_captured_edited_and_activated_and_an_active_version_never_changes() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = attempt_in(&t, &world.tenant_scope(&world.owner).await).await;
        let (baselines, permit) = (t.store.baselines(), manage(&world).await);
        let scope = world.tenant_scope(&world.manager).await;
        let wish = |name: &str, types: &[&str]| Capture {
            name: name.to_owned(),
            description: "What is right".to_owned(),
            extras: false,
            from: CaptureFrom::Tenant(&scope),
            types: types.iter().map(|&key| key.to_owned()).collect(),
        };
        let nothing = baselines.capture(&permit, &wish("Core", &[])).await;
        assert!(matches!(nothing, Err(StoreError::Conflict(why)) if why.contains("nothing")), "{nothing:?}");
        read(&t, &run, &[("a", "A", 1), ("b", "B", 1)]).await;
        assert!(baselines.capture(&permit, &wish("Core", &["named_location"])).await.is_err());
        let id = baselines.capture(&permit, &wish("Core", &[TYPE])).await.unwrap();
        let same = baselines.capture(&permit, &wish("CORE", &[])).await;
        assert!(matches!(same, Err(StoreError::Conflict(why)) if why.contains("name")), "{same:?}");
        let reader = world.workspace_scope(&world.readonly).await;
        let one = baselines.find(&reader, id).await.unwrap();
        assert_eq!((one.active, one.draft, one.items, one.tenants, one.revision), (None, Some(1), 2, 0, 1));
        let items = baselines.items(&reader, id, 1, None, 50).await.unwrap().rows;
        assert_eq!(items.iter().map(|item| item.name.as_str()).collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!((items[0].home, items[0].content_of), (Some(world.tenant), Some(world.tenant)));
        let first = baselines.items(&reader, id, 1, None, 1).await.unwrap();
        let second = baselines.items(&reader, id, 1, first.next.as_ref(), 1).await.unwrap();
        assert_eq!(second.rows[0].key, key("b"));
        let ignored: BTreeSet<String> = ["revision".to_owned()].into();
        baselines.edit(&permit, id, 1, &BaselineEdit::Ignore(key("a"), ignored.clone())).await.unwrap();
        assert_eq!(baselines.item(&reader, id, 1, &key("a")).await.unwrap().ignored, ignored);
        let stale = baselines.edit(&permit, id, 1, &BaselineEdit::Extras(true)).await;
        assert!(matches!(stale, Err(StoreError::Conflict(why)) if why.contains("meanwhile")), "{stale:?}");
        let gone = baselines.edit(&permit, id, 2, &BaselineEdit::Remove(key("x"))).await;
        assert!(matches!(gone, Err(StoreError::Conflict(_))), "{gone:?}");
        assert_eq!(baselines.activate(&permit, id, 2).await.unwrap(), 1);
        assert!(baselines.edit(&permit, id, 3, &BaselineEdit::Extras(true)).await.is_err(), "there is no draft");
        assert!(baselines.activate(&permit, id, 3).await.is_err());
        assert_eq!(baselines.draft(&permit, id, 3).await.unwrap(), 2);
        assert!(baselines.draft(&permit, id, 4).await.is_err(), "there is one");
        baselines.edit(&permit, id, 4, &BaselineEdit::Remove(key("b"))).await.unwrap();
        baselines.edit(&permit, id, 5, &BaselineEdit::Extras(true)).await.unwrap();
        let versions = baselines.versions(&reader, id).await.unwrap();
        let told: Vec<_> = versions.iter().map(|v| (v.number, v.state, v.extras, v.source, v.items)).collect();
        let expected = [
            (2, VersionState::Draft, true, VersionSource::Version, 1),
            (1, VersionState::Ready, false, VersionSource::Tenant, 2),
        ];
        assert_eq!(told, expected);
        assert_eq!(baselines.item(&reader, id, 2, &key("a")).await.unwrap().ignored, ignored);
        baselines.edit(&permit, id, 6, &BaselineEdit::Remove(key("a"))).await.unwrap();
        let empty = baselines.activate(&permit, id, 7).await;
        assert!(matches!(empty, Err(StoreError::Conflict(why)) if why.contains("no objects")), "{empty:?}");
        let other = captured(&t, &world, "Another", false).await;
        let names =
            |page: model::page::Page<model::baseline::Baseline>| page.rows.into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names(baselines.list(&reader, false, None, 50).await.unwrap()), ["Another", "Core"]);
        baselines.archive(&permit, other, 1).await.unwrap();
        assert_eq!(names(baselines.list(&reader, true, None, 50).await.unwrap()), ["Another"]);
        assert!(baselines.draft(&permit, other, 2).await.is_err(), "it is archived");
        captured(&t, &world, "Another", false).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_can_be_what_a_backup_set_holds() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = attempt_in(&t, &world.tenant_scope(&world.owner).await).await;
        read(&t, &run, &[("a", "A", 1)]).await;
        let set = BackupSetId::generate();
        let (id, tenant) = (t.literal(set.uuid()), t.literal(world.tenant.uuid()));
        let now = if t.url.contains("postgres") { "now()" } else { "'2026-01-01 00:00:00.000000'" };
        t.execute(&format!(
            "insert into backup_sets (id, workspace_id, tenant_id, name, status, selection, holds, created_by_name, started_at,
               completed_at, items, bytes, missing, left_out, pinned)
             select {id}, workspace_id, id, 'n', 'complete', '{{\"what\": \"all\"}}', '', '', {now}, {now}, 1, 1, 0, 0, false
             from tenants where id = {tenant}"
        ))
        .await;
        t.execute(&format!(
            "insert into backup_set_items (set_id, item_id, version_id, workspace_id, tenant_id)
             select {id}, item_id, id, workspace_id, tenant_id from policy_versions where tenant_id = {tenant}"
        ))
        .await;
        read(&t, &run, &[("a", "A", 2), ("b", "B", 1)]).await;
        let scope = world.tenant_scope(&world.manager).await;
        let capture = |set| Capture {
            name: "Set".to_owned(),
            description: String::new(),
            extras: false,
            from: CaptureFrom::Set(&scope, set),
            types: vec![TYPE.to_owned()],
        };
        let (baselines, permit) = (t.store.baselines(), manage(&world).await);
        let unknown = baselines.capture(&permit, &capture(BackupSetId::generate())).await;
        assert!(matches!(unknown, Err(StoreError::NotVisible)), "{unknown:?}");
        let id = baselines.capture(&permit, &capture(set)).await.unwrap();
        let items = baselines.items(&world.workspace_scope(&world.readonly).await, id, 1, None, 50).await.unwrap().rows;
        assert_eq!(items.len(), 1, "what came since is not in it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_are_assigned_by_who_may_see_them_and_strangers_see_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (_, id, _) = compared(&t, &world).await;
        let (baselines, permit) = (t.store.baselines(), manage(&world).await);
        for member in [&world.readonly, &world.operator_member] {
            let refused = world.workspace_scope(member).await.permit::<can::WorkspaceBaselinesManage>();
            assert!(matches!(refused, Err(StoreError::Forbidden(_))));
        }
        let stranger = t.store.access().workspace(&world.sign_in(&world.stranger).await, world.foreign_workspace).await.unwrap();
        assert!(matches!(baselines.find(&stranger, id).await, Err(StoreError::NotVisible)));
        assert_eq!(baselines.list(&stranger, false, None, 50).await.unwrap().rows, []);
        assert_eq!(baselines.items(&stranger, id, 1, None, 50).await.unwrap().rows, []);
        assert!(baselines.item(&stranger, id, 1, &key("a")).await.is_err());
        assert_eq!(baselines.versions(&stranger, id).await.unwrap(), []);
        assert_eq!(baselines.alignment(&stranger, id).await.unwrap(), []);
        assert_eq!(baselines.assigned(&stranger, id).await.unwrap(), []);
        let foreign = stranger.permit::<can::WorkspaceBaselinesManage>().unwrap();
        assert!(matches!(baselines.archive(&foreign, id, 2).await, Err(StoreError::NotVisible)));
        assert!(matches!(baselines.assign_many(&foreign, id, &[world.foreign_tenant], None).await, Err(StoreError::NotVisible)));
        let away = baselines.assign_many(&permit, id, &[world.other_tenant, world.foreign_tenant], None).await;
        assert!(matches!(away, Err(StoreError::NotVisible)), "{away:?}");
        assert!(baselines.assign_many(&permit, id, &[world.other_tenant], Some(9)).await.is_err());
        assert!(baselines.assign_many(&permit, id, &[], None).await.is_err());
        baselines.assign_many(&permit, id, &[world.other_tenant], Some(1)).await.unwrap();
        let assigned = baselines.assigned(&world.workspace_scope(&world.owner).await, id).await.unwrap();
        let told: BTreeMap<_, _> = assigned.iter().map(|one| (one.tenant, (one.pinned, one.version))).collect();
        assert_eq!(told, [(world.tenant, (None, Some(1))), (world.other_tenant, (Some(1), Some(1)))].into());
        // Who is entitled to one tenant sees that one.
        let reader = world.workspace_scope(&world.readonly).await;
        let seen: Vec<_> = baselines.assigned(&reader, id).await.unwrap().into_iter().map(|one| one.tenant).collect();
        assert_eq!((seen, baselines.find(&reader, id).await.unwrap().tenants), (vec![world.tenant], 1));
        let of = baselines.of_tenant(&world.tenant_scope(&world.readonly).await).await.unwrap();
        assert_eq!(of.iter().map(|one| (one.baseline, one.baseline_name.as_str())).collect::<Vec<_>>(), [(id, "Core")]);
        baselines.unassign(&permit, id, world.other_tenant).await.unwrap();
        assert!(matches!(baselines.unassign(&permit, id, world.other_tenant).await, Err(StoreError::NotVisible)));
        t.execute(&format!("update tenants set status = 'archived' where id = {}", t.literal(world.other_tenant.uuid()))).await;
        assert!(baselines.assign_many(&permit, id, &[world.other_tenant], None).await.is_err(), "it is archived");
    })
    .await;
}

/// What a comparison says of an item that differs.
fn differs(run_item: Option<model::ids::InventoryItemId>, object: &str, property: &str) -> BaselineJudged {
    let verdict =
        Verdict::Open { kind: FindingKind::Changed, property: property.to_owned(), base: None, evidence: Evidence::default() };
    BaselineJudged {
        key: object.to_owned(),
        item: run_item,
        object_id: object.to_owned(),
        name: object.to_uppercase(),
        number: Some(2),
        base: Some(1),
        verdicts: vec![verdict],
        kept: Some(KeptMatch {
            how: MatchedBy::Id,
            state: ItemState::Differs,
            properties: vec![(FindingKind::Changed, property.to_owned())],
            wanted: "w".to_owned(),
        }),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_comparison_keeps_is_read_again_and_a_newer_one_takes_its_place() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, id, to_compare) = compared(&t, &world).await;
        let (baselines, findings) = (t.store.baselines(), t.store.findings());
        assert_eq!((to_compare.number, to_compare.extras), (1, true));
        let wanted = baselines.wanted(&run, &to_compare).await.unwrap();
        assert_eq!(wanted.len(), 2);
        assert!(baselines.remembered(&run, id).await.unwrap().is_empty());
        read(&t, &run, &[("a", "A", 2), ("b", "B", 1)]).await;
        let states = t.store.inventory().states(&run.looking().unwrap(), None).await.unwrap();
        let a = states.iter().find(|state| state.object_id == "a").unwrap();
        let sides = baselines.sides(&run, &[(a.item_id, a.version, wanted[0].content_hash.as_str())]).await.unwrap();
        assert_eq!((sides[0].base, a.version), (Some(1), 2));
        assert!(sides[0].now.is_some() && sides[0].wanted.is_some() && sides[0].now != sides[0].wanted);
        let part = BaselinePart { baseline: id, resource_type: TYPE, newest: newest(&t, &run).await };
        let judged = [differs(Some(a.item_id), "a", "revision")];
        let kept = findings.keep_against(&run, part, &judged).await.unwrap().unwrap();
        assert_eq!(kept.found.iter().sum::<i64>(), 1);
        let again = findings.keep_against(&run, part, &judged).await.unwrap().unwrap();
        assert_eq!(again.found, [0; 4], "it is one finding");
        let known = baselines.remembered(&run, id).await.unwrap().remove(&key("a")).unwrap();
        assert_eq!(known.object, Some(Remembered { item: a.item_id, how: MatchedBy::Id }));
        assert_eq!((known.state, known.version, known.wanted.as_str()), (ItemState::Differs, Some(2), "w"));
        let held = findings.held_against(&run, id).await.unwrap();
        assert_eq!(held[TYPE]["a"][0].property, "revision");
        let totals = Totals { aligned: 1, differs: 1, missing: 0, extra: 0 };
        let type_ = TypeAlignment { resource_type: TYPE.to_owned(), state: TypeComparison::Compared, totals };
        assert!(baselines.compared_types(&run, id, &[(type_.clone(), Some(run.run_id()))]).await.unwrap());
        assert_eq!(baselines.compared(&run, &to_compare).await.unwrap(), Some(0));
        let scope = world.tenant_scope(&world.readonly).await;
        let alignment = baselines.alignment_of(&scope, id).await.unwrap();
        assert_eq!((alignment.totals(), alignment.totals().percent()), (totals, Some(50)));
        assert_eq!(baselines.alignment(&world.workspace_scope(&world.readonly).await, id).await.unwrap(), [alignment]);
        let gaps = baselines.gaps(&scope, id, None, None, 50).await.unwrap().rows;
        assert_eq!((gaps.len(), gaps[0].name.as_str(), gaps[0].properties.join(",").as_str()), (1, "A", "revision"));
        assert_eq!(baselines.gaps(&scope, id, Some(ItemState::Missing), None, 50).await.unwrap().rows, []);
        assert_eq!(baselines.gap(&scope, id, &key("a")).await.unwrap().as_deref(), Some("A"));
        assert_eq!(baselines.gap(&scope, id, &key("x")).await.unwrap(), None);
        let filter = FindingFilter { baseline: Some(id), ..FindingFilter::default() };
        let one = findings.list(&scope, &filter, None, 50).await.unwrap().rows.remove(0);
        assert_eq!((one.against, one.base_version, one.current_version), (Against::Baseline, Some(1), Some(2)));
        let of = one.baseline.unwrap();
        assert_eq!((of.id, of.name.as_str(), of.object_id.as_str()), (id, "Core", "a"));
        // What could not be read keeps its figures.
        let unread = TypeAlignment { state: TypeComparison::Unread, totals: Totals::default(), ..type_.clone() };
        assert!(baselines.compared_types(&run, id, &[(unread, None)]).await.unwrap());
        let alignment = baselines.alignment_of(&scope, id).await.unwrap();
        assert_eq!((alignment.types[0].state, alignment.types[0].totals), (TypeComparison::Unread, totals));
        // A newer comparison has begun.
        t.execute(&format!("update baseline_assignments set comparing = {}", t.literal(id.uuid()))).await;
        assert_eq!(findings.keep_against(&run, part, &judged).await.unwrap(), None);
        assert!(!baselines.compared_types(&run, id, &[(type_, None)]).await.unwrap());
        assert_eq!(baselines.compared(&run, &to_compare).await.unwrap(), None);
        // Nobody is held against it any more.
        baselines.unassign(&manage(&world).await, id, world.tenant).await.unwrap();
        let one = findings.list(&scope, &filter, None, 50).await.unwrap().rows.remove(0);
        assert_eq!((one.state, one.resolution), (FindingState::Resolved, Some(Resolution::Released)));
        assert_eq!(findings.history(&scope, one.id).await.unwrap()[0].event, HistoryEvent::Released);
        assert!(!baselines.begin(&run, id).await.unwrap());
        assert_eq!(baselines.to_compare(&run).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_finding_shows_becomes_a_version_that_was_activated() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, id, _) = compared(&t, &world).await;
        let (baselines, findings) = (t.store.baselines(), t.store.findings());
        read(&t, &run, &[("a", "A", 2), ("b", "B", 1)]).await;
        let states = t.store.inventory().states(&run.looking().unwrap(), None).await.unwrap();
        let item = states.iter().find(|state| state.object_id == "a").unwrap().item_id;
        let part = BaselinePart { baseline: id, resource_type: TYPE, newest: newest(&t, &run).await };
        let many = BaselineJudged { key: String::new(), item: None, kept: None, ..differs(None, "", "x") };
        let more = BaselineJudged { kept: None, ..differs(Some(item), "a", "name") };
        let judged = [differs(Some(item), "a", "revision"), more, many];
        findings.keep_against(&run, part, &judged).await.unwrap();
        let scope = world.tenant_scope(&world.manager).await;
        let all = findings.list(&scope, &FindingFilter::default(), None, 50).await.unwrap().rows;
        let find = |property: &str| all.iter().find(|one| one.property == property).unwrap();
        let permit = manage(&world).await;
        let one = find("revision");
        assert!(baselines.accept(&permit, &scope, one.id, one.revision + 1).await.is_err(), "changed meanwhile");
        let folded = find("x");
        let refused = baselines.accept(&permit, &scope, folded.id, folded.revision).await;
        assert!(matches!(refused, Err(StoreError::Conflict(why)) if why.contains("one object")), "{refused:?}");
        baselines.assign_many(&permit, id, &[world.tenant], Some(1)).await.unwrap();
        assert_eq!(baselines.accept(&permit, &scope, one.id, one.revision).await.unwrap(), 2);
        let reader = world.workspace_scope(&world.readonly).await;
        let (old, new) =
            (baselines.item(&reader, id, 1, &key("a")).await.unwrap(), baselines.item(&reader, id, 2, &key("a")).await.unwrap());
        assert!(old.content_hash != new.content_hash, "the version that was active stays as it was");
        assert_eq!(baselines.find(&reader, id).await.unwrap().active, Some(2));
        assert_eq!(baselines.of_tenant(&scope).await.unwrap()[0].pinned, Some(2));
        let all = findings.list(&scope, &FindingFilter::default(), None, 50).await.unwrap().rows;
        let ended = all.iter().filter(|one| one.resolution == Some(Resolution::Accepted)).count();
        assert_eq!(ended, 2, "all that the object deviated by");
        assert!(baselines.accept(&permit, &scope, one.id, one.revision + 1).await.is_err(), "it is over");
        // Contents that a baseline has are in use.
        let hashes = t.number("select count(*) from baseline_items where content_hash not in (select hash from blobs)").await;
        assert_eq!(hashes, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_which_object_is_meant_and_many_are_started_as_children() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (run, id, _) = compared(&t, &world).await;
        let (baselines, permit) = (t.store.baselines(), manage(&world).await);
        let scope = world.tenant_scope(&world.manager).await;
        let states = t.store.inventory().states(&scope, None).await.unwrap();
        let b = states.iter().find(|state| state.object_id == "b").unwrap().item_id;
        baselines.pair(&permit, &scope, id, &key("a"), b).await.unwrap();
        let known = baselines.remembered(&run, id).await.unwrap();
        assert_eq!(known[&key("a")].object, Some(Remembered { item: b, how: MatchedBy::Person }));
        baselines.pair(&permit, &scope, id, &key("b"), b).await.unwrap();
        assert_eq!(baselines.remembered(&run, id).await.unwrap().len(), 1, "it is meant once");
        assert!(matches!(baselines.pair(&permit, &scope, id, &key("x"), b).await, Err(StoreError::Conflict(_))));
        let other = model::ids::InventoryItemId::generate();
        assert!(matches!(baselines.pair(&permit, &scope, id, &key("a"), other).await, Err(StoreError::NotVisible)));
        let request = model::operations::baseline_compare_many::Arguments { baseline: id }.request(world.workspace);
        let parent = t.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().clone();
        let worker = store::runs::WorkerId::new("v");
        let many = [model::operations::Operation::BaselineCompareMany];
        let claims = t.store.queue().claim(&worker, &many, 1, store::runs::LEASE).await.unwrap();
        assert_eq!(claims[0].run.id, parent.id);
        let parent = world.admit(&claims[0]).await;
        let tenants = baselines.tenants_to_compare(&parent, id).await.unwrap();
        assert_eq!(tenants, [(world.tenant, 1)]);
        assert!(baselines.tenants_to_compare(&parent, BaselineId::generate()).await.is_err());
        let arguments = model::operations::baseline_compare::Arguments { after: None, baseline: Some((id, 1)) };
        let request = arguments.request(world.tenant);
        let child = t.store.runs().start_within(&parent, &scope, &request).await.unwrap().run().clone();
        assert_eq!(child.parent_run_id, Some(parent.run_id()));
        let again = t.store.runs().start_within(&parent, &scope, &request).await.unwrap().run().id;
        assert_eq!(again, child.id);
        let reader = world.tenant_scope(&world.readonly).await;
        assert!(matches!(t.store.runs().start_within(&parent, &reader, &request).await, Err(StoreError::Forbidden(_))));
    })
    .await;
}
