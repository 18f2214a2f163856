-- Baselines: versions of objects that are declared to be right, the tenants that are held against them, and how those stand to them.

create table baselines (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  name text not null,
  name_key text not null,
  description text not null,
  active_number integer,
  follows_tenant_id blob references tenants (id) on delete set null,
  created_by blob references users (id) on delete set null,
  created_by_name text not null,
  created_at text not null,
  updated_at text not null,
  archived_at text,
  revision integer not null
) strict;
create unique index baselines_name on baselines (workspace_id, name_key) where archived_at is null;
create index baselines_workspace on baselines (workspace_id, archived_at, name_key);
create index baselines_follows on baselines (follows_tenant_id) where follows_tenant_id is not null;
create index baselines_creator on baselines (created_by) where created_by is not null;

-- A version is a draft until it is activated, and never changes after. `extras`: whether objects of its types that it does not have are
-- findings.
create table baseline_versions (
  baseline_id blob not null references baselines (id) on delete cascade,
  number integer not null,
  workspace_id blob not null,
  state text not null,
  extras integer not null,
  source text not null,
  source_tenant_id blob references tenants (id) on delete set null,
  created_by blob references users (id) on delete set null,
  created_by_name text not null,
  created_at text not null,
  activated_at text,
  primary key (baseline_id, number)
) strict;
create unique index baseline_versions_draft on baseline_versions (baseline_id) where state = 'draft';
create index baseline_versions_workspace on baseline_versions (workspace_id);
create index baseline_versions_source on baseline_versions (source_tenant_id) where source_tenant_id is not null;
create index baseline_versions_creator on baseline_versions (created_by) where created_by is not null;

-- What a version holds: contents by hash. The id is that of the object which was captured; it names the item in every version.
-- `ignored`: properties that do not matter. `content_tenant_id`: whose assignments and scope tags the content has.
create table baseline_items (
  baseline_id blob not null,
  number integer not null,
  resource_type text not null,
  object_id text not null,
  workspace_id blob not null,
  name text not null,
  name_key text not null,
  home_tenant_id blob references tenants (id) on delete set null,
  content_tenant_id blob references tenants (id) on delete set null,
  content_hash text not null,
  semantic_hash text not null,
  body_hash text,
  assignments_hash text,
  scope_tags_hash text,
  ignored text not null,
  primary key (baseline_id, number, resource_type, object_id),
  foreign key (baseline_id, number) references baseline_versions (baseline_id, number) on delete cascade,
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash)
) strict;
create index baseline_items_name on baseline_items (baseline_id, number, name_key, resource_type, object_id);
create index baseline_items_blob on baseline_items (workspace_id, content_hash);
create index baseline_items_home on baseline_items (home_tenant_id) where home_tenant_id is not null;
create index baseline_items_content on baseline_items (content_tenant_id) where content_tenant_id is not null;

-- Which tenants are held against which baseline: its active version, or the one to which it is pinned. `comparing`: the run that is at it;
-- of two the one that came last goes on.
create table baseline_assignments (
  tenant_id blob not null references tenants (id) on delete cascade,
  baseline_id blob not null references baselines (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  pinned_number integer,
  assigned_by blob references users (id) on delete set null,
  assigned_by_name text not null,
  assigned_at text not null,
  comparing blob,
  compared_number integer,
  compared_at text,
  operation_run_id blob references operation_runs (id) on delete set null,
  primary key (tenant_id, baseline_id)
) strict;
create index baseline_assignments_baseline on baseline_assignments (baseline_id);
create index baseline_assignments_workspace on baseline_assignments (workspace_id);
create index baseline_assignments_by on baseline_assignments (assigned_by) where assigned_by is not null;
create index baseline_assignments_run on baseline_assignments (operation_run_id) where operation_run_id is not null;

-- Which object of a tenant is meant by an item, how that was found, and what came of comparing these two states of it.
create table baseline_matches (
  tenant_id blob not null,
  baseline_id blob not null,
  resource_type text not null,
  object_id text not null,
  workspace_id blob not null,
  item_id blob references inventory_items (id) on delete set null,
  how text not null,
  state text not null,
  properties text not null,
  wanted text not null,
  version integer,
  primary key (tenant_id, baseline_id, resource_type, object_id),
  foreign key (tenant_id, baseline_id) references baseline_assignments (tenant_id, baseline_id) on delete cascade
) strict;
create index baseline_matches_item on baseline_matches (item_id) where item_id is not null;
create index baseline_matches_state on baseline_matches (baseline_id, tenant_id, state);

-- How the objects of each type of a tenant stand to a baseline.
create table baseline_alignment (
  tenant_id blob not null,
  baseline_id blob not null,
  resource_type text not null,
  workspace_id blob not null,
  state text not null,
  aligned integer not null,
  differs integer not null,
  missing integer not null,
  extra integer not null,
  compared_at text not null,
  primary key (tenant_id, baseline_id, resource_type),
  foreign key (tenant_id, baseline_id) references baseline_assignments (tenant_id, baseline_id) on delete cascade
) strict;
create index baseline_alignment_baseline on baseline_alignment (baseline_id, tenant_id);

-- A finding may be held against a baseline: against its item of that id.
alter table findings add column baseline_id blob references baselines (id) on delete cascade;
alter table findings add column baseline_object_id text;
create index findings_baseline on findings (tenant_id, baseline_id, resource_type) where baseline_id is not null;
create index findings_of_baseline on findings (baseline_id) where baseline_id is not null;
