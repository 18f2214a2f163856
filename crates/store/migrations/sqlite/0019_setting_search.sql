-- Searching the settings of a tenant: the contents of its versions, numbered for the tenant, and which of them have which three
-- letters in a row.

-- The settings of a content, as a compressed text. Once for the tenant, in however many versions the content is.
create table setting_contents (
  tenant_id blob not null references tenants (id) on delete cascade,
  content_hash text not null,
  resource_type text not null,
  workspace_id blob not null,
  number integer not null,
  entries blob not null,
  plain_size integer not null,
  cut integer not null,
  primary key (tenant_id, content_hash, resource_type),
  unique (tenant_id, number),
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash) on delete cascade
) strict;
create index setting_contents_blob on setting_contents (workspace_id, content_hash);

-- The letters in a row of a block of contents that fall into one bucket, each with the contents that have them.
create table setting_letters (
  tenant_id blob not null references tenants (id) on delete cascade,
  bucket integer not null,
  block integer not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  contents blob not null,
  primary key (tenant_id, bucket, block)
) strict;

-- How the index of a tenant was made, and the next number.
create table setting_index (
  tenant_id blob not null primary key references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  form text not null,
  next_number integer not null
) strict;

-- Contents of versions that are not indexed yet.
create table setting_waiting (
  tenant_id blob not null references tenants (id) on delete cascade,
  content_hash text not null,
  resource_type text not null,
  workspace_id blob not null,
  since text not null,
  primary key (tenant_id, content_hash, resource_type),
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash) on delete cascade
) strict;
create index setting_waiting_since on setting_waiting (since, tenant_id);
create index setting_waiting_blob on setting_waiting (workspace_id, content_hash);

-- Whoever writes a version, its content waits.
create trigger settings_wait after insert on policy_versions when new.content_hash is not null begin
  insert into setting_waiting (tenant_id, content_hash, resource_type, workspace_id, since)
    select new.tenant_id, new.content_hash, i.resource_type, new.workspace_id, new.captured_at
    from inventory_items i
    where i.id = new.item_id and not exists (select 1 from setting_contents c
      where c.tenant_id = new.tenant_id and c.content_hash = new.content_hash and c.resource_type = i.resource_type)
    on conflict do nothing;
end;
insert into setting_waiting (tenant_id, content_hash, resource_type, workspace_id, since)
  select v.tenant_id, v.content_hash, i.resource_type, v.workspace_id, min(v.captured_at)
  from policy_versions v join inventory_items i on i.id = v.item_id
  where v.content_hash is not null group by v.tenant_id, v.content_hash, i.resource_type, v.workspace_id;
