-- By what a connection signs in, until when, and what people are told of it. The credential itself stays in `sealed_secret`, whose form
-- `credential_kind` tells.
alter table provider_connections add column credential_kind text not null default 'client_secret';
alter table provider_connections add column credential_expires_at text;
alter table provider_connections add column thumbprint text;
alter table provider_connections add column signature text not null default 'ps256';
alter table provider_connections add column note text not null default '';
alter table provider_connections add column disabled_reason text;
alter table provider_connections add column rotated_at text;
-- How many days before the end people were told last; null after a rotation.
alter table provider_connections add column warned_days integer;
-- The revision of the connection that was removed last: the next one's go on from there, so that no report, form or run of the old one is
-- taken for one of the new.
alter table tenants add column connection_revision integer not null default 0;
create index provider_connections_expiry on provider_connections (credential_expires_at)
  where credential_expires_at is not null;

-- That a credential expires, to each person who may do something about it.
create table connection_notices (
  connection_id blob not null references provider_connections (id) on delete cascade,
  user_id blob not null references users (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  expires_at text not null,
  at text not null,
  read_at text,
  primary key (connection_id, user_id)
) strict;
create index connection_notices_user on connection_notices (user_id, at);
create index connection_notices_workspace on connection_notices (workspace_id);
create index connection_notices_tenant on connection_notices (tenant_id);
