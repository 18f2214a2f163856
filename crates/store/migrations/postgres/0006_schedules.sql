-- Schedules, and the ledger of their fires, which outlives the runs.

create table schedules (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid references tenants (id) on delete cascade,
  type text not null,
  arguments jsonb not null,
  name text not null,
  cadence jsonb not null,
  time_zone text not null,
  catch_up text not null,
  catch_up_bound bigint not null,
  enabled boolean not null,
  archived_at timestamptz,
  -- Nothing that was due before is fired: the moment of the creation, of the last edit, of switching on.
  holds_from timestamptz not null,
  last_fired_at timestamptz,
  next_fire_at timestamptz,
  -- Why it was switched off by itself.
  problem text,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index schedules_due on schedules (next_fire_at) where next_fire_at is not null;
create index schedules_place on schedules (workspace_id, tenant_id, id);
create index schedules_tenant on schedules (tenant_id) where tenant_id is not null;
-- A workspace has one schedule of its own for each type.
create unique index schedules_of_workspace on schedules (workspace_id, type) where tenant_id is null;
alter table schedules enable row level security;
alter table schedules force row level security;
create policy scope on schedules using ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- One row for each occurrence that was fired or left out, ever.
create table schedule_fires (
  schedule_id uuid not null references schedules (id) on delete cascade,
  scheduled_for timestamptz not null,
  local_occurrence text not null,
  workspace_id uuid not null,
  tenant_id uuid,
  run_id uuid references operation_runs (id) on delete set null deferrable initially deferred,
  omitted text,
  omitted_since timestamptz,
  omitted_count bigint not null,
  created_at timestamptz not null,
  primary key (schedule_id, scheduled_for)
);
-- A zone whose rules change between planning and firing cannot make one time on the wall two fires.
create unique index schedule_fires_local on schedule_fires (schedule_id, local_occurrence);
create index schedule_fires_run on schedule_fires (run_id) where run_id is not null;
alter table schedule_fires enable row level security;
alter table schedule_fires force row level security;
create policy scope on schedule_fires using ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));
