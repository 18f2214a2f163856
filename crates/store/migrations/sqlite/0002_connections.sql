-- The credentials by which a tenant is reached; the secret is sealed with a key outside the database.
create table provider_connections (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null unique references tenants (id) on delete cascade,
  cloud text not null,
  client_id text not null,
  sealed_secret blob not null,
  enabled integer not null,
  revision integer not null,
  created_at text not null,
  updated_at text not null
) strict;
