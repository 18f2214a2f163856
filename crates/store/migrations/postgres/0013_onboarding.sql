-- What checks of connections found, and onboardings that were begun. Neither holds a secret.

create table connection_checks (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  -- Which connection in which state; the report outlives it.
  connection_id uuid not null,
  revision bigint not null,
  run_id uuid references operation_runs (id) on delete set null,
  report jsonb not null,
  made_at timestamptz not null
);
create index connection_checks_tenant on connection_checks (tenant_id, made_at);
create index connection_checks_workspace on connection_checks (workspace_id);
create unique index connection_checks_run on connection_checks (run_id) where run_id is not null;
alter table connection_checks enable row level security;
alter table connection_checks force row level security;
create policy scope on connection_checks using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));

create table onboarding_drafts (
  tenant_id uuid primary key references tenants (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  step text not null,
  answers jsonb not null,
  created_by uuid references users (id) on delete set null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index onboarding_drafts_workspace on onboarding_drafts (workspace_id, updated_at);
create index onboarding_drafts_user on onboarding_drafts (created_by) where created_by is not null;
alter table onboarding_drafts enable row level security;
alter table onboarding_drafts force row level security;
create policy scope on onboarding_drafts using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants())::uuid[]))));
