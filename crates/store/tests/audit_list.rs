//! The pages of the audit trail: what a workspace's managers see of it, along which index, and what things are called in it.

use std::time::Duration;

use model::access::{Role, can};
use model::audit::{Action, AuditEntry, AuditOutcome};
use model::ids::ThingId;
use model::page::{Cursor, Direction};
use store::access::Permit;
use store::{AuditActor, AuditFilter, Backend, StoreError, actions_of_group};
use testkit::stores::{TestStore, on_both, on_both_in_real_time};
use testkit::world::World;

use crate::audit_chain::tamper;

type Viewer = Permit<can::WorkspaceAuditView>;

async fn viewer(world: &World) -> Viewer {
    world.workspace_scope(&world.manager).await.permit().unwrap()
}

/// The codes of a page, newest first.
async fn codes(t: &TestStore, viewer: &Viewer, filter: &AuditFilter) -> Vec<String> {
    let list = t.store.audit().list(viewer, filter, None, 100).await.unwrap();
    list.page.rows.into_iter().map(|record| record.action).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_a_manager_sees_the_trail_of_their_workspace_and_nobody_else_does() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let viewer = viewer(&world).await;
        let list = t.store.audit().list(&viewer, &AuditFilter::default(), None, 100).await.unwrap();
        assert!(list.page.rows.len() > 5 && list.page.rows.iter().all(|record| record.workspace_id == Some(world.workspace)));
        for user in [&world.operator_member, &world.readonly, &world.outsider] {
            let asked = world.workspace_scope(user).await.permit::<can::WorkspaceAuditView>();
            assert!(matches!(asked, Err(StoreError::Forbidden(_))), "{}", user.name);
        }
        // Being the owner of a tenant does not open the workspace's trail.
        t.store.members().add_to_tenant(&t.operator, world.tenant, world.readonly.id, Role::Owner).await.unwrap();
        assert!(world.workspace_scope(&world.readonly).await.permit::<can::WorkspaceAuditView>().is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_narrowed_by_who_what_where_and_when() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let viewer = viewer(&world).await;
        t.clock.advance(Duration::from_secs(3600));
        let later = t.store.now().await.unwrap();
        let run = world.queued(&["scope_tag"]).await;
        let readonly = world.tenant_scope(&world.readonly).await;
        t.store.audit().denied_in_tenant(&readonly, AuditEntry::denied(Action::RunStart)).await.unwrap();
        let all = AuditFilter::default;
        let is = async |filter: AuditFilter, expected: &[&str]| {
            assert_eq!(codes(&t, &viewer, &filter).await, expected, "{:?} {filter:?}", t.store.backend());
        };
        is(AuditFilter { actor: Some(AuditActor::User(world.owner.id)), ..all() }, &["run.start"]).await;
        is(AuditFilter { actor: Some(AuditActor::System), ..all() }, &[]).await;
        is(AuditFilter { outcome: Some(AuditOutcome::Denied), ..all() }, &["run.start"]).await;
        is(AuditFilter { outcome: Some(AuditOutcome::Denied), actor: Some(AuditActor::Operator), ..all() }, &[]).await;
        is(AuditFilter { since: Some(later), ..all() }, &["run.start", "run.start"]).await;
        is(AuditFilter { until: Some(later), actions: actions_of_group("run"), ..all() }, &[]).await;
        is(AuditFilter { actions: store::actions_of_group("run"), ..all() }, &["run.start", "run.start"]).await;
        is(AuditFilter { actions: vec!["connection.save".to_owned()], ..all() }, &["connection.save"]).await;
        is(AuditFilter { actions: vec!["future.code".to_owned()], ..all() }, &[]).await;
        is(AuditFilter { subject: Some(ThingId::from_uuid(run.id.uuid())), ..all() }, &["run.start"]).await;
        is(
            AuditFilter { subject: Some(ThingId::from_uuid(run.id.uuid())), subject_kind: Some("tenant".to_owned()), ..all() },
            &[],
        )
        .await;
        is(AuditFilter { subject_kind: Some("workspace".to_owned()), ..all() }, &["workspace.create"]).await;
        is(AuditFilter { tenant: Some(world.other_tenant), ..all() }, &["tenant.create"]).await;
        is(AuditFilter { tenant: Some(world.foreign_tenant), ..all() }, &[]).await;
        let operator = codes(&t, &viewer, &AuditFilter { actor: Some(AuditActor::Operator), ..all() }).await;
        assert!(operator.len() > 5 && operator.contains(&"tenant.create".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_lead_on_and_back_also_where_many_are_of_one_moment() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let viewer = viewer(&world).await;
        for filter in [
            AuditFilter::default(),
            AuditFilter { actor: Some(AuditActor::Operator), ..AuditFilter::default() },
            AuditFilter {
                actions: ["tenant", "workspace"].into_iter().flat_map(actions_of_group).collect(),
                ..AuditFilter::default()
            },
        ] {
            let all = t.store.audit().list(&viewer, &filter, None, 100).await.unwrap().page.rows;
            assert!(all.len() > 5 && all.windows(2).all(|two| (two[0].at, two[0].id) > (two[1].at, two[1].id)));
            let (mut down, mut cursor, mut last) = (Vec::new(), None, None);
            loop {
                let list = t.store.audit().list(&viewer, &filter, cursor.as_ref(), 3).await.unwrap();
                assert_eq!(list.further, None);
                down.extend(list.page.rows);
                last = list.page.previous.or(last);
                match list.page.next {
                    Some(next) => cursor = Some(next),
                    None => break,
                }
            }
            assert_eq!(down, all);
            let mut up = Vec::new();
            while let Some(cursor) = last {
                let list = t.store.audit().list(&viewer, &filter, Some(&cursor), 3).await.unwrap();
                up.splice(0..0, list.page.rows);
                last = list.page.previous;
            }
            assert_eq!(up[..], all[..up.len()], "and all the way back");
            let odd = Cursor { direction: Direction::Forward, key: "nonsense".to_owned() };
            assert_eq!(t.store.audit().list(&viewer, &filter, Some(&odd), 100).await.unwrap().page.rows, all);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_finds_little_stops_and_can_go_on() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let viewer = viewer(&world).await;
        let filter = AuditFilter { subject_kind: Some("workspace".to_owned()), ..AuditFilter::default() };
        let (mut found, mut cursor, mut steps) = (Vec::new(), None, 0);
        loop {
            let list = t.store.audit().list_reading(&viewer, &filter, cursor.as_ref(), 2, 4).await.unwrap();
            found.extend(list.page.rows);
            steps += 1;
            match list.page.next.or(list.further) {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(found.iter().map(|record| record.action.as_str()).collect::<Vec<_>>(), ["workspace.create"]);
        assert!(steps > 2, "{steps}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_things_are_called_by_their_names_until_these_are_erased() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let viewer = viewer(&world).await;
        let run = world.start_sync(&world.operator_member, &["scope_tag"]).await.run().id;
        t.execute(&format!("update users set name = 'Grace' where id = {}", t.literal(world.operator_member.id.uuid()))).await;
        let names = async || t.store.audit().list(&viewer, &AuditFilter::default(), None, 100).await.unwrap().names;
        let known = names().await;
        let called = |id: uuid::Uuid| known.get(&ThingId::from_uuid(id)).map(String::as_str);
        assert_eq!(called(world.operator_member.id.uuid()), Some("Grace"), "as they are called today");
        assert_eq!(called(world.tenant.uuid()), Some("Contoso"));
        assert_eq!(called(world.workspace.uuid()), Some("Northwind Services"));
        assert_eq!(called(world.stranger.id.uuid()), None, "whom no entry speaks of");
        while t.store.audit().seal().await.unwrap() > 0 {}

        let erase = async |who: &str| t.store.audit().erase_person(&t.operator, who).await;
        let last = erase(&world.owner.email).await;
        assert!(matches!(last, Err(StoreError::Conflict(why)) if why.contains("last owner")), "{last:?}");
        let busy = erase(&world.operator_member.email).await;
        assert!(matches!(busy, Err(StoreError::Conflict(why)) if why.contains("not over")), "{busy:?}");
        assert_eq!(names().await, known, "nothing was erased");
        let who = world.sign_in(&world.operator_member).await;
        t.store.runs().cancel(&t.store.access().run(&who, run).await.unwrap()).await.unwrap();
        let entries = t.number("select count(*) from audit_entries").await;
        assert_eq!(erase(&world.operator_member.email).await.unwrap(), Some(world.operator_member.id));
        assert_eq!(erase(&world.operator_member.email).await.unwrap(), None, "there is nobody of that address");
        assert_eq!(names().await.get(&ThingId::from_uuid(world.operator_member.id.uuid())), None);
        assert_eq!(t.number("select count(*) from audit_entries").await, entries + 1, "the entries stay, and one is added");
        while t.store.audit().seal().await.unwrap() > 0 {}
        assert_eq!(t.store.audit().verify(&t.operator, None, &|_| {}).await.unwrap().flaw, None, "and so does the chain");
        let left = "select count(*) from operation_run_events where message like '%operator%' or message like '%Grace%'";
        assert_eq!(t.number(left).await, 0);
        assert_eq!(world.run(run).await.initiator_name, "Erased person");
        for table in ["users", "workspace_members", "sessions", "notices"] {
            let column = if table == "users" { "id" } else { "user_id" };
            let rows = format!("select count(*) from {table} where {column} = {}", t.literal(world.operator_member.id.uuid()));
            assert_eq!(t.number(&rows).await, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_gone_can_still_be_erased_by_their_id() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        t.execute(&format!("delete from users where id = {}", t.literal(world.readonly.id.uuid()))).await;
        let names = format!("select count(*) from audit_names where id = {}", t.literal(world.readonly.id.uuid()));
        assert_eq!(t.number(&names).await, 1, "a name outlives its account");
        let erased = t.store.audit().erase_person(&t.operator, &world.readonly.id.to_string()).await.unwrap();
        assert_eq!((erased, t.number(&names).await), (Some(world.readonly.id), 0));
    })
    .await;
}

/// Entries of one workspace: mostly of the system and of some people, few refused.
async fn fill(t: &TestStore, world: &World, many: u32) {
    let (workspace, tenant, other) =
        (t.literal(world.workspace.uuid()), t.literal(world.tenant.uuid()), t.literal(world.other_tenant.uuid()));
    let (owner, operator) = (t.literal(world.owner.id.uuid()), t.literal(world.operator_member.id.uuid()));
    let (series, id, at) = if t.store.backend() == Backend::Postgres {
        (format!("generate_series(1, {many}) i"), "gen_random_uuid()", "now() - i * interval '1 minute'".to_owned())
    } else {
        let at = "strftime('%Y-%m-%dT%H:%M:%S.000000Z', 'now', '-' || i || ' minutes')".to_owned();
        (
            format!("(with recursive n(i) as (select 1 union all select i + 1 from n where i < {many}) select i from n)"),
            "randomblob(16)",
            at,
        )
    };
    let insert = format!(
        "insert into audit_entries (id, at, workspace_id, tenant_id, actor_kind, actor_id, action, outcome, subject_kind, subject_id, details)
         select {id}, {at}, {workspace}, case i % 5 when 0 then {other} when 1 then null else {tenant} end,
           case when i % 3 = 0 then 'system' else 'user' end, case i % 100 when 1 then {operator} when 2 then {owner} end,
           case i % 50 when 0 then 'schedule.edit' else 'run.start' end, case i % 500 when 0 then 'denied' else 'done' end,
           'run', {id}, '{{}}' from {series}; analyze"
    );
    tamper(t, &insert).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_offered_filter_is_read_along_its_index() {
    on_both_in_real_time(async |t: TestStore| {
        let world = World::of(&t).await;
        fill(&t, &world, 100_000).await;
        let viewer = viewer(&world).await;
        let now = t.store.now().await.unwrap();
        let month = now.minus(Duration::from_secs(30 * 86_400));
        let all = AuditFilter::default;
        let subject = t.store.audit().list(&viewer, &all(), None, 1).await.unwrap().page.rows[0].subject_id;
        let offered = [
            ("", all()),
            ("_tenant", AuditFilter { tenant: Some(world.other_tenant), ..all() }),
            ("_actor", AuditFilter { actor: Some(AuditActor::User(world.operator_member.id)), ..all() }),
            ("_action", AuditFilter { actions: vec!["schedule.edit".to_owned()], ..all() }),
            ("_action", AuditFilter { actions: actions_of_group("schedule"), ..all() }),
            ("_denied", AuditFilter { outcome: Some(AuditOutcome::Denied), ..all() }),
            ("_denied", AuditFilter { outcome: Some(AuditOutcome::Denied), tenant: Some(world.tenant), ..all() }),
            ("_subject", AuditFilter { subject, ..all() }),
            ("", AuditFilter { actor: Some(AuditActor::System), ..all() }),
            ("", AuditFilter { subject_kind: Some("run".to_owned()), ..all() }),
        ];
        let deep = t.store.audit().list(&viewer, &AuditFilter { until: Some(month), ..all() }, None, 3).await.unwrap().page.next;
        assert!(deep.is_some(), "there are entries of more than a month ago");
        for (index, filter) in offered {
            for (since, until, cursor) in
                [(None, None, None), (None, Some(month), None), (Some(month), None, None), (None, None, deep.as_ref())]
            {
                let filter = AuditFilter { since, until, ..filter.clone() };
                let plan = t.store.audit().explain(&viewer, &filter, cursor, 50).await.unwrap();
                let wanted = format!("audit_entries_list{index}");
                let reads = |line: &str| line.split([' ', '(', ')']).any(|word| word == wanted);
                assert!(plan.lines().any(reads), "{:?} {filter:?} does not read {wanted}:\n{plan}", t.store.backend());
                let whole =
                    if t.store.backend() == Backend::Postgres { "Seq Scan on audit_entries" } else { "SCAN audit_entries" };
                assert!(!plan.lines().any(|line| line.contains(whole) && !line.contains("USING")), "{plan}");
                let list = t.store.audit().list(&viewer, &filter, cursor, 50).await.unwrap();
                assert!(list.page.rows.windows(2).all(|two| (two[0].at, two[0].id) > (two[1].at, two[1].id)));
            }
        }
    })
    .await;
}
