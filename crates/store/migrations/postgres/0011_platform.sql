-- Operators of the installation: accounts and sessions of their own, and their time-boxed looks into workspaces.

create table platform_operators (
  id uuid primary key,
  email text not null unique,
  name text not null,
  password_hash text,
  link_hash bytea unique,
  link_expires_at timestamptz,
  created_at timestamptz not null,
  last_sign_in_at timestamptz,
  disabled_at timestamptz
);
alter table platform_operators enable row level security;
alter table platform_operators force row level security;
create policy scope on platform_operators using ((select app_system()));

create table platform_sessions (
  id uuid primary key,
  token_hash bytea not null unique,
  operator_id uuid not null references platform_operators (id) on delete cascade,
  flash jsonb,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index platform_sessions_operator on platform_sessions (operator_id);
alter table platform_sessions enable row level security;
alter table platform_sessions force row level security;
create policy scope on platform_sessions using ((select app_system()));

-- One at a time for each operator, in the session in which it was opened. A workspace may read who looked into it.
create table break_glass (
  id uuid primary key,
  operator_id uuid not null references platform_operators (id) on delete cascade,
  operator_name text not null,
  session_id uuid not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  reason text not null,
  entered_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  constraint an_end_has_its_kind check ((ended_at is null) = (ended_by is null))
);
create unique index break_glass_open on break_glass (operator_id) where ended_at is null;
create index break_glass_due on break_glass (expires_at) where ended_at is null;
create index break_glass_workspace on break_glass (workspace_id, id);
alter table break_glass enable row level security;
alter table break_glass force row level security;
create policy scope on break_glass using ((select app_system()));
create policy told on break_glass for select using (workspace_id = (select app_workspace()));

-- What tells the owners of a workspace that an operator opened it.
create table break_glass_notices (
  break_glass_id uuid not null references break_glass (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  at timestamptz not null,
  read_at timestamptz,
  primary key (break_glass_id, user_id)
);
create index break_glass_notices_user on break_glass_notices (user_id, at);
create index break_glass_notices_workspace on break_glass_notices (workspace_id);
alter table break_glass_notices enable row level security;
alter table break_glass_notices force row level security;
create policy scope on break_glass_notices using ((select app_system()) or user_id = (select app_user())
  or workspace_id = (select app_workspace()));

-- What operators of the installation did, for their own list.
create index audit_entries_platform on audit_entries (id)
  where (actor_kind = 'operator' and (actor_id is not null or workspace_id is null)) or action = 'break_glass.expire';
-- Runs that were taken back from a lost worker, to be counted by day.
create index operation_run_events_lost on operation_run_events (at) where code = 'lease_lost';
