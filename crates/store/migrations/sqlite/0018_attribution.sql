-- Who changed what: events of the tenants' own audit logs; notes and pins on versions; the tenant as it was at an instant.

-- When the state of the object was last observed whole, which a version that follows was not yet. `last_seen_at` also moves when only its
-- presence was observed.
alter table inventory_items add column observed_at text;
update inventory_items set observed_at = last_seen_at;
-- The latest observation before the version: what changed it happened after it.
alter table policy_versions add column observed_before text;
create index policy_versions_item_time on policy_versions (item_id, captured_at, number);

-- Events as they were told: never values, addresses of machines or anything else of them.
create table tenant_audit_events (
  id blob primary key not null,
  tenant_id blob not null references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  source text not null,
  event_id text not null,
  at text not null,
  arrived_at text not null,
  actor_kind text not null,
  actor text not null,
  app text,
  activity text not null,
  operation text not null,
  result text not null,
  took_effect integer not null,
  names_more integer not null,
  correlation_id text,
  unique (tenant_id, source, event_id)
) strict;
create index tenant_audit_events_arrived on tenant_audit_events (tenant_id, arrived_at);
create index tenant_audit_events_time on tenant_audit_events (tenant_id, at);
-- Few, if any: events that name more objects than are kept.
create index tenant_audit_events_more on tenant_audit_events (tenant_id, at) where names_more;

create table tenant_audit_resources (
  event blob not null references tenant_audit_events (id) on delete cascade,
  nth integer not null,
  tenant_id blob not null references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  at text not null,
  object_id text not null,
  kind text not null,
  name text not null,
  primary key (event, nth)
) strict;
create index tenant_audit_resources_object on tenant_audit_resources (tenant_id, object_id, at);

-- How far each log was read, without a gap from `complete_from` on.
create table tenant_audit_sources (
  tenant_id blob not null references tenants (id) on delete cascade,
  source text not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  state text not null,
  failure_code text,
  attempted_at text not null,
  complete_from text,
  complete_until text,
  operation_run_id blob references operation_runs (id) on delete set null,
  primary key (tenant_id, source)
) strict;
create index tenant_audit_sources_run on tenant_audit_sources (operation_run_id);

-- What people wrote on a version, and whether it is pinned. One that was taken away is empty: its revision goes on, so that nobody
-- writes over what they have not seen.
create table policy_version_marks (
  version_id blob primary key not null references policy_versions (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  note text not null,
  pinned integer not null,
  revision integer not null,
  marked_at text not null,
  marked_by blob references users (id) on delete set null
) strict;
create index policy_version_marks_tenant on policy_version_marks (tenant_id, pinned);

-- Tenants in use read their audit logs once a day, as those do that are taken into use from now on; not all at the same minute.
insert into schedules (id, workspace_id, tenant_id, type, arguments, name, cadence, time_zone, catch_up, catch_up_bound, enabled,
  holds_from, next_fire_at, revision, created_at, updated_at)
select randomblob(16), t.workspace_id, t.id, 'audit_events_sync', '{}', 'Audit events, daily',
  json_object('kind', 'daily', 'at', printf('%02d:%02d', t.minute / 60, t.minute % 60)), 'UTC', 'latest', 1, 1,
  t.present, strftime('%Y-%m-%dT', 'now', '+1 day') || printf('%02d:%02d', t.minute / 60, t.minute % 60) || ':00.000000Z', 1,
  t.present, t.present
from (select id, workspace_id, status, 60 + (16 * unicode(substr(hex(id), 31, 1)) + unicode(substr(hex(id), 32, 1))) % 360 as minute,
    strftime('%Y-%m-%dT%H:%M:%S.000000Z', 'now') as present from tenants) t
where t.status = 'active' and not exists (select 1 from schedules s where s.tenant_id = t.id and s.type = 'audit_events_sync');
