-- The directory cache: groups and role definitions of a tenant. Never members.

create table directory_groups (
  tenant_id blob not null references tenants (id) on delete cascade,
  object_id text not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  block integer not null,
  name text not null,
  name_key text not null,
  id_tail text not null,
  security integer not null,
  mail_enabled integer not null,
  microsoft365 integer not null,
  dynamic integer not null,
  role_assignable integer not null,
  on_premises integer not null,
  membership_rule text,
  member_count integer,
  counted_at text,
  first_seen_at text not null,
  seen_at text not null,
  changed_at text not null,
  deleted_at text,
  primary key (tenant_id, object_id)
) strict;
create index directory_groups_name on directory_groups (tenant_id, name_key, object_id) where deleted_at is null;
create index directory_groups_gone on directory_groups (tenant_id, name_key, object_id) where deleted_at is not null;
create index directory_groups_block on directory_groups (tenant_id, block);
create index directory_groups_tail on directory_groups (tenant_id, id_tail);

-- The names of a block of groups in one text, so that a search for a part of a name reads few rows.
create table directory_group_names (
  tenant_id blob not null references tenants (id) on delete cascade,
  block integer not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  names text not null,
  primary key (tenant_id, block)
) strict;

create table directory_role_definitions (
  tenant_id blob not null references tenants (id) on delete cascade,
  object_id text not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  template_id text not null,
  name text not null,
  name_key text not null,
  description text not null,
  built_in integer not null,
  enabled integer not null,
  seen_at text not null,
  deleted_at text,
  primary key (tenant_id, object_id)
) strict;
create index directory_role_definitions_name on directory_role_definitions (tenant_id, name_key, object_id);

-- How far each kind was synced. The delta link is Microsoft's; it is followed as it is and shown to nobody.
create table directory_state (
  tenant_id blob not null references tenants (id) on delete cascade,
  kind text not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  delta_link text,
  next_number integer not null,
  complete_at text,
  full_at text,
  operation_run_id blob references operation_runs (id) on delete set null,
  objects integer not null,
  attempted_at text,
  failure_code text,
  primary key (tenant_id, kind)
) strict;
create index directory_state_run on directory_state (operation_run_id);

-- Which objects of the inventory refer to which groups, and the content from which that was read.
create table directory_references (
  item_id blob not null references inventory_items (id) on delete cascade,
  object_id text not null,
  excluded integer not null,
  tenant_id blob not null references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  primary key (item_id, object_id, excluded)
) strict;
create index directory_references_object on directory_references (tenant_id, object_id);

create table directory_scans (
  item_id blob not null references inventory_items (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  content_hash text not null,
  primary key (item_id)
) strict;
