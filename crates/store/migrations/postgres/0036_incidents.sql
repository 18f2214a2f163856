-- The same cause in many tenants of a workspace: one incident, with one decision for all.

-- What was done: the same wherever the same was done.
alter table findings add column cause text;
create index findings_cause on findings (workspace_id, cause, tenant_id) where cause is not null;

create table incidents (
  workspace_id uuid not null references workspaces (id) on delete cascade,
  cause text not null,
  resource_type text not null,
  kind text not null,
  property text not null,
  latest_at timestamptz not null,
  primary key (workspace_id, cause)
);
create index incidents_latest on incidents (workspace_id, latest_at, cause);
alter table incidents enable row level security;
alter table incidents force row level security;
create policy scope on incidents using ((select app_system()) or workspace_id = (select app_workspace()));
