-- Groups of tenants that are held against a baseline: whoever is in one, as long as it is in it.
create table baseline_groups (
  baseline_id uuid not null references baselines (id) on delete cascade,
  group_id uuid not null references tenant_groups (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  pinned_number bigint,
  assigned_by uuid references users (id) on delete set null,
  assigned_by_name text not null,
  assigned_at timestamptz not null,
  primary key (baseline_id, group_id)
);
create index baseline_groups_group on baseline_groups (group_id);
create index baseline_groups_workspace on baseline_groups (workspace_id);
create index baseline_groups_by on baseline_groups (assigned_by) where assigned_by is not null;
alter table baseline_groups enable row level security;
alter table baseline_groups force row level security;
create policy scope on baseline_groups using ((select app_system()) or workspace_id = (select app_workspace()));

-- The group by which a tenant is held; none: somebody chose the tenant itself.
alter table baseline_assignments add column group_id uuid references tenant_groups (id) on delete set null;
create index baseline_assignments_group on baseline_assignments (group_id) where group_id is not null;
