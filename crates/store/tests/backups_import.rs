//! Imported sets: whole or visibly unfinished, and nothing of them is taken for what the tenant has.

use std::time::Duration;

use model::access::can;
use model::backup::{BackupStatus, ImportRemark, ItemProblem, Layout, MissingItem, Origin, Remark, Selection, TypeCertificate};
use model::coverage::TypeState;
use model::ids::BackupSetId;
use model::operations::snapshot_gc;
use model::run::Trigger;
use store::access::{Confirmed, TenantScope};
use store::runs::WorkerId;
use store::{ImportEnd, ImportedObject, StoreError, StoredObject};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::{TAGS, attempt, captured, end, one};
use crate::inventory::{all, seen};

/// An object of an export.
fn object(id: &str, name: &str) -> ImportedObject {
    let seen = seen(TAGS, id, name, 7);
    ImportedObject {
        resource_type: TAGS,
        object_id: id.to_owned(),
        id_was_made: false,
        name: name.to_owned(),
        captured_at: None,
        content: seen.content,
        withheld: false,
    }
}

fn ending(t: &TestStore) -> ImportEnd {
    let line =
        |number, remark: Remark| ImportRemark { number, remark, file: format!("{number}.json"), words: "words".to_owned() };
    ImportEnd {
        origin: Origin { layout: Layout::IntuneCd.code().to_owned(), files: 4, left: 1, notes: 1, ..Origin::default() },
        coverage: vec![TypeCertificate {
            resource_type: TAGS.to_owned(),
            state: TypeState::Complete,
            failure_code: None,
            pages: 1,
            objects: 2,
            details: 0,
            every_detail: false,
            wanted_whole: true,
            items: 0,
            bytes: 0,
            left_out: 0,
            ended_at: model::time::Clock::now(&*t.clock),
        }],
        missing: vec![MissingItem {
            resource_type: TAGS.to_owned(),
            object_id: "9".to_owned(),
            name: "Nine".to_owned(),
            code: "graph.forbidden".to_owned(),
        }],
        remarks: vec![line(1, Remark::Left), line(2, Remark::Note)],
    }
}

/// Every object of a set, portion by portion.
async fn whole(t: &TestStore, scope: &TenantScope, set: BackupSetId) -> Vec<StoredObject> {
    let mut found: Vec<StoredObject> = Vec::new();
    loop {
        let after = found.last().map(|last| (last.resource_type.as_str(), last.object_id.as_str()));
        let mut next = t.store.backups().objects(scope, set, after).await.unwrap();
        if next.is_empty() {
            return found;
        }
        found.append(&mut next);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_set_is_whole_at_its_end_and_nothing_of_it_is_in_the_inventory() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = t.store.access().tenant_of_operator(&t.operator, world.tenant).await.unwrap();
        let permit = scope.permit::<can::BackupsRun>().unwrap();
        let backups = t.store.backups();
        let set = backups.begin_import(&permit, "From elsewhere").await.unwrap();
        backups.import(&permit, set, &[object("1", "One"), object("2", "Two")]).await.unwrap();
        backups.import(&permit, set, &[object("2", "Two")]).await.unwrap();
        let begun = backups.find(&scope, set).await.unwrap();
        assert_eq!((begun.status, begun.items, begun.completed_at), (BackupStatus::Failed, 0, None), "visibly unfinished");
        let sealed = backups.seal_import(&permit, set, &ending(&t)).await.unwrap();
        assert_eq!((sealed.status, sealed.items, sealed.missing), (BackupStatus::Partial, 2, 1));
        let found = one(&t, &scope).await;
        assert_eq!(
            (found.id, found.status, found.name.as_str(), found.created_by_name.as_str()),
            (set, BackupStatus::Partial, "From elsewhere", "Command line")
        );
        assert_eq!(found.origin.as_ref().map(Origin::layout), Some(Layout::IntuneCd));
        assert!(found.bytes > 0);
        backups.exported(&permit, set).await.unwrap();
        let trail = t.texts("select action from audit_entries where action like 'backup_set.%' order by id").await;
        assert_eq!(trail, ["backup_set.import_begin", "backup_set.import", "backup_set.export"]);
        // What is sealed stays as it is.
        assert!(matches!(backups.import(&permit, set, &[object("3", "Three")]).await, Err(StoreError::Conflict(_))));
        assert!(matches!(backups.seal_import(&permit, set, &ending(&t)).await, Err(StoreError::Conflict(_))));
        let page = backups.imported(&scope, set, Some(TAGS), false, None, 1).await.unwrap();
        let next = backups.imported(&scope, set, None, false, page.next.as_ref(), 1).await.unwrap();
        assert_eq!((page.rows[0].name.as_str(), next.rows[0].name.as_str(), next.next), ("One", "Two", None));
        let (item, text) = backups.imported_object(&scope, set, page.rows[0].id).await.unwrap();
        assert_eq!((item, text.contains("One")), (page.rows[0].clone(), true));
        let lines = backups.remarks(&scope, set, None, None, 1).await.unwrap();
        let rest = backups.remarks(&scope, set, None, lines.next.as_ref(), 9).await.unwrap();
        assert_eq!((lines.rows[0].remark, rest.rows[0].remark, rest.rows.len()), (Remark::Left, Remark::Note, 1));
        assert_eq!(backups.remarks(&scope, set, Some(Remark::Note), None, 9).await.unwrap().rows, rest.rows);
        let certificate = backups.certificate(&scope, set).await.unwrap();
        assert_eq!((certificate.len(), certificate[0].items, certificate[0].bytes), (1, 2, found.bytes));
        assert_eq!(backups.missing(&scope, set, None, 9).await.unwrap().rows[0].object_id, "9");
        // Nothing of it was observed.
        assert_eq!(all(&t, &scope).await, []);
        assert_eq!(t.number("select count(*) from policy_versions").await, 0);
        // Another tenant sees nothing of it.
        let other = t.store.access().tenant_of_operator(&t.operator, world.other_tenant).await.unwrap();
        assert!(matches!(backups.find(&other, set).await, Err(StoreError::NotVisible)));
        assert!(matches!(backups.imported_object(&other, set, page.rows[0].id).await, Err(StoreError::NotVisible)));
        assert_eq!(backups.objects(&other, set, None).await.unwrap(), []);
        assert_eq!(backups.imported(&other, set, None, false, None, 9).await.unwrap().rows, []);
        let elsewhere = other.permit::<can::BackupsRun>().unwrap();
        assert!(matches!(backups.import(&elsewhere, set, &[object("3", "Three")]).await, Err(StoreError::NotVisible)));
        // Contents of it are referred to: the nightly clean-up leaves them.
        t.clock.advance(Duration::from_secs(7_200));
        let owner = world.workspace_scope(&world.owner).await.permit::<can::WorkspaceSettingsManage>().unwrap();
        t.store.runs().start(&owner, &snapshot_gc::request(world.workspace), Trigger::Manual).await.unwrap();
        let claim = world.claim(&WorkerId::new("gc")).await;
        let run = world.admit(&claim).await;
        assert_eq!(backups.collect(&run, None, 100).await.unwrap().contents, 0);
        let found = backups.find(&scope, set).await.unwrap();
        backups.delete(&Confirmed::typed(scope.permit().unwrap(), &found, &found.name).unwrap()).await.unwrap();
        assert_eq!(backups.collect(&run, None, 100).await.unwrap().contents, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_attempt_of_an_import_goes_on_in_the_same_set_and_a_late_one_writes_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = attempt(&world, Selection::All).await;
        let scope = run.looking().unwrap();
        assert!(scope.permit::<can::BackupsRun>().is_err(), "an attempt only looks by it");
        let backups = t.store.backups();
        let open = backups.open_import(&run, "Nightly").await.unwrap();
        assert_eq!(backups.open_import(&run, "Nightly").await.unwrap(), open);
        backups.import_by_run(&run, open.id, &[object("1", "One"), object("2", "Two")]).await.unwrap();
        let complete = Origin { layout: Layout::Ours.code().to_owned(), complete: true, ..Origin::default() };
        let sealed =
            backups.seal_import_by_run(&run, open.id, &ImportEnd { origin: complete, ..ImportEnd::default() }).await.unwrap();
        assert_eq!((sealed.status, sealed.items), (BackupStatus::Complete, 2));
        // It is verified like any other.
        let set = open.id;
        assert_eq!(backups.to_verify(&run, set).await.unwrap(), 2);
        assert_eq!(backups.verify(&run, set, None).await.unwrap().checked, 0);
        let fine = backups.verify_imported(&run, set, None).await.unwrap();
        assert_eq!((fine.checked, fine.wrong.len()), (2, 0));
        assert_eq!(backups.verify_imported(&run, set, fine.last).await.unwrap().checked, 0);
        let hash = backups.imported(&scope, set, None, false, None, 9).await.unwrap().rows.remove(0).content_hash;
        t.execute(&format!("update blobs set plain_size = 1 where hash = '{hash}'")).await;
        let wrong = backups.verify_imported(&run, set, None).await.unwrap().wrong;
        assert_eq!(wrong, [(ItemProblem::Unreadable, TAGS.to_owned(), "One".to_owned())]);
        assert_eq!(backups.verified(&run, set).await.unwrap(), 1);
        assert_eq!(backups.imported(&scope, set, None, true, None, 9).await.unwrap().rows.len(), 1);
        let carried: Vec<_> =
            backups.objects(&scope, set, None).await.unwrap().into_iter().map(|object| object.text.err()).collect();
        assert_eq!(carried, [Some(ItemProblem::Unreadable), None], "nobody carries damage elsewhere");
        end(&t, &run).await;
        assert!(matches!(backups.import_by_run(&run, set, &[]).await, Err(StoreError::LeaseLost)));
        assert!(matches!(backups.seal_import_by_run(&run, set, &ImportEnd::default()).await, Err(StoreError::LeaseLost)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_come_in_the_order_of_the_bytes_of_their_types_and_ids() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let set = captured(&t, &world).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let both = whole(&t, &scope, set).await;
        let told: Vec<_> = both.iter().map(|object| (object.object_id.as_str(), object.name.as_str())).collect();
        assert_eq!(told, [("1", "One"), ("2", "Two")]);
        assert!(
            both.iter().all(|object| object.text.as_ref().is_ok_and(|text| blake3_of(text) == object.hash)
                && object.volatile.starts_with('{'))
        );
        // Whatever a language thinks of their letters.
        let operator = t.store.access().tenant_of_operator(&t.operator, world.tenant).await.unwrap();
        let permit = operator.permit::<can::BackupsRun>().unwrap();
        let set = t.store.backups().begin_import(&permit, "Odd").await.unwrap();
        let mut ids: Vec<String> = ["b", "B", "a-1", "a1", "a_1", "Ä", "z", "{", "10", "9"].map(str::to_owned).to_vec();
        ids.extend((0..500).map(|number| format!("n{number}")));
        let objects: Vec<_> = ids.iter().map(|id| object(id, "Same")).collect();
        t.store.backups().import(&permit, set, &objects).await.unwrap();
        ids.sort();
        let found: Vec<String> = whole(&t, &scope, set).await.into_iter().map(|object| object.object_id).collect();
        assert_eq!(found, ids);
    })
    .await;
}

fn blake3_of(text: &str) -> String {
    use model::resource_types::find;
    let again = model::canonical::canonical(find(TAGS).unwrap(), model::json::Json::parse(text.as_bytes()).unwrap());
    again.hash
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_names_a_tenant_by_what_people_call_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let tenants = t.store.tenants();
        let scope = t.store.access().tenant_of_operator(&t.operator, world.tenant).await.unwrap();
        let tenant = scope.tenant().clone();
        for text in
            [tenant.id.to_string(), tenant.entra_tenant_id.to_string(), tenant.domain.to_uppercase(), "contoso".to_owned()]
        {
            assert_eq!(tenants.called(&t.operator, &text).await.unwrap(), [world.tenant], "{text}");
        }
        assert_eq!(tenants.called(&t.operator, "nobody").await.unwrap(), []);
        let unknown = t.store.access().tenant_of_operator(&t.operator, model::ids::TenantId::generate()).await;
        assert!(matches!(unknown, Err(StoreError::NotVisible)));
    })
    .await;
}
