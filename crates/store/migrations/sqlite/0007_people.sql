-- People and places: archived workspaces, when somebody signed in last, invitations by link.

alter table workspaces add column archived_at text;
alter table users add column last_sign_in_at text;

-- The link's token is not kept, only its hash.
create table invitations (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  email text not null,
  role text not null,
  token_hash blob not null unique,
  invited_by blob references users (id) on delete set null,
  created_at text not null,
  expires_at text not null,
  revoked_at text,
  accepted_at text,
  accepted_by blob references users (id) on delete set null
) strict;
create index invitations_workspace on invitations (workspace_id, id);
create index invitations_invited_by on invitations (invited_by) where invited_by is not null;
create index invitations_accepted_by on invitations (accepted_by) where accepted_by is not null;

-- The tenants to which whoever accepts is added.
create table invitation_tenants (
  invitation_id blob not null references invitations (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  role text not null,
  primary key (invitation_id, tenant_id)
) strict;
create index invitation_tenants_tenant on invitation_tenants (tenant_id);
