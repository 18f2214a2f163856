-- Baselines: versions of objects that are declared to be right, the tenants that are held against them, and how those stand to them.

create table baselines (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  name text not null,
  name_key text not null,
  description text not null,
  active_number bigint,
  follows_tenant_id uuid references tenants (id) on delete set null,
  created_by uuid references users (id) on delete set null,
  created_by_name text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz,
  revision bigint not null
);
create unique index baselines_name on baselines (workspace_id, name_key) where archived_at is null;
create index baselines_workspace on baselines (workspace_id, archived_at, name_key);
create index baselines_follows on baselines (follows_tenant_id) where follows_tenant_id is not null;
create index baselines_creator on baselines (created_by) where created_by is not null;
alter table baselines enable row level security;
alter table baselines force row level security;
create policy scope on baselines using ((select app_system()) or workspace_id = (select app_workspace()));

-- A version is a draft until it is activated, and never changes after. `extras`: whether objects of its types that it does not have are
-- findings.
create table baseline_versions (
  baseline_id uuid not null references baselines (id) on delete cascade,
  number bigint not null,
  workspace_id uuid not null,
  state text not null,
  extras boolean not null,
  source text not null,
  source_tenant_id uuid references tenants (id) on delete set null,
  created_by uuid references users (id) on delete set null,
  created_by_name text not null,
  created_at timestamptz not null,
  activated_at timestamptz,
  primary key (baseline_id, number)
);
create unique index baseline_versions_draft on baseline_versions (baseline_id) where state = 'draft';
create index baseline_versions_workspace on baseline_versions (workspace_id);
create index baseline_versions_source on baseline_versions (source_tenant_id) where source_tenant_id is not null;
create index baseline_versions_creator on baseline_versions (created_by) where created_by is not null;
alter table baseline_versions enable row level security;
alter table baseline_versions force row level security;
create policy scope on baseline_versions using ((select app_system()) or workspace_id = (select app_workspace()));

-- What a version holds: contents by hash. The id is that of the object which was captured; it names the item in every version.
-- `ignored`: properties that do not matter. `content_tenant_id`: whose assignments and scope tags the content has.
create table baseline_items (
  baseline_id uuid not null,
  number bigint not null,
  resource_type text not null,
  object_id text not null,
  workspace_id uuid not null,
  name text not null,
  name_key text not null,
  home_tenant_id uuid references tenants (id) on delete set null,
  content_tenant_id uuid references tenants (id) on delete set null,
  content_hash text not null,
  semantic_hash text not null,
  body_hash text,
  assignments_hash text,
  scope_tags_hash text,
  ignored jsonb not null,
  primary key (baseline_id, number, resource_type, object_id),
  foreign key (baseline_id, number) references baseline_versions (baseline_id, number) on delete cascade,
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash)
);
create index baseline_items_name on baseline_items (baseline_id, number, name_key, resource_type, object_id);
create index baseline_items_blob on baseline_items (workspace_id, content_hash);
create index baseline_items_home on baseline_items (home_tenant_id) where home_tenant_id is not null;
create index baseline_items_content on baseline_items (content_tenant_id) where content_tenant_id is not null;
alter table baseline_items enable row level security;
alter table baseline_items force row level security;
create policy scope on baseline_items using ((select app_system()) or workspace_id = (select app_workspace()));

-- Which tenants are held against which baseline: its active version, or the one to which it is pinned. `comparing`: the run that is at it;
-- of two the one that came last goes on.
create table baseline_assignments (
  tenant_id uuid not null references tenants (id) on delete cascade,
  baseline_id uuid not null references baselines (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  pinned_number bigint,
  assigned_by uuid references users (id) on delete set null,
  assigned_by_name text not null,
  assigned_at timestamptz not null,
  comparing uuid,
  compared_number bigint,
  compared_at timestamptz,
  operation_run_id uuid references operation_runs (id) on delete set null,
  primary key (tenant_id, baseline_id)
);
create index baseline_assignments_baseline on baseline_assignments (baseline_id);
create index baseline_assignments_workspace on baseline_assignments (workspace_id);
create index baseline_assignments_by on baseline_assignments (assigned_by) where assigned_by is not null;
create index baseline_assignments_run on baseline_assignments (operation_run_id) where operation_run_id is not null;
alter table baseline_assignments enable row level security;
alter table baseline_assignments force row level security;
create policy scope on baseline_assignments using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Which object of a tenant is meant by an item, how that was found, and what came of comparing these two states of it.
create table baseline_matches (
  tenant_id uuid not null,
  baseline_id uuid not null,
  resource_type text not null,
  object_id text not null,
  workspace_id uuid not null,
  item_id uuid references inventory_items (id) on delete set null,
  how text not null,
  state text not null,
  properties jsonb not null,
  wanted text not null,
  version bigint,
  primary key (tenant_id, baseline_id, resource_type, object_id),
  foreign key (tenant_id, baseline_id) references baseline_assignments (tenant_id, baseline_id) on delete cascade
);
create index baseline_matches_item on baseline_matches (item_id) where item_id is not null;
create index baseline_matches_state on baseline_matches (baseline_id, tenant_id, state);
alter table baseline_matches enable row level security;
alter table baseline_matches force row level security;
create policy scope on baseline_matches using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- How the objects of each type of a tenant stand to a baseline.
create table baseline_alignment (
  tenant_id uuid not null,
  baseline_id uuid not null,
  resource_type text not null,
  workspace_id uuid not null,
  state text not null,
  aligned bigint not null,
  differs bigint not null,
  missing bigint not null,
  extra bigint not null,
  compared_at timestamptz not null,
  primary key (tenant_id, baseline_id, resource_type),
  foreign key (tenant_id, baseline_id) references baseline_assignments (tenant_id, baseline_id) on delete cascade
);
create index baseline_alignment_baseline on baseline_alignment (baseline_id, tenant_id);
alter table baseline_alignment enable row level security;
alter table baseline_alignment force row level security;
create policy scope on baseline_alignment using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- A finding may be held against a baseline: against its item of that id.
alter table findings add column baseline_id uuid references baselines (id) on delete cascade;
alter table findings add column baseline_object_id text;
create index findings_baseline on findings (tenant_id, baseline_id, resource_type) where baseline_id is not null;
create index findings_of_baseline on findings (baseline_id) where baseline_id is not null;
