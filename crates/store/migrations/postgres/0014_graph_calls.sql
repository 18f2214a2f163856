-- What runs asked of Microsoft Graph, and how the processes of an installation share its quota.

-- Requests of a run, as far as they are kept. Paths are templates; nothing of an object is here.
create table operation_run_calls (
  run_id uuid not null references operation_runs (id) on delete cascade,
  place bigint not null,
  workspace_id uuid not null,
  tenant_id uuid,
  at timestamptz not null,
  method text not null,
  path text not null,
  status bigint,
  code text,
  wait text not null,
  waited_ms bigint not null,
  ms bigint not null,
  bytes bigint not null,
  request_id text,
  parts bigint not null,
  primary key (run_id, place)
);
alter table operation_run_calls enable row level security;
alter table operation_run_calls force row level security;
create policy scope on operation_run_calls using ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- All requests of a run by method and path, for each time that it was claimed.
create table operation_run_call_totals (
  run_id uuid not null references operation_runs (id) on delete cascade,
  claim bigint not null,
  path text not null,
  method text not null,
  workspace_id uuid not null,
  tenant_id uuid,
  calls bigint not null,
  batched bigint not null,
  failed bigint not null,
  throttled bigint not null,
  bytes bigint not null,
  ms_median bigint not null,
  ms_longest bigint not null,
  waited_ms bigint not null,
  primary key (run_id, claim, path, method)
);
alter table operation_run_call_totals enable row level security;
alter table operation_run_call_totals force row level security;
create policy scope on operation_run_call_totals using ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- Quotas that are shared, and services of tenants that asked to slow down; which one is a hash. Its row is what processes take turns
-- at. learned: a limit below the published one, and when somebody learned it. Nobody needs the row after keep_until.
create table graph_quotas (
  quota bytea primary key,
  cool_down_until timestamptz,
  learned bigint,
  learned_at timestamptz,
  keep_until timestamptz not null
);
alter table graph_quotas enable row level security;
alter table graph_quotas force row level security;
create policy scope on graph_quotas using ((select app_system()));

-- What each process holds of a quota, and what of it counted and was let through when it asked. Its units count until expires_at; it
-- asks again before valid_until while it sends.
create table graph_shares (
  quota bytea not null references graph_quotas (quota) on delete cascade,
  holder text not null,
  units bigint not null,
  passed bigint not null,
  valid_until timestamptz not null,
  expires_at timestamptz not null,
  primary key (quota, holder)
);
alter table graph_shares enable row level security;
alter table graph_shares force row level security;
create policy scope on graph_shares using ((select app_system()));
