-- Schedules, and the ledger of their fires, which outlives the runs.

create table schedules (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob references tenants (id) on delete cascade,
  type text not null,
  arguments text not null,
  name text not null,
  cadence text not null,
  time_zone text not null,
  catch_up text not null,
  catch_up_bound integer not null,
  enabled integer not null,
  archived_at text,
  -- Nothing that was due before is fired: the moment of the creation, of the last edit, of switching on.
  holds_from text not null,
  last_fired_at text,
  next_fire_at text,
  -- Why it was switched off by itself.
  problem text,
  revision integer not null,
  created_at text not null,
  updated_at text not null
) strict;
create index schedules_due on schedules (next_fire_at) where next_fire_at is not null;
create index schedules_place on schedules (workspace_id, tenant_id, id);
create index schedules_tenant on schedules (tenant_id) where tenant_id is not null;
-- A workspace has one schedule of its own for each type.
create unique index schedules_of_workspace on schedules (workspace_id, type) where tenant_id is null;

-- One row for each occurrence that was fired or left out, ever.
create table schedule_fires (
  schedule_id blob not null references schedules (id) on delete cascade,
  scheduled_for text not null,
  local_occurrence text not null,
  workspace_id blob not null,
  tenant_id blob,
  run_id blob references operation_runs (id) on delete set null deferrable initially deferred,
  omitted text,
  omitted_since text,
  omitted_count integer not null,
  created_at text not null,
  primary key (schedule_id, scheduled_for)
) strict;
-- A zone whose rules change between planning and firing cannot make one time on the wall two fires.
create unique index schedule_fires_local on schedule_fires (schedule_id, local_occurrence);
create index schedule_fires_run on schedule_fires (run_id) where run_id is not null;
