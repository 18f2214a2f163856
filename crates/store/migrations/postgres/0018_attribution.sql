-- Who changed what: events of the tenants' own audit logs; notes and pins on versions; the tenant as it was at an instant.

-- What is there already is changed below.
select set_config('app.system', 'on', true);

-- When the state of the object was last observed whole, which a version that follows was not yet. `last_seen_at` also moves when only its
-- presence was observed.
alter table inventory_items add column observed_at timestamptz;
update inventory_items set observed_at = last_seen_at;
-- The latest observation before the version: what changed it happened after it.
alter table policy_versions add column observed_before timestamptz;
create index policy_versions_item_time on policy_versions (item_id, captured_at, number);

-- Events as they were told: never values, addresses of machines or anything else of them.
create table tenant_audit_events (
  id uuid primary key,
  tenant_id uuid not null references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  source text not null,
  event_id text collate "C" not null,
  at timestamptz not null,
  arrived_at timestamptz not null,
  actor_kind text not null,
  actor text collate "C" not null,
  app text,
  activity text not null,
  operation text not null,
  result text not null,
  took_effect boolean not null,
  names_more boolean not null,
  correlation_id text,
  unique (tenant_id, source, event_id)
);
create index tenant_audit_events_arrived on tenant_audit_events (tenant_id, arrived_at);
create index tenant_audit_events_time on tenant_audit_events (tenant_id, at);
-- Few, if any: events that name more objects than are kept.
create index tenant_audit_events_more on tenant_audit_events (tenant_id, at) where names_more;
alter table tenant_audit_events enable row level security;
alter table tenant_audit_events force row level security;
create policy scope on tenant_audit_events using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

create table tenant_audit_resources (
  event uuid not null references tenant_audit_events (id) on delete cascade,
  nth bigint not null,
  tenant_id uuid not null references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  at timestamptz not null,
  object_id text collate "C" not null,
  kind text not null,
  name text not null,
  primary key (event, nth)
);
create index tenant_audit_resources_object on tenant_audit_resources (tenant_id, object_id, at);
alter table tenant_audit_resources enable row level security;
alter table tenant_audit_resources force row level security;
create policy scope on tenant_audit_resources using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- How far each log was read, without a gap from `complete_from` on.
create table tenant_audit_sources (
  tenant_id uuid not null references tenants (id) on delete cascade,
  source text not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  state text not null,
  failure_code text,
  attempted_at timestamptz not null,
  complete_from timestamptz,
  complete_until timestamptz,
  operation_run_id uuid references operation_runs (id) on delete set null,
  primary key (tenant_id, source)
);
create index tenant_audit_sources_run on tenant_audit_sources (operation_run_id);
alter table tenant_audit_sources enable row level security;
alter table tenant_audit_sources force row level security;
create policy scope on tenant_audit_sources using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- What people wrote on a version, and whether it is pinned. One that was taken away is empty: its revision goes on, so that nobody
-- writes over what they have not seen.
create table policy_version_marks (
  version_id uuid primary key references policy_versions (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  note text not null,
  pinned boolean not null,
  revision bigint not null,
  marked_at timestamptz not null,
  marked_by uuid references users (id) on delete set null
);
create index policy_version_marks_tenant on policy_version_marks (tenant_id, pinned);
alter table policy_version_marks enable row level security;
alter table policy_version_marks force row level security;
create policy scope on policy_version_marks using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Tenants in use read their audit logs once a day, as those do that are taken into use from now on; not all at the same minute.
insert into schedules (id, workspace_id, tenant_id, type, arguments, name, cadence, time_zone, catch_up, catch_up_bound, enabled,
  holds_from, next_fire_at, revision, created_at, updated_at)
select gen_random_uuid(), t.workspace_id, t.id, 'audit_events_sync', '{}', 'Audit events, daily',
  jsonb_build_object('kind', 'daily', 'at', to_char(time '00:00' + t.minute * interval '1 minute', 'HH24:MI')), 'UTC', 'latest', 1, true,
  now(), (date_trunc('day', now() at time zone 'UTC') + interval '1 day' + t.minute * interval '1 minute') at time zone 'UTC', 1,
  now(), now()
from (select id, workspace_id, status,
    60 + (16 * ascii(substr(upper(id::text), 35, 1)) + ascii(substr(upper(id::text), 36, 1))) % 360 as minute from tenants) t
where t.status = 'active' and not exists (select 1 from schedules s where s.tenant_id = t.id and s.type = 'audit_events_sync');
