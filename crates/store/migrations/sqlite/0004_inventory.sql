-- Content, stored once per workspace under its hash (blake3 of the canonical text), compressed with zstd.
create table blobs (
  workspace_id blob not null references workspaces (id) on delete cascade,
  hash text not null,
  bytes blob not null,
  plain_size integer not null,
  created_at text not null,
  primary key (workspace_id, hash)
) strict;

-- The last observed state of every policy.
create table inventory_items (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  resource_type text not null,
  object_id text not null,
  name text not null,
  name_key text not null,
  platform text not null,
  odata_type text,
  modified_at text,
  assignment_count integer,
  content_hash text not null,
  semantic_hash text not null,
  first_seen_at text not null,
  last_seen_at text not null,
  changed_at text not null,
  last_seen_operation_run_id blob references operation_runs (id) on delete set null,
  unique (tenant_id, resource_type, object_id),
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash)
) strict;
create index inventory_items_name on inventory_items (tenant_id, name_key, id);
create index inventory_items_type on inventory_items (tenant_id, resource_type, name_key, id);
create index inventory_items_platform on inventory_items (tenant_id, platform, name_key, id);
create index inventory_items_run on inventory_items (last_seen_operation_run_id);
create index inventory_items_blob on inventory_items (workspace_id, content_hash);

-- When each type of a tenant was last listed completely: what was seen before that list began, and not since, is missing.
create table inventory_coverage (
  tenant_id blob not null references tenants (id) on delete cascade,
  resource_type text not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  complete_from text,
  complete_at text,
  complete_clean integer not null,
  complete_operation_run_id blob references operation_runs (id) on delete set null,
  objects integer not null,
  pages integer not null,
  attempted_at text not null,
  failure_code text,
  primary key (tenant_id, resource_type)
) strict;
create index inventory_coverage_run on inventory_coverage (complete_operation_run_id);
