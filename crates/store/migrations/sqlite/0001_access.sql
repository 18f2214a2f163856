-- Who may see what. The same tables as on PostgreSQL; row-level security exists there only.

create table users (
  id blob primary key not null,
  email text not null unique,
  name text not null,
  password_hash text,
  created_at text not null
) strict;

create table sessions (
  id blob primary key not null,
  token_hash blob not null unique,
  user_id blob not null references users (id) on delete cascade,
  workspace_id blob,
  flash text,
  created_at text not null,
  last_seen_at text not null,
  expires_at text not null
) strict;
create index sessions_user on sessions (user_id);

create table workspaces (
  id blob primary key not null,
  name text not null,
  created_at text not null
) strict;

create table workspace_members (
  workspace_id blob not null references workspaces (id) on delete cascade,
  user_id blob not null references users (id) on delete cascade,
  role text not null,
  created_at text not null,
  primary key (workspace_id, user_id)
) strict;
create index workspace_members_user on workspace_members (user_id);

create table tenants (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  name text not null,
  name_key text not null,
  domain text not null,
  entra_tenant_id blob not null unique,
  environment text not null,
  status text not null,
  created_at text not null
) strict;
create index tenants_workspace on tenants (workspace_id, name_key, id);

create table tenant_members (
  tenant_id blob not null references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  user_id blob not null references users (id) on delete cascade,
  role text not null,
  created_at text not null,
  primary key (tenant_id, user_id)
) strict;
create index tenant_members_user on tenant_members (user_id, workspace_id);

-- Rows are only ever added (triggers refuse anything else). Ids, no names: what they were called stands elsewhere.
create table audit_entries (
  id blob primary key not null,
  at text not null,
  workspace_id blob,
  tenant_id blob,
  actor_kind text not null,
  actor_id blob,
  action text not null,
  outcome text not null,
  subject_kind text,
  subject_id blob,
  run_id blob,
  details text not null
) strict;
create index audit_entries_workspace on audit_entries (workspace_id, id);
create trigger audit_entries_no_update before update on audit_entries
  begin select raise(abort, 'audit entries are append-only'); end;
create trigger audit_entries_no_delete before delete on audit_entries
  begin select raise(abort, 'audit entries are append-only'); end;
