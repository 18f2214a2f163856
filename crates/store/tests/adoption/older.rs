//! A database as an earlier installation left it, made by SQL in the older shape. Everything follows from the numbers of rows, so that
//! what an adoption has to make of it can be told by arithmetic.
//!
//! Tenants are 1 to 12; tenant `t` is in workspace `(t - 1) % 3 + 1`. A row `n` of anything that belongs to a tenant belongs to
//! `n % 12 + 1`, so rows whose numbers are equal modulo 12 share a tenant.

/// What must never leave the older database.
pub(crate) const CANARY: &str = "canary-7f3a";

/// How much there is of everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) runs: u64,
    /// Rows of the older table of inventory runs, of group runs, and of schedule runs.
    pub(crate) syncs: u64,
    pub(crate) group_syncs: u64,
    pub(crate) schedule_runs: u64,
    pub(crate) findings: u64,
    pub(crate) items: u64,
}

impl Size {
    /// For tests that adopt many times.
    pub(crate) const SMALL: Self = Self { runs: 240, syncs: 120, group_syncs: 24, schedule_runs: 60, findings: 120, items: 240 };
}

/// The tables, as far as an adoption reads them, with some columns that it does not understand.
const TABLES: &str = "
create table workspaces (id bigserial primary key, name text, slug text, archived_at timestamp, created_at timestamp, updated_at timestamp);
create table users (id bigserial primary key, name text, email text, password text, remember_token text, created_at timestamp);
create table workspace_memberships (id bigserial primary key, workspace_id bigint, user_id bigint, role text, created_at timestamp);
create table tenants (id bigserial primary key, workspace_id bigint, name text, tenant_id text, domain text, environment text, status text,
  app_client_secret text, favourite_colour text, deleted_at timestamp, created_at timestamp);
create table tenant_memberships (id uuid primary key, tenant_id bigint, user_id bigint, role text, source text, created_at timestamp);
create table provider_connections (id bigserial primary key, tenant_id bigint, workspace_id bigint, client_id text, cloud text,
  is_default boolean, payload text, created_at timestamp);
create table operation_runs (id bigserial primary key, workspace_id bigint, tenant_id bigint, user_id bigint, initiator_name text, type text,
  status text, outcome text, run_identity_hash text, summary_counts jsonb, failure_summary jsonb, context jsonb, started_at timestamptz,
  completed_at timestamptz, created_at timestamptz, updated_at timestamptz);
create table inventory_sync_runs (id bigserial primary key, tenant_id bigint, user_id bigint, status text, error_context jsonb,
  started_at timestamptz, finished_at timestamptz, operation_run_id bigint);
create table entra_group_sync_runs (id bigserial primary key, tenant_id bigint, initiator_user_id bigint, status text, error_summary text,
  started_at timestamptz, finished_at timestamptz, operation_run_id bigint);
create table backup_schedules (id bigserial primary key, tenant_id bigint, name text, is_enabled boolean, timezone text, frequency text,
  time_of_day time, days_of_week jsonb, policy_types jsonb, retention_keep_last int, next_run_at timestamptz, created_at timestamptz);
create table backup_schedule_runs (id bigserial primary key, backup_schedule_id bigint, tenant_id bigint, user_id bigint,
  scheduled_for timestamptz, status text, error_message text, started_at timestamptz, finished_at timestamptz, backup_set_id bigint,
  operation_run_id bigint);
create table inventory_items (id bigserial primary key, tenant_id bigint, policy_type text, external_id text, display_name text,
  platform text, meta_jsonb jsonb, last_seen_at timestamptz, last_seen_run_id bigint, last_seen_operation_run_id bigint,
  created_at timestamptz);
create table policies (id bigserial primary key, tenant_id bigint, policy_type text, external_id text, display_name text, platform text,
  last_synced_at timestamptz, created_at timestamptz);
create table policy_versions (id bigserial primary key, tenant_id bigint, policy_id bigint, version_number int, snapshot jsonb,
  assignments jsonb, captured_at timestamptz, created_at timestamptz);
create table backup_sets (id bigserial primary key, tenant_id bigint, name text, status text, created_by text, completed_at timestamptz,
  created_at timestamptz);
create table backup_items (id bigserial primary key, tenant_id bigint, backup_set_id bigint, policy_version_id bigint, policy_type text,
  policy_identifier text, payload jsonb, created_at timestamptz);
create table restore_runs (id bigserial primary key, tenant_id bigint, backup_set_id bigint, requested_by text, is_dry_run boolean,
  status text, failure_reason text, operation_run_id bigint, started_at timestamptz, completed_at timestamptz, created_at timestamptz);
create table findings (id bigserial primary key, tenant_id bigint, finding_type text, fingerprint text, subject_type text,
  subject_external_id text, severity text, status text, evidence_jsonb jsonb, baseline_run_id bigint, current_run_id bigint,
  baseline_operation_run_id bigint, current_operation_run_id bigint, created_at timestamptz, updated_at timestamptz);
create table entra_groups (id bigserial primary key, tenant_id bigint, entra_id text, display_name text, group_types jsonb,
  security_enabled boolean, mail_enabled boolean, last_seen_at timestamptz, created_at timestamptz);
create table entra_role_definitions (id bigserial primary key, tenant_id bigint, entra_id text, display_name text, is_built_in boolean,
  last_seen_at timestamptz, created_at timestamptz);
";

/// People and places. Left out of an adoption: tenant 13 (no workspace), tenant 14 (Microsoft's id of tenant 1), the member with a role
/// that nobody knows. Nobody owns workspace 3.
const PLACES: &str = "
insert into workspaces (name, slug, created_at) select 'Workspace ' || n, 'w' || n, '2025-01-01 00:00:00' from generate_series(1, 3) n;
insert into users (name, email, password, remember_token, created_at)
  select 'Person ' || n, 'Person' || n || '@Older.Test', 'CANARY', 'CANARY', '2025-01-01' from generate_series(1, 6) n;
insert into workspace_memberships (workspace_id, user_id, role, created_at)
  values (1, 1, 'owner', '2025-01-02'), (2, 2, 'owner', '2025-01-02'), (3, 3, 'manager', '2025-01-02'), (1, 4, 'readonly', '2025-01-02'),
    (1, 5, 'superadmin', '2025-01-02'), (1, 6, 'readonly', '2025-01-02');
insert into tenants (workspace_id, name, tenant_id, domain, environment, status, app_client_secret, favourite_colour, created_at)
  select (n - 1) % 3 + 1, 'Tenant ' || n, '00000000-0000-4000-8000-' || lpad(n::text, 12, '0'), 't' || n || '.example', 'prod', 'active',
    'CANARY', 'CANARY', '2025-01-03' from generate_series(1, 12) n;
insert into tenants (workspace_id, name, tenant_id, domain, environment, status, created_at)
  values (null, 'Nowhere', '00000000-0000-4000-8000-000000000013', '', 'dev', 'active', '2025-01-03'),
    (1, 'Twice', '00000000-0000-4000-8000-000000000001', '', 'dev', 'active', '2025-01-03');
insert into tenant_memberships (id, tenant_id, user_id, role, created_at)
  values ('10000000-0000-4000-8000-000000000000', 1, 6, 'operator', '2025-01-04');
insert into provider_connections (tenant_id, workspace_id, client_id, cloud, is_default, payload, created_at)
  select n, (n - 1) % 3 + 1, 'app-' || n, 'global', true, 'CANARY', '2025-01-05' from generate_series(1, 12) n;
insert into backup_schedules (tenant_id, name, is_enabled, timezone, frequency, time_of_day, policy_types, retention_keep_last, next_run_at,
    created_at)
  select n % 12 + 1, 'Nightly ' || n, true, 'Europe/Berlin', 'daily', '02:30', '[\"deviceConfiguration\"]', 7, '2025-02-01', '2025-01-06'
  from generate_series(1, 12) n;
";

/// Ordinary runs: ended, of types in both spellings and one that nobody knows; every fifth names no workspace. Canaries are wherever a free
/// text can stand.
const RUNS: &str = "
insert into operation_runs (workspace_id, tenant_id, user_id, initiator_name, type, status, outcome, run_identity_hash, summary_counts,
    failure_summary, context, started_at, completed_at, created_at, updated_at)
  select case when n % 5 = 0 then null else (n % 12) % 3 + 1 end, n % 12 + 1, case when n % 2 = 0 then n % 6 + 1 end,
    case when n % 2 = 0 then 'Person ' || (n % 6 + 1) else 'System' end,
    (array['inventory.sync', 'inventory_sync', 'directory_groups.sync', 'entra_group_sync', 'backup_schedule.run_now',
      'backup_schedule.retry', 'backup_schedule.scheduled', 'policy.capture_snapshot', 'drift.generate', 'provider.connection.check',
      'legacy.cleanup'])[n % 11 + 1],
    'completed', (array['succeeded', 'failed', 'partially_succeeded', 'partial', 'cancelled', 'blocked'])[n % 6 + 1], md5(n::text),
    jsonb_build_object('total', 3, 'processed', 3, 'succeeded', 2, 'failed', 1, 'items', n, 'CANARY', 'CANARY'),
    case when n % 6 = 1 then '[{\"code\": \"graph.forbidden\", \"message\": \"Bearer CANARY\"}, {\"code\": \"CANARY\", \"message\": \"CANARY\"}]'
      else '[]' end::jsonb,
    jsonb_build_object('token', 'CANARY', 'backup_set_id', n, 'policy_id', 'CANARY', 'note', 'CANARY') ||
      case when n % 11 = 6 then jsonb_build_object('backup_schedule_id', n % 12 + case when n % 12 = 0 then 12 else 0 end,
        'scheduled_for', '2025-01-10 01:30:00+00'::timestamptz + (n / 132) * interval '1 day') else '{}' end,
    begun, begun + interval '1 minute', begun - interval '1 minute', begun + interval '1 minute'
  from (select n, '2025-01-10 00:00:00+00'::timestamptz + n * interval '10 minutes' as begun from generate_series(1, RUNS) n) runs;
";

/// Rows of the older run tables: the odd ones name the run of the same number, which is of the same tenant.
const LEGACY: &str = "
insert into inventory_sync_runs (tenant_id, user_id, status, error_context, started_at, finished_at, operation_run_id)
  select n % 12 + 1, 1, 'success', '{\"e\": \"CANARY\"}', '2025-01-10', '2025-01-10', case when n % 2 = 1 then n end
  from generate_series(1, SYNCS) n;
insert into entra_group_sync_runs (tenant_id, initiator_user_id, status, error_summary, started_at, finished_at, operation_run_id)
  select n % 12 + 1, 1, 'CANARY is a free text', 'CANARY', '2025-01-10', '2025-01-10', case when n % 2 = 1 then n end
  from generate_series(1, GROUPS) n;
insert into backup_schedule_runs (backup_schedule_id, tenant_id, scheduled_for, status, error_message, started_at, finished_at,
    operation_run_id)
  select n % 12 + case when n % 12 = 0 then 12 else 0 end, n % 12 + 1, '2025-01-01 01:30:00+00'::timestamptz - n * interval '1 day', 'success',
    'CANARY', '2025-01-10', '2025-01-10', case when n % 2 = 1 then n end
  from generate_series(1, SCHEDULED) n;
";

/// References by row `n`, in five ways: an own operation run, which wins over a mapping; a mapping (odd rows only); the row of another
/// tenant; an older run that is absent; an operation run that is absent.
const REFERENCES: &str = "
insert into inventory_items (tenant_id, policy_type, external_id, display_name, platform, meta_jsonb, last_seen_at, last_seen_run_id,
    last_seen_operation_run_id, created_at)
  select n % 12 + 1, 'deviceConfiguration', 'object-' || n, 'Item ' || n, 'windows', '{\"m\": \"CANARY\"}', '2025-02-01',
    case n % 5 when 0 then (n + 12 - 1) % SYNCS + 1 when 1 then (n - 1) % SYNCS + 1 when 2 then n % SYNCS + 1 when 3 then 900000 end,
    case n % 5 when 0 then (n - 1) % RUNS + 1 when 4 then 900000 + n end, '2025-01-20'
  from generate_series(1, ITEMS) n;
insert into findings (tenant_id, finding_type, fingerprint, subject_type, subject_external_id, severity, status, evidence_jsonb,
    baseline_run_id, baseline_operation_run_id, current_run_id, current_operation_run_id, created_at, updated_at)
  select n % 12 + 1, 'drift', md5('finding' || n), 'deviceConfiguration', 'object-' || n, (array['low', 'medium', 'high', 'critical'])[n % 4 + 1],
    case when n % 7 = 0 then 'acknowledged' else 'new' end, '{\"e\": \"CANARY\"}',
    case n % 5 when 0 then (n + 12 - 1) % SYNCS + 1 when 1 then (n - 1) % SYNCS + 1 when 2 then n % SYNCS + 1 when 3 then 900000 end,
    case n % 5 when 0 then (n - 1) % RUNS + 1 when 4 then 900000 + n end, null, null, '2025-02-02', '2025-02-03'
  from generate_series(1, FINDINGS) n;
update findings set current_run_id = baseline_run_id, current_operation_run_id = baseline_operation_run_id;
insert into policies (tenant_id, policy_type, external_id, display_name, platform, last_synced_at, created_at)
  select n % 12 + 1, case when n % 10 = 0 then 'somethingElse' else 'deviceConfiguration' end, 'object-' || n, 'Item ' || n, 'windows',
    '2025-02-01', '2025-01-20' from generate_series(1, 60) n;
insert into policy_versions (id, tenant_id, policy_id, version_number, snapshot, assignments, captured_at, created_at)
  select (p - 1) * 3 + v, p % 12 + 1, p, v, jsonb_build_object('@odata.type', '#microsoft.graph.windows10GeneralConfiguration', 'id', 'object-' || p,
    'displayName', 'Item ' || p, 'description', 'State ' || v), '[]', '2025-01-20'::timestamptz + v * interval '1 day', '2025-01-20'
  from generate_series(1, 60) p, generate_series(1, 3) v;
insert into backup_sets (tenant_id, name, status, created_by, completed_at, created_at)
  select n % 12 + 1, 'Set ' || n, 'completed', 'person1@older.test', '2025-01-25', '2025-01-24' from generate_series(1, 12) n;
insert into backup_items (tenant_id, backup_set_id, policy_version_id, policy_type, policy_identifier, payload, created_at)
  select p % 12 + 1, p % 12 + case when p % 12 = 0 then 12 else 0 end, (p - 1) * 3 + 3, 'deviceConfiguration', 'object-' || p, '{}', '2025-01-24'
  from generate_series(1, 60) p;
insert into entra_groups (tenant_id, entra_id, display_name, group_types, security_enabled, mail_enabled, last_seen_at, created_at)
  select n % 12 + 1, '00000000-0000-4000-9000-' || lpad(n::text, 12, '0'), 'Group ' || n, '[\"DynamicMembership\"]', true, false, '2025-02-01',
    '2025-01-20' from generate_series(1, 120) n;
insert into entra_role_definitions (tenant_id, entra_id, display_name, is_built_in, last_seen_at, created_at)
  select n % 12 + 1, 'role-' || n, 'Role ' || n, true, '2025-02-01', '2025-01-20' from generate_series(1, 24) n;
";

/// How many runs are not ordinary, and how many of them are adopted.
pub(crate) const ODD_RUNS: u64 = 12;
pub(crate) const ODD_ADOPTED: u64 = 7;

/// Runs that are not ordinary, by their numbers, which begin at 100001 and follow each other; and the restores that two of them are of.
const ODD: &str = "
insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, summary_counts, failure_summary, context, started_at,
    completed_at, created_at, updated_at)
  values
    (100001, 1, 1, 'inventory.sync', 'running', 'pending', '{}', '[]', '{}', '2025-03-01', null, '2025-03-01', '2025-03-01'),
    (100002, 1, 1, 'restore.execute', 'queued', 'pending', '{}', '[]', '{}', null, null, '2025-03-01', '2025-03-01'),
    (100003, 1, 1, 'restore.execute', 'queued', 'pending', '{}', '[]', '{}', null, null, '2025-03-01', '2025-03-01'),
    (100004, 2, 1, 'inventory.sync', 'completed', 'succeeded', '{}', '[]', '{}', '2025-03-01', '2025-03-01', '2025-03-01', '2025-03-01'),
    (100005, null, null, 'inventory.sync', 'completed', 'succeeded', '{}', '[]', '{}', '2025-03-01', '2025-03-01', '2025-03-01', '2025-03-01'),
    (100006, 1, 13, 'inventory.sync', 'completed', 'succeeded', '{}', '[]', '{}', '2025-03-01', '2025-03-01', '2025-03-01', '2025-03-01'),
    (100007, 1, 1, 'inventory.sync', 'completed', 'pending', '{}', '[]', '{}', '2025-03-01', '2025-03-01', '2025-03-01', '2025-03-01'),
    (100008, 1, null, 'operation_runs_retention', 'completed', 'succeeded', '{\"total\": 1, \"processed\": 9}', '[]', '{}', '2025-03-01',
      '2025-03-01', '2025-03-01', '2025-03-01'),
    (100009, 1, 1, 'Bearer CANARY', 'completed', 'succeeded', '{}', '[]', '{}', '2025-03-01', '2025-03-01', '2025-03-01', '2025-03-01'),
    (100010, 1, 1, 'inventory.sync', 'completed', 'succeeded', '{}', '[]', '{}', '2099-03-01', '2099-03-01', '2099-03-01', '2099-03-01'),
    (100011, 3, 12, 'backup_schedule.scheduled', 'completed', 'succeeded', '{}', '[]', '{}', '2024-12-21', '2024-12-21', '2024-12-21',
      '2024-12-21'),
    (100012, 1, 1, 'backup_schedule.scheduled', 'completed', 'succeeded', '{}', '[]',
      '{\"backup_schedule_id\": 11, \"scheduled_for\": \"2024-12-20T01:30:00Z\"}', '2024-12-20', '2024-12-20', '2024-12-20', '2024-12-20');
-- The schedule and the time of 100011 stand in the older run table only; the schedule of 100012 is another tenant's.
update backup_schedule_runs set operation_run_id = 100011 where id = 11;
insert into restore_runs (tenant_id, backup_set_id, requested_by, is_dry_run, status, failure_reason, operation_run_id, started_at,
    completed_at, created_at)
  values (1, 12, 'person1@older.test', false, 'previewed', null, 100002, null, null, '2025-03-01'),
    (1, 12, 'person1@older.test', false, 'running', 'CANARY', 100003, '2025-03-01', null, '2025-03-01'),
    (1, 12, 'person1@older.test', false, 'completed', null, 12, '2025-03-01', '2025-03-01', '2025-03-01'),
    (1, 12, 'CANARY', false, 'CANARY', null, null, '2025-03-01', '2025-03-01', '2025-03-01');
";

/// Fills the empty PostgreSQL database behind the URL.
pub(crate) async fn fill(url: &str, size: Size) {
    let mut all = [TABLES, PLACES, RUNS, LEGACY, REFERENCES, ODD].concat();
    for (name, value) in [
        ("RUNS", size.runs),
        ("SYNCS", size.syncs),
        ("GROUPS", size.group_syncs),
        ("SCHEDULED", size.schedule_runs),
        ("ITEMS", size.items),
        ("FINDINGS", size.findings),
    ] {
        all = all.replace(name, &value.to_string());
    }
    store::testing::run_on(url, &all.replace("CANARY", CANARY)).await.unwrap();
}
