-- The one record of every long-running action. Columns that change often stand in no index and in no index predicate.
create table operation_runs (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid references tenants (id) on delete cascade,
  type text not null,
  status text not null,
  outcome text not null,
  reason_code text,
  run_identity_hash bytea not null,
  once_key text,
  trigger text not null,
  user_id uuid,
  initiator_name text not null,
  summary_counts jsonb not null,
  failure_summary jsonb not null,
  context jsonb not null,
  retry_of_run_id uuid references operation_runs (id) on delete set null,
  parent_run_id uuid references operation_runs (id) on delete set null,
  caused_by_run_id uuid references operation_runs (id) on delete set null,
  backup_schedule_id uuid,
  write_lane uuid,
  tenant_slot bigint,
  workspace_slot bigint,
  phase text,
  cursor text,
  priority bigint not null,
  attempt bigint not null,
  max_attempts bigint not null,
  available_at timestamptz not null,
  start_deadline timestamptz,
  execution_deadline timestamptz,
  lease_owner text,
  lease_token bigint not null,
  lease_expires_at timestamptz,
  cancel_requested_at timestamptz,
  cancel_requested_by uuid,
  created_at timestamptz not null,
  started_at timestamptz,
  completed_at timestamptz,
  updated_at timestamptz not null,
  constraint outcome_fits_status check ((status = 'completed') = (outcome <> 'pending')),
  constraint completed_has_time check ((status = 'completed') = (completed_at is not null))
) with (fillfactor = 80);

create unique index operation_runs_active on operation_runs
  (workspace_id, coalesce(tenant_id, '00000000-0000-0000-0000-000000000000'::uuid), run_identity_hash)
  where status in ('queued', 'running');
create unique index operation_runs_once on operation_runs (once_key) where once_key is not null;
create unique index operation_runs_lane on operation_runs (write_lane) where status = 'running' and write_lane is not null;
create unique index operation_runs_tenant_slot on operation_runs (tenant_id, tenant_slot) where status = 'running' and tenant_slot is not null;
create unique index operation_runs_workspace_slot on operation_runs (workspace_id, workspace_slot)
  where status = 'running' and workspace_slot is not null;
create index operation_runs_queue on operation_runs (priority desc, id) where status = 'queued';
create index operation_runs_running on operation_runs (id) where status = 'running';
create index operation_runs_list on operation_runs (workspace_id, id);
create index operation_runs_list_tenant on operation_runs (workspace_id, tenant_id, id);
create index operation_runs_list_type on operation_runs (workspace_id, type, id);
create index operation_runs_list_outcome on operation_runs (workspace_id, outcome, id);
create index operation_runs_list_user on operation_runs (workspace_id, user_id, id);
create index operation_runs_list_trigger on operation_runs (workspace_id, trigger, id);
create index operation_runs_list_active on operation_runs (workspace_id, id) where status in ('queued', 'running');
create index operation_runs_list_attention on operation_runs (workspace_id, id)
  where outcome in ('failed', 'partially_succeeded', 'blocked');

alter table operation_runs enable row level security;
alter table operation_runs force row level security;
create policy scope on operation_runs using ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

create table operation_run_events (
  id uuid primary key,
  run_id uuid not null references operation_runs (id) on delete cascade,
  workspace_id uuid not null,
  tenant_id uuid,
  at timestamptz not null,
  level text not null,
  code text not null,
  message text not null,
  data jsonb not null
);
create index operation_run_events_run on operation_run_events (run_id, id);
alter table operation_run_events enable row level security;
alter table operation_run_events force row level security;
create policy scope on operation_run_events using ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- One notice per run, to the person who started it: first queued, then replaced by the terminal one.
create table notices (
  id uuid primary key,
  run_id uuid not null unique references operation_runs (id) on delete cascade,
  workspace_id uuid not null,
  tenant_id uuid,
  user_id uuid not null references users (id) on delete cascade,
  type text not null,
  status text not null,
  outcome text not null,
  at timestamptz not null,
  read_at timestamptz
);
create index notices_user on notices (user_id, at);
create index notices_unread on notices (user_id) where read_at is null;
alter table notices enable row level security;
alter table notices force row level security;
create policy scope on notices using ((select app_system()) or user_id = (select app_user())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));
