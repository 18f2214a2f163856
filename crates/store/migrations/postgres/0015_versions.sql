-- Every state of every policy that was ever observed, what each run read of each type, and what lets a sync leave out what did not change.

-- What is there already is changed below.
select set_config('app.system', 'on', true);

-- What the list told of the object when its details were last read: when it tells the same again, they are not read. No value: the list
-- does not tell enough. `latest_version` numbers the versions; `absent`: the latest says that the object disappeared.
alter table inventory_items add column list_fingerprint text;
alter table inventory_items add column latest_version bigint not null default 0;
alter table inventory_items add column absent boolean;
update inventory_items set absent = false;

-- When the details of every object of the type were last read, whatever the list told.
alter table inventory_coverage add column verified_at timestamptz;
alter table inventory_coverage add column state text;
update inventory_coverage set state = 'complete';
update inventory_coverage set state = 'failed' where failure_code is not null;
update inventory_coverage set state = 'forbidden' where failure_code = 'graph.forbidden';

-- A state of a policy: its content, or that it disappeared. Only ever added; the run may be forgotten before it.
create table policy_versions (
  id uuid primary key,
  workspace_id uuid not null,
  tenant_id uuid not null references tenants (id) on delete cascade,
  item_id uuid not null references inventory_items (id) on delete cascade,
  number bigint not null,
  captured_at timestamptz not null,
  operation_run_id uuid not null,
  change text not null,
  changed_body boolean not null,
  changed_assignments boolean not null,
  changed_scope_tags boolean not null,
  name text not null,
  content_hash text,
  semantic_hash text,
  body_hash text,
  assignments_hash text,
  scope_tags_hash text,
  volatile_fields text,
  unique (item_id, number),
  constraint content_unless_gone check ((content_hash is null) = (change = 'disappeared')),
  foreign key (workspace_id, content_hash) references blobs (workspace_id, hash)
);
create index policy_versions_time on policy_versions (tenant_id, captured_at, id);
create index policy_versions_blob on policy_versions (workspace_id, content_hash);
alter table policy_versions enable row level security;
alter table policy_versions force row level security;
create policy scope on policy_versions for select using ((select app_system())
  or (workspace_id = (select app_workspace()) and ((select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));
create policy append on policy_versions for insert with check ((select app_system())
  or (workspace_id = (select app_workspace()) and ((select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));
-- A version goes with its tenant, and not before.
create function policy_versions_append_only() returns trigger language plpgsql as $$ begin
  if tg_op = 'DELETE' then
    if not exists (select 1 from tenants where id = old.tenant_id) then return old; end if;
  end if;
  raise exception 'policy versions are append-only';
end $$;
create trigger policy_versions_append_only before update or delete on policy_versions
  for each row execute function policy_versions_append_only();
create function policy_versions_stay() returns trigger language plpgsql as
  $$ begin raise exception 'policy versions are append-only'; end $$;
create trigger policy_versions_no_truncate before truncate on policy_versions
  for each statement execute function policy_versions_stay();

-- What a run read of each resource type.
create table inventory_readings (
  operation_run_id uuid not null references operation_runs (id) on delete cascade,
  resource_type text not null,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  state text not null,
  failure_code text,
  pages bigint not null,
  objects bigint not null,
  details bigint not null,
  requests bigint not null,
  took_ms bigint not null,
  every_detail boolean not null,
  ended_at timestamptz not null,
  primary key (operation_run_id, resource_type)
);
create index inventory_readings_tenant on inventory_readings (tenant_id, resource_type, ended_at);
alter table inventory_readings enable row level security;
alter table inventory_readings force row level security;
create policy scope on inventory_readings using ((select app_system())
  or (workspace_id = (select app_workspace()) and ((select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

-- What is there already has a first version: the content that is known of it. What the latest complete list did not have has a second
-- one, which says so. Where the run was forgotten, its place is taken by the id that no run has.
insert into policy_versions (id, workspace_id, tenant_id, item_id, number, captured_at, operation_run_id, change, changed_body,
    changed_assignments, changed_scope_tags, name, content_hash, semantic_hash)
  select gen_random_uuid(), workspace_id, tenant_id, id, 1, changed_at, coalesce(last_seen_operation_run_id, '00000000-0000-0000-0000-000000000000'),
    'first_seen', false, false, false, name, content_hash, semantic_hash
  from inventory_items;
update inventory_items set latest_version = 1;
update inventory_items set latest_version = 2, absent = true where exists (select 1 from inventory_coverage c
  where c.tenant_id = inventory_items.tenant_id and c.resource_type = inventory_items.resource_type
    and inventory_items.last_seen_at < c.complete_from);
insert into policy_versions (id, workspace_id, tenant_id, item_id, number, captured_at, operation_run_id, change, changed_body,
    changed_assignments, changed_scope_tags, name)
  select gen_random_uuid(), i.workspace_id, i.tenant_id, i.id, 2, c.complete_at, coalesce(c.complete_operation_run_id, '00000000-0000-0000-0000-000000000000'),
    'disappeared', false, false, false, i.name
  from inventory_items i join inventory_coverage c on c.tenant_id = i.tenant_id and c.resource_type = i.resource_type
  where i.latest_version = 2;
