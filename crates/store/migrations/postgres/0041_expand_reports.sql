-- Finished reports: documents that runs made, kept in parts for some days.

create table reports (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  -- No value: of all tenants of the workspace. Whoever is not entitled to every one of them does not see it.
  tenant_id uuid references tenants (id) on delete cascade,
  kind text not null,
  subject text not null,
  period_from timestamptz,
  period_until timestamptz,
  operation_run_id uuid references operation_runs (id) on delete set null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  completed_at timestamptz,
  bytes bigint not null,
  parts bigint not null
);
create index reports_workspace on reports (workspace_id, id);
create index reports_tenant on reports (tenant_id, id) where tenant_id is not null;
create index reports_expiry on reports (workspace_id, expires_at);
create index reports_run on reports (operation_run_id) where operation_run_id is not null;
alter table reports enable row level security;
alter table reports force row level security;
create policy scope on reports using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

create table report_parts (
  report_id uuid not null references reports (id) on delete cascade,
  number bigint not null,
  workspace_id uuid not null,
  tenant_id uuid,
  bytes bytea not null,
  plain_size bigint not null,
  primary key (report_id, number)
);
alter table report_parts enable row level security;
alter table report_parts force row level security;
create policy scope on report_parts using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- What was settled in a period, and what starts reports, are asked for by time and by type.
create index findings_settled on findings (tenant_id, state_at, id) where state in ('resolved', 'closed');
create index schedules_reports on schedules (workspace_id, id) where type = 'report_generate';
