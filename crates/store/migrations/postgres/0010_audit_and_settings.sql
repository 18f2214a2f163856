-- The audit trail in a chain, what things were called, and settings on three levels.

-- What is there already is copied and queued below.
select set_config('app.system', 'on', true);

-- Entries that are committed and not in the chain yet. Filled by a trigger in the transaction of the entry, emptied by the sealer:
-- so it finds each of them however late its transaction commits, and never reads the others.
create table audit_unsealed (
  entry_id uuid primary key
);
alter table audit_unsealed enable row level security;
alter table audit_unsealed force row level security;
create policy scope on audit_unsealed using ((select app_system()));

-- One link for each entry, in the order of sealing: the hash of the link before and of all that the entry says. Only ever added.
create table audit_chain (
  sequence bigint primary key,
  entry_id uuid not null unique,
  hash bytea not null,
  previous_hash bytea,
  sealed_at timestamptz not null
);
alter table audit_chain enable row level security;
alter table audit_chain force row level security;
create policy scope on audit_chain for select using ((select app_system()));
create policy append on audit_chain for insert with check ((select app_system()));
create function audit_chain_append_only() returns trigger language plpgsql as
  $$ begin raise exception 'the audit chain is append-only'; end $$;
create trigger audit_chain_append_only before update or delete on audit_chain
  for each row execute function audit_chain_append_only();
create trigger audit_chain_no_truncate before truncate on audit_chain
  for each statement execute function audit_chain_append_only();

-- Whoever writes an entry may not write the queue: the trigger does it for them, as the system.
create function audit_entries_wait() returns trigger language plpgsql as $$
  declare acting text := coalesce(current_setting('app.system', true), '');
  begin
    perform set_config('app.system', 'on', true);
    insert into audit_unsealed (entry_id) values (new.id);
    perform set_config('app.system', acting, true);
    return null;
  end $$;
create trigger audit_entries_wait after insert on audit_entries for each row execute function audit_entries_wait();
insert into audit_unsealed (entry_id) select id from audit_entries;

-- The list of the audit page, for whatever it is narrowed to.
create index audit_entries_list on audit_entries (workspace_id, at, id);
create index audit_entries_list_tenant on audit_entries (workspace_id, tenant_id, at, id) where tenant_id is not null;
create index audit_entries_list_actor on audit_entries (workspace_id, actor_id, at, id) where actor_id is not null;
create index audit_entries_list_action on audit_entries (workspace_id, action, at, id);
create index audit_entries_list_subject on audit_entries (workspace_id, subject_id, at, id) where subject_id is not null;
create index audit_entries_list_denied on audit_entries (workspace_id, at, id) where outcome = 'denied';

-- What people and things are called, or were called when they were last heard of. May be erased: entries hold ids.
create table audit_names (
  kind text not null,
  id uuid not null,
  name text not null,
  primary key (kind, id)
);
alter table audit_names enable row level security;
alter table audit_names force row level security;
create policy scope on audit_names using ((select app_system()));
create function audit_names_keep() returns trigger language plpgsql as $$
  declare acting text := coalesce(current_setting('app.system', true), '');
  begin
    perform set_config('app.system', 'on', true);
    insert into audit_names (kind, id, name) values (tg_argv[0], new.id, new.name)
      on conflict (kind, id) do update set name = excluded.name;
    perform set_config('app.system', acting, true);
    return null;
  end $$;
create trigger users_named after insert on users for each row execute function audit_names_keep('user');
create trigger users_renamed after update of name on users
  for each row when (old.name is distinct from new.name) execute function audit_names_keep('user');
create trigger workspaces_named after insert on workspaces for each row execute function audit_names_keep('workspace');
create trigger workspaces_renamed after update of name on workspaces
  for each row when (old.name is distinct from new.name) execute function audit_names_keep('workspace');
create trigger tenants_named after insert on tenants for each row execute function audit_names_keep('tenant');
create trigger tenants_renamed after update of name on tenants
  for each row when (old.name is distinct from new.name) execute function audit_names_keep('tenant');
create trigger schedules_named after insert on schedules for each row execute function audit_names_keep('schedule');
create trigger schedules_renamed after update of name on schedules
  for each row when (old.name is distinct from new.name) execute function audit_names_keep('schedule');
insert into audit_names (kind, id, name) select 'user', id, name from users;
insert into audit_names (kind, id, name) select 'workspace', id, name from workspaces;
insert into audit_names (kind, id, name) select 'tenant', id, name from tenants;
insert into audit_names (kind, id, name) select 'schedule', id, name from schedules;

-- What was chosen: for a workspace, for one of its tenants, or by a person for themselves. No value: chosen once, and taken back.
create table settings (
  scope_id uuid not null,
  code text not null,
  workspace_id uuid references workspaces (id) on delete cascade,
  tenant_id uuid references tenants (id) on delete cascade,
  user_id uuid references users (id) on delete cascade,
  value text,
  revision bigint not null,
  updated_at timestamptz not null,
  primary key (scope_id, code),
  constraint of_one_place check ((user_id is null) <> (workspace_id is null) and (tenant_id is null or user_id is null)),
  constraint scope_is_the_place check (scope_id = coalesce(user_id, tenant_id, workspace_id))
);
create index settings_workspace on settings (workspace_id) where workspace_id is not null;
create index settings_tenant on settings (tenant_id) where tenant_id is not null;
create index settings_user on settings (user_id) where user_id is not null;
alter table settings enable row level security;
alter table settings force row level security;
create policy scope on settings using ((select app_system()) or user_id = (select app_user())
  or (workspace_id = (select app_workspace())
      and (tenant_id is null or (select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- The retention of runs is a setting like others; how many run at a time stays where the claim reads it.
insert into settings (scope_id, code, workspace_id, value, revision, updated_at)
  select workspace_id, 'runs.keep_days', workspace_id, cast(keep_days as text), 1, updated_at from run_settings;
create table run_limits (
  workspace_id uuid primary key references workspaces (id) on delete cascade,
  tenant_limit bigint not null,
  workspace_limit bigint not null,
  updated_at timestamptz not null,
  constraint limits_above_zero check (tenant_limit > 0 and workspace_limit > 0)
);
insert into run_limits select workspace_id, tenant_limit, workspace_limit, updated_at from run_settings;
drop table run_settings;
alter table run_limits enable row level security;
alter table run_limits force row level security;
create policy scope on run_limits using ((select app_system()) or workspace_id = (select app_workspace()));

-- A run may be told to more people than to whoever started it: one notice for each of them.
alter table notices drop constraint notices_run_id_key;
alter table notices add unique (run_id, user_id);
