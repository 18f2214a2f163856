-- Restores: the record with its wizard, what it is to put back, what references become, the frozen plan, and what was done, line by line.

create table restores (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  name text not null,
  purpose text not null,
  state text not null,
  revision integer not null,
  source text not null,
  source_words text not null,
  source_tenant_id blob references tenants (id) on delete set null,
  set_id blob references backup_sets (id) on delete set null,
  parent_restore_id blob references restores (id) on delete set null,
  prune integer not null,
  prune_types text not null,
  checks text,
  items integer not null,
  plan_hash text,
  previewed_at text,
  preview_operation_run_id blob references operation_runs (id) on delete set null,
  executions integer not null,
  operation_run_id blob references operation_runs (id) on delete set null,
  confirmed_by blob references users (id) on delete set null,
  confirmed_by_name text,
  confirmed_at text,
  created_by blob references users (id) on delete set null,
  created_by_name text not null,
  created_at text not null,
  updated_at text not null,
  completed_at text
) strict;
create index restores_tenant on restores (tenant_id, created_at, id);
create index restores_workspace on restores (workspace_id);
create index restores_source_tenant on restores (source_tenant_id) where source_tenant_id is not null;
create index restores_set on restores (set_id) where set_id is not null;
create index restores_parent on restores (parent_restore_id) where parent_restore_id is not null;
create index restores_preview_run on restores (preview_operation_run_id) where preview_operation_run_id is not null;
create index restores_run on restores (operation_run_id) where operation_run_id is not null;
create index restores_creator on restores (created_by) where created_by is not null;
create index restores_confirmer on restores (confirmed_by) where confirmed_by is not null;

-- What is to be put back. The contents stand in `restore_contents`; action, target and what was there before come with the preview, the
-- rest with the execution. An item that is to be removed has no wanted content.
create table restore_items (
  restore_id blob not null references restores (id) on delete cascade,
  number integer not null,
  workspace_id blob not null,
  tenant_id blob not null,
  resource_type text not null,
  source_id text not null,
  name text not null,
  part text not null,
  wanted_hash text,
  version_id blob references policy_versions (id) on delete set null,
  said_target text,
  suggested text not null,
  action text,
  target_id text,
  before_semantic text,
  before_hash text,
  hindrance text,
  needs text not null,
  outcome text,
  code text,
  result_id text,
  after_hash text,
  stripped text not null,
  finished_at text,
  primary key (restore_id, number),
  unique (restore_id, resource_type, source_id)
) strict;
create index restore_items_version on restore_items (version_id) where version_id is not null;

-- Contents that a restore refers to: wanted ones, those that it wrote over, those that it read back. While there is a row, the content stays.
create table restore_contents (
  restore_id blob not null references restores (id) on delete cascade,
  hash text not null,
  workspace_id blob not null,
  tenant_id blob not null,
  primary key (restore_id, hash),
  foreign key (workspace_id, hash) references blobs (workspace_id, hash)
) strict;
create index restore_contents_blob on restore_contents (workspace_id, hash);

-- What references of wanted objects become. No target: nobody said so yet; what is only suggested counts for nothing.
create table restore_mappings (
  restore_id blob not null references restores (id) on delete cascade,
  resource_type text not null,
  source_id text not null,
  workspace_id blob not null,
  tenant_id blob not null,
  name text not null,
  uses integer not null,
  narrowing integer not null,
  droppable integer not null,
  target text,
  origin text,
  suggested text not null,
  decided_by blob references users (id) on delete set null,
  decided_at text,
  primary key (restore_id, resource_type, source_id)
) strict;
create index restore_mappings_decider on restore_mappings (decided_by) where decided_by is not null;

-- What was done, line by line: what a write is going to do is committed before it, what came of it after it. Never a payload.
create table restore_journal (
  restore_id blob not null references restores (id) on delete cascade,
  sequence integer not null,
  workspace_id blob not null,
  tenant_id blob not null,
  number integer,
  attempt integer not null,
  kind text not null,
  step integer,
  effect text,
  method text,
  template text,
  status integer,
  code text,
  object_id text,
  data text,
  at text not null,
  primary key (restore_id, sequence)
) strict;
create index restore_journal_item on restore_journal (restore_id, number, sequence);

-- Secrets that a person entered for an item, because Microsoft does not give them out. They go when the restore is over.
create table restore_secrets (
  id blob primary key not null,
  restore_id blob not null references restores (id) on delete cascade,
  number integer not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null,
  place text not null,
  sealed_value blob not null,
  entered_by blob references users (id) on delete set null,
  entered_at text not null,
  unique (restore_id, number, place)
) strict;
create index restore_secrets_workspace on restore_secrets (workspace_id);
create index restore_secrets_enterer on restore_secrets (entered_by) where entered_by is not null;
