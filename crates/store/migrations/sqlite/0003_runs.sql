-- The one record of every long-running action. Columns that change often stand in no index and in no index predicate.
create table operation_runs (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob references tenants (id) on delete cascade,
  type text not null,
  status text not null,
  outcome text not null,
  reason_code text,
  run_identity_hash blob not null,
  once_key text,
  trigger text not null,
  user_id blob,
  initiator_name text not null,
  summary_counts text not null,
  failure_summary text not null,
  context text not null,
  retry_of_run_id blob references operation_runs (id) on delete set null,
  parent_run_id blob references operation_runs (id) on delete set null,
  caused_by_run_id blob references operation_runs (id) on delete set null,
  backup_schedule_id blob,
  write_lane blob,
  tenant_slot integer,
  workspace_slot integer,
  phase text,
  cursor text,
  priority integer not null,
  attempt integer not null,
  max_attempts integer not null,
  available_at text not null,
  start_deadline text,
  execution_deadline text,
  lease_owner text,
  lease_token integer not null,
  lease_expires_at text,
  cancel_requested_at text,
  cancel_requested_by blob,
  created_at text not null,
  started_at text,
  completed_at text,
  updated_at text not null,
  constraint outcome_fits_status check ((status = 'completed') = (outcome <> 'pending')),
  constraint completed_has_time check ((status = 'completed') = (completed_at is not null))
) strict;

create unique index operation_runs_active on operation_runs
  (workspace_id, coalesce(tenant_id, x'00000000000000000000000000000000'), run_identity_hash)
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

create table operation_run_events (
  id blob primary key not null,
  run_id blob not null references operation_runs (id) on delete cascade,
  workspace_id blob not null,
  tenant_id blob,
  at text not null,
  level text not null,
  code text not null,
  message text not null,
  data text not null
) strict;
create index operation_run_events_run on operation_run_events (run_id, id);

-- One notice per run, to the person who started it: first queued, then replaced by the terminal one.
create table notices (
  id blob primary key not null,
  run_id blob not null unique references operation_runs (id) on delete cascade,
  workspace_id blob not null,
  tenant_id blob,
  user_id blob not null references users (id) on delete cascade,
  type text not null,
  status text not null,
  outcome text not null,
  at text not null,
  read_at text
) strict;
create index notices_user on notices (user_id, at);
create index notices_unread on notices (user_id) where read_at is null;
