-- People and places: archived workspaces, when somebody signed in last, invitations by link.

alter table workspaces add column archived_at timestamptz;
alter table users add column last_sign_in_at timestamptz;

-- The link's token is not kept, only its hash.
create table invitations (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  email text not null,
  role text not null,
  token_hash bytea not null unique,
  invited_by uuid references users (id) on delete set null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  accepted_at timestamptz,
  accepted_by uuid references users (id) on delete set null
);
create index invitations_workspace on invitations (workspace_id, id);
create index invitations_invited_by on invitations (invited_by) where invited_by is not null;
create index invitations_accepted_by on invitations (accepted_by) where accepted_by is not null;
alter table invitations enable row level security;
alter table invitations force row level security;
create policy scope on invitations using ((select app_system()) or workspace_id = (select app_workspace()));

-- The tenants to which whoever accepts is added.
create table invitation_tenants (
  invitation_id uuid not null references invitations (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  role text not null,
  primary key (invitation_id, tenant_id)
);
create index invitation_tenants_tenant on invitation_tenants (tenant_id);
alter table invitation_tenants enable row level security;
alter table invitation_tenants force row level security;
create policy scope on invitation_tenants using ((select app_system())
  or (workspace_id = (select app_workspace()) and ((select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));
