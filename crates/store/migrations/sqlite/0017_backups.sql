-- Backup sets: versions that one run captured together, what the run read of each type, and what is missing.

create table backup_sets (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  name text not null,
  status text not null,
  selection text not null,
  holds text not null,
  operation_run_id blob references operation_runs (id) on delete set null,
  schedule_id blob references schedules (id) on delete set null,
  created_by blob references users (id) on delete set null,
  created_by_name text not null,
  started_at text not null,
  completed_at text,
  items integer not null,
  bytes integer not null,
  missing integer not null,
  left_out integer not null,
  pinned integer not null,
  verified_at text,
  verify_operation_run_id blob references operation_runs (id) on delete set null,
  corrupt integer,
  constraint sealed_with_a_time check ((completed_at is null) = (status = 'capturing'))
) strict;
-- A run captures one set, however often it is attempted.
create unique index backup_sets_run on backup_sets (operation_run_id) where operation_run_id is not null;
create index backup_sets_tenant on backup_sets (tenant_id, started_at, id);
create index backup_sets_schedule on backup_sets (schedule_id, started_at) where schedule_id is not null;
create index backup_sets_verify_run on backup_sets (verify_operation_run_id) where verify_operation_run_id is not null;
create index backup_sets_creator on backup_sets (created_by) where created_by is not null;

-- What a set holds. Written with the set's certificate, in one transaction.
create table backup_set_items (
  set_id blob not null references backup_sets (id) on delete cascade,
  item_id blob not null references inventory_items (id) on delete cascade,
  version_id blob not null references policy_versions (id) on delete cascade,
  workspace_id blob not null,
  tenant_id blob not null,
  problem text,
  primary key (set_id, item_id)
) strict;
create index backup_set_items_item on backup_set_items (item_id);
create index backup_set_items_version on backup_set_items (version_id);
create index backup_set_items_problem on backup_set_items (version_id) where problem is not null;

-- The certificate: what the run read of each type, and how much of it is in the set. Not wanted whole is a type of which objects were
-- chosen: what the set does not hold of it may well be there.
create table backup_set_types (
  set_id blob not null references backup_sets (id) on delete cascade,
  resource_type text not null,
  workspace_id blob not null,
  tenant_id blob not null,
  state text not null,
  failure_code text,
  pages integer not null,
  objects integer not null,
  details integer not null,
  every_detail integer not null,
  wanted_whole integer not null,
  items integer not null,
  bytes integer not null,
  left_out integer not null,
  ended_at text not null,
  primary key (set_id, resource_type)
) strict;

-- Objects that a set was to hold and does not, by Microsoft's id.
create table backup_set_missing (
  set_id blob not null references backup_sets (id) on delete cascade,
  resource_type text not null,
  object_id text not null,
  workspace_id blob not null,
  tenant_id blob not null,
  name text not null,
  code text not null,
  primary key (set_id, resource_type, object_id)
) strict;

-- Who needs a set: a restore or a baseline, by its id. While there is a row, the set cannot be removed.
create table backup_set_uses (
  set_id blob not null references backup_sets (id),
  used_by blob not null,
  workspace_id blob not null,
  tenant_id blob not null references tenants (id) on delete cascade,
  kind text not null,
  created_at text not null,
  primary key (set_id, used_by)
) strict;
create index backup_set_uses_tenant on backup_set_uses (tenant_id);

-- A schedule that was removed is shown to nobody; its record of when it was due stays, and so do its runs and sets.
alter table schedules add column purged_at text;
