//! Row-level security on PostgreSQL: what a query sees that forgets its scope, or reaches for another's rows.

mod acting;
mod made;

use std::collections::BTreeSet;

use acting::{REFUSED, acting, count, insert, reach, tried};
use made::{engine, invited, onboarding, signing_in};
use model::ids::TenantId;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgPool;
use store::Backend;
use store::runs::WorkerId;
use testkit::stores::{TestStore, on};
use testkit::world::World;

use crate::inventory::{attempt_in, list_of, seen};

const TABLES: &str = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname = 'public' and c.relname <> '_sqlx_migrations' order by 1";

fn with_column(column: &str) -> String {
    format!(
        "select table_name::text from information_schema.columns
         where table_schema = 'public' and column_name = '{column}' order by 1"
    )
}

/// A world with a row in every table, in both workspaces.
pub(crate) async fn full(t: &TestStore) -> World {
    let world = World::of(t).await;
    signing_in(t, &world).await;
    let (owner, stranger) = (world.sign_in(&world.owner).await, world.sign_in(&world.stranger).await);
    let access = t.store.access();
    t.store.connections().save(&t.operator, world.other_tenant, &testkit::world::connection()).await.unwrap();
    t.store.members().add_to_tenant(&t.operator, world.other_tenant, world.owner.id, model::access::Role::Owner).await.unwrap();
    t.store
        .members()
        .add_to_tenant(&t.operator, world.foreign_tenant, world.stranger.id, model::access::Role::Owner)
        .await
        .unwrap();
    for (who, tenant) in [(&owner, world.tenant), (&owner, world.other_tenant), (&stranger, world.foreign_tenant)] {
        let run = attempt_in(t, &access.tenant(who, tenant).await.unwrap()).await;
        t.store.inventory().observe(&run, vec![seen("scope_tag", &tenant.to_string(), "One", 1)]).await.unwrap();
        let from = t.store.now().await.unwrap();
        t.store.inventory().types_complete(&run, &[list_of("scope_tag", from, 1)]).await.unwrap();
        crate::directory::filled(t, &run).await;
        crate::tenant_events::filled(t, &run, &tenant.to_string()).await;
        let scope = access.tenant(who, tenant).await.unwrap();
        let item = crate::inventory::all(t, &scope).await.remove(0).id;
        let note = model::version::NewMark::new("A note", true).unwrap();
        t.store.policy_versions().mark(&scope.permit().unwrap(), item, 1, 0, &note).await.unwrap();
    }
    crate::setting_search::indexed(t).await;
    t.execute(
        "insert into setting_waiting (tenant_id, content_hash, resource_type, workspace_id, since)
         select tenant_id, content_hash, resource_type, workspace_id, now() from setting_contents",
    )
    .await;
    t.execute(
        "insert into adoption_sources (name, fingerprint, begun_at) values ('older', 'f', now());
         insert into adopted_records (source, kind, old_id, new_id, adopted_at) values ('older', 'operation_runs', '1', gen_random_uuid(), now())",
    )
    .await;
    backups(t).await;
    onboarding(t, &world).await;
    let worker = WorkerId::new("w");
    t.store.queue().register(&worker, "host", "1", 1).await.unwrap();
    engine(t, &world).await;
    crate::quota::shared(t).await;
    t.execute("update provider_connections set credential_expires_at = created_at").await;
    assert_eq!(t.store.connections().tell_expiring().await.unwrap(), 3);
    invited(t, &world).await;
    t.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(t.store.queue().fire_due(9).await.unwrap().runs, 3);
    t.store.queue().roll_up(&worker).await.unwrap();
    for (who, workspace) in [(&owner, world.workspace), (&stranger, world.foreign_workspace)] {
        let scope = access.workspace(who, workspace).await.unwrap();
        t.store.sessions().choose_workspace(who, &scope).await.unwrap();
        let (operator, _) = crate::platform::an_operator(t, &format!("{workspace}@host.test")).await;
        crate::break_glass::opened(t, &operator, workspace).await;
        let token = crate::api_tokens::able(&[model::access::Capability::WorkspaceView]);
        t.store.api_tokens().create(&scope.permit().unwrap(), &token).await.unwrap();
    }
    world
}

/// A backup set of each tenant, with something in it, something missing, and somebody who uses it.
async fn backups(t: &TestStore) {
    for text in [
        "insert into backup_sets (id, workspace_id, tenant_id, name, status, selection, holds, created_by_name, started_at, completed_at,
           items, bytes, missing, left_out, pinned)
         select gen_random_uuid(), workspace_id, id, 'n', 'partial', '{\"what\": \"all\"}', 'Everything', '', now(), now(), 1, 1, 1, 1, false from tenants",
        "insert into backup_set_items (set_id, item_id, version_id, workspace_id, tenant_id)
         select s.id, v.item_id, v.id, s.workspace_id, s.tenant_id from backup_sets s join policy_versions v on v.tenant_id = s.tenant_id",
        "insert into backup_set_types (set_id, resource_type, workspace_id, tenant_id, state, pages, objects, details, every_detail, wanted_whole,
           items, bytes, left_out, ended_at)
         select id, 'scope_tag', workspace_id, tenant_id, 'complete', 1, 1, 1, true, true, 1, 1, 0, now() from backup_sets",
        "insert into backup_set_missing (set_id, resource_type, object_id, workspace_id, tenant_id, name, code)
         select id, 'scope_tag', 'x', workspace_id, tenant_id, '', 'graph.not_found' from backup_sets",
        "insert into blobs (workspace_id, hash, bytes, plain_size, created_at) select id, 'h', '', 0, now() from workspaces",
        "insert into blob_objects (object, workspace_id, hash, since, removing) select cast(id as text), id, 'h', now(), false from workspaces",
        "insert into backup_set_objects (id, set_id, resource_type, object_id, workspace_id, tenant_id, name, name_key, content_hash,
           semantic_hash, volatile_fields, id_was_made, withheld)
         select gen_random_uuid(), id, 'scope_tag', 'x', workspace_id, tenant_id, '', '', 'h', 'h', '{}', false, false from backup_sets",
        "insert into backup_set_remarks (set_id, number, workspace_id, tenant_id, remark, file, words)
         select id, 1, workspace_id, tenant_id, 'note', '', '' from backup_sets",
        "insert into backup_files (id, workspace_id, tenant_id, kind, set_id, created_at, expires_at, protection, sealed_secret, bytes, parts)
         select id, workspace_id, tenant_id, 'export', id, now(), now(), 'open', '', 1, 1 from backup_sets",
        "insert into backup_file_parts (file_id, number, workspace_id, tenant_id, bytes)
         select id, 0, workspace_id, tenant_id, '' from backup_files",
        "insert into reports (id, workspace_id, tenant_id, kind, subject, made_at, expires_at, bytes, parts)
         select id, workspace_id, id, 'readiness', '', now(), now(), 1, 1 from tenants",
        "insert into report_parts (report_id, number, workspace_id, tenant_id, bytes, plain_size)
         select id, 0, workspace_id, tenant_id, '', 0 from reports",
        "insert into backup_set_uses (set_id, used_by, workspace_id, tenant_id, kind, created_at)
         select id, id, workspace_id, tenant_id, 'restore', now() from backup_sets",
        "insert into content_secrets (id, workspace_id, tenant_id, version_id, handle, place, sealed_value, fetched_at)
         select gen_random_uuid(), workspace_id, tenant_id, id, 'h', './x', '\\x00', now() from policy_versions",
        "insert into restores (id, workspace_id, tenant_id, name, purpose, state, revision, source, source_words, prune, prune_types, items,
           executions, created_by_name, created_at, updated_at)
         select id, workspace_id, id, '', 'restore', 'draft', 1, '{}', '', false, '[]', 1, 0, '', now(), now() from tenants",
        "insert into restore_items (restore_id, number, workspace_id, tenant_id, resource_type, source_id, name, part, suggested, needs, stripped)
         select id, 1, workspace_id, tenant_id, 'scope_tag', 'x', '', '{}', '[]', '[]', '[]' from restores",
        "insert into restore_contents (restore_id, hash, workspace_id, tenant_id) select id, 'h', workspace_id, tenant_id from restores",
        "insert into restore_mappings (restore_id, resource_type, source_id, workspace_id, tenant_id, name, uses, narrowing, droppable, suggested)
         select id, 'group', 'x', workspace_id, tenant_id, '', 1, false, false, '[]' from restores",
        "insert into restore_journal (restore_id, sequence, workspace_id, tenant_id, attempt, kind, at)
         select id, 1, workspace_id, tenant_id, 1, 'listed', now() from restores",
        "insert into restore_reach (restore_id, kind, group_id, workspace_id, tenant_id, objects)
         select id, 'nobody', '', workspace_id, tenant_id, 0 from restores",
        "insert into restore_secret_places (restore_id, number, pointer, workspace_id, tenant_id, place, needed)
         select id, 1, '/x', workspace_id, tenant_id, '/x', true from restores",
        "insert into findings (id, workspace_id, tenant_id, against, fingerprint, resource_type, object_id, name, name_key, kind, property,
           severity, state, evidence, occurrences, first_seen_at, last_seen_at, opened_at, state_at, revision)
         select id, workspace_id, id, 'previous', 'f', 'scope_tag', 'x', '', '', 'changed', 'p', 'low', 'new', '{}', 1, now(), now(), now(),
           now(), 1 from tenants",
        "insert into incidents (workspace_id, cause, resource_type, kind, property, latest_at) select id, 'c', 'scope_tag', 'changed', 'p', now()
         from workspaces",
        "insert into finding_ratings (workspace_id, rules, due_days, revision, changed_at) select id, '[]', '{}', 1, now() from workspaces",
        "insert into baselines (id, workspace_id, name, name_key, description, created_by_name, created_at, updated_at, revision)
         select id, id, '', '', '', '', now(), now(), 1 from workspaces",
        "insert into baseline_versions (baseline_id, number, workspace_id, state, extras, source, created_by_name, created_at)
         select id, 1, workspace_id, 'ready', false, 'tenant', '', now() from baselines",
        "insert into baseline_items (baseline_id, number, resource_type, object_id, workspace_id, name, name_key, content_hash, semantic_hash,
           ignored) select baseline_id, 1, 'scope_tag', 'x', workspace_id, '', '', 'h', 'h', '[]' from baseline_versions",
        "insert into baseline_assignments (tenant_id, baseline_id, workspace_id, assigned_by_name, assigned_at)
         select id, workspace_id, workspace_id, '', now() from tenants",
        "insert into baseline_matches (tenant_id, baseline_id, resource_type, object_id, workspace_id, how, state, properties, wanted)
         select tenant_id, baseline_id, 'scope_tag', 'x', workspace_id, 'id', 'missing', '[]', '' from baseline_assignments",
        "insert into baseline_alignment (tenant_id, baseline_id, resource_type, workspace_id, state, aligned, differs, missing, extra,
           compared_at) select tenant_id, baseline_id, 'scope_tag', workspace_id, 'compared', 1, 0, 0, 0, now() from baseline_assignments",
        "insert into finding_history (finding_id, sequence, workspace_id, tenant_id, at, event, state)
         select id, 1, workspace_id, tenant_id, now(), 'found', 'new' from findings",
        "insert into drift_readings (tenant_id, resource_type, workspace_id, compared_at) select id, 'scope_tag', workspace_id, now() from tenants",
        "insert into drift_positions (item_id, workspace_id, tenant_id, number) select id, workspace_id, tenant_id, 1 from inventory_items",
        "insert into drift_service_fields (tenant_id, resource_type, property, whole, workspace_id, objects, seen_at)
         select id, 'scope_tag', 'p', '+1', workspace_id, 1, now() from tenants",
        "insert into tenant_tags (tenant_id, tag_key, tag, workspace_id) select id, 'gold', 'Gold', workspace_id from tenants",
        "insert into tenant_groups (id, workspace_id, name, name_key, created_at) select id, id, 'n', 'n', now() from workspaces",
        "insert into baseline_groups (baseline_id, group_id, workspace_id, assigned_by_name, assigned_at)
         select b.id, g.id, g.workspace_id, '', now() from baselines b join tenant_groups g on g.workspace_id = b.workspace_id",
        "insert into tenant_group_members (group_id, tenant_id, workspace_id) select workspace_id, id, workspace_id from tenants",
        "insert into alert_destinations (id, workspace_id, name, name_key, kind, shown, sealed_secret, enabled, revision, created_at, updated_at)
         select id, id, 'n', 'n', 'webhook', '', '\\x00', true, 1, now(), now() from workspaces",
        "insert into alert_rules (id, workspace_id, name, name_key, kind, severity, amount, reach, tenant_id, destination_id, cooldown_minutes,
           digest_minutes, enabled, revision, created_at, updated_at)
         select id, workspace_id, 'n', id::text, 'run_failed', 'low', 0, 'tenant', id, workspace_id, 0, 0, true, 1, now(), now() from tenants",
        "insert into alert_deliveries (id, workspace_id, tenant_id, rule_id, destination_id, kind, event_key, subject, facts, state, occurred_at,
           due_at) select id, workspace_id, id, id, workspace_id, 'run_failed', id::text, '', '{}', 'sent', now(), now() from tenants",
        "insert into tenant_inventories (tenant_id, workspace_id, kept_types) select id, workspace_id, '' from tenants on conflict do nothing",
        "insert into restore_secrets (id, restore_id, number, workspace_id, tenant_id, place, sealed_value, entered_at)
         select gen_random_uuid(), id, 1, workspace_id, tenant_id, '/x', '\\x00', now() from restores",
        "insert into restore_approvals (id, restore_id, workspace_id, tenant_id, revision, plan_hash, previewed_at, execution, asked_by_name, asked_at)
         select gen_random_uuid(), id, workspace_id, tenant_id, 1, 'h', now(), 1, '', now() from restores",
        "insert into restore_rehearsals (id, restore_id, workspace_id, tenant_id, plan_hash, objects, unreadable, requests, writes, placeholders,
           takes_ms, rehearsed_at)
         select gen_random_uuid(), id, workspace_id, tenant_id, 'h', 1, 0, 1, 1, 0, 1, now() from restores",
        "insert into restore_rehearsal_items (rehearsal_id, number, workspace_id, tenant_id, resource_type, name, action, outcome, differs,
           stripped, writes, placeholders)
         select id, 1, workspace_id, tenant_id, 'scope_tag', '', 'create', 'verified', '[]', '[]', 1, 0 from restore_rehearsals",
        "insert into restore_drills (id, workspace_id, tenant_id, set_id, set_name, taken_at, score, objects, restorable, verified, requests,
           writes, placeholders, takes_ms, drilled_at)
         select gen_random_uuid(), workspace_id, tenant_id, id, 'n', now(), 100, 1, 1, 1, 1, 1, 0, 1, now() from backup_sets",
        "insert into restore_drill_types (drill_id, resource_type, workspace_id, tenant_id, objects, verified, restorable, reasons)
         select id, 'scope_tag', workspace_id, tenant_id, 1, 1, 1, '[]' from restore_drills",
        "insert into rollouts (id, workspace_id, name, state, source, source_words, executions, created_by_name, created_at, updated_at)
         select id, id, '', 'draft', '{}', '', 0, '', now(), now() from workspaces",
        "insert into rollout_targets (rollout_id, number, workspace_id, ring, tenant_id, tenant_name, left_out)
         select o.id, row_number() over (partition by o.id), o.workspace_id, 1, t.id, '', false
         from rollouts o join tenants t on t.workspace_id = o.workspace_id",
        "insert into rollout_approvals (id, rollout_id, workspace_id, plan_hash, execution, asked_by_name, asked_at)
         select gen_random_uuid(), id, workspace_id, 'h', 1, '', now() from rollouts",
    ] {
        t.execute(text).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tests_role_is_bound_by_row_level_security() {
    let test = async |t: TestStore| {
        let free = "select count(*) from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)";
        assert_eq!(t.number(free).await, 0, "a test that runs as this role proves nothing");
    };
    on(Backend::Postgres, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_forces_row_level_security() {
    let test = async |t: TestStore| {
        let open = "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p') and n.nspname = 'public' and c.relname <> '_sqlx_migrations'
            and not (c.relrowsecurity and c.relforcerowsecurity)";
        assert_eq!(t.texts(open).await, Vec::<String>::new(), "these tables lack `force row level security`");
        let bare = "select c.relname::text from pg_class c where c.relrowsecurity
          and not exists (select 1 from pg_policy p where p.polrelid = c.oid)";
        assert_eq!(t.texts(bare).await, Vec::<String>::new(), "without a policy nothing works");
        let of_workspaces: BTreeSet<String> = t.texts(&with_column("workspace_id")).await.into_iter().collect();
        let all: BTreeSet<String> = t.texts(TABLES).await.into_iter().collect();
        assert!(of_workspaces.len() > 9 && of_workspaces.is_subset(&all), "the search finds the tables: {of_workspaces:?}");
        let views = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relkind in ('v', 'm')";
        assert_eq!(t.number(views).await, 0, "a view would read with its owner's rights");
        let definer = "select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
          where n.nspname = 'public' and p.prosecdef";
        assert_eq!(t.number(definer).await, 0);
    };
    on(Backend::Postgres, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_reach_every_table_is_empty_and_refuses_writes() {
    let test = async |t: TestStore| {
        full(&t).await;
        let pool = PgPool::connect(&t.url).await.unwrap();
        for table in t.texts(TABLES).await {
            let mut tx = acting(&pool, "set local app.system = 'on'").await;
            assert!(
                count(&mut tx, format!("select count(*) from {table}")).await > 0,
                "{table} has no row, so this proves nothing"
            );
            let copy =
                format!("create temp table a_row on commit drop as select * from {table} limit 1; set local app.system = ''");
            sqlx::raw_sql(AssertSqlSafe(copy)).execute(&mut *tx).await.unwrap();
            assert_eq!(count(&mut tx, format!("select count(*) from {table}")).await, 0, "{table}");
            assert_eq!(tried(&mut tx, &format!("delete from {table}")).await, Ok(0), "{table}");
            let inserted = tried(&mut tx, &insert(&t, &table).await).await;
            assert_eq!(inserted, Err(REFUSED.to_owned()), "{table}");
            tx.rollback().await.unwrap();
            assert_eq!(store::testing::number(&t.store, &format!("select count(*) from {table}"), false).await.unwrap(), 0);
        }
        pool.close().await;
    };
    on(Backend::Postgres, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_with_the_reach_of_one_workspace_nothing_of_another_is_seen_or_written() {
    let test = async |t: TestStore| {
        let world = full(&t).await;
        let pool = PgPool::connect(&t.url).await.unwrap();
        let (here, there) = (world.workspace, world.foreign_workspace);
        for table in t.texts(&with_column("workspace_id")).await {
            let mut tx = acting(&pool, "set local app.system = 'on'").await;
            for workspace in [here, there] {
                let rows = format!("select count(*) from {table} where workspace_id = '{workspace}'");
                assert!(count(&mut tx, rows).await > 0, "{table} has no row of {workspace}, so this proves nothing");
            }
            let copy =
                format!("create temp table a_row on commit drop as select * from {table} where workspace_id = '{there}' limit 1");
            sqlx::raw_sql(AssertSqlSafe(format!("{copy}; {}", reach(here, "*")))).execute(&mut *tx).await.unwrap();
            let seen = count(&mut tx, format!("select count(*) from {table}")).await;
            let foreign = format!("select count(*) from {table} where workspace_id is distinct from '{here}'");
            assert_eq!(count(&mut tx, foreign).await, 0, "{table}");
            assert_eq!(seen > 0, table != "sessions", "{table}: sessions are nobody's but the system's");
            let inserted = tried(&mut tx, &insert(&t, &table).await).await;
            assert_eq!(inserted, Err(REFUSED.to_owned()), "{table}");
            let deleted = tried(&mut tx, &format!("delete from {table} where workspace_id = '{there}'")).await;
            assert_eq!(deleted, Ok(0), "{table}");
            let moved = tried(&mut tx, &format!("update {table} set workspace_id = '{there}'")).await;
            // Rows that may not be updated at all (audit, sessions) are not seen by the update.
            assert!(moved == Err(REFUSED.to_owned()) || moved == Ok(0), "{table}: {moved:?}");
            tx.rollback().await.unwrap();
        }
        let mut tx = acting(&pool, &reach(here, "*")).await;
        assert_eq!(count(&mut tx, "select count(*) from workspaces".to_owned()).await, 1);
        tx.rollback().await.unwrap();
        pool.close().await;
    };
    on(Backend::Postgres, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_with_the_reach_of_one_tenant_nothing_of_another_is_seen_or_written() {
    let test = async |t: TestStore| {
        let world = full(&t).await;
        let pool = PgPool::connect(&t.url).await.unwrap();
        let one: TenantId = world.tenant;
        for table in t.texts(&with_column("tenant_id")).await {
            let mut tx = acting(&pool, "set local app.system = 'on'").await;
            let other = world.other_tenant;
            let copy =
                format!("create temp table a_row on commit drop as select * from {table} where tenant_id = '{other}' limit 1");
            sqlx::raw_sql(AssertSqlSafe(copy)).execute(&mut *tx).await.unwrap();
            assert_eq!(count(&mut tx, "select count(*) from a_row".to_owned()).await, 1, "{table} proves nothing");
            sqlx::raw_sql(AssertSqlSafe(reach(world.workspace, &one.to_string()))).execute(&mut *tx).await.unwrap();
            let own = count(&mut tx, format!("select count(*) from {table} where tenant_id = '{one}'")).await;
            let of_all = ["rollout_targets", "alert_rules"].contains(&table.as_str());
            assert_eq!(own > 0, !of_all, "{table}: rollouts and rules of alerts are of whoever reaches every tenant");
            assert_eq!(count(&mut tx, format!("select count(*) from {table} where tenant_id <> '{one}'")).await, 0, "{table}");
            let inserted = tried(&mut tx, &insert(&t, &table).await).await;
            assert_eq!(inserted, Err(REFUSED.to_owned()), "{table}");
            sqlx::raw_sql(AssertSqlSafe(reach(world.workspace, ""))).execute(&mut *tx).await.unwrap();
            let seen = count(&mut tx, format!("select count(*) from {table} where tenant_id is not null")).await;
            assert_eq!(seen, 0, "{table}: a member without any tenant");
            tx.rollback().await.unwrap();
        }
        pool.close().await;
    };
    on(Backend::Postgres, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reaches_their_own_notices_only() {
    let test = async |t: TestStore| {
        let world = full(&t).await;
        let pool = PgPool::connect(&t.url).await.unwrap();
        let mut tx = acting(&pool, &format!("set local app.user_id = '{}'", world.stranger.id)).await;
        assert_eq!(count(&mut tx, "select count(*) from notices".to_owned()).await, 3, "of a sync, a check and a probe");
        let others = format!("select count(*) from notices where user_id <> '{}'", world.stranger.id);
        assert_eq!(count(&mut tx, others).await, 0);
        assert_eq!(count(&mut tx, "select count(*) from operation_runs".to_owned()).await, 0);
        tx.rollback().await.unwrap();
        pool.close().await;
    };
    on(Backend::Postgres, true, &test).await;
}
