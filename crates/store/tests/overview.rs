//! The overview of all tenants: what is known of each, who sees which, filters, orders and pages.

use std::collections::BTreeSet;
use std::time::Duration;

use model::access::Capability;
use model::coverage::TypeState;
use model::failure::Code;
use model::finding::Severity;
use model::ids::{DrillId, FindingId, TenantId};
use model::overview::{ConnectionHealth, OverviewFilter, OverviewSort, TenantStanding, Trouble};
use model::resource_types;
use model::tenant::Environment;
use model::time::Moment;
use store::access::WorkspaceScope;
use store::{GroupChange, StoreError, TypeUnread};
use testkit::stores::{TestStore, on_both};
use testkit::world::{self, World};

use crate::backups::captured;
use crate::inventory::{list_of, seen, unread};

async fn all(t: &TestStore, scope: &WorkspaceScope, filter: &OverviewFilter) -> Vec<TenantStanding> {
    t.store.overview().list(scope, filter, None, 50).await.unwrap().rows
}

fn names(rows: &[TenantStanding]) -> Vec<&str> {
    rows.iter().map(|row| row.tenant.name.as_str()).collect()
}

/// An open finding in that tenant.
async fn finding(t: &TestStore, tenant: TenantId, severity: Severity) {
    let id = FindingId::generate();
    let text = format!(
        "insert into findings (id, workspace_id, tenant_id, against, fingerprint, resource_type, object_id, name, name_key, kind, property,
           severity, state, evidence, occurrences, first_seen_at, last_seen_at, opened_at, state_at, revision)
         select {}, workspace_id, id, 'previous', '{id}', 'scope_tag', 'x', '', '', 'changed', 'p', '{severity}', 'new', '{{}}', 1,
           created_at, created_at, created_at, created_at, 1 from tenants where id = {}",
        t.literal(id.uuid()),
        t.literal(tenant.uuid())
    );
    t.execute(&text).await;
}

/// That drift was checked in that tenant.
async fn compared(t: &TestStore, tenant: TenantId) {
    let text = format!(
        "insert into drift_readings (tenant_id, resource_type, workspace_id, compared_at)
         select id, 'scope_tag', workspace_id, created_at from tenants where id = {}",
        t.literal(tenant.uuid())
    );
    t.execute(&text).await;
}

/// A drill of the tenant that has backups.
async fn drilled(t: &TestStore, score: i64) -> DrillId {
    let id = DrillId::generate();
    let text = format!(
        "insert into restore_drills (id, workspace_id, tenant_id, set_name, taken_at, score, objects, restorable, verified, requests,
           writes, placeholders, takes_ms, drilled_at)
         select {}, workspace_id, tenant_id, '', started_at, {score}, 1, 1, 1, 0, 0, 0, 0, started_at from backup_sets limit 1",
        t.literal(id.uuid())
    );
    t.execute(&text).await;
    id
}

/// A complete reading of every type of the first tenant.
async fn read_everything(t: &TestStore, world: &World) -> Moment {
    let run = world.attempt(&["scope_tag"]).await;
    let from = t.store.now().await.unwrap();
    let kept = resource_types::all().iter().filter(|kind| kind.in_inventory());
    let lists: Vec<_> = kept.map(|kind| list_of(kind.key.as_str(), from, 0)).collect();
    let (last, others) = lists.split_last().unwrap();
    t.store.inventory().types_complete(&run, others).await.unwrap();
    let scope = world.workspace_scope(&world.owner).await;
    assert_eq!(all(t, &scope, &OverviewFilter::default()).await[0].synced_at, None, "one type was never read to its end");
    let unlicensed = TypeUnread { state: TypeState::NotLicensed, ..unread(last.resource_type, Code::GraphNotFound) };
    t.store.inventory().types_unread(&run, &[unread(last.resource_type, Code::GraphForbidden)]).await.unwrap();
    assert_eq!(all(t, &scope, &OverviewFilter::default()).await[0].synced_at, None, "nor could it be read");
    t.store.inventory().types_unread(&run, &[unlicensed]).await.unwrap();
    assert_eq!(all(t, &scope, &OverviewFilter::default()).await[0].synced_at, Some(from), "the tenant has nothing of it");
    t.store.inventory().types_complete(&run, std::slice::from_ref(last)).await.unwrap();
    from
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_of_a_tenant_is_said_and_never_a_zero() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.workspace_scope(&world.owner).await;
        let rows = all(&t, &scope, &OverviewFilter::default()).await;
        assert_eq!(names(&rows), ["Contoso", "Fabrikam"]);
        for row in &rows {
            assert_eq!((row.items, row.missing), (None, 0));
            assert_eq!((row.synced_at, row.backup, row.readiness, row.findings), (None, None, None, None));
            assert_eq!((row.expires_at, row.runs, row.tags.len(), row.groups.len()), (None, 0, 0, 0));
        }
        assert_eq!((rows[0].connection, rows[1].connection), (ConnectionHealth::Unchecked, ConnectionHealth::Missing));
        let now = t.store.now().await.unwrap();
        let unknown = [Trouble::Sync, Trouble::Backup, Trouble::Readiness];
        assert_eq!(rows[0].troubles(now), unknown);
        assert_eq!(rows[1].troubles(now), [&unknown[..], &[Trouble::Connection]].concat());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn items_are_those_of_the_latest_lists_and_missing_what_these_did_not_have() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.workspace_scope(&world.owner).await;
        let inventory = t.store.inventory();
        let run = world.attempt(&["scope_tag"]).await;
        let all_of = |names: &[&'static str]| names.iter().map(|name| seen("scope_tag", name, name, 1)).collect();
        let figures = async || {
            let row = all(&t, &scope, &OverviewFilter::default()).await.remove(0);
            let truth = "select count(*) from inventory_items i join inventory_coverage v on v.tenant_id = i.tenant_id
              and v.resource_type = i.resource_type where i.last_seen_at < v.complete_from";
            assert_eq!(row.missing, t.number(truth).await);
            (row.items, row.missing)
        };
        inventory.observe(&run, all_of(&["a", "b", "c"])).await.unwrap();
        inventory.types_unread(&run, &[unread("assignment_filter", Code::GraphForbidden)]).await.unwrap();
        assert_eq!(figures().await, (None, 0), "no list was read to its end");
        let from = t.store.now().await.unwrap();
        inventory.types_complete(&run, &[list_of("scope_tag", from, 3)]).await.unwrap();
        inventory.types_complete(&run, &[list_of("named_location", from, 2)]).await.unwrap();
        assert_eq!(figures().await, (Some(5), 0));
        t.clock.advance(Duration::from_secs(10));
        let from = t.store.now().await.unwrap();
        inventory.observe(&run, all_of(&["b"])).await.unwrap();
        // What was listed once and could never be read has no version that says that it is gone.
        t.execute("update inventory_items set latest_version = 0 where object_id = 'c'").await;
        inventory.types_complete(&run, &[list_of("scope_tag", from, 1)]).await.unwrap();
        assert_eq!(figures().await, (Some(3), 2));
        t.execute("update tenant_inventories set kept_types = 'others', items = null").await;
        assert_eq!(figures().await, (Some(3), 2), "what another version wrote down is worked out anew");
        t.clock.advance(Duration::from_secs(10));
        inventory.observe(&run, all_of(&["a"])).await.unwrap();
        assert_eq!(figures().await, (Some(3), 1), "what came back is missing no more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_of_a_tenant_is_shown_and_filters_find_the_same() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.workspace_scope(&world.owner).await;
        let set = captured(&t, &world).await;
        t.execute("update backup_sets set status = 'partial', holds = 'Everything'").await;
        assert_eq!(all(&t, &scope, &OverviewFilter::default()).await[0].backup, None, "one that lacks something is none");
        t.execute("update backup_sets set status = 'complete', holds = 'Filters'").await;
        assert_eq!(all(&t, &scope, &OverviewFilter::default()).await[0].backup, None, "one of a part is none of everything");
        t.execute("update backup_sets set holds = 'Everything'").await;
        let drill = drilled(&t, 89).await;
        let synced = read_everything(&t, &world).await;
        compared(&t, world.tenant).await;
        compared(&t, world.other_tenant).await;
        for severity in [Severity::Low, Severity::High, Severity::High] {
            finding(&t, world.tenant, severity).await;
        }
        t.execute("update operation_runs set status = 'completed', outcome = 'failed', completed_at = created_at").await;
        t.execute("update provider_connections set credential_expires_at = created_at").await;
        let runs = t.number("select count(*) from operation_runs").await;
        let rows = all(&t, &scope, &OverviewFilter::default()).await;
        let now = t.store.now().await.unwrap();
        let one = &rows[0];
        assert_eq!(one.synced_at, Some(synced));
        // What another version wrote down, which kept other types, is worked out anew.
        t.execute("update tenant_inventories set kept_types = 'others', synced_at = null").await;
        assert_eq!(all(&t, &scope, &OverviewFilter::default()).await[0].synced_at, Some(synced));
        assert_eq!(one.backup.map(|(id, _)| id), Some(set));
        assert_eq!(one.readiness.map(|(id, score, _)| (id, score)), Some((drill, 89)));
        assert_eq!((one.findings, rows[1].findings), (Some([1, 0, 2, 0]), Some([0; 4])));
        assert_eq!((one.connection, one.expires_at.is_some(), one.runs), (ConnectionHealth::Expired, true, runs));
        assert!(runs > 0);
        for trouble in Trouble::ALL {
            let filter = OverviewFilter { trouble: Some(*trouble), ..OverviewFilter::default() };
            let expected: Vec<&str> =
                rows.iter().filter(|row| row.troubles(now).contains(trouble)).map(|row| row.tenant.name.as_str()).collect();
            assert_eq!(names(&all(&t, &scope, &filter).await), expected, "{trouble}");
        }
        t.clock.advance(Duration::from_secs(8 * 86_400));
        let later = all(&t, &scope, &OverviewFilter::default()).await;
        assert_eq!(later[0].runs, 0, "what is long ago is no trouble");
        let later = later[0].troubles(t.store.now().await.unwrap());
        assert!(later.contains(&Trouble::Sync) && later.contains(&Trouble::Backup), "{later:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_as_its_latest_check_found_it_until_it_is_changed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.workspace_scope(&world.owner).await;
        let health = async || {
            let health = all(&t, &scope, &OverviewFilter::default()).await[0].connection;
            // The operator of the installation is told the same of all of its tenants, worst first.
            let told = t.store.overview().connections(&t.operator).await.unwrap();
            assert!(told.contains(&("Contoso".to_owned(), health)) && told.len() == 3, "{told:?}");
            assert!(told.is_sorted_by_key(|(_, health)| ConnectionHealth::ALL.iter().position(|one| one == health)), "{told:?}");
            health
        };
        let check = |worst: &str, minutes: u32| {
            format!(
                "insert into connection_checks (id, workspace_id, tenant_id, connection_id, revision, report, worst, made_at)
                 select {}, workspace_id, tenant_id, id, revision, '{{\"checks\": []}}', '{worst}', {} from provider_connections
                 where tenant_id = {}",
                t.literal(model::ids::ThingId::generate().uuid()),
                if t.store.backend() == store::Backend::Postgres {
                    format!("created_at + interval '{minutes} minutes'")
                } else {
                    format!("substr(created_at, 1, 14) || '{minutes:02}' || substr(created_at, 17)")
                },
                t.literal(world.tenant.uuid())
            )
        };
        for (n, (worst, expected)) in [
            ("pass", ConnectionHealth::Healthy),
            ("warn", ConnectionHealth::Warning),
            ("fail", ConnectionHealth::Failing),
            ("skip", ConnectionHealth::Unchecked),
        ]
        .into_iter()
        .enumerate()
        {
            t.execute(&check(worst, 10 + u32::try_from(n).unwrap())).await;
            assert_eq!(health().await, expected, "{worst}");
        }
        t.execute("delete from connection_checks where worst = 'skip'").await;
        assert_eq!(health().await, ConnectionHealth::Failing);
        t.execute("update provider_connections set revision = revision + 1").await;
        assert_eq!(health().await, ConnectionHealth::Unchecked, "it is another one now");
        let off = t.store.backend() == store::Backend::Postgres;
        t.execute(&format!("update provider_connections set enabled = {}", if off { "false" } else { "0" })).await;
        assert_eq!(health().await, ConnectionHealth::Disabled);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_people_see_the_tenants_that_they_are_entitled_to_and_strangers_none() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        finding(&t, world.tenant, Severity::Critical).await;
        compared(&t, world.tenant).await;
        let filters = OverviewSort::ALL.iter().map(|sort| OverviewFilter { sort: Some(*sort), ..OverviewFilter::default() });
        let groups = Trouble::ALL.iter().map(|one| OverviewFilter { trouble: Some(*one), ..OverviewFilter::default() });
        for filter in filters.chain(groups) {
            for (user, most) in [(&world.operator_member, 1), (&world.readonly, 1), (&world.outsider, 0)] {
                let rows = all(&t, &world.workspace_scope(user).await, &filter).await;
                assert!(rows.len() <= most && rows.iter().all(|row| row.tenant.id == world.tenant), "{filter:?}");
                assert!(filter.sort.is_none() || rows.len() == most);
                assert!(rows.iter().all(|row| Some(row.tenant.role) == user_role(&world, user.id)));
            }
            let who = world.sign_in(&world.stranger).await;
            let theirs = t.store.access().workspace(&who, world.foreign_workspace).await.unwrap();
            let rows = all(&t, &theirs, &filter).await;
            assert!(rows.iter().all(|row| row.tenant.id == world.foreign_tenant), "{filter:?}");
        }
        // A token that may not see findings is not told of them, nor by the order of the list.
        let owner = world.workspace_scope(&world.owner).await;
        let token = crate::api_tokens::able(&[Capability::WorkspaceView, Capability::TenantView]);
        let who = crate::api_tokens::acting(&world, &world.owner, &token).await;
        let narrow = t.store.access().workspace(&who, world.workspace).await.unwrap();
        assert_eq!(all(&t, &narrow, &OverviewFilter::default()).await[0].findings, None);
        assert!(all(&t, &owner, &OverviewFilter::default()).await[0].findings.is_some());
        let by = OverviewFilter { sort: Some(OverviewSort::Findings), ..OverviewFilter::default() };
        let in_trouble = OverviewFilter { trouble: Some(Trouble::Findings), ..OverviewFilter::default() };
        for filter in [by, in_trouble] {
            let refused = t.store.overview().list(&narrow, &filter, None, 50).await;
            assert!(matches!(refused, Err(StoreError::Forbidden(Capability::FindingsView))), "{refused:?}");
        }
    })
    .await;
}

fn user_role(world: &World, user: model::ids::UserId) -> Option<model::access::Role> {
    if user == world.operator_member.id { Some(model::access::Role::Operator) } else { Some(model::access::Role::Readonly) }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other_in_every_order_both_ways() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for n in 0..9_u32 {
            let tenant = world::tenant(&t.store, &t.operator, world.workspace, &format!("Tenant {n}")).await;
            for _ in 0..n % 3 {
                finding(&t, tenant, if n % 2 == 0 { Severity::Critical } else { Severity::Medium }).await;
            }
            if n != 4 {
                compared(&t, tenant).await;
            }
        }
        captured(&t, &world).await;
        t.execute("update backup_sets set status = 'complete', holds = 'Everything'").await;
        drilled(&t, 100).await;
        read_everything(&t, &world).await;
        let scope = world.workspace_scope(&world.owner).await;
        let overview = t.store.overview();
        for sort in OverviewSort::ALL {
            let mut orders = Vec::new();
            for reversed in [false, true] {
                let filter = OverviewFilter { sort: Some(*sort), reversed, ..OverviewFilter::default() };
                let whole: Vec<TenantId> = all(&t, &scope, &filter).await.iter().map(|row| row.tenant.id).collect();
                assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), 11);
                let (mut walked, mut cursor, mut last) = (Vec::new(), None, None);
                loop {
                    let page = overview.list(&scope, &filter, cursor.as_ref(), 4).await.unwrap();
                    walked.extend(page.rows.iter().map(|row| row.tenant.id));
                    last = page.previous.or(last);
                    match page.next {
                        Some(next) => cursor = Some(next),
                        None => break,
                    }
                }
                assert_eq!(walked, whole, "{sort}, reversed: {reversed}");
                let before = overview.list(&scope, &filter, last.as_ref(), 4).await.unwrap();
                assert_eq!(before.rows.iter().map(|row| row.tenant.id).collect::<Vec<_>>(), whole[4..8], "{sort}, back");
                orders.push(whole);
            }
            orders[1].reverse();
            assert_eq!(orders[0], orders[1], "{sort}");
        }
        let by = |sort| OverviewFilter { sort: Some(sort), ..OverviewFilter::default() };
        let rows = all(&t, &scope, &by(OverviewSort::Findings)).await;
        let (worst, least) = (rows.first().unwrap(), rows.last().unwrap());
        assert_eq!((worst.findings, least.findings), (Some([0, 0, 0, 2]), None), "what is not known is last");
        assert_eq!(all(&t, &scope, &by(OverviewSort::Sync)).await.last().unwrap().tenant.id, world.tenant, "never is first");
        assert_eq!(all(&t, &scope, &by(OverviewSort::Connection)).await.last().unwrap().tenant.id, world.tenant);
        // A cursor of another order, or of nothing, begins anew.
        let other = overview.list(&scope, &by(OverviewSort::Name), None, 4).await.unwrap();
        let anew = overview.list(&scope, &by(OverviewSort::Runs), other.next.as_ref(), 4).await.unwrap();
        assert_eq!(anew.rows, overview.list(&scope, &by(OverviewSort::Runs), None, 4).await.unwrap().rows);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_are_found_by_text_tag_group_and_environment() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.workspace_scope(&world.owner).await;
        let tags = ["Gold".to_owned(), "EU".to_owned()];
        t.store.tenants().set_tags(&world.tenant_scope(&world.owner).await.permit().unwrap(), &tags).await.unwrap();
        let groups = t.store.tenant_groups();
        let permit = scope.permit().unwrap();
        let group = groups.create(&permit, "Retail").await.unwrap();
        groups.change_members(&permit, group, GroupChange::Replace, &BTreeSet::from([world.other_tenant])).await.unwrap();
        let of = async |filter: OverviewFilter| {
            all(&t, &scope, &filter).await.into_iter().map(|row| row.tenant.name).collect::<Vec<String>>()
        };
        let text = |text: &str| OverviewFilter { text: Some(text.to_owned()), ..OverviewFilter::default() };
        assert_eq!(of(text("FABRI")).await, ["Fabrikam"]);
        assert_eq!(of(text("contoso.onmicrosoft")).await, ["Contoso"]);
        assert_eq!(of(text("%")).await, Vec::<String>::new());
        let tag = |tag: &str| OverviewFilter { tag: Some(tag.to_owned()), ..OverviewFilter::default() };
        assert_eq!((of(tag("gold")).await, of(tag("gol")).await.len()), (vec!["Contoso".to_owned()], 0));
        assert_eq!(of(OverviewFilter { group: Some(group), ..OverviewFilter::default() }).await, ["Fabrikam"]);
        let of_environment = |environment| OverviewFilter { environment: Some(environment), ..OverviewFilter::default() };
        assert_eq!(of(of_environment(Environment::Production)).await.len(), 2);
        assert_eq!(of(of_environment(Environment::Staging)).await.len(), 0);
        let rows = all(&t, &scope, &OverviewFilter::default()).await;
        assert_eq!(
            (rows[0].tags.as_slice(), rows[1].groups.as_slice()),
            (["EU".to_owned(), "Gold".to_owned()].as_slice(), [(group, "Retail".to_owned())].as_slice())
        );
        t.execute(&format!("update tenants set status = 'archived' where id = {}", t.literal(world.tenant.uuid()))).await;
        assert_eq!(of(OverviewFilter::default()).await, ["Fabrikam"], "what is put away is not looked after");
        assert_eq!(t.store.overview().tags(&scope).await.unwrap(), []);
    })
    .await;
}
