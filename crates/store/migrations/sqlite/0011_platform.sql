-- Operators of the installation: accounts and sessions of their own, and their time-boxed looks into workspaces.

create table platform_operators (
  id blob primary key not null,
  email text not null unique,
  name text not null,
  password_hash text,
  link_hash blob unique,
  link_expires_at text,
  created_at text not null,
  last_sign_in_at text,
  disabled_at text
) strict;

create table platform_sessions (
  id blob primary key not null,
  token_hash blob not null unique,
  operator_id blob not null references platform_operators (id) on delete cascade,
  flash text,
  created_at text not null,
  last_seen_at text not null,
  expires_at text not null
) strict;
create index platform_sessions_operator on platform_sessions (operator_id);

-- One at a time for each operator, in the session in which it was opened. A workspace may read who looked into it.
create table break_glass (
  id blob primary key not null,
  operator_id blob not null references platform_operators (id) on delete cascade,
  operator_name text not null,
  session_id blob not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  reason text not null,
  entered_at text not null,
  expires_at text not null,
  ended_at text,
  ended_by text,
  constraint an_end_has_its_kind check ((ended_at is null) = (ended_by is null))
) strict;
create unique index break_glass_open on break_glass (operator_id) where ended_at is null;
create index break_glass_due on break_glass (expires_at) where ended_at is null;
create index break_glass_workspace on break_glass (workspace_id, id);

-- What tells the owners of a workspace that an operator opened it.
create table break_glass_notices (
  break_glass_id blob not null references break_glass (id) on delete cascade,
  user_id blob not null references users (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  at text not null,
  read_at text,
  primary key (break_glass_id, user_id)
) strict;
create index break_glass_notices_user on break_glass_notices (user_id, at);
create index break_glass_notices_workspace on break_glass_notices (workspace_id);

-- What operators of the installation did, for their own list.
create index audit_entries_platform on audit_entries (id)
  where (actor_kind = 'operator' and (actor_id is not null or workspace_id is null)) or action = 'break_glass.expire';
-- Runs that were taken back from a lost worker, to be counted by day.
create index operation_run_events_lost on operation_run_events (at) where code = 'lease_lost';
