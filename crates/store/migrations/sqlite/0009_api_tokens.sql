-- API tokens. The secret is stored nowhere: only its hash.

create table api_tokens (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  user_id blob not null references users (id) on delete cascade,
  token_hash blob not null unique,
  name text not null,
  -- What it may do at most, as codes; in which tenants at most (JSON null: no limit).
  capabilities text not null,
  tenants text not null,
  created_at text not null,
  expires_at text not null,
  last_used_at text,
  revoked_at text,
  revoked_by blob
) strict;
create index api_tokens_workspace on api_tokens (workspace_id, id);
create index api_tokens_user on api_tokens (user_id, workspace_id, id);
