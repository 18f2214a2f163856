//! Reports: who may read which, what they tell, how long they can get, and what is kept of them.

use std::time::Duration;

use model::access::{Role, can};
use model::ids::{ReportId, TenantId};
use model::operations::Operation;
use model::operations::report_generate::Arguments;
use model::report::{Block, Period, ReportFormat, ReportHead, ReportKind, markdown};
use model::run::Trigger;
use model::schedule::{Cadence, CatchUp, NewSchedule, TimeOfDay, Zone};
use store::access::{RunScope, WorkspaceScope};
use store::runs::{Admission, LEASE, WorkerId};
use store::{ReportAsk, ReportWriting, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::{captured, end};
use crate::inventory::{list_of, seen};

const TAGS: &str = "scope_tag";
const HOSTILE: &str = "<script>alert(1)</script>|`x`";

fn ask(kind: ReportKind, tenants: &[TenantId]) -> ReportAsk {
    ReportAsk { kind, period: None, tenants: tenants.to_vec() }
}

async fn read(mut writing: ReportWriting) -> String {
    let mut text = markdown::head(writing.head());
    while let Some(blocks) = writing.next().await.unwrap() {
        text.extend(blocks.iter().map(markdown::block));
    }
    text
}

async fn told(t: &TestStore, scope: &WorkspaceScope, ask: &ReportAsk) -> String {
    read(t.store.reports().write(scope, ask).await.unwrap()).await
}

/// Objects of a type, as one complete reading of it has them.
async fn observed(t: &TestStore, run: &RunScope, objects: &[(String, String, i64)]) {
    t.clock.advance(Duration::from_secs(60));
    let from = t.store.now().await.unwrap();
    for some in objects.chunks(500) {
        let items = some.iter().map(|(id, name, version)| seen(TAGS, id, name, *version)).collect();
        t.store.inventory().observe(run, items).await.unwrap();
    }
    let count = i64::try_from(objects.len()).unwrap();
    t.store.inventory().types_complete(run, &[list_of(TAGS, from, count)]).await.unwrap();
    t.clock.advance(Duration::from_secs(1));
}

fn object(id: &str, name: &str, version: i64) -> (String, String, i64) {
    (id.to_owned(), name.to_owned(), version)
}

/// The attempt of the only run that is queued.
async fn attempt(t: &TestStore) -> RunScope {
    let claims = t.store.queue().claim(&WorkerId::new("w"), Operation::ALL, 1, LEASE).await.unwrap();
    match t.store.queue().admit(&claims[0]).await.unwrap() {
        Admission::Admitted(run) => run,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_tells_what_is_configured_and_what_was_changed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.workspace_scope(&world.readonly).await;
        let of_tenant = [world.tenant];
        assert!(told(&t, &scope, &ask(ReportKind::Configuration, &of_tenant)).await.contains("Nothing was read of this tenant"));
        let run = world.attempt(&[TAGS]).await;
        observed(&t, &run, &[object("1", "One", 1), object("2", HOSTILE, 1)]).await;
        observed(&t, &run, &[object("1", "One", 2), object("2", HOSTILE, 1)]).await;
        let text = told(&t, &scope, &ask(ReportKind::Configuration, &of_tenant)).await;
        for part in
            ["# Configuration: Contoso", "[Scope tag](#t1-scope-tag) (2)", "</a>One", "| Revision | 2 |", "&lt;script&gt;"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("<script") && !text.contains("canary"), "{text}");
        // Who changed it is not known, and is told as such.
        let text = told(&t, &scope, &ask(ReportKind::Changes, &of_tenant)).await;
        for part in
            ["| What | Changed settings |", "| Revision | 1 | 2 |", "have not been read that far", "| What | First seen |"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        let now = t.store.now().await.unwrap();
        let long_ago = Period::before(now.minus(Duration::from_secs(40 * 86_400)), 7);
        let before = ReportAsk { period: Some(long_ago), ..ask(ReportKind::Changes, &of_tenant) };
        assert!(told(&t, &scope, &before).await.contains("No change was seen in this period."));
        let text = told(&t, &scope, &ask(ReportKind::Readiness, &of_tenant)).await;
        for part in ["No backup was ever taken.", "Nothing was restored.", "| Latest drill | Never |"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let text = told(&t, &scope, &ask(ReportKind::Findings, &of_tenant)).await;
        assert!(text.contains("| Open, critical | 0 |") && text.contains("Open, low"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_and_findings_are_told_with_their_rows() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        captured(&t, &world).await;
        let columns = "id, workspace_id, tenant_id, against, fingerprint, resource_type, object_id, name, name_key, kind, property, severity,
          state, evidence, occurrences, first_seen_at, last_seen_at, opened_at, state_at, revision";
        for (n, state) in ["new", "resolved", "closed"].iter().enumerate() {
            let id = model::ids::FindingId::generate();
            let text = format!(
                "insert into findings ({columns}) select {}, workspace_id, id, 'previous', '{id}', 'scope_tag', 'x', 'Found {n}', '',
                   'changed', 'p', 'high', '{state}', '{{}}', 1, created_at, created_at, created_at, created_at, 1
                 from tenants where id = {}",
                t.literal(id.uuid()),
                t.literal(world.tenant.uuid())
            );
            t.execute(&text).await;
        }
        let scope = world.workspace_scope(&world.readonly).await;
        let text = told(&t, &scope, &ask(ReportKind::Findings, &[world.tenant])).await;
        for part in ["| Open, high | 1 |", "| Resolved or closed in the period | 2 |", "| High | Found 0 |", "| High | Found 2 |"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let tenant = world.tenant_scope(&world.readonly).await;
        let now = t.store.now().await.unwrap();
        let findings = t.store.findings();
        assert_eq!(findings.in_period(&tenant, Period::before(now, 30)).await.unwrap(), (3, 2));
        let first = findings.settled(&tenant, Period::before(now, 30), None, 1).await.unwrap();
        let next = findings.settled(&tenant, Period::before(now, 30), first.next.as_ref(), 1).await.unwrap();
        assert!(first.rows[0].id != next.rows[0].id && next.next.is_none());
        let text = told(&t, &scope, &ask(ReportKind::Readiness, &[world.tenant])).await;
        assert!(text.contains("| Complete | 2 |"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_speaks_only_of_tenants_that_one_may_see() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let reports = t.store.reports();
        let owner = world.workspace_scope(&world.owner).await;
        let text = told(&t, &owner, &ask(ReportKind::Configuration, &[])).await;
        assert!(text.contains("all tenants (2)") && text.contains("Contoso") && text.contains("Fabrikam"), "{text}");
        let reader = world.workspace_scope(&world.readonly).await;
        for kind in ReportKind::ALL {
            let text = told(&t, &reader, &ask(*kind, &[])).await;
            assert!(text.contains("Contoso") && !text.contains("Fabrikam"), "{text}");
            for tenant in [world.other_tenant, world.foreign_tenant, TenantId::generate()] {
                let refused = reports.write(&reader, &ask(*kind, &[world.tenant, tenant])).await;
                assert!(matches!(refused, Err(StoreError::NotVisible)), "{refused:?}");
            }
        }
        let outsider = world.workspace_scope(&world.outsider).await;
        assert!(told(&t, &outsider, &ask(ReportKind::Findings, &[])).await.contains("no tenant"));
        // A tenant that is put away is told of when it is named.
        t.store.tenants().set_status(&t.operator, world.tenant, model::tenant::TenantStatus::Archived).await.unwrap();
        assert!(!told(&t, &owner, &ask(ReportKind::Readiness, &[])).await.contains("Contoso"));
        assert!(told(&t, &owner, &ask(ReportKind::Readiness, &[world.tenant])).await.contains("Contoso"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_objects_come_one_by_one_and_the_limit_is_said() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.attempt(&[TAGS]).await;
        let objects: Vec<_> = (0..5_000).map(|n| object(&n.to_string(), &format!("Tag {n:04}"), n)).collect();
        observed(&t, &run, &objects).await;
        let scope = world.workspace_scope(&world.owner).await;
        let mut writing = t.store.reports().write(&scope, &ask(ReportKind::Configuration, &[world.tenant])).await.unwrap();
        let (mut largest, mut told) = (0, 0);
        while let Some(blocks) = writing.next().await.unwrap() {
            largest = largest.max(blocks.iter().map(Block::size).sum::<usize>());
            told += blocks.iter().filter(|block| matches!(block, Block::Heading { level: 4, .. })).count();
        }
        assert_eq!((told, writing.told()), (5_000, 5_000));
        assert!(largest < 4_096, "a piece holds one object, not {largest} bytes");
        let limited = t.store.reports().write(&scope, &ask(ReportKind::Configuration, &[world.tenant])).await.unwrap();
        let mut limited = limited.with_most(7);
        assert!(!limited.is_cut());
        let mut blocks = Vec::new();
        while let Some(more) = limited.next().await.unwrap() {
            blocks.extend(more);
        }
        assert!(limited.is_cut() && !blocks.is_empty());
        let limited = t.store.reports().write(&scope, &ask(ReportKind::Configuration, &[])).await.unwrap();
        let text = read(limited.with_most(7)).await;
        assert!(text.find("This tenant ends here") < text.rfind("\n## "), "the tenants after it are told of");
        assert_eq!(text.matches("#### ").count(), 7);
        assert!(text.contains("**Note:** This tenant ends here: a report tells 7 of a tenant at most."), "{text}");
        let small = t.store.reports().write(&scope, &ask(ReportKind::Configuration, &[world.tenant])).await.unwrap();
        let text = read(small.with_most_bytes(10_000)).await;
        assert!(text.contains("it has about 10,000 bytes at most") && text.len() < 20_000, "{}", text.len());
        let changes = t.store.reports().write(&scope, &ask(ReportKind::Changes, &[world.tenant])).await.unwrap();
        assert_eq!(read(changes.with_most(30)).await.matches("#### ").count(), 30);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_report_is_read_by_those_who_see_its_tenants_until_its_time_is_over() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (reports, wish) = (t.store.reports(), Arguments::new(ReportKind::Readiness, None, Some(2)));
        let owner = world.workspace_scope(&world.owner).await;
        let reader = world.workspace_scope(&world.readonly).await;
        // Of all tenants: only for those who see all.
        assert!(matches!(reports.make_of_all(&reader, &wish, Trigger::Manual).await, Err(StoreError::Forbidden(_))));
        let started = reports.make_of_all(&owner, &wish, Trigger::Manual).await.unwrap();
        let run = attempt(&t).await;
        assert_eq!(run.run_id(), started.run().id);
        let everywhere = run.looking_everywhere().unwrap();
        assert_eq!((everywhere.workspace_id(), everywhere.entitled()), (world.workspace, None));
        assert!(run.looking().is_none());
        let id = kept(&t, &run, &wish).await;
        assert_eq!(reports.list(&owner, None, 10).await.unwrap().rows.len(), 1);
        assert_eq!(reports.list(&reader, None, 10).await.unwrap().rows.len(), 0);
        assert!(matches!(reports.find(&reader, id).await, Err(StoreError::NotVisible)));
        let report = reports.find(&owner, id).await.unwrap();
        assert_eq!((report.tenant_id, report.parts, report.head.kind), (None, 2, ReportKind::Readiness));
        assert_eq!(reports.part(&owner, &report, 1).await.unwrap(), [Block::text("second")]);
        assert!(matches!(
            t.store.access().run(&world.sign_in(&world.readonly).await, run.run_id()).await,
            Err(StoreError::NotVisible)
        ));
        assert!(t.store.access().run(&world.sign_in(&world.owner).await, run.run_id()).await.is_ok());
        // Of one tenant.
        let tenant = world.tenant_scope(&world.readonly).await;
        let permit = tenant.permit::<can::TenantView>().unwrap();
        reports.make(&permit, &tenant, &wish, Trigger::Manual).await.unwrap();
        let run = attempt(&t).await;
        assert!(run.looking_everywhere().is_none() && run.looking().is_some());
        let of_tenant = kept(&t, &run, &wish).await;
        assert_eq!(reports.find(&reader, of_tenant).await.unwrap().tenant_id, Some(world.tenant));
        assert_eq!(reports.list(&reader, None, 10).await.unwrap().rows.len(), 1);
        let stranger = world.sign_in(&world.stranger).await;
        let foreign = t.store.access().workspace(&stranger, world.foreign_workspace).await.unwrap();
        assert!(matches!(reports.find(&foreign, of_tenant).await, Err(StoreError::NotVisible)));
        reports.exported(&reader, ReportKind::Readiness, ReportFormat::Json, Some(world.tenant), Some(of_tenant)).await.unwrap();
        assert_eq!(t.number("select count(*) from audit_entries where action = 'report.export'").await, 1);
        // Pages of the list.
        let first = reports.list(&owner, None, 1).await.unwrap();
        let second = reports.list(&owner, first.next.as_ref(), 1).await.unwrap();
        assert_eq!((first.rows[0].id, second.rows[0].id), (of_tenant, id));
        // Its time is over.
        t.clock.advance(Duration::from_secs(2 * 86_400 + 1));
        assert!(matches!(reports.find(&owner, id).await, Err(StoreError::NotVisible)));
        reports.make_of_all(&owner, &wish, Trigger::Manual).await.unwrap();
        let run = attempt(&t).await;
        assert_eq!(reports.expire(&run, 1).await.unwrap(), 1);
        assert_eq!(reports.expire(&run, 10).await.unwrap(), 1);
        assert_eq!(t.number("select count(*) from report_parts").await, 0);
    })
    .await;
}

/// Keeps a document of two parts, as a run does that was attempted twice.
async fn kept(t: &TestStore, run: &RunScope, wish: &Arguments) -> ReportId {
    let reports = t.store.reports();
    let writing = reports.write_for_run(run, wish.kind(), None).await.unwrap();
    let head: &ReportHead = writing.head();
    let id = reports.begin(run, head, wish.keep_days()).await.unwrap();
    for number in 0..3 {
        reports.put(run, id, number, &[Block::text("lost")]).await.unwrap();
    }
    assert_eq!(reports.begin(run, head, wish.keep_days()).await.unwrap(), id, "there is one for each run");
    let mut bytes = 0;
    for (number, words) in [(0, "first"), (1, "second")] {
        bytes += reports.put(run, id, number, &[Block::text(words)]).await.unwrap();
    }
    reports.complete(run, id, bytes, 2).await.unwrap();
    end(t, run).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_makes_reports_and_belongs_to_those_who_see_its_tenants() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (reports, schedules) = (t.store.reports(), t.store.schedules());
        let new = NewSchedule {
            name: "Daily changes".to_owned(),
            operation: Operation::ReportGenerate,
            arguments: Arguments::new(ReportKind::Changes, Some(1), None).to_stored(),
            cadence: Cadence::Daily { at: TimeOfDay::parse("02:30").unwrap() },
            zone: Zone::utc(),
            catch_up: CatchUp::Latest,
            bound: 1,
        };
        let owner = world.workspace_scope(&world.owner).await;
        let reader = world.workspace_scope(&world.readonly).await;
        assert!(reader.permit::<can::WorkspaceSettingsManage>().is_err() && world.readonly.id != world.owner.id);
        assert_eq!(reader.role_in(world.tenant), Some(Role::Readonly));
        let permit = owner.permit::<can::WorkspaceSettingsManage>().unwrap();
        let of_all = reports.schedule_of_all(&permit, &owner, &new).await.unwrap();
        let tenant = world.tenant_scope(&world.owner).await;
        let in_tenant = tenant.permit::<can::BackupSchedulesManage>().unwrap();
        let of_one = schedules.create(&in_tenant, &new).await.unwrap();
        let ids = async |scope: &WorkspaceScope| {
            reports.schedules(scope).await.unwrap().into_iter().map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(ids(&owner).await, [of_all.id, of_one.id]);
        assert_eq!(ids(&reader).await, [of_one.id]);
        assert!(matches!(reports.schedule(&reader, of_all.id).await, Err(StoreError::NotVisible)));
        assert_eq!(reports.schedule(&owner, of_all.id).await.unwrap().tenant_id, None);
        // Both fire, and their runs know what to make.
        t.clock.advance(Duration::from_secs(86_400));
        let fired = t.store.queue().fire_due(10).await.unwrap();
        assert!(fired.runs >= 2, "{fired:?}");
        assert!(!reports.switch_of_all(&permit, &owner, of_all.id, false).await.unwrap().enabled);
        assert!(matches!(reports.switch_of_all(&permit, &owner, of_one.id, false).await, Err(StoreError::NotVisible)));
        reports.end_of_all(&permit, &owner, of_all.id).await.unwrap();
        assert_eq!(ids(&owner).await, [of_one.id]);
    })
    .await;
}
