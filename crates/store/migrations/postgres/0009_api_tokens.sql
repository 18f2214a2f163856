-- API tokens. The secret is stored nowhere: only its hash.

create table api_tokens (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  token_hash bytea not null unique,
  name text not null,
  -- What it may do at most, as codes; in which tenants at most (JSON null: no limit).
  capabilities jsonb not null,
  tenants jsonb not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid
);
create index api_tokens_workspace on api_tokens (workspace_id, id);
create index api_tokens_user on api_tokens (user_id, workspace_id, id);
alter table api_tokens enable row level security;
alter table api_tokens force row level security;
create policy scope on api_tokens using ((select app_system()) or workspace_id = (select app_workspace()));
