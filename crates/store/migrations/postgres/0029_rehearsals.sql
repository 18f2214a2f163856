-- Rehearsals: a frozen plan carried out on a simulated copy of the tenant, and drills: whether a tenant would come back from its backup.

alter table restores add column rehearsal_operation_run_id uuid references operation_runs (id) on delete set null;
create index restores_rehearsal_run on restores (rehearsal_operation_run_id) where rehearsal_operation_run_id is not null;

-- What came of a rehearsal as a whole. Written once, at its end.
create table restore_rehearsals (
  id uuid primary key,
  restore_id uuid not null references restores (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  plan_hash text not null,
  operation_run_id uuid references operation_runs (id) on delete set null,
  objects bigint not null,
  unreadable bigint not null,
  requests bigint not null,
  writes bigint not null,
  placeholders bigint not null,
  takes_ms bigint not null,
  rehearsed_at timestamptz not null
);
create index restore_rehearsals_restore on restore_rehearsals (restore_id, rehearsed_at, id);
create index restore_rehearsals_workspace on restore_rehearsals (workspace_id);
create index restore_rehearsals_tenant on restore_rehearsals (tenant_id);
create index restore_rehearsals_run on restore_rehearsals (operation_run_id) where operation_run_id is not null;

-- What came of each item.
create table restore_rehearsal_items (
  rehearsal_id uuid not null references restore_rehearsals (id) on delete cascade,
  number bigint not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  resource_type text not null,
  name text not null,
  action text not null,
  outcome text not null,
  code text,
  differs jsonb not null,
  stripped jsonb not null,
  writes bigint not null,
  placeholders bigint not null,
  primary key (rehearsal_id, number)
);

-- Drills of a tenant over time: everything of a backup put back into a simulated copy that lost it.
create table restore_drills (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  set_id uuid references backup_sets (id) on delete set null,
  set_name text not null,
  taken_at timestamptz not null,
  operation_run_id uuid references operation_runs (id) on delete set null,
  score bigint not null,
  objects bigint not null,
  restorable bigint not null,
  verified bigint not null,
  requests bigint not null,
  writes bigint not null,
  placeholders bigint not null,
  takes_ms bigint not null,
  drilled_at timestamptz not null
);
create index restore_drills_tenant on restore_drills (tenant_id, drilled_at, id);
create index restore_drills_workspace on restore_drills (workspace_id);
create index restore_drills_set on restore_drills (set_id) where set_id is not null;
create index restore_drills_run on restore_drills (operation_run_id) where operation_run_id is not null;

-- What came of the objects of each type, and why those that did not come back did not.
create table restore_drill_types (
  drill_id uuid not null references restore_drills (id) on delete cascade,
  resource_type text not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  objects bigint not null,
  verified bigint not null,
  restorable bigint not null,
  reasons jsonb not null,
  primary key (drill_id, resource_type)
);

alter table restore_rehearsals enable row level security;
alter table restore_rehearsals force row level security;
create policy scope on restore_rehearsals using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
alter table restore_rehearsal_items enable row level security;
alter table restore_rehearsal_items force row level security;
create policy scope on restore_rehearsal_items using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
alter table restore_drills enable row level security;
alter table restore_drills force row level security;
create policy scope on restore_drills using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
alter table restore_drill_types enable row level security;
alter table restore_drill_types force row level security;
create policy scope on restore_drill_types using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
