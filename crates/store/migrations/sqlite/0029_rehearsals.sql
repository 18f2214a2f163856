-- Rehearsals: a frozen plan carried out on a simulated copy of the tenant, and drills: whether a tenant would come back from its backup.

alter table restores add column rehearsal_operation_run_id blob references operation_runs (id) on delete set null;
create index restores_rehearsal_run on restores (rehearsal_operation_run_id) where rehearsal_operation_run_id is not null;

-- What came of a rehearsal as a whole. Written once, at its end.
create table restore_rehearsals (
  id blob primary key not null,
  restore_id blob not null references restores (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  plan_hash text not null,
  operation_run_id blob references operation_runs (id) on delete set null,
  objects integer not null,
  unreadable integer not null,
  requests integer not null,
  writes integer not null,
  placeholders integer not null,
  takes_ms integer not null,
  rehearsed_at text not null
) strict;
create index restore_rehearsals_restore on restore_rehearsals (restore_id, rehearsed_at, id);
create index restore_rehearsals_workspace on restore_rehearsals (workspace_id);
create index restore_rehearsals_tenant on restore_rehearsals (tenant_id);
create index restore_rehearsals_run on restore_rehearsals (operation_run_id) where operation_run_id is not null;

-- What came of each item.
create table restore_rehearsal_items (
  rehearsal_id blob not null references restore_rehearsals (id) on delete cascade,
  number integer not null,
  workspace_id blob not null,
  tenant_id blob not null,
  resource_type text not null,
  name text not null,
  action text not null,
  outcome text not null,
  code text,
  differs text not null,
  stripped text not null,
  writes integer not null,
  placeholders integer not null,
  primary key (rehearsal_id, number)
) strict;

-- Drills of a tenant over time: everything of a backup put back into a simulated copy that lost it.
create table restore_drills (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  set_id blob references backup_sets (id) on delete set null,
  set_name text not null,
  taken_at text not null,
  operation_run_id blob references operation_runs (id) on delete set null,
  score integer not null,
  objects integer not null,
  restorable integer not null,
  verified integer not null,
  requests integer not null,
  writes integer not null,
  placeholders integer not null,
  takes_ms integer not null,
  drilled_at text not null
) strict;
create index restore_drills_tenant on restore_drills (tenant_id, drilled_at, id);
create index restore_drills_workspace on restore_drills (workspace_id);
create index restore_drills_set on restore_drills (set_id) where set_id is not null;
create index restore_drills_run on restore_drills (operation_run_id) where operation_run_id is not null;

-- What came of the objects of each type, and why those that did not come back did not.
create table restore_drill_types (
  drill_id blob not null references restore_drills (id) on delete cascade,
  resource_type text not null,
  workspace_id blob not null,
  tenant_id blob not null,
  objects integer not null,
  verified integer not null,
  restorable integer not null,
  reasons text not null,
  primary key (drill_id, resource_type)
) strict;
