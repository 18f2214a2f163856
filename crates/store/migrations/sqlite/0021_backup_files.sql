-- Backup sets as files: sets that were imported, what was not understood of them, and files that wait to be fetched or read.

-- Where the set was imported from; no value: it was captured here.
alter table backup_sets add column origin text;

-- What an imported set holds. These objects were never observed in the tenant: they are no items of its inventory and no versions.
create table backup_set_objects (
  id blob primary key not null,
  set_id blob not null references backup_sets (id) on delete cascade,
  resource_type text not null,
  object_id text not null,
  workspace_id blob not null,
  tenant_id blob not null,
  name text not null,
  name_key text not null,
  captured_at text,
  content_hash text not null,
  semantic_hash text not null,
  volatile_fields text not null,
  id_was_made integer not null,
  withheld integer not null,
  problem text,
  unique (set_id, resource_type, object_id),
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash)
) strict;
create index backup_set_objects_name on backup_set_objects (set_id, name_key, id);
create index backup_set_objects_blob on backup_set_objects (workspace_id, content_hash);

-- What an import has to say of files: what was wrong, what was left out, what is to be known.
create table backup_set_remarks (
  set_id blob not null references backup_sets (id) on delete cascade,
  number integer not null,
  workspace_id blob not null,
  tenant_id blob not null,
  remark text not null,
  file text not null,
  words text not null,
  primary key (set_id, number)
) strict;

-- Files on their way out or in, for as long as somebody may fetch them or a run reads them. Each is encrypted with a key of its own, which
-- is sealed here, and with it what opens or closes the archive itself, until the run that needs that has ended.
create table backup_files (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  kind text not null,
  set_id blob references backup_sets (id) on delete cascade,
  operation_run_id blob references operation_runs (id) on delete set null,
  created_by blob references users (id) on delete set null,
  created_at text not null,
  expires_at text not null,
  completed_at text,
  protection text not null,
  sealed_secret blob not null,
  bytes integer not null,
  parts integer not null
) strict;
create index backup_files_set on backup_files (set_id, created_at) where set_id is not null;
create index backup_files_tenant on backup_files (tenant_id, created_at);
create index backup_files_expiry on backup_files (expires_at);
create index backup_files_run on backup_files (operation_run_id) where operation_run_id is not null;
create index backup_files_creator on backup_files (created_by) where created_by is not null;

create table backup_file_parts (
  file_id blob not null references backup_files (id) on delete cascade,
  number integer not null,
  workspace_id blob not null,
  tenant_id blob not null,
  bytes blob not null,
  primary key (file_id, number)
) strict;
