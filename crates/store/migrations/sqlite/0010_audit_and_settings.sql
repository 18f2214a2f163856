-- The audit trail in a chain, what things were called, and settings on three levels.

-- Entries that are committed and not in the chain yet. Filled by a trigger in the transaction of the entry, emptied by the sealer:
-- so it finds each of them however late its transaction commits, and never reads the others.
create table audit_unsealed (
  entry_id blob primary key not null
) strict;

-- One link for each entry, in the order of sealing: the hash of the link before and of all that the entry says. Only ever added.
create table audit_chain (
  sequence integer primary key not null,
  entry_id blob not null unique,
  hash blob not null,
  previous_hash blob,
  sealed_at text not null
) strict;
create trigger audit_chain_no_update before update on audit_chain
  begin select raise(abort, 'the audit chain is append-only'); end;
create trigger audit_chain_no_delete before delete on audit_chain
  begin select raise(abort, 'the audit chain is append-only'); end;

create trigger audit_entries_wait after insert on audit_entries
  begin insert into audit_unsealed (entry_id) values (new.id); end;
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
  id blob not null,
  name text not null,
  primary key (kind, id)
) strict;
create trigger users_named after insert on users begin
  insert into audit_names (kind, id, name) values ('user', new.id, new.name) on conflict (kind, id) do update set name = excluded.name;
end;
create trigger users_renamed after update of name on users when old.name is not new.name begin
  insert into audit_names (kind, id, name) values ('user', new.id, new.name) on conflict (kind, id) do update set name = excluded.name;
end;
create trigger workspaces_named after insert on workspaces begin
  insert into audit_names (kind, id, name) values ('workspace', new.id, new.name) on conflict (kind, id) do update set name = excluded.name;
end;
create trigger workspaces_renamed after update of name on workspaces when old.name is not new.name begin
  insert into audit_names (kind, id, name) values ('workspace', new.id, new.name) on conflict (kind, id) do update set name = excluded.name;
end;
create trigger tenants_named after insert on tenants begin
  insert into audit_names (kind, id, name) values ('tenant', new.id, new.name) on conflict (kind, id) do update set name = excluded.name;
end;
create trigger tenants_renamed after update of name on tenants when old.name is not new.name begin
  insert into audit_names (kind, id, name) values ('tenant', new.id, new.name) on conflict (kind, id) do update set name = excluded.name;
end;
create trigger schedules_named after insert on schedules begin
  insert into audit_names (kind, id, name) values ('schedule', new.id, new.name) on conflict (kind, id) do update set name = excluded.name;
end;
create trigger schedules_renamed after update of name on schedules when old.name is not new.name begin
  insert into audit_names (kind, id, name) values ('schedule', new.id, new.name) on conflict (kind, id) do update set name = excluded.name;
end;
insert into audit_names (kind, id, name) select 'user', id, name from users;
insert into audit_names (kind, id, name) select 'workspace', id, name from workspaces;
insert into audit_names (kind, id, name) select 'tenant', id, name from tenants;
insert into audit_names (kind, id, name) select 'schedule', id, name from schedules;

-- What was chosen: for a workspace, for one of its tenants, or by a person for themselves. No value: chosen once, and taken back.
create table settings (
  scope_id blob not null,
  code text not null,
  workspace_id blob references workspaces (id) on delete cascade,
  tenant_id blob references tenants (id) on delete cascade,
  user_id blob references users (id) on delete cascade,
  value text,
  revision integer not null,
  updated_at text not null,
  primary key (scope_id, code),
  constraint of_one_place check ((user_id is null) <> (workspace_id is null) and (tenant_id is null or user_id is null)),
  constraint scope_is_the_place check (scope_id = coalesce(user_id, tenant_id, workspace_id))
) strict;
create index settings_workspace on settings (workspace_id) where workspace_id is not null;
create index settings_tenant on settings (tenant_id) where tenant_id is not null;
create index settings_user on settings (user_id) where user_id is not null;

-- The retention of runs is a setting like others; how many run at a time stays where the claim reads it.
insert into settings (scope_id, code, workspace_id, value, revision, updated_at)
  select workspace_id, 'runs.keep_days', workspace_id, cast(keep_days as text), 1, updated_at from run_settings;
create table run_limits (
  workspace_id blob primary key references workspaces (id) on delete cascade,
  tenant_limit integer not null,
  workspace_limit integer not null,
  updated_at text not null,
  constraint limits_above_zero check (tenant_limit > 0 and workspace_limit > 0)
) strict;
insert into run_limits select workspace_id, tenant_limit, workspace_limit, updated_at from run_settings;
drop table run_settings;

-- A run may be told to more people than to whoever started it: one notice for each of them.
create table notices_of_people (
  id blob primary key not null,
  run_id blob not null references operation_runs (id) on delete cascade,
  workspace_id blob not null,
  tenant_id blob,
  user_id blob not null references users (id) on delete cascade,
  type text not null,
  status text not null,
  outcome text not null,
  at text not null,
  read_at text,
  unique (run_id, user_id)
) strict;
insert into notices_of_people select id, run_id, workspace_id, tenant_id, user_id, type, status, outcome, at, read_at from notices;
drop table notices;
alter table notices_of_people rename to notices;
create index notices_user on notices (user_id, at);
create index notices_unread on notices (user_id) where read_at is null;
