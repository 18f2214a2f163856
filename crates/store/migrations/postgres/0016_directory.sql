-- The directory cache: groups and role definitions of a tenant. Never members.
--
-- Its policies cast the list of tenants inside the subquery, so that it is read once for a statement and not once for a row.

create table directory_groups (
  tenant_id uuid not null references tenants (id) on delete cascade,
  object_id text collate "C" not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  block bigint not null,
  name text not null,
  name_key text collate "C" not null,
  id_tail text not null,
  security boolean not null,
  mail_enabled boolean not null,
  microsoft365 boolean not null,
  dynamic boolean not null,
  role_assignable boolean not null,
  on_premises boolean not null,
  membership_rule text,
  member_count bigint,
  counted_at timestamptz,
  first_seen_at timestamptz not null,
  seen_at timestamptz not null,
  changed_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, object_id)
);
create index directory_groups_name on directory_groups (tenant_id, name_key, object_id) where deleted_at is null;
create index directory_groups_gone on directory_groups (tenant_id, name_key, object_id) where deleted_at is not null;
create index directory_groups_block on directory_groups (tenant_id, block);
create index directory_groups_tail on directory_groups (tenant_id, id_tail);
alter table directory_groups enable row level security;
alter table directory_groups force row level security;
create policy scope on directory_groups using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- The names of a block of groups in one text, so that a search for a part of a name reads few rows. A trigram index would not be used:
-- `like` may look at rows that row-level security hides, so it is asked only after the policy (it is not "leakproof").
create table directory_group_names (
  tenant_id uuid not null references tenants (id) on delete cascade,
  block bigint not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  names text collate "C" not null,
  primary key (tenant_id, block)
);
alter table directory_group_names alter column names set storage external;
alter table directory_group_names enable row level security;
alter table directory_group_names force row level security;
create policy scope on directory_group_names using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

create table directory_role_definitions (
  tenant_id uuid not null references tenants (id) on delete cascade,
  object_id text collate "C" not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  template_id text not null,
  name text not null,
  name_key text collate "C" not null,
  description text not null,
  built_in boolean not null,
  enabled boolean not null,
  seen_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, object_id)
);
create index directory_role_definitions_name on directory_role_definitions (tenant_id, name_key, object_id);
alter table directory_role_definitions enable row level security;
alter table directory_role_definitions force row level security;
create policy scope on directory_role_definitions using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- How far each kind was synced. The delta link is Microsoft's; it is followed as it is and shown to nobody.
create table directory_state (
  tenant_id uuid not null references tenants (id) on delete cascade,
  kind text not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  delta_link text,
  next_number bigint not null,
  complete_at timestamptz,
  full_at timestamptz,
  operation_run_id uuid references operation_runs (id) on delete set null,
  objects bigint not null,
  attempted_at timestamptz,
  failure_code text,
  primary key (tenant_id, kind)
);
create index directory_state_run on directory_state (operation_run_id);
alter table directory_state enable row level security;
alter table directory_state force row level security;
create policy scope on directory_state using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Which objects of the inventory refer to which groups, and the content from which that was read.
create table directory_references (
  item_id uuid not null references inventory_items (id) on delete cascade,
  object_id text collate "C" not null,
  excluded boolean not null,
  tenant_id uuid not null references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  primary key (item_id, object_id, excluded)
);
create index directory_references_object on directory_references (tenant_id, object_id);
alter table directory_references enable row level security;
alter table directory_references force row level security;
create policy scope on directory_references using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

create table directory_scans (
  item_id uuid not null references inventory_items (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  content_hash text not null,
  primary key (item_id)
);
alter table directory_scans enable row level security;
alter table directory_scans force row level security;
create policy scope on directory_scans using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
