-- What runs asked of Microsoft Graph, and how the processes of an installation share its quota.

-- Requests of a run, as far as they are kept. Paths are templates; nothing of an object is here.
create table operation_run_calls (
  run_id blob not null references operation_runs (id) on delete cascade,
  place integer not null,
  workspace_id blob not null,
  tenant_id blob,
  at text not null,
  method text not null,
  path text not null,
  status integer,
  code text,
  wait text not null,
  waited_ms integer not null,
  ms integer not null,
  bytes integer not null,
  request_id text,
  parts integer not null,
  primary key (run_id, place)
) strict;

-- All requests of a run by method and path, for each time that it was claimed.
create table operation_run_call_totals (
  run_id blob not null references operation_runs (id) on delete cascade,
  claim integer not null,
  path text not null,
  method text not null,
  workspace_id blob not null,
  tenant_id blob,
  calls integer not null,
  batched integer not null,
  failed integer not null,
  throttled integer not null,
  bytes integer not null,
  ms_median integer not null,
  ms_longest integer not null,
  waited_ms integer not null,
  primary key (run_id, claim, path, method)
) strict;

-- Quotas that are shared, and services of tenants that asked to slow down; which one is a hash. Its row is what processes take turns
-- at. learned: a limit below the published one, and when somebody learned it. Nobody needs the row after keep_until.
create table graph_quotas (
  quota blob primary key not null,
  cool_down_until text,
  learned integer,
  learned_at text,
  keep_until text not null
) strict;

-- What each process holds of a quota, and what of it counted and was let through when it asked. Its units count until expires_at; it
-- asks again before valid_until while it sends.
create table graph_shares (
  quota blob not null references graph_quotas (quota) on delete cascade,
  holder text not null,
  units integer not null,
  passed integer not null,
  valid_until text not null,
  expires_at text not null,
  primary key (quota, holder)
) strict;
