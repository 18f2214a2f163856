-- The overview of all tenants of a workspace: tags and groups of tenants, and what is asked of every tenant at once.

create table tenant_tags (
  tenant_id blob not null references tenants (id) on delete cascade,
  tag_key text not null,
  tag text not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  primary key (tenant_id, tag_key)
) strict;
create index tenant_tags_key on tenant_tags (workspace_id, tag_key, tenant_id);

create table tenant_groups (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  name text not null,
  name_key text not null,
  created_at text not null,
  unique (workspace_id, name_key)
) strict;

create table tenant_group_members (
  group_id blob not null references tenant_groups (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  primary key (group_id, tenant_id)
) strict;
create index tenant_group_members_tenant on tenant_group_members (tenant_id);
create index tenant_group_members_workspace on tenant_group_members (workspace_id);

-- Since when all of a tenant's inventory is known, and how many items its lists had, out of what is known of each type, as of the types
-- that were kept when it was written.
create table tenant_inventories (
  tenant_id blob primary key not null references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  kept_types text not null,
  synced_at text,
  items integer
) strict;
create index tenant_inventories_workspace on tenant_inventories (workspace_id);

-- The worst that came of a check of a connection, so that nobody reads every report to know how each tenant is.
alter table connection_checks add column worst text;
update connection_checks set worst = case
  when report like '%"status":"fail"%' then 'fail'
  when report like '%"status":"warn"%' then 'warn'
  when report like '%"status":"pass"%' then 'pass'
  else 'skip' end;

-- What may be missing: few, unlike all items.
create index inventory_items_gone on inventory_items (tenant_id, resource_type, last_seen_at) where absent or latest_version = 0;

-- The latest whole backup, and what went wrong lately, of each tenant.
create index backup_sets_whole on backup_sets (tenant_id, holds, completed_at) where status = 'complete' and origin is null;
create index operation_runs_trouble on operation_runs (tenant_id, id)
  where outcome in ('failed', 'partially_succeeded', 'blocked');
