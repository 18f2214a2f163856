-- The run engine in full: order of claiming, slots, items, keys of starts, pauses, workers, roll-ups, limits.

-- One schedules table serves every scheduled operation; the id stays when the schedule is purged.
alter table operation_runs drop column backup_schedule_id;
alter table operation_runs add column schedule_id uuid;
-- What an equal run, a place in the queue and a limit belong to: the tenant, or the workspace for runs without one.
alter table operation_runs add column scope_id uuid generated always as (coalesce(tenant_id, workspace_id)) stored;
-- The order of claiming: microseconds since 1970, earlier for a higher priority, later for who has much in the queue already.
alter table operation_runs add column queue_rank bigint not null default 0;

drop index operation_runs_active;
create unique index operation_runs_active on operation_runs (scope_id, run_identity_hash) where status in ('queued', 'running');
drop index operation_runs_queue;
create index operation_runs_queue on operation_runs (workspace_id, queue_rank, id) where status = 'queued';
create index operation_runs_queue_scope on operation_runs (scope_id, priority, queue_rank) where status = 'queued';
create index operation_runs_completed on operation_runs (completed_at) where completed_at is not null;
create index operation_runs_schedule on operation_runs (schedule_id, id) where schedule_id is not null;
-- Deleting a run looks for those that refer to it.
create index operation_runs_retry_of on operation_runs (retry_of_run_id) where retry_of_run_id is not null;
create index operation_runs_parent on operation_runs (parent_run_id, id) where parent_run_id is not null;
create index operation_runs_caused_by on operation_runs (caused_by_run_id) where caused_by_run_id is not null;

-- What of a run's work is done and recorded. A later attempt skips it.
create table operation_run_items (
  run_id uuid not null references operation_runs (id) on delete cascade,
  item_key text not null,
  workspace_id uuid not null,
  tenant_id uuid,
  status text not null,
  code text,
  data jsonb not null,
  attempt bigint not null,
  created_at timestamptz not null,
  primary key (run_id, item_key)
);
alter table operation_run_items enable row level security;
alter table operation_run_items force row level security;
create policy scope on operation_run_items using ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- One click, one run: the key that a form or a client sent with its start.
create table run_start_keys (
  workspace_id uuid not null references workspaces (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  start_key text not null,
  request_hash bytea not null,
  run_id uuid references operation_runs (id) on delete set null,
  created_at timestamptz not null,
  primary key (workspace_id, user_id, start_key)
);
create index run_start_keys_run on run_start_keys (run_id) where run_id is not null;
create index run_start_keys_age on run_start_keys (created_at);
alter table run_start_keys enable row level security;
alter table run_start_keys force row level security;
create policy scope on run_start_keys using ((select app_system()) or workspace_id = (select app_workspace()));

-- What is not claimed for now: a type in a workspace, or all of a tenant.
create table operation_pauses (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid references tenants (id) on delete cascade,
  type text,
  paused_by uuid,
  paused_by_name text not null,
  reason text not null,
  created_at timestamptz not null,
  constraint one_thing check ((tenant_id is null) <> (type is null))
);
create unique index operation_pauses_tenant on operation_pauses (tenant_id) where tenant_id is not null;
create unique index operation_pauses_type on operation_pauses (workspace_id, type) where type is not null;
alter table operation_pauses enable row level security;
alter table operation_pauses force row level security;
create policy scope on operation_pauses using ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- What a workspace chose for its runs; a missing row means the defaults.
create table run_settings (
  workspace_id uuid primary key references workspaces (id) on delete cascade,
  tenant_limit bigint not null,
  workspace_limit bigint not null,
  keep_days bigint not null,
  updated_at timestamptz not null,
  constraint limits_are_positive check (tenant_limit > 0 and workspace_limit > 0 and keep_days > 0)
);
alter table run_settings enable row level security;
alter table run_settings force row level security;
create policy scope on run_settings using ((select app_system()) or workspace_id = (select app_workspace()));

-- The processes that work, or worked lately.
create table workers (
  id text primary key,
  host text not null,
  version text not null,
  slots bigint not null,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  stopped_at timestamptz
);
alter table workers enable row level security;
alter table workers force row level security;
create policy scope on workers using ((select app_system()));

-- Ended runs by the hour, for charts and tiles. Stays when the runs themselves are pruned.
create table operation_run_rollups (
  workspace_id uuid not null references workspaces (id) on delete cascade,
  scope_id uuid not null,
  tenant_id uuid references tenants (id) on delete cascade,
  type text not null,
  outcome text not null,
  hour timestamptz not null,
  runs bigint not null,
  primary key (workspace_id, hour, scope_id, type, outcome)
);
create index operation_run_rollups_tenant on operation_run_rollups (tenant_id, hour);
alter table operation_run_rollups enable row level security;
alter table operation_run_rollups force row level security;
create policy scope on operation_run_rollups using ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- Chores that one process does at a time, and how far they got.
create table chores (
  name text primary key,
  owner text not null,
  held_until timestamptz not null,
  done_through timestamptz
);
alter table chores enable row level security;
alter table chores force row level security;
create policy scope on chores using ((select app_system()));
