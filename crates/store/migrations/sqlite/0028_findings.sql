-- Findings: what deviates, where it stands, what happened to it; and how far each type of a tenant was compared.

create table findings (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  against text not null,
  fingerprint text not null,
  resource_type text not null,
  object_id text not null,
  item_id blob references inventory_items (id) on delete set null,
  name text not null,
  name_key text not null,
  kind text not null,
  property text not null,
  severity text not null,
  state text not null,
  resolution text,
  base_version integer,
  current_version integer,
  evidence text not null,
  baseline_operation_run_id blob references operation_runs (id) on delete set null,
  current_operation_run_id blob references operation_runs (id) on delete set null,
  owner_user_id blob references users (id) on delete set null,
  assignee_user_id blob references users (id) on delete set null,
  due_at text,
  accepted_until text,
  accepted_reason text,
  occurrences integer not null,
  first_seen_at text not null,
  last_seen_at text not null,
  opened_at text not null,
  state_at text not null,
  revision integer not null,
  unique (tenant_id, fingerprint)
) strict;
create index findings_latest on findings (tenant_id, opened_at, id);
create index findings_state on findings (tenant_id, state, severity);
create index findings_type on findings (tenant_id, resource_type, state);
create index findings_workspace on findings (workspace_id, state, severity);
create index findings_item on findings (item_id) where item_id is not null;
create index findings_baseline_run on findings (baseline_operation_run_id) where baseline_operation_run_id is not null;
create index findings_current_run on findings (current_operation_run_id) where current_operation_run_id is not null;
create index findings_owner on findings (owner_user_id) where owner_user_id is not null;
create index findings_assignee on findings (assignee_user_id) where assignee_user_id is not null;

-- What happened to each, and what people wrote. Only ever added.
create table finding_history (
  finding_id blob not null references findings (id) on delete cascade,
  sequence integer not null,
  workspace_id blob not null,
  tenant_id blob not null,
  at text not null,
  event text not null,
  state text not null,
  by_user_id blob references users (id) on delete set null,
  note text,
  operation_run_id blob references operation_runs (id) on delete set null,
  primary key (finding_id, sequence)
) strict;
create index finding_history_by on finding_history (by_user_id) where by_user_id is not null;
create index finding_history_run on finding_history (operation_run_id) where operation_run_id is not null;

-- The newest complete reading of each type that was compared.
create table drift_readings (
  tenant_id blob not null references tenants (id) on delete cascade,
  resource_type text not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  compared_at text not null,
  operation_run_id blob references operation_runs (id) on delete set null,
  primary key (tenant_id, resource_type)
) strict;
create index drift_readings_run on drift_readings (operation_run_id) where operation_run_id is not null;

-- The version of each object that was compared last: what a check has done is not done again, and nothing is left out, whenever a version
-- was committed.
create table drift_positions (
  item_id blob primary key not null references inventory_items (id) on delete cascade,
  workspace_id blob not null,
  tenant_id blob not null,
  number integer not null
) strict;

-- Properties that the service gave to every object of a type, or took from every one: no findings, but worth knowing.
create table drift_service_fields (
  tenant_id blob not null references tenants (id) on delete cascade,
  resource_type text not null,
  property text not null,
  whole text not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  objects integer not null,
  seen_at text not null,
  operation_run_id blob references operation_runs (id) on delete set null,
  primary key (tenant_id, resource_type, property, whole)
) strict;
create index drift_service_fields_run on drift_service_fields (operation_run_id) where operation_run_id is not null;
