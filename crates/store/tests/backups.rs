//! Backup sets: whole with their certificate, or visibly unfinished.

use std::time::Duration;

use model::access::can;
use model::backup::{BackupSet, BackupStatus, ItemProblem, MissingItem, Selection};
use model::coverage::TypeState;
use model::failure::Code;
use model::ids::{BackupSetId, InventoryItemId};
use model::operations::backup_set_capture::Arguments;
use model::run::{Counts, NewItem, Outcome, Trigger};
use serde_json::json;
use store::access::{Confirmed, NotItsName, RunScope, TenantScope};
use store::runs::{Progress, WorkerId};
use store::{ObservedItem, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{list_of, seen, unread};

pub(crate) const TAGS: &str = "scope_tag";
const PLACES: &str = "named_location";
const STEP: Duration = Duration::from_secs(10);

/// An attempt of a backup of the first tenant.
pub(crate) async fn attempt(world: &World, selection: Selection) -> RunScope {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::BackupsRun>().unwrap();
    let request = Arguments::of(selection).named("Before the change").request(world.tenant);
    let run = world.store.runs().start(&permit, &request, Trigger::Manual).await.unwrap().run().id;
    let claim = world.claim(&WorkerId::new("backup")).await;
    assert_eq!(claim.run.id, run);
    world.admit(&claim).await
}

pub(crate) async fn end(t: &TestStore, run: &RunScope) {
    t.store.queue().finish(run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
}

/// As the desk of a sync records a type that was read to its end.
pub(crate) async fn whole(t: &TestStore, run: &RunScope, kind: &'static str, items: Vec<ObservedItem>, data: serde_json::Value) {
    t.clock.advance(STEP);
    let from = t.store.now().await.unwrap();
    let objects = i64::try_from(items.len()).unwrap();
    t.store.inventory().observe(run, items).await.unwrap();
    t.store.inventory().types_complete(run, &[list_of(kind, from, objects)]).await.unwrap();
    t.store.queue().record(run, &[NewItem { data, ..NewItem::succeeded(kind) }], Progress::default()).await.unwrap();
}

async fn refused(t: &TestStore, run: &RunScope, kind: &'static str) {
    t.store.inventory().types_unread(run, &[unread(kind, Code::GraphForbidden)]).await.unwrap();
    t.store.queue().record(run, &[NewItem::failed(kind, Code::GraphForbidden)], Progress::default()).await.unwrap();
}

pub(crate) async fn one(t: &TestStore, scope: &TenantScope) -> BackupSet {
    let page = t.store.backups().list(scope, None, None, 10).await.unwrap();
    page.rows.first().expect("a set").clone()
}

/// The right to remove a set, by its name.
async fn meant(t: &TestStore, scope: &TenantScope, set: BackupSetId) -> Confirmed<can::BackupSchedulesManage> {
    let found = t.store.backups().find(scope, set).await.unwrap();
    Confirmed::typed(scope.permit().unwrap(), &found, &found.name).unwrap()
}

async fn names(t: &TestStore, scope: &TenantScope, set: BackupSetId) -> Vec<String> {
    let page = t.store.backups().items(scope, set, None, false, None, 100).await.unwrap();
    page.rows.into_iter().map(|item| item.name).collect()
}

/// Two scope tags, captured and sealed.
pub(crate) async fn captured(t: &TestStore, world: &World) -> BackupSetId {
    let run = attempt(world, Selection::of_types([TAGS]).unwrap()).await;
    let set = t.store.backups().open(&run, &Selection::of_types([TAGS]).unwrap(), "One").await.unwrap();
    whole(t, &run, TAGS, vec![seen(TAGS, "1", "One", 1), seen(TAGS, "2", "Two", 1)], json!({})).await;
    t.store.backups().seal(&run).await.unwrap();
    end(t, &run).await;
    set.id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_is_whole_with_its_certificate_or_visibly_unfinished() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let run = attempt(&world, Selection::All).await;
        let open = t.store.backups().open(&run, &Selection::All, "Before the change").await.unwrap();
        whole(&t, &run, TAGS, vec![seen(TAGS, "1", "One", 1), seen(TAGS, "2", "Two", 1)], json!({})).await;
        let set = one(&t, &scope).await;
        assert_eq!((set.status, set.items, set.completed_at, set.id), (BackupStatus::Capturing, 0, None, open.id));
        assert_eq!(
            (set.run_id, set.created_by, set.created_by_name.as_str()),
            (Some(run.run_id()), Some(world.owner.id), "owner")
        );
        assert_eq!(names(&t, &scope, set.id).await, Vec::<String>::new());
        assert_eq!(t.store.backups().certificate(&scope, set.id).await.unwrap(), []);
        // A later attempt finds the same one.
        assert_eq!(t.store.backups().open(&run, &Selection::All, "").await.unwrap(), open);
        let sealed = t.store.backups().seal(&run).await.unwrap();
        assert_eq!((sealed.status, sealed.items, sealed.missing), (BackupStatus::Complete, 2, 0));
        assert_eq!(t.store.backups().seal(&run).await.unwrap(), sealed, "an earlier attempt sealed it");
        let set = t.store.backups().find(&scope, set.id).await.unwrap();
        assert_eq!((set.status, set.items, set.name.as_str()), (BackupStatus::Complete, 2, "Before the change"));
        assert!(set.bytes > 0 && set.completed_at > Some(set.started_at) && !set.pinned && !set.in_use);
        let certificate = t.store.backups().certificate(&scope, set.id).await.unwrap();
        let line = &certificate[0];
        assert_eq!((line.resource_type.as_str(), line.state, line.objects, line.items), (TAGS, TypeState::Complete, 2, 2));
        assert_eq!((line.bytes, line.left_out, line.wanted_whole, certificate.len()), (set.bytes, 0, true, 1));
        // What changes later is no part of it.
        end(&t, &run).await;
        let later = world.attempt(&[TAGS]).await;
        whole(&t, &later, TAGS, vec![seen(TAGS, "1", "Renamed", 2)], json!({})).await;
        assert_eq!(names(&t, &scope, set.id).await, ["One", "Two"]);
        let page = t.store.backups().items(&scope, set.id, Some(TAGS), false, None, 1).await.unwrap();
        assert_eq!((page.rows[0].object_id.as_str(), page.rows[0].version, page.rows.len()), ("1", 1, 1));
        let next = t.store.backups().items(&scope, set.id, Some(TAGS), false, page.next.as_ref(), 1).await.unwrap();
        assert_eq!((next.rows[0].name.as_str(), next.next), ("Two", None));
        assert_eq!(t.store.backups().of_item(&scope, page.rows[0].item_id, 9).await.unwrap(), [set]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_named_and_left_out_and_an_earlier_set_stays() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let both = Selection::of_types([TAGS, PLACES]).unwrap();
        let run = attempt(&world, both.clone()).await;
        t.store.backups().open(&run, &both, "").await.unwrap();
        whole(&t, &run, TAGS, vec![seen(TAGS, "1", "One", 1), seen(TAGS, "2", "Two", 1)], json!({})).await;
        whole(&t, &run, PLACES, vec![seen(PLACES, "3", "Office", 1)], json!({})).await;
        t.store.backups().seal(&run).await.unwrap();
        end(&t, &run).await;
        let first = one(&t, &scope).await;
        t.clock.advance(STEP);
        let run = attempt(&world, both.clone()).await;
        t.store.backups().open(&run, &both, "").await.unwrap();
        // The list had the second tag, its details were refused; of a third one nothing was ever read.
        let data = json!({ "unread": [["2", "graph.unavailable"], ["9", "graph.not_found"]] });
        t.clock.advance(STEP);
        let from = t.store.now().await.unwrap();
        t.store.inventory().observe(&run, vec![seen(TAGS, "1", "One", 1)]).await.unwrap();
        t.store.inventory().still_there(&run, TAGS, &["2".to_owned()]).await.unwrap();
        t.store.inventory().types_complete(&run, &[list_of(TAGS, from, 3)]).await.unwrap();
        t.store.queue().record(&run, &[NewItem { data, ..NewItem::succeeded(TAGS) }], Progress::default()).await.unwrap();
        refused(&t, &run, PLACES).await;
        let sealed = t.store.backups().seal(&run).await.unwrap();
        assert_eq!((sealed.status, sealed.items, sealed.missing), (BackupStatus::Partial, 1, 2));
        end(&t, &run).await;
        let set = one(&t, &scope).await;
        assert_eq!(names(&t, &scope, set.id).await, ["One"]);
        let missing = t.store.backups().missing(&scope, set.id, None, 1).await.unwrap();
        let of = |object: &str, name: &str, code: Code| MissingItem {
            resource_type: TAGS.to_owned(),
            object_id: object.to_owned(),
            name: name.to_owned(),
            code: code.code().to_owned(),
        };
        assert_eq!(missing.rows, [of("2", "Two", Code::GraphUnavailable)]);
        let rest = t.store.backups().missing(&scope, set.id, missing.next.as_ref(), 1).await.unwrap();
        assert_eq!((rest.rows, rest.next), (vec![of("9", "", Code::GraphNotFound)], None));
        let told: Vec<_> = t.store.backups().certificate(&scope, set.id).await.unwrap();
        let told: Vec<_> = told.iter().map(|c| (c.resource_type.as_str(), c.state, c.items, c.left_out)).collect();
        assert_eq!(told, [(PLACES, TypeState::Forbidden, 0, 1), (TAGS, TypeState::Complete, 1, 2)]);
        assert_eq!(t.store.backups().find(&scope, first.id).await.unwrap(), first);
        assert_eq!(names(&t, &scope, first.id).await, ["Office", "One", "Two"]);
        assert_eq!(t.number("select count(*) from policy_versions where change = 'disappeared'").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_set_can_be_used_when_nothing_was_read_or_its_run_ended_before() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let run = attempt(&world, Selection::of_types([TAGS]).unwrap()).await;
        t.store.backups().open(&run, &Selection::of_types([TAGS]).unwrap(), "").await.unwrap();
        refused(&t, &run, TAGS).await;
        assert_eq!(t.store.backups().seal(&run).await.unwrap().status, BackupStatus::Failed);
        end(&t, &run).await;
        t.clock.advance(STEP);
        let run = attempt(&world, Selection::All).await;
        t.store.backups().open(&run, &Selection::All, "").await.unwrap();
        assert_eq!(one(&t, &scope).await.status, BackupStatus::Capturing);
        t.store.queue().finish(&run, Outcome::Cancelled, None, &Counts::default(), &[]).await.unwrap();
        let set = one(&t, &scope).await;
        assert_eq!((set.status, set.completed_at), (BackupStatus::Failed, None), "its run is over and did not seal it");
        assert!(matches!(t.store.backups().seal(&run).await, Err(StoreError::LeaseLost)), "l3: a late attempt seals nothing");
        assert!(matches!(t.store.backups().open(&run, &Selection::All, "").await, Err(StoreError::LeaseLost)));
        let page = t.store.backups().list(&scope, None, None, 1).await.unwrap();
        let next = t.store.backups().list(&scope, None, page.next.as_ref(), 1).await.unwrap();
        assert_eq!((page.rows[0].id, next.rows.len(), next.next), (set.id, 1, None));
        let back = t.store.backups().list(&scope, None, next.previous.as_ref(), 1).await.unwrap();
        assert_eq!(back.rows[0].id, set.id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chosen_objects_come_with_what_they_refer_to_and_those_that_are_gone_are_named() {
    on_both(async |t: TestStore| {
        const POLICIES: &str = "settings_catalog_policy";
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let sync = world.attempt(&[POLICIES, TAGS]).await;
        let policies = ["a", "b", "c"].map(|id| seen(POLICIES, id, id, 1));
        whole(&t, &sync, POLICIES, policies.to_vec(), json!({})).await;
        end(&t, &sync).await;
        let items = crate::inventory::all(&t, &scope).await;
        let chosen = Selection::of_items([items[0].id, items[1].id, InventoryItemId::generate()]).unwrap();
        let run = attempt(&world, chosen.clone()).await;
        let Selection::Items { items } = &chosen else { unreachable!() };
        assert_eq!(t.store.backups().types_of(&run, items).await.unwrap(), [POLICIES.to_owned()].into());
        t.store.backups().open(&run, &chosen, "").await.unwrap();
        // The second of the chosen ones is gone, the third was not chosen.
        whole(&t, &run, POLICIES, vec![seen(POLICIES, "a", "a", 1), seen(POLICIES, "c", "c", 1)], json!({})).await;
        whole(&t, &run, TAGS, vec![seen(TAGS, "1", "Tag", 1)], json!({})).await;
        let sealed = t.store.backups().seal(&run).await.unwrap();
        assert_eq!((sealed.status, sealed.items, sealed.missing), (BackupStatus::Partial, 2, 1));
        assert_eq!(names(&t, &scope, sealed.id).await, ["a", "Tag"]);
        let missing = t.store.backups().missing(&scope, sealed.id, None, 9).await.unwrap().rows;
        assert_eq!((missing[0].object_id.as_str(), missing[0].code.as_str()), ("b", Code::GraphNotFound.code()));
        let certificate = t.store.backups().certificate(&scope, sealed.id).await.unwrap();
        let told: Vec<_> = certificate.iter().map(|c| (c.resource_type.as_str(), c.items, c.left_out, c.wanted_whole)).collect();
        assert_eq!(told, [(TAGS, 1, 0, true), (POLICIES, 1, 1, false)], "of the policies only two were wanted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_names_what_is_not_what_was_stored() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let set = captured(&t, &world).await;
        let run = attempt(&world, Selection::All).await;
        assert_eq!(t.store.backups().to_verify(&run, set).await.unwrap(), 2);
        assert!(matches!(t.store.backups().to_verify(&run, BackupSetId::generate()).await, Err(StoreError::NotVisible)));
        let fine = t.store.backups().verify(&run, set, None).await.unwrap();
        assert_eq!((fine.checked, fine.wrong.len()), (2, 0));
        assert_eq!(t.store.backups().verify(&run, set, fine.last).await.unwrap(), store::Portion::default());
        assert_eq!(t.store.backups().verified(&run, set).await.unwrap(), 0);
        let damaged = t.store.backups().items(&scope, set, None, true, None, 9).await.unwrap();
        assert_eq!(damaged.rows, []);
        // One content is replaced by another, and one is no content at all.
        let hashes = t.texts("select hash from blobs order by hash").await;
        t.execute(&format!(
            "update blobs set bytes = (select o.bytes from blobs o where o.hash = '{1}'),
               plain_size = (select o.plain_size from blobs o where o.hash = '{1}') where hash = '{0}'",
            hashes[0], hashes[1]
        ))
        .await;
        let found = t.store.backups().verify(&run, set, None).await.unwrap();
        assert_eq!((found.checked, found.wrong.len(), found.wrong[0].0), (2, 1, ItemProblem::Altered));
        t.execute(&format!("update blobs set plain_size = 3 where hash = '{}'", hashes[0])).await;
        let found = t.store.backups().verify(&run, set, None).await.unwrap();
        assert_eq!((found.wrong.len(), found.wrong[0].0, found.wrong[0].1.as_str()), (1, ItemProblem::Unreadable, TAGS));
        assert_eq!(t.store.backups().verified(&run, set).await.unwrap(), 1);
        let verified = t.store.backups().find(&scope, set).await.unwrap().verified.unwrap();
        assert_eq!((verified.corrupt, verified.run_id), (1, Some(run.run_id())));
        let damaged = t.store.backups().items(&scope, set, None, true, None, 9).await.unwrap();
        assert_eq!((damaged.rows.len(), damaged.rows[0].problem), (1, Some(ItemProblem::Unreadable)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_is_pinned_or_used_or_under_way_is_not_removed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (scope, set) = (world.tenant_scope(&world.manager).await, captured(&t, &world).await);
        let (pin, unpin) = (scope.permit::<can::BackupsRun>().unwrap(), scope.permit::<can::BackupSchedulesManage>().unwrap());
        let backups = t.store.backups();
        let remove = async |id: BackupSetId| backups.delete(&meant(&t, &scope, id).await).await;
        backups.pin(&pin, set).await.unwrap();
        assert!(backups.find(&scope, set).await.unwrap().pinned);
        assert!(matches!(remove(set).await, Err(StoreError::Conflict("the backup set is pinned"))));
        backups.unpin(&unpin, set).await.unwrap();
        assert!(!backups.find(&scope, set).await.unwrap().pinned);
        let uses = format!(
            "insert into backup_set_uses (set_id, used_by, workspace_id, tenant_id, kind, created_at)
             select id, id, workspace_id, tenant_id, 'restore', started_at from backup_sets where id = {}",
            t.literal(set.uuid())
        );
        t.execute(&uses).await;
        assert!(backups.find(&scope, set).await.unwrap().in_use);
        assert!(matches!(remove(set).await, Err(StoreError::Conflict(words)) if words.contains("restore")));
        t.execute("delete from backup_set_uses").await;
        t.clock.advance(STEP);
        let run = attempt(&world, Selection::All).await;
        let open = backups.open(&run, &Selection::All, "").await.unwrap();
        assert!(matches!(remove(open.id).await, Err(StoreError::Conflict(words)) if words.contains("captured")));
        // Only who types its name has the right to remove it, and only that one.
        let found = backups.find(&scope, set).await.unwrap();
        let refused = Confirmed::typed(scope.permit::<can::BackupSchedulesManage>().unwrap(), &found, "Before");
        assert_eq!(refused.err(), Some(NotItsName));
        let blanks = format!(" {} ", found.name);
        let confirmed = Confirmed::typed(scope.permit::<can::BackupSchedulesManage>().unwrap(), &found, &blanks).unwrap();
        backups.delete(&confirmed).await.unwrap();
        assert!(matches!(backups.delete(&confirmed).await, Err(StoreError::NotVisible)));
        assert!(matches!(backups.find(&scope, set).await, Err(StoreError::NotVisible)));
        assert_eq!(t.number("select count(*) from backup_set_items").await, 0);
        assert_eq!(t.number("select count(*) from policy_versions").await, 2, "versions stay");
        let done = "select count(*) from audit_entries where action in ('backup_set.pin', 'backup_set.delete')";
        assert_eq!(t.number(done).await, 3);
        assert!(world.tenant_scope(&world.operator_member).await.permit::<can::BackupSchedulesManage>().is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_a_set_is_of_its_tenant_and_of_nobody_elses() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let set = captured(&t, &world).await;
        let who = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().tenant(&who, world.foreign_tenant).await.unwrap();
        let backups = t.store.backups();
        assert_eq!(backups.list(&foreign, None, None, 9).await.unwrap().rows, []);
        assert!(matches!(backups.find(&foreign, set).await, Err(StoreError::NotVisible)));
        assert_eq!(backups.items(&foreign, set, None, false, None, 9).await.unwrap().rows, []);
        assert_eq!(backups.certificate(&foreign, set).await.unwrap(), []);
        assert_eq!(backups.missing(&foreign, set, None, 9).await.unwrap().rows, []);
        let (pin, unpin) = (foreign.permit().unwrap(), foreign.permit().unwrap());
        assert!(matches!(backups.pin(&pin, set).await, Err(StoreError::NotVisible)));
        assert!(matches!(backups.unpin(&unpin, set).await, Err(StoreError::NotVisible)));
        let found = backups.find(&world.tenant_scope(&world.owner).await, set).await.unwrap();
        let confirmed = Confirmed::typed(foreign.permit().unwrap(), &found, &found.name).unwrap();
        assert!(matches!(backups.delete(&confirmed).await, Err(StoreError::NotVisible)));
    })
    .await;
}
