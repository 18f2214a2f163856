-- Values that Microsoft masks in an object, fetched when somebody asked for it: sealed, and bound to the version whose mask stands for
-- them.
create table content_secrets (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  version_id blob not null references policy_versions (id) on delete cascade,
  handle text not null,
  place text not null,
  sealed_value blob not null,
  operation_run_id blob references operation_runs (id) on delete set null,
  fetched_at text not null,
  unique (version_id, handle)
) strict;
create index content_secrets_tenant on content_secrets (tenant_id);
create index content_secrets_workspace on content_secrets (workspace_id);
create index content_secrets_run on content_secrets (operation_run_id) where operation_run_id is not null;
