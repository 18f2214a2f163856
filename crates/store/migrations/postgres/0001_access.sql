-- Who may see what. Row-level security is the second net under the scopes of store::access: each transaction says whom it
-- acts for (app.system, app.workspace, app.tenants, app.user_id), and a query that forgets its scope returns nothing.

create function app_system() returns boolean language sql stable as
  $$ select coalesce(current_setting('app.system', true), '') = 'on' $$;
create function app_workspace() returns uuid language sql stable as
  $$ select nullif(current_setting('app.workspace', true), '')::uuid $$;
create function app_user() returns uuid language sql stable as
  $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;
create function app_every_tenant() returns boolean language sql stable as
  $$ select coalesce(current_setting('app.tenants', true), '') = '*' $$;
create function app_tenants() returns uuid[] language sql stable as
  $$ select case when coalesce(current_setting('app.tenants', true), '') in ('', '*') then array[]::uuid[]
            else string_to_array(current_setting('app.tenants', true), ',')::uuid[] end $$;

create table users (
  id uuid primary key,
  email text not null unique,
  name text not null,
  password_hash text,
  created_at timestamptz not null
);

create table sessions (
  id uuid primary key,
  token_hash bytea not null unique,
  user_id uuid not null references users (id) on delete cascade,
  workspace_id uuid,
  flash jsonb,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_user on sessions (user_id);
alter table sessions enable row level security;
alter table sessions force row level security;
create policy scope on sessions using ((select app_system()));

create table workspaces (
  id uuid primary key,
  name text not null,
  created_at timestamptz not null
);
alter table workspaces enable row level security;
alter table workspaces force row level security;
create policy scope on workspaces using ((select app_system()) or id = (select app_workspace()));

create table workspace_members (
  workspace_id uuid not null references workspaces (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  role text not null,
  created_at timestamptz not null,
  primary key (workspace_id, user_id)
);
create index workspace_members_user on workspace_members (user_id);
alter table workspace_members enable row level security;
alter table workspace_members force row level security;
create policy scope on workspace_members using ((select app_system()) or workspace_id = (select app_workspace()));
alter table users enable row level security;
alter table users force row level security;
create policy scope on users using ((select app_system())
  or id in (select user_id from workspace_members where workspace_id = (select app_workspace())));

create table tenants (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  name text not null,
  name_key text collate "C" not null,
  domain text not null,
  entra_tenant_id uuid not null unique,
  environment text not null,
  status text not null,
  created_at timestamptz not null
);
create index tenants_workspace on tenants (workspace_id, name_key, id);
alter table tenants enable row level security;
alter table tenants force row level security;
create policy scope on tenants using ((select app_system())
  or (workspace_id = (select app_workspace()) and ((select app_every_tenant()) or id = any ((select app_tenants())::uuid[]))));

create table tenant_members (
  tenant_id uuid not null references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  role text not null,
  created_at timestamptz not null,
  primary key (tenant_id, user_id)
);
create index tenant_members_user on tenant_members (user_id, workspace_id);
alter table tenant_members enable row level security;
alter table tenant_members force row level security;
create policy scope on tenant_members using ((select app_system())
  or (workspace_id = (select app_workspace()) and ((select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- Rows are only ever added (a trigger refuses anything else). Ids, no names: what they were called stands elsewhere.
create table audit_entries (
  id uuid primary key,
  at timestamptz not null,
  workspace_id uuid,
  tenant_id uuid,
  actor_kind text not null,
  actor_id uuid,
  action text not null,
  outcome text not null,
  subject_kind text,
  subject_id uuid,
  run_id uuid,
  details jsonb not null
);
create index audit_entries_workspace on audit_entries (workspace_id, id);
alter table audit_entries enable row level security;
alter table audit_entries force row level security;
create policy scope on audit_entries for select using ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));
create policy append on audit_entries for insert with check ((select app_system())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));
create function audit_entries_append_only() returns trigger language plpgsql as
  $$ begin raise exception 'audit entries are append-only'; end $$;
create trigger audit_entries_append_only before update or delete on audit_entries
  for each row execute function audit_entries_append_only();
create trigger audit_entries_no_truncate before truncate on audit_entries
  for each statement execute function audit_entries_append_only();
