//! Removing a tenant for good.

use model::access::can;
use model::ids::TenantId;
use model::run::{StartBy, Started, Trigger};
use model::tenant::TenantStatus;
use store::access::{Confirmed, RunScope};
use store::runs::WorkerId;
use store::{Backend, RemovedPart, StoreError};
use testkit::stores::{TestStore, on, on_both};
use testkit::world::World;

use crate::inventory::{attempt_in, seen};

/// What stays, and what only refers to a tenant where that is there.
const STAY: [&str; 3] = ["audit_entries", "rollout_targets", "alert_rules"];

/// Tables with rows of tenants.
pub(crate) async fn tables(t: &TestStore) -> Vec<String> {
    let found = match t.store.backend() {
        Backend::Postgres => {
            "select table_name::text from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' order by 1"
        }
        Backend::Sqlite => {
            "select m.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and c.name = 'tenant_id' order by 1"
        }
    };
    let found = t.texts(found).await;
    assert!(found.len() > 50, "the search finds them");
    found
}

pub(crate) async fn of(t: &TestStore, table: &str, tenant: TenantId) -> i64 {
    t.number(&format!("select count(*) from {table} where tenant_id = {}", t.literal(tenant.uuid()))).await
}

/// Ends all that is queued or running.
async fn all_over(t: &TestStore) {
    t.execute(
        "update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at, lease_owner = null,
           tenant_slot = null, workspace_slot = null where status <> 'completed'",
    )
    .await;
}

async fn confirmed(world: &World) -> Confirmed<can::TenantDangerZone> {
    let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
    let scope = world.tenant_scope(&world.owner).await;
    Confirmed::typed(permit, scope.tenant(), &scope.tenant().name).unwrap()
}

async fn start(t: &TestStore, world: &World) -> Result<Started, StoreError> {
    t.store.tenants().delete(&confirmed(world).await, StartBy::from(Trigger::Manual)).await
}

/// The attempt of a deletion that was started just now.
async fn deletion(t: &TestStore, world: &World) -> RunScope {
    let started = start(t, world).await.unwrap();
    let claim = world.claim(&WorkerId::new("deletes")).await;
    assert_eq!(claim.run.id, started.run().id);
    world.admit(&claim).await
}

/// Goes on to the end, and says in how many parts.
async fn to_its_end(t: &TestStore, run: &RunScope, tenant: TenantId) -> usize {
    let (mut place, mut parts) = (0, 0);
    loop {
        parts += 1;
        let removed = t.store.tenants().remove_part(run, tenant, place).await.unwrap();
        assert!(parts < 500, "it comes to an end");
        let Some(next) = removed.next else { return parts };
        assert!(removed.rows > 0 && next >= place, "every part removes something");
        place = next;
    }
}

fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) -> &'static str {
    match result {
        Err(StoreError::Conflict(words)) => words,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_of_the_schema_is_empty_of_it_and_whole_of_others() {
    let test = async |t: TestStore| {
        let world = crate::rls::full(&t).await;
        all_over(&t).await;
        let (tenant, others) = (world.tenant, [world.other_tenant, world.foreign_tenant]);
        let mut before = Vec::new();
        for table in tables(&t).await {
            assert!(
                of(&t, &table, tenant).await > 0 || table == "onboarding_drafts",
                "{table} has no row, so this proves nothing"
            );
            before.push((of(&t, &table, others[0]).await, of(&t, &table, others[1]).await, table));
        }
        // A report of all tenants of its workspace tells of it; those of other workspaces do not.
        let of_all = "insert into reports (id, workspace_id, kind, subject, made_at, expires_at, bytes, parts)
          select id, id, 'readiness', '', created_at, created_at, 1, 0 from workspaces";
        t.execute(of_all).await;
        let reports = "select count(*) from reports where tenant_id is null";
        let workspaces = t.number(reports).await;
        t.store.tenants().set_status(&t.operator, tenant, TenantStatus::Archived).await.unwrap();
        // What another tenant takes from a set of this one stays with that tenant.
        let sets = "select count(*) from backup_set_uses";
        assert!(t.number(sets).await >= 3);
        let run = deletion(&t, &world).await;
        assert!(to_its_end(&t, &run, tenant).await > 20);
        for (one, two, table) in before {
            let (left, same) = (of(&t, &table, tenant).await, (of(&t, &table, others[0]).await, of(&t, &table, others[1]).await));
            assert_eq!(left > 0, table == STAY[0], "{table} has {left} rows of a tenant that is gone");
            assert!(same == (one, two) || table == STAY[0], "{table}: {same:?}, and had {one} and {two}");
        }
        assert!(workspaces > 1 && t.number(reports).await == workspaces - 1);
        let literal = t.literal(tenant.uuid());
        assert_eq!(t.number(&format!("select count(*) from tenants where id = {literal}")).await, 0);
        let last = "select action from audit_entries where action like 'tenant.delete%' order by at, id";
        assert_eq!(t.texts(last).await, ["tenant.delete", "tenant.deleted"]);
        assert!(t.number("select count(*) from audit_names where kind = 'tenant'").await >= 3, "the audit trail names it");
    };
    on(Backend::Postgres, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_both_databases_whatever_is_of_a_tenant_goes_with_its_row() {
    // What is not removed a part at a time goes with the tenant: each of its tables leads there by references that remove.
    let test = async |t: TestStore| {
        let mut reached: Vec<String> = vec!["tenants".to_owned()];
        let links = t
            .texts(
                "select m.name || ' ' || f.\"table\" from sqlite_master m join pragma_foreign_key_list(m.name) f
                 where m.type = 'table' and f.on_delete = 'CASCADE' order by 1",
            )
            .await;
        loop {
            let more = links.iter().filter_map(|link| link.split_once(' '));
            let more: Vec<String> = more
                .filter(|(table, to)| reached.iter().any(|have| have == to) && !reached.iter().any(|have| have == table))
                .map(|(table, _)| table.to_owned())
                .collect();
            if more.is_empty() {
                break;
            }
            reached.extend(more);
        }
        for table in tables(&t).await {
            assert!(
                reached.contains(&table) || STAY.contains(&table.as_str()) || table == "backup_set_uses",
                "{table} would stay"
            );
        }
    };
    on(Backend::Sqlite, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_archived_and_at_rest_is_deleted_by_an_owner_of_the_workspace() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        assert!(conflict(start(&t, &world).await).contains("only an archived tenant"));
        let scope = world.tenant_scope(&world.owner).await;
        let run = attempt_in(&t, &scope).await;
        t.store.inventory().observe(&run, vec![seen("scope_tag", "1", "One", 1)]).await.unwrap();
        t.store.tenants().set_status(&t.operator, world.tenant, TenantStatus::Archived).await.unwrap();
        assert!(conflict(start(&t, &world).await).contains("not over yet"));
        all_over(&t).await;
        for user in [&world.manager, &world.operator_member, &world.readonly] {
            assert!(matches!(world.workspace_scope(user).await.permit::<can::TenantDangerZone>(), Err(StoreError::Forbidden(_))));
        }
        let permit = world.workspace_scope(&world.owner).await.permit::<can::TenantDangerZone>().unwrap();
        assert!(Confirmed::typed(permit, scope.tenant(), "another name").is_err());
        // A permit in the tenant alone is none in its workspace.
        let alone = Confirmed::typed(scope.permit().unwrap(), scope.tenant(), &scope.tenant().name).unwrap();
        let refused = t.store.tenants().delete(&alone, Trigger::Manual).await;
        assert!(matches!(refused, Err(StoreError::Forbidden(_))), "{refused:?}");
        let Started::Accepted(first) = start(&t, &world).await.unwrap() else { panic!("it starts") };
        let Started::Deduplicated(second) = start(&t, &world).await.unwrap() else { panic!("one at a time") };
        assert_eq!(first.id, second.id);
        assert!(matches!(t.store.tenants().remove_part(&run, world.tenant, 0).await, Err(StoreError::Forbidden(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_the_program_archives_and_deletes_as_well_and_is_on_record() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = t.store.access().tenant_of_operator(&t.operator, world.tenant).await.unwrap();
        t.store.tenants().archive(&scope.permit().unwrap(), true).await.unwrap();
        let workspace = t.store.access().workspace_of_operator(&t.operator, &scope).await.unwrap();
        let permit = workspace.permit::<can::TenantDangerZone>().unwrap();
        let confirmed = Confirmed::typed(permit, scope.tenant(), &scope.tenant().name).unwrap();
        let Started::Accepted(run) = t.store.tenants().delete(&confirmed, Trigger::Manual).await.unwrap() else { panic!() };
        let claim = world.claim(&WorkerId::new("deletes")).await;
        assert_eq!(claim.run.id, run.id);
        to_its_end(&t, &world.admit(&claim).await, world.tenant).await;
        let gone = t.store.access().tenant_of_operator(&t.operator, world.tenant).await;
        assert!(matches!(gone, Err(StoreError::NotVisible)));
        let by = "select distinct actor_kind from audit_entries where action in ('tenant.archive', 'tenant.delete')";
        assert_eq!(t.texts(by).await, ["operator"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_is_not_taken_out_again_and_is_gone_on_with() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let tenant = world.tenant;
        let attempt = attempt_in(&t, &world.tenant_scope(&world.owner).await).await;
        let many = (0..1_200).map(|i| seen("scope_tag", &i.to_string(), "One", 1)).collect();
        t.store.inventory().observe(&attempt, many).await.unwrap();
        all_over(&t).await;
        let literal = t.literal(tenant.uuid());
        let versions = format!("select count(*) from policy_versions where tenant_id = {literal}");
        assert_eq!(t.number(&versions).await, 1_200);
        t.store.tenants().set_status(&t.operator, tenant, TenantStatus::Archived).await.unwrap();
        let scope = world.tenant_scope(&world.owner).await;
        assert_eq!(t.store.tenants().deleting_since(&scope).await.unwrap(), None);
        let run = deletion(&t, &world).await;
        // Taken out of the archive before it began: nothing goes.
        t.store.tenants().archive(&scope.permit().unwrap(), false).await.unwrap();
        assert!(conflict(t.store.tenants().remove_part(&run, tenant, 0).await).contains("only an archived tenant"));
        t.store.tenants().archive(&world.tenant_scope(&world.owner).await.permit().unwrap(), true).await.unwrap();
        let mut place = 0;
        while t.number(&versions).await == 1_200 {
            place = t.store.tenants().remove_part(&run, tenant, place).await.unwrap().next.unwrap();
        }
        assert_eq!(t.number(&versions).await, 700, "a transaction is bounded");
        let scope = world.tenant_scope(&world.owner).await;
        assert!(t.store.tenants().deleting_since(&scope).await.unwrap().is_some());
        let back = t.store.tenants().archive(&scope.permit().unwrap(), false).await;
        assert!(conflict(back).contains("not being deleted"));
        // The worker is gone; another attempt begins at the first part.
        all_over(&t).await;
        assert!(matches!(t.store.tenants().remove_part(&run, tenant, place).await, Err(StoreError::LeaseLost)));
        let run = deletion(&t, &world).await;
        to_its_end(&t, &run, tenant).await;
        for table in tables(&t).await.iter().filter(|table| *table != STAY[0]) {
            assert_eq!(of(&t, table, tenant).await, 0, "{table}");
        }
        let gone = t.store.access().tenant(&world.sign_in(&world.owner).await, tenant).await;
        assert!(matches!(gone, Err(StoreError::NotVisible)));
        let again = t.store.tenants().remove_part(&run, tenant, 0).await.unwrap();
        assert_eq!(again, RemovedPart { rows: 0, next: None }, "what is gone stays gone");
        assert!(t.number("select count(*) from blobs").await > 0, "contents are the clean-up's");
    })
    .await;
}
