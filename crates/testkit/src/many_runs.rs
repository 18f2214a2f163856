//! A long history of runs, made by the database itself: for plans and figures at sizes that no test could start one by one.

use store::Backend;

use crate::stores::TestStore;
use crate::world::World;

/// Days that the history covers, up to the present.
pub const DAYS: i64 = 90;

/// Fills the first workspace with so many ended runs over the last 90 days, the newest forty under way: nine in ten by schedules and
/// succeeded, in two tenants and in the workspace itself. Brings the statistics up to date.
///
/// # Panics
/// When the database refuses.
pub async fn fill(t: &TestStore, world: &World, count: i64) {
    let postgres = t.store.backend() == Backend::Postgres;
    let now = t.store.now().await.expect("the time").micros() / 1000;
    let step = (DAYS * 86_400_000 / count).max(1);
    let indexes = indexes(t, postgres).await;
    // Making each index once is several times faster than keeping it up row by row.
    // Longer than any statement of the product may take.
    let patient = if postgres { "set local statement_timeout = 0; " } else { "" };
    for (name, _) in &indexes {
        t.execute(&format!("drop index {name}")).await;
    }
    t.execute(&format!("{patient}{}", insert(t, world, count, now - count * step, step, postgres))).await;
    for (_, text) in &indexes {
        t.execute(&format!("{patient}{text}")).await;
    }
    t.execute(&format!("{patient}analyze operation_runs")).await;
}

/// Names and definitions of the indexes that can be made again.
async fn indexes(t: &TestStore, postgres: bool) -> Vec<(String, String)> {
    let query = if postgres {
        "select indexname || '|' || indexdef from pg_indexes where tablename = 'operation_runs' and indexname not like '%pkey'"
    } else {
        "select name || '|' || sql from sqlite_master where type = 'index' and tbl_name = 'operation_runs' and sql is not null"
    };
    let split = |line: String| line.split_once('|').map(|(name, text)| (name.to_owned(), text.to_owned())).expect("two parts");
    t.texts(query).await.into_iter().map(split).collect()
}

fn insert(t: &TestStore, world: &World, count: i64, first: i64, step: i64, postgres: bool) -> String {
    let id = |id| t.literal(id);
    let (workspace, one, other) = (id(world.workspace.uuid()), id(world.tenant.uuid()), id(world.other_tenant.uuid()));
    let (owner, operator) = (id(world.owner.id.uuid()), id(world.operator_member.id.uuid()));
    let ms = format!("({first} + n * {step})");
    let (numbers, run, bytes, at, json) = if postgres {
        (
            format!("generate_series(0::bigint, {count} - 1) as s(n)"),
            format!(
                "(lpad(to_hex({ms}), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid"
            ),
            "decode(lpad(to_hex(n % 50), 64, '0'), 'hex')".to_owned(),
            format!("to_timestamp({ms} / 1000.0)"),
            "'{}'::jsonb, '[]'::jsonb, '{}'::jsonb",
        )
    } else {
        (
            format!("(with recursive c(n) as (select 0 union all select n + 1 from c where n < {count} - 1) select n from c)"),
            format!("unhex(printf('%012x7%03x8%015x', {ms}, n % 4096, n))"),
            "unhex(printf('%064x', n % 50))".to_owned(),
            format!("strftime('%Y-%m-%dT%H:%M:%S', {ms} / 1000, 'unixepoch') || printf('.%03d000Z', {ms} % 1000)"),
            "'{}', '[]', '{}'",
        )
    };
    let active = format!("n >= {count} - 40");
    format!(
        "insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, run_identity_hash, trigger, user_id,
            initiator_name, summary_counts, failure_summary, context, priority, attempt, max_attempts, available_at, lease_token,
            created_at, started_at, completed_at, updated_at)
          select {run}, {workspace}, case n % 5 when 0 then {one} when 1 then {one} when 2 then {other} when 3 then {other} end,
            case when n % 5 = 4 then 'operation_runs_retention' else 'inventory_sync' end,
            case when {active} then 'queued' else 'completed' end,
            case when {active} then 'pending' when n % 101 = 0 then 'failed' when n % 211 = 0 then 'partially_succeeded'
              when n % 307 = 0 then 'blocked' when n % 401 = 0 then 'cancelled' else 'succeeded' end,
            case when {active} then {unique} else {bytes} end,
            case when n % 11 = 0 then 'manual' when n % 97 = 0 then 'retry' else 'schedule' end,
            case when n % 11 = 0 then case n % 2 when 0 then {owner} else {operator} end end,
            case when n % 11 = 0 then 'A person' else 'TenantAtlas' end,
            {json}, 0, 1, 3, {at}, 1, {at}, case when {active} then null else {at} end, case when {active} then null else {at} end, {at}
          from {numbers}",
        unique = if postgres { "decode(lpad(to_hex(n), 64, '0'), 'hex')" } else { "unhex(printf('%064x', n))" },
    )
}
