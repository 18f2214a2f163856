-- Restores: the record with its wizard, what it is to put back, what references become, the frozen plan, and what was done, line by line.

create table restores (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  name text not null,
  purpose text not null,
  state text not null,
  revision bigint not null,
  source jsonb not null,
  source_words text not null,
  source_tenant_id uuid references tenants (id) on delete set null,
  set_id uuid references backup_sets (id) on delete set null,
  parent_restore_id uuid references restores (id) on delete set null,
  prune boolean not null,
  prune_types jsonb not null,
  checks jsonb,
  items bigint not null,
  plan_hash text,
  previewed_at timestamptz,
  preview_operation_run_id uuid references operation_runs (id) on delete set null,
  executions bigint not null,
  operation_run_id uuid references operation_runs (id) on delete set null,
  confirmed_by uuid references users (id) on delete set null,
  confirmed_by_name text,
  confirmed_at timestamptz,
  created_by uuid references users (id) on delete set null,
  created_by_name text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  completed_at timestamptz
);
create index restores_tenant on restores (tenant_id, created_at, id);
create index restores_workspace on restores (workspace_id);
create index restores_source_tenant on restores (source_tenant_id) where source_tenant_id is not null;
create index restores_set on restores (set_id) where set_id is not null;
create index restores_parent on restores (parent_restore_id) where parent_restore_id is not null;
create index restores_preview_run on restores (preview_operation_run_id) where preview_operation_run_id is not null;
create index restores_run on restores (operation_run_id) where operation_run_id is not null;
create index restores_creator on restores (created_by) where created_by is not null;
create index restores_confirmer on restores (confirmed_by) where confirmed_by is not null;
alter table restores enable row level security;
alter table restores force row level security;
create policy scope on restores using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- What is to be put back. The contents stand in `restore_contents`; action, target and what was there before come with the preview, the
-- rest with the execution. An item that is to be removed has no wanted content.
create table restore_items (
  restore_id uuid not null references restores (id) on delete cascade,
  number bigint not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  resource_type text not null,
  source_id text not null,
  name text not null,
  part jsonb not null,
  wanted_hash text,
  version_id uuid references policy_versions (id) on delete set null,
  said_target text,
  suggested jsonb not null,
  action text,
  target_id text,
  before_semantic text,
  before_hash text,
  hindrance text,
  needs jsonb not null,
  outcome text,
  code text,
  result_id text,
  after_hash text,
  stripped jsonb not null,
  finished_at timestamptz,
  primary key (restore_id, number),
  unique (restore_id, resource_type, source_id)
);
create index restore_items_version on restore_items (version_id) where version_id is not null;
alter table restore_items enable row level security;
alter table restore_items force row level security;
create policy scope on restore_items using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Contents that a restore refers to: wanted ones, those that it wrote over, those that it read back. While there is a row, the content stays.
create table restore_contents (
  restore_id uuid not null references restores (id) on delete cascade,
  hash text not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  primary key (restore_id, hash),
  foreign key (workspace_id, hash) references blobs (workspace_id, hash)
);
create index restore_contents_blob on restore_contents (workspace_id, hash);
alter table restore_contents enable row level security;
alter table restore_contents force row level security;
create policy scope on restore_contents using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- What references of wanted objects become. No target: nobody said so yet; what is only suggested counts for nothing.
create table restore_mappings (
  restore_id uuid not null references restores (id) on delete cascade,
  resource_type text collate "C" not null,
  source_id text collate "C" not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  name text not null,
  uses bigint not null,
  narrowing boolean not null,
  droppable boolean not null,
  target jsonb,
  origin text,
  suggested jsonb not null,
  decided_by uuid references users (id) on delete set null,
  decided_at timestamptz,
  primary key (restore_id, resource_type, source_id)
);
create index restore_mappings_decider on restore_mappings (decided_by) where decided_by is not null;
alter table restore_mappings enable row level security;
alter table restore_mappings force row level security;
create policy scope on restore_mappings using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- What was done, line by line: what a write is going to do is committed before it, what came of it after it. Never a payload.
create table restore_journal (
  restore_id uuid not null references restores (id) on delete cascade,
  sequence bigint not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  number bigint,
  attempt bigint not null,
  kind text not null,
  step bigint,
  effect text,
  method text,
  template text,
  status bigint,
  code text,
  object_id text,
  data jsonb,
  at timestamptz not null,
  primary key (restore_id, sequence)
);
create index restore_journal_item on restore_journal (restore_id, number, sequence);
alter table restore_journal enable row level security;
alter table restore_journal force row level security;
create policy scope on restore_journal using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Secrets that a person entered for an item, because Microsoft does not give them out. They go when the restore is over.
create table restore_secrets (
  id uuid primary key,
  restore_id uuid not null references restores (id) on delete cascade,
  number bigint not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null,
  place text not null,
  sealed_value bytea not null,
  entered_by uuid references users (id) on delete set null,
  entered_at timestamptz not null,
  unique (restore_id, number, place)
);
create index restore_secrets_workspace on restore_secrets (workspace_id);
create index restore_secrets_enterer on restore_secrets (entered_by) where entered_by is not null;
alter table restore_secrets enable row level security;
alter table restore_secrets force row level security;
create policy scope on restore_secrets using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
