-- What checks of connections found, and onboardings that were begun. Neither holds a secret.

create table connection_checks (
  id blob primary key,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  -- Which connection in which state; the report outlives it.
  connection_id blob not null,
  revision integer not null,
  run_id blob references operation_runs (id) on delete set null,
  report text not null,
  made_at text not null
) strict;
create index connection_checks_tenant on connection_checks (tenant_id, made_at);
create index connection_checks_workspace on connection_checks (workspace_id);
create unique index connection_checks_run on connection_checks (run_id) where run_id is not null;

create table onboarding_drafts (
  tenant_id blob primary key references tenants (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  step text not null,
  answers text not null,
  created_by blob references users (id) on delete set null,
  created_at text not null,
  updated_at text not null
) strict;
create index onboarding_drafts_workspace on onboarding_drafts (workspace_id, updated_at);
create index onboarding_drafts_user on onboarding_drafts (created_by) where created_by is not null;
