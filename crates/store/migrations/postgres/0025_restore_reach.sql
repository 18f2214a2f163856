-- Whom the objects reach that a frozen plan writes: counted by the preview, so that a page does not have to look into them. Of every
-- plan there is the row of those that are assigned to nobody.
create table restore_reach (
  restore_id uuid not null references restores (id) on delete cascade,
  kind text collate "C" not null,
  group_id text collate "C" not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  objects bigint not null,
  primary key (restore_id, kind, group_id)
);
alter table restore_reach enable row level security;
alter table restore_reach force row level security;
create policy scope on restore_reach using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Where secrets are that Microsoft does not give out, of what was chosen when the checks were made.
create table restore_secret_places (
  restore_id uuid not null references restores (id) on delete cascade,
  number bigint not null,
  pointer text collate "C" not null,
  workspace_id uuid not null,
  tenant_id uuid not null,
  place text not null,
  needed boolean not null,
  primary key (restore_id, number, pointer)
);
alter table restore_secret_places enable row level security;
alter table restore_secret_places force row level security;
create policy scope on restore_secret_places using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
