-- Values that Microsoft masks in an object, fetched when somebody asked for it: sealed, and bound to the version whose mask stands for
-- them.
create table content_secrets (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  version_id uuid not null references policy_versions (id) on delete cascade,
  handle text collate "C" not null,
  place text not null,
  sealed_value bytea not null,
  operation_run_id uuid references operation_runs (id) on delete set null,
  fetched_at timestamptz not null,
  unique (version_id, handle)
);
create index content_secrets_tenant on content_secrets (tenant_id);
create index content_secrets_workspace on content_secrets (workspace_id);
create index content_secrets_run on content_secrets (operation_run_id) where operation_run_id is not null;
alter table content_secrets enable row level security;
alter table content_secrets force row level security;
create policy scope on content_secrets using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
