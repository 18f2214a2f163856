-- Backup sets: versions that one run captured together, what the run read of each type, and what is missing.

create table backup_sets (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  name text not null,
  status text not null,
  selection jsonb not null,
  holds text not null,
  operation_run_id uuid references operation_runs (id) on delete set null,
  schedule_id uuid references schedules (id) on delete set null,
  created_by uuid references users (id) on delete set null,
  created_by_name text not null,
  started_at timestamptz not null,
  completed_at timestamptz,
  items bigint not null,
  bytes bigint not null,
  missing bigint not null,
  left_out bigint not null,
  pinned boolean not null,
  verified_at timestamptz,
  verify_operation_run_id uuid references operation_runs (id) on delete set null,
  corrupt bigint,
  constraint sealed_with_a_time check ((completed_at is null) = (status = 'capturing'))
);
-- A run captures one set, however often it is attempted.
create unique index backup_sets_run on backup_sets (operation_run_id) where operation_run_id is not null;
create index backup_sets_tenant on backup_sets (tenant_id, started_at, id);
create index backup_sets_schedule on backup_sets (schedule_id, started_at) where schedule_id is not null;
create index backup_sets_verify_run on backup_sets (verify_operation_run_id) where verify_operation_run_id is not null;
create index backup_sets_creator on backup_sets (created_by) where created_by is not null;
alter table backup_sets enable row level security;
alter table backup_sets force row level security;
create policy scope on backup_sets using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- What a set holds. Written with the set's certificate, in one transaction.
create table backup_set_items (
  set_id uuid not null references backup_sets (id) on delete cascade,
  item_id uuid not null references inventory_items (id) on delete cascade,
  version_id uuid not null references policy_versions (id) on delete cascade,
  workspace_id uuid not null,
  tenant_id uuid not null,
  problem text,
  primary key (set_id, item_id)
);
create index backup_set_items_item on backup_set_items (item_id);
create index backup_set_items_version on backup_set_items (version_id);
create index backup_set_items_problem on backup_set_items (version_id) where problem is not null;
alter table backup_set_items enable row level security;
alter table backup_set_items force row level security;
create policy scope on backup_set_items using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- The certificate: what the run read of each type, and how much of it is in the set. Not wanted whole is a type of which objects were
-- chosen: what the set does not hold of it may well be there.
create table backup_set_types (
  set_id uuid not null references backup_sets (id) on delete cascade,
  resource_type text not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  state text not null,
  failure_code text,
  pages bigint not null,
  objects bigint not null,
  details bigint not null,
  every_detail boolean not null,
  wanted_whole boolean not null,
  items bigint not null,
  bytes bigint not null,
  left_out bigint not null,
  ended_at timestamptz not null,
  primary key (set_id, resource_type)
);
alter table backup_set_types enable row level security;
alter table backup_set_types force row level security;
create policy scope on backup_set_types using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Objects that a set was to hold and does not, by Microsoft's id.
create table backup_set_missing (
  set_id uuid not null references backup_sets (id) on delete cascade,
  resource_type text collate "C" not null,
  object_id text collate "C" not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  name text not null,
  code text not null,
  primary key (set_id, resource_type, object_id)
);
alter table backup_set_missing enable row level security;
alter table backup_set_missing force row level security;
create policy scope on backup_set_missing using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Who needs a set: a restore or a baseline, by its id. While there is a row, the set cannot be removed.
create table backup_set_uses (
  set_id uuid not null references backup_sets (id),
  used_by uuid not null,
  workspace_id uuid not null,
  tenant_id uuid not null references tenants (id) on delete cascade,
  kind text not null,
  created_at timestamptz not null,
  primary key (set_id, used_by)
);
create index backup_set_uses_tenant on backup_set_uses (tenant_id);
alter table backup_set_uses enable row level security;
alter table backup_set_uses force row level security;
create policy scope on backup_set_uses using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- A schedule that was removed is shown to nobody; its record of when it was due stays, and so do its runs and sets.
alter table schedules add column purged_at timestamptz;
