-- Finished reports: documents that runs made, kept in parts for some days.

create table reports (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  -- No value: of all tenants of the workspace. Whoever is not entitled to every one of them does not see it.
  tenant_id blob references tenants (id) on delete cascade,
  kind text not null,
  subject text not null,
  period_from text,
  period_until text,
  operation_run_id blob references operation_runs (id) on delete set null,
  made_at text not null,
  expires_at text not null,
  completed_at text,
  bytes integer not null,
  parts integer not null
) strict;
create index reports_workspace on reports (workspace_id, id);
create index reports_tenant on reports (tenant_id, id) where tenant_id is not null;
create index reports_expiry on reports (workspace_id, expires_at);
create index reports_run on reports (operation_run_id) where operation_run_id is not null;

create table report_parts (
  report_id blob not null references reports (id) on delete cascade,
  number integer not null,
  workspace_id blob not null,
  tenant_id blob,
  bytes blob not null,
  plain_size integer not null,
  primary key (report_id, number)
) strict;

-- What was settled in a period, and what starts reports, are asked for by time and by type.
create index findings_settled on findings (tenant_id, state_at, id) where state in ('resolved', 'closed');
create index schedules_reports on schedules (workspace_id, id) where type = 'report_generate';
