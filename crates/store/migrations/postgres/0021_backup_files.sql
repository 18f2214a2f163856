-- Backup sets as files: sets that were imported, what was not understood of them, and files that wait to be fetched or read.

-- Where the set was imported from; no value: it was captured here.
alter table backup_sets add column origin jsonb;

-- What an imported set holds. These objects were never observed in the tenant: they are no items of its inventory and no versions.
create table backup_set_objects (
  id uuid primary key,
  set_id uuid not null references backup_sets (id) on delete cascade,
  resource_type text not null,
  object_id text not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  captured_at timestamptz,
  content_hash text not null,
  semantic_hash text not null,
  volatile_fields text not null,
  id_was_made boolean not null,
  withheld boolean not null,
  problem text,
  unique (set_id, resource_type, object_id),
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash)
);
create index backup_set_objects_name on backup_set_objects (set_id, name_key, id);
create index backup_set_objects_blob on backup_set_objects (workspace_id, content_hash);
alter table backup_set_objects enable row level security;
alter table backup_set_objects force row level security;
create policy scope on backup_set_objects using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- What an import has to say of files: what was wrong, what was left out, what is to be known.
create table backup_set_remarks (
  set_id uuid not null references backup_sets (id) on delete cascade,
  number bigint not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  remark text not null,
  file text not null,
  words text not null,
  primary key (set_id, number)
);
alter table backup_set_remarks enable row level security;
alter table backup_set_remarks force row level security;
create policy scope on backup_set_remarks using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Files on their way out or in, for as long as somebody may fetch them or a run reads them. Each is encrypted with a key of its own, which
-- is sealed here, and with it what opens or closes the archive itself, until the run that needs that has ended.
create table backup_files (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  kind text not null,
  set_id uuid references backup_sets (id) on delete cascade,
  operation_run_id uuid references operation_runs (id) on delete set null,
  created_by uuid references users (id) on delete set null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  completed_at timestamptz,
  protection text not null,
  sealed_secret bytea not null,
  bytes bigint not null,
  parts bigint not null
);
create index backup_files_set on backup_files (set_id, created_at) where set_id is not null;
create index backup_files_tenant on backup_files (tenant_id, created_at);
create index backup_files_expiry on backup_files (expires_at);
create index backup_files_run on backup_files (operation_run_id) where operation_run_id is not null;
create index backup_files_creator on backup_files (created_by) where created_by is not null;
alter table backup_files enable row level security;
alter table backup_files force row level security;
create policy scope on backup_files using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

create table backup_file_parts (
  file_id uuid not null references backup_files (id) on delete cascade,
  number bigint not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  bytes bytea not null,
  primary key (file_id, number)
);
alter table backup_file_parts enable row level security;
alter table backup_file_parts force row level security;
create policy scope on backup_file_parts using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
