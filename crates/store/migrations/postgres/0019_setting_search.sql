-- Searching the settings of a tenant: the contents of its versions, numbered for the tenant, and which of them have which three
-- letters in a row. Everything is found by equality, which row-level security lets an index answer; `like` and `strpos` it does not.

select set_config('app.system', 'on', true);

-- The settings of a content, as a compressed text. Once for the tenant, in however many versions the content is.
create table setting_contents (
  tenant_id uuid not null references tenants (id) on delete cascade,
  content_hash text not null,
  resource_type text not null,
  workspace_id uuid not null,
  number bigint not null,
  entries bytea not null,
  plain_size bigint not null,
  cut boolean not null,
  primary key (tenant_id, content_hash, resource_type),
  unique (tenant_id, number),
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash) on delete cascade
);
create index setting_contents_blob on setting_contents (workspace_id, content_hash);
alter table setting_contents enable row level security;
alter table setting_contents force row level security;
create policy scope on setting_contents using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- The letters in a row of a block of contents that fall into one bucket, each with the contents that have them.
create table setting_letters (
  tenant_id uuid not null references tenants (id) on delete cascade,
  bucket bigint not null,
  block bigint not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  contents bytea not null,
  primary key (tenant_id, bucket, block)
);
alter table setting_letters enable row level security;
alter table setting_letters force row level security;
create policy scope on setting_letters using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- How the index of a tenant was made, and the next number.
create table setting_index (
  tenant_id uuid primary key references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  form text not null,
  next_number bigint not null
);
alter table setting_index enable row level security;
alter table setting_index force row level security;
create policy scope on setting_index using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Contents of versions that are not indexed yet.
create table setting_waiting (
  tenant_id uuid not null references tenants (id) on delete cascade,
  content_hash text not null,
  resource_type text not null,
  workspace_id uuid not null,
  since timestamptz not null,
  primary key (tenant_id, content_hash, resource_type),
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash) on delete cascade
);
create index setting_waiting_since on setting_waiting (since, tenant_id);
create index setting_waiting_blob on setting_waiting (workspace_id, content_hash);
alter table setting_waiting enable row level security;
alter table setting_waiting force row level security;
create policy scope on setting_waiting using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));

-- Whoever writes a version, its content waits.
create function settings_wait() returns trigger language plpgsql as $$
  begin
    if new.content_hash is not null then
      insert into setting_waiting (tenant_id, content_hash, resource_type, workspace_id, since)
        select new.tenant_id, new.content_hash, i.resource_type, new.workspace_id, new.captured_at
        from inventory_items i
        where i.id = new.item_id and not exists (select 1 from setting_contents c
          where c.tenant_id = new.tenant_id and c.content_hash = new.content_hash and c.resource_type = i.resource_type)
        on conflict do nothing;
    end if;
    return null;
  end $$;
create trigger settings_wait after insert on policy_versions for each row execute function settings_wait();
insert into setting_waiting (tenant_id, content_hash, resource_type, workspace_id, since)
  select v.tenant_id, v.content_hash, i.resource_type, v.workspace_id, min(v.captured_at)
  from policy_versions v join inventory_items i on i.id = v.item_id
  where v.content_hash is not null group by v.tenant_id, v.content_hash, i.resource_type, v.workspace_id;
