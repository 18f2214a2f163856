-- Content, stored once per workspace under its hash (blake3 of the canonical text), compressed with zstd.
create table blobs (
  workspace_id uuid not null references workspaces (id) on delete cascade,
  hash text not null,
  bytes bytea not null,
  plain_size bigint not null,
  created_at timestamptz not null,
  primary key (workspace_id, hash)
);
alter table blobs enable row level security;
alter table blobs force row level security;
create policy scope on blobs using ((select app_system()) or workspace_id = (select app_workspace()));

-- The last observed state of every policy.
create table inventory_items (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  resource_type text not null,
  object_id text not null,
  name text not null,
  name_key text collate "C" not null,
  platform text not null,
  odata_type text,
  modified_at timestamptz,
  assignment_count bigint,
  content_hash text not null,
  semantic_hash text not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  changed_at timestamptz not null,
  last_seen_operation_run_id uuid references operation_runs (id) on delete set null,
  unique (tenant_id, resource_type, object_id),
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash)
);
create index inventory_items_name on inventory_items (tenant_id, name_key, id);
create index inventory_items_type on inventory_items (tenant_id, resource_type, name_key, id);
create index inventory_items_platform on inventory_items (tenant_id, platform, name_key, id);
create index inventory_items_run on inventory_items (last_seen_operation_run_id);
create index inventory_items_blob on inventory_items (workspace_id, content_hash);
alter table inventory_items enable row level security;
alter table inventory_items force row level security;
create policy scope on inventory_items using ((select app_system())
  or (workspace_id = (select app_workspace()) and ((select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- When each type of a tenant was last listed completely: what was seen before that list began, and not since, is missing.
create table inventory_coverage (
  tenant_id uuid not null references tenants (id) on delete cascade,
  resource_type text not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  complete_from timestamptz,
  complete_at timestamptz,
  complete_clean boolean not null,
  complete_operation_run_id uuid references operation_runs (id) on delete set null,
  objects bigint not null,
  pages bigint not null,
  attempted_at timestamptz not null,
  failure_code text,
  primary key (tenant_id, resource_type)
);
create index inventory_coverage_run on inventory_coverage (complete_operation_run_id);
alter table inventory_coverage enable row level security;
alter table inventory_coverage force row level security;
create policy scope on inventory_coverage using ((select app_system())
  or (workspace_id = (select app_workspace()) and ((select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));
