-- Groups of tenants that are held against a baseline: whoever is in one, as long as it is in it.
create table baseline_groups (
  baseline_id blob not null references baselines (id) on delete cascade,
  group_id blob not null references tenant_groups (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  pinned_number integer,
  assigned_by blob references users (id) on delete set null,
  assigned_by_name text not null,
  assigned_at text not null,
  primary key (baseline_id, group_id)
) strict;
create index baseline_groups_group on baseline_groups (group_id);
create index baseline_groups_workspace on baseline_groups (workspace_id);
create index baseline_groups_by on baseline_groups (assigned_by) where assigned_by is not null;

-- The group by which a tenant is held; none: somebody chose the tenant itself.
alter table baseline_assignments add column group_id blob references tenant_groups (id) on delete set null;
create index baseline_assignments_group on baseline_assignments (group_id) where group_id is not null;
