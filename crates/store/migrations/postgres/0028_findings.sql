-- Findings: what deviates, where it stands, what happened to it; and how far each type of a tenant was compared.

create table findings (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  against text not null,
  fingerprint text not null,
  resource_type text not null,
  object_id text not null,
  item_id uuid references inventory_items (id) on delete set null,
  name text not null,
  name_key text not null,
  kind text not null,
  property text not null,
  severity text not null,
  state text not null,
  resolution text,
  base_version bigint,
  current_version bigint,
  evidence jsonb not null,
  baseline_operation_run_id uuid references operation_runs (id) on delete set null,
  current_operation_run_id uuid references operation_runs (id) on delete set null,
  owner_user_id uuid references users (id) on delete set null,
  assignee_user_id uuid references users (id) on delete set null,
  due_at timestamptz,
  accepted_until timestamptz,
  accepted_reason text,
  occurrences bigint not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  opened_at timestamptz not null,
  state_at timestamptz not null,
  revision bigint not null,
  unique (tenant_id, fingerprint)
);
create index findings_latest on findings (tenant_id, opened_at, id);
create index findings_state on findings (tenant_id, state, severity);
create index findings_type on findings (tenant_id, resource_type, state);
create index findings_workspace on findings (workspace_id, state, severity);
create index findings_item on findings (item_id) where item_id is not null;
create index findings_baseline_run on findings (baseline_operation_run_id) where baseline_operation_run_id is not null;
create index findings_current_run on findings (current_operation_run_id) where current_operation_run_id is not null;
create index findings_owner on findings (owner_user_id) where owner_user_id is not null;
create index findings_assignee on findings (assignee_user_id) where assignee_user_id is not null;
alter table findings enable row level security;
alter table findings force row level security;
create policy scope on findings using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- What happened to each, and what people wrote. Only ever added.
create table finding_history (
  finding_id uuid not null references findings (id) on delete cascade,
  sequence bigint not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  at timestamptz not null,
  event text not null,
  state text not null,
  by_user_id uuid references users (id) on delete set null,
  note text,
  operation_run_id uuid references operation_runs (id) on delete set null,
  primary key (finding_id, sequence)
);
create index finding_history_by on finding_history (by_user_id) where by_user_id is not null;
create index finding_history_run on finding_history (operation_run_id) where operation_run_id is not null;
alter table finding_history enable row level security;
alter table finding_history force row level security;
create policy scope on finding_history using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- The newest complete reading of each type that was compared.
create table drift_readings (
  tenant_id uuid not null references tenants (id) on delete cascade,
  resource_type text not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  compared_at timestamptz not null,
  operation_run_id uuid references operation_runs (id) on delete set null,
  primary key (tenant_id, resource_type)
);
create index drift_readings_run on drift_readings (operation_run_id) where operation_run_id is not null;
alter table drift_readings enable row level security;
alter table drift_readings force row level security;
create policy scope on drift_readings using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- The version of each object that was compared last: what a check has done is not done again, and nothing is left out, whenever a version
-- was committed.
create table drift_positions (
  item_id uuid primary key references inventory_items (id) on delete cascade,
  workspace_id uuid not null,
  tenant_id uuid not null,
  number bigint not null
);
alter table drift_positions enable row level security;
alter table drift_positions force row level security;
create policy scope on drift_positions using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Properties that the service gave to every object of a type, or took from every one: no findings, but worth knowing.
create table drift_service_fields (
  tenant_id uuid not null references tenants (id) on delete cascade,
  resource_type text not null,
  property text not null,
  whole text not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  objects bigint not null,
  seen_at timestamptz not null,
  operation_run_id uuid references operation_runs (id) on delete set null,
  primary key (tenant_id, resource_type, property, whole)
);
create index drift_service_fields_run on drift_service_fields (operation_run_id) where operation_run_id is not null;
alter table drift_service_fields enable row level security;
alter table drift_service_fields force row level security;
create policy scope on drift_service_fields using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
