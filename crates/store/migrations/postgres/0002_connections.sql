-- The credentials by which a tenant is reached; the secret is sealed with a key outside the database.
create table provider_connections (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null unique references tenants (id) on delete cascade,
  cloud text not null,
  client_id text not null,
  sealed_secret bytea not null,
  enabled boolean not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
alter table provider_connections enable row level security;
alter table provider_connections force row level security;
create policy scope on provider_connections using ((select app_system())
  or (workspace_id = (select app_workspace()) and ((select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));
