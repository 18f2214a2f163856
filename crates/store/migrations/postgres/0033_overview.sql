-- The overview of all tenants of a workspace: tags and groups of tenants, and what is asked of every tenant at once.

create table tenant_tags (
  tenant_id uuid not null references tenants (id) on delete cascade,
  tag_key text collate "C" not null,
  tag text not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  primary key (tenant_id, tag_key)
);
create index tenant_tags_key on tenant_tags (workspace_id, tag_key, tenant_id);
alter table tenant_tags enable row level security;
alter table tenant_tags force row level security;
create policy scope on tenant_tags using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

create table tenant_groups (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  name text not null,
  name_key text collate "C" not null,
  created_at timestamptz not null,
  unique (workspace_id, name_key)
);
alter table tenant_groups enable row level security;
alter table tenant_groups force row level security;
create policy scope on tenant_groups using ((select app_system()) or workspace_id = (select app_workspace()));

create table tenant_group_members (
  group_id uuid not null references tenant_groups (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  primary key (group_id, tenant_id)
);
create index tenant_group_members_tenant on tenant_group_members (tenant_id);
create index tenant_group_members_workspace on tenant_group_members (workspace_id);
alter table tenant_group_members enable row level security;
alter table tenant_group_members force row level security;
create policy scope on tenant_group_members using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Since when all of a tenant's inventory is known, and how many items its lists had, out of what is known of each type, as of the types
-- that were kept when it was written.
create table tenant_inventories (
  tenant_id uuid primary key references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  kept_types text not null,
  synced_at timestamptz,
  items bigint
);
create index tenant_inventories_workspace on tenant_inventories (workspace_id);
alter table tenant_inventories enable row level security;
alter table tenant_inventories force row level security;
create policy scope on tenant_inventories using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- The worst that came of a check of a connection, so that nobody reads every report to know how each tenant is.
alter table connection_checks add column worst text;
set local app.system = 'on';
update connection_checks set worst = case
  when report @> '{"checks": [{"status": "fail"}]}' then 'fail'
  when report @> '{"checks": [{"status": "warn"}]}' then 'warn'
  when report @> '{"checks": [{"status": "pass"}]}' then 'pass'
  else 'skip' end;
set local app.system = '';

-- What may be missing: few, unlike all items.
create index inventory_items_gone on inventory_items (tenant_id, resource_type, last_seen_at) where absent or latest_version = 0;

-- The latest whole backup, and what went wrong lately, of each tenant.
create index backup_sets_whole on backup_sets (tenant_id, holds, completed_at) where status = 'complete' and origin is null;
create index operation_runs_trouble on operation_runs (tenant_id, id)
  where outcome in ('failed', 'partially_succeeded', 'blocked');
