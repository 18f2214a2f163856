//! The changes of a tenant, its state at an instant, notes and pins.

use std::time::Duration;

use model::access::can;
use model::ids::InventoryItemId;
use model::page::PAGE_ROWS;
use model::time::Moment;
use model::version::{Change, ChangeKind, NewMark, PastFilter, VersionFilter};
use store::StoreError;
use store::access::{RunScope, TenantScope};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::inventory::{all, list_of, seen};

const TAGS: &str = "scope_tag";
const DAY: Duration = Duration::from_secs(86_400);

/// A complete list, a day after the one before.
async fn day(t: &TestStore, run: &RunScope, objects: &[(&str, &str, i64)]) -> Moment {
    t.clock.advance(DAY);
    let now = t.store.now().await.unwrap();
    let items = objects.iter().map(|(id, name, version)| seen(TAGS, id, name, *version)).collect();
    t.store.inventory().observe(run, items).await.unwrap();
    t.store.inventory().types_complete(run, &[list_of(TAGS, now, 1)]).await.unwrap();
    now
}

async fn names(t: &TestStore, scope: &TenantScope, at: Moment) -> Vec<(String, i64)> {
    let page = t.store.policy_versions().at(scope, at, &PastFilter::default(), None, 100).await.unwrap();
    page.rows.into_iter().map(|item| (item.name, item.number)).collect()
}

fn told(list: &[(&str, i64)]) -> Vec<(String, i64)> {
    list.iter().map(|(name, number)| ((*name).to_owned(), *number)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_is_told_as_it_was_at_any_instant() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let start = t.store.now().await.unwrap();
        let one = day(&t, &run, &[("a", "Alpha", 1), ("b", "Beta", 1)]).await;
        let two = day(&t, &run, &[("a", "Alpha", 1), ("b", "Beta new", 2), ("c", "Gamma", 1)]).await;
        let three = day(&t, &run, &[("a", "Alpha", 1), ("c", "Gamma", 1)]).await;
        let four = day(&t, &run, &[("a", "Alpha", 2), ("b", "Beta", 3)]).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let versions = t.store.policy_versions();
        assert_eq!(names(&t, &scope, start).await, told(&[]));
        assert_eq!(names(&t, &scope, one).await, told(&[("Alpha", 1), ("Beta", 1)]));
        assert_eq!(names(&t, &scope, two.minus(Duration::from_micros(1))).await, told(&[("Alpha", 1), ("Beta", 1)]));
        assert_eq!(names(&t, &scope, two).await, told(&[("Alpha", 1), ("Beta new", 2), ("Gamma", 1)]));
        assert_eq!(names(&t, &scope, three).await, told(&[("Alpha", 1), ("Gamma", 1)]), "it had disappeared");
        assert_eq!(names(&t, &scope, four.plus(DAY)).await, told(&[("Alpha", 2), ("Beta", 4)]));
        assert_eq!(versions.counts_at(&scope, two).await.unwrap(), [(TAGS.to_owned(), 3)]);
        assert_eq!(versions.counts_at(&scope, start).await.unwrap(), []);
        // Pages, in both directions.
        let first = versions.at(&scope, two, &PastFilter::default(), None, 2).await.unwrap();
        let second = versions.at(&scope, two, &PastFilter::default(), first.next.as_ref(), 2).await.unwrap();
        assert_eq!((first.rows.len(), second.rows.len(), second.next.is_none()), (2, 1, true));
        let back = versions.at(&scope, two, &PastFilter::default(), second.previous.as_ref(), 2).await.unwrap();
        assert_eq!(back.rows, first.rows);
        let only = PastFilter { types: vec![TAGS.to_owned()], text: Some("ALPH%".to_owned()) };
        assert_eq!(versions.at(&scope, two, &only, None, 9).await.unwrap().rows.len(), 0, "% means itself");
        let only = PastFilter { text: Some("ALPH".to_owned()), ..only };
        assert_eq!(versions.at(&scope, two, &only, None, 9).await.unwrap().rows.len(), 1);
        let none = PastFilter { types: vec!["other".to_owned()], text: None };
        assert_eq!(versions.at(&scope, two, &none, None, 9).await.unwrap().rows.len(), 0);
        // One object, and the moments around.
        let beta = all(&t, &scope).await.into_iter().find(|item| item.object_id == "b").unwrap();
        for (at, number) in [(start, None), (one, Some(1)), (two, Some(2)), (three, Some(3)), (four, Some(4))] {
            assert_eq!(versions.number_at(&scope, beta.id, at).await.unwrap(), number);
        }
        let around = versions.around(&scope, two).await.unwrap();
        assert_eq!((around.first, around.previous, around.next, around.last), (Some(one), Some(one), Some(three), Some(four)));
        // One run observed all of it: its end is what counts.
        assert_eq!(versions.observed_within(&scope, start, four).await.unwrap(), [four]);
        assert_eq!(versions.observed_within(&scope, start, two).await.unwrap(), [two]);
        assert_eq!(versions.observed_within(&scope, four.plus(DAY), four.plus(DAY)).await.unwrap(), []);
        // Another tenant has none of it.
        let other = t.store.access().tenant(&world.sign_in(&world.owner).await, world.other_tenant).await.unwrap();
        assert_eq!(names(&t, &other, four).await, told(&[]));
        assert_eq!(versions.around(&other, four).await.unwrap().first, None);
        assert_eq!(versions.observed_within(&other, start, four).await.unwrap(), []);
        assert_eq!(versions.number_at(&other, beta.id, four).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_changes_of_a_tenant_are_listed_newest_first_and_counted_by_day() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let one = day(&t, &run, &[("a", "Alpha", 1), ("b", "Beta", 1)]).await;
        let two = day(&t, &run, &[("a", "Alpha", 2), ("c", "Gamma", 1)]).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let versions = t.store.policy_versions();
        let list = async |filter: VersionFilter| {
            let page = versions.of_tenant(&scope, &filter, None, PAGE_ROWS).await.unwrap().page;
            let mut rows: Vec<_> = page.rows.iter().map(|v| (v.object_id.clone(), v.version.number, v.version.change)).collect();
            rows.sort();
            rows
        };
        let row = |id: &str, number, change| (id.to_owned(), number, change);
        let new = [row("a", 2, Change::Changed), row("b", 2, Change::Disappeared), row("c", 1, Change::FirstSeen)];
        let since = VersionFilter { since: Some(two), ..VersionFilter::default() };
        assert_eq!(list(since.clone()).await, new);
        let until = VersionFilter { until: Some(two), ..VersionFilter::default() };
        assert_eq!(list(until).await, [row("a", 1, Change::FirstSeen), row("b", 1, Change::FirstSeen)]);
        for (kind, expected) in [
            (ChangeKind::Settings, &new[..1]),
            (ChangeKind::Disappeared, &new[1..2]),
            (ChangeKind::FirstSeen, &new[2..]),
            (ChangeKind::Assignments, &[]),
            (ChangeKind::ScopeTags, &[]),
            (ChangeKind::Reappeared, &[]),
        ] {
            assert_eq!(list(VersionFilter { kind: Some(kind), ..since.clone() }).await, expected, "{kind}");
        }
        assert_eq!(list(VersionFilter { types: vec!["other".to_owned()], ..since }).await, []);
        // Two pages, there and back.
        let first = versions.of_tenant(&scope, &VersionFilter::default(), None, 3).await.unwrap().page;
        let second = versions.of_tenant(&scope, &VersionFilter::default(), first.next.as_ref(), 3).await.unwrap().page;
        assert_eq!((first.rows.len(), second.rows.len()), (3, 2));
        assert!(first.rows.iter().all(|row| row.version.captured_at >= two));
        let back = versions.of_tenant(&scope, &VersionFilter::default(), second.previous.as_ref(), 3).await.unwrap().page;
        assert_eq!(back.rows, first.rows);
        // By day: what the first sync found is no change.
        let days = versions.changes_by_day(&scope, one, 3).await.unwrap();
        assert_eq!(days.iter().map(|day| day.changes).collect::<Vec<_>>(), [0, 3, 0]);
        assert_eq!(days[1].from, one.plus(DAY));
        assert_eq!(versions.changes_by_day(&scope, one, 9_999).await.unwrap().len(), 372);
        assert_eq!(versions.changes_by_day(&scope, one, 0).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_and_a_pin_are_kept_and_audited() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        day(&t, &run, &[("a", "Alpha", 1)]).await;
        let scope = world.tenant_scope(&world.operator_member).await;
        let permit = scope.permit::<can::BackupsRun>().unwrap();
        let versions = t.store.policy_versions();
        let item = all(&t, &scope).await.remove(0).id;
        let first = async || versions.of_item(&scope, item, None, 9).await.unwrap().remove(0).mark;
        assert_eq!(first().await, None);
        versions.mark(&permit, item, 1, 0, &NewMark::new("Agreed with <b>Ann</b>", true).unwrap()).await.unwrap();
        let mark = first().await.unwrap();
        assert_eq!((mark.note.as_str(), mark.pinned), ("Agreed with <b>Ann</b>", true));
        assert_eq!(mark.by.as_deref(), Some(world.operator_member.name.as_str()));
        assert_eq!(versions.find(&scope, item, 1).await.unwrap().version.mark, Some(mark));
        let pinned = VersionFilter { pinned: true, ..VersionFilter::default() };
        assert_eq!(versions.of_tenant(&scope, &pinned, None, 9).await.unwrap().page.rows.len(), 1);
        versions.mark(&permit, item, 1, 1, &NewMark::new("Other", false).unwrap()).await.unwrap();
        assert_eq!(first().await.map(|mark| (mark.note, mark.pinned)), Some(("Other".to_owned(), false)));
        assert_eq!(versions.of_tenant(&scope, &pinned, None, 9).await.unwrap().page.rows.len(), 0);
        versions.mark(&permit, item, 1, 2, &NewMark::default()).await.unwrap();
        assert_eq!(first().await, None);
        assert_eq!(t.number("select count(*) from audit_entries where action = 'version.mark'").await, 3);
        // Whoever saw less than stands there now writes nothing, also where all was taken away and written anew.
        versions.mark(&permit, item, 1, 3, &NewMark::new("Anew", true).unwrap()).await.unwrap();
        for revision in [0, 1, 2, 3, 5] {
            let stale = versions.mark(&permit, item, 1, revision, &NewMark::new("Stale", false).unwrap()).await;
            assert!(matches!(stale, Err(StoreError::Conflict(_))), "{revision} {stale:?}");
        }
        assert_eq!(first().await.map(|mark| mark.note), Some("Anew".to_owned()));
        assert_eq!(versions.find(&scope, item, 1).await.unwrap().version.mark_revision, 4);
        assert_eq!(t.number("select count(*) from audit_entries where action = 'version.mark'").await, 4);
        assert_eq!(
            t.texts("select cast(details as text) from audit_entries where action = 'version.mark'")
                .await
                .iter()
                .filter(|d| d.contains("Agreed"))
                .count(),
            0
        );
        for (item, number) in [(item, 2), (item, 0), (InventoryItemId::generate(), 1)] {
            let absent = versions.mark(&permit, item, number, 0, &NewMark::default()).await;
            assert!(matches!(absent, Err(StoreError::NotVisible)));
        }
        let named = t.store.inventory().named(&run, item).await.unwrap().unwrap();
        assert_eq!((named.resource_type.as_str(), named.object_id.as_str(), named.name.as_str()), (TAGS, "a", "Alpha"));
        assert_eq!(t.store.inventory().named(&run, InventoryItemId::generate()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_tenant_at_an_instant_is_read_along_its_indexes() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        three_days(&t, &run, 400).await;
        if t.store.backend() == store::Backend::Postgres {
            t.execute("analyze").await;
        }
        let scope = world.tenant_scope(&world.readonly).await;
        let plan = t.store.policy_versions().explain_at(&scope, t.store.now().await.unwrap().minus(DAY), 50).await.unwrap();
        // Where there is but one small tenant, PostgreSQL may as well read all of its items.
        let small = t.store.backend() == store::Backend::Postgres;
        let indexes: &[&str] =
            if small { &["policy_versions_item_time"] } else { &["inventory_items_name", "policy_versions_item_time"] };
        for index in indexes {
            assert!(plan.contains(index), "{index}\n{plan}");
        }
        assert!(small || !plan.contains("SCAN"), "{plan}");
    })
    .await;
}

/// As many objects, each with three versions, a day apart.
async fn three_days(t: &TestStore, run: &RunScope, many: usize) {
    for version in 1..4 {
        let ids: Vec<String> = (0..many).map(|n| format!("{n:04}")).collect();
        let objects: Vec<(&str, &str, i64)> = ids.iter().map(|id| (id.as_str(), "Name", version)).collect();
        day(t, run, &objects).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_finds_little_stops_and_goes_on() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let start = t.store.now().await.unwrap();
        three_days(&t, &run, 20).await;
        let last = t.store.now().await.unwrap();
        let scope = world.tenant_scope(&world.operator_member).await;
        let versions = t.store.policy_versions();
        // Of 60 changes: two that are pinned, one of the first day and one of the last, and two that Ann made.
        let items = all(&t, &scope).await;
        let permit = scope.permit::<can::BackupsRun>().unwrap();
        for (item, number) in [(&items[3], 1), (&items[7], 3)] {
            versions.mark(&permit, item.id, number, 0, &NewMark::new("", true).unwrap()).await.unwrap();
        }
        let hour = Duration::from_secs(3_600);
        let ann = [
            crate::tenant_events::event("e1", last.minus(hour), "Ann@Contoso.com", &["0004"]),
            crate::tenant_events::event("e2", last.minus(DAY + hour), "ann@contoso.com", &["0011"]),
        ];
        t.store.tenant_events().observe(&run, &ann).await.unwrap();
        t.store
            .tenant_events()
            .source_complete(&run, model::attribution::EventSource::Intune, start, last.plus(DAY))
            .await
            .unwrap();
        let pages = async |filter: &VersionFilter, read: u32| {
            let (mut found, mut pages, mut cursor) = (Vec::new(), 0, None);
            loop {
                let list = versions.of_tenant_reading(&scope, filter, cursor.as_ref(), 10, read).await.unwrap();
                assert!(list.further.is_none() || list.page.next.is_none(), "there is one way on");
                found.extend(list.page.rows.iter().map(|row| (row.object_id.clone(), row.version.number)));
                pages += 1;
                cursor = list.page.next.or(list.further);
                if cursor.is_none() {
                    return (found, pages);
                }
            }
        };
        let by = |name: &str| VersionFilter { actor: Some(name.to_owned()), ..VersionFilter::default() };
        let expected = [("0004".to_owned(), 3), ("0011".to_owned(), 2)];
        for name in ["ann@contoso.com", "ANN@CONTOSO.COM"] {
            assert_eq!(pages(&by(name), 5_000).await, (expected.to_vec(), 1), "{name}");
            assert_eq!(pages(&by(name), 25).await, (expected.to_vec(), 3), "{name}, a few at a time");
        }
        assert_eq!(pages(&by("nobody"), 25).await, (Vec::new(), 3));
        let pinned = VersionFilter { pinned: true, ..VersionFilter::default() };
        assert_eq!(pages(&pinned, 5_000).await.0, [("0007".to_owned(), 3), ("0003".to_owned(), 1)]);
        assert_eq!(pages(&pinned, 1).await.0, [("0007".to_owned(), 3), ("0003".to_owned(), 1)]);
        let first = VersionFilter { kind: Some(ChangeKind::FirstSeen), ..VersionFilter::default() };
        let (found, many) = pages(&first, 15).await;
        assert_eq!((found.len(), many), (20, 5));
        let none = VersionFilter { types: vec!["other".to_owned()], ..VersionFilter::default() };
        assert_eq!(pages(&none, 20).await, (Vec::new(), 4));
        assert_eq!(pages(&VersionFilter::default(), 20).await.1, 6, "what is not narrowed is never cut short");
        // Back again from the end.
        let end = versions
            .of_tenant(&scope, &VersionFilter { until: Some(start.plus(DAY + hour)), ..first.clone() }, None, 15)
            .await
            .unwrap();
        let next = versions.of_tenant(&scope, &first, end.page.next.as_ref(), 15).await.unwrap().page;
        let back = versions.of_tenant(&scope, &first, next.previous.as_ref(), 15).await.unwrap().page;
        assert_eq!((next.rows.len(), back.rows), (5, end.page.rows));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_of_the_changes_is_read_along_an_index() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        three_days(&t, &run, 150).await;
        let postgres = t.store.backend() == store::Backend::Postgres;
        let scope = world.tenant_scope(&world.operator_member).await;
        let item = all(&t, &scope).await.remove(0).id;
        let permit = scope.permit::<can::BackupsRun>().unwrap();
        t.store.policy_versions().mark(&permit, item, 1, 0, &NewMark::new("", true).unwrap()).await.unwrap();
        // 28,800 versions.
        for doubled in 0..6 {
            let id = if postgres { "gen_random_uuid()" } else { "randomblob(16)" };
            let rest = "change, changed_body, changed_assignments, changed_scope_tags, name, content_hash, semantic_hash, body_hash,
              assignments_hash, scope_tags_hash, volatile_fields, observed_before";
            let double = format!(
                "insert into policy_versions (id, workspace_id, tenant_id, item_id, number, captured_at, operation_run_id, {rest})
                 select {id}, workspace_id, tenant_id, item_id, number + {}, captured_at, operation_run_id, {rest} from policy_versions",
                3 << doubled
            );
            t.execute(&double).await;
        }
        if postgres {
            t.execute("analyze").await;
        }
        let versions = t.store.policy_versions();
        let none = VersionFilter::default;
        let deep = versions.of_tenant(&scope, &none(), None, 50).await.unwrap().page.next;
        let since = t.store.now().await.unwrap().minus(DAY + DAY / 2);
        for (index, filter) in [
            ("policy_versions_time", none()),
            ("policy_versions_time", VersionFilter { since: Some(since), ..none() }),
            ("policy_versions_time", VersionFilter { types: vec!["other".to_owned()], ..none() }),
            ("policy_versions_time", VersionFilter { kind: Some(ChangeKind::ScopeTags), ..none() }),
            ("policy_versions_time", VersionFilter { actor: Some("nobody".to_owned()), ..none() }),
            ("policy_version_marks", VersionFilter { pinned: true, ..none() }),
        ] {
            for cursor in [None, deep.as_ref()] {
                let plan = versions.explain_of_tenant(&scope, &filter, cursor).await.unwrap();
                assert!(plan.contains(index), "{filter:?} {index}\n{plan}");
                // The way to the rows; so few as these PostgreSQL may as well join whole.
                let whole = ["Seq Scan on policy_versions p", "SCAN p", "SCAN v", "SCAN i"];
                assert!(!plan.lines().any(|line| whole.iter().any(|whole| line.trim().trim_start_matches("->  ").starts_with(whole))), "{filter:?}\n{plan}");
            }
            versions.of_tenant(&scope, &filter, None, 50).await.unwrap();
        }
    })
    .await;
}
