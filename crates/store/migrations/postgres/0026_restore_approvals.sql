-- Approvals: a second person looks at the plan of a restore before it is carried out. A row holds for that plan, at that revision, as that
-- preview froze it, for that execution, and for nothing else: whatever changes one of them leaves the row as a record of the past.

create table restore_approvals (
  id uuid primary key,
  restore_id uuid not null references restores (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid not null references tenants (id) on delete cascade,
  revision bigint not null,
  plan_hash text not null,
  previewed_at timestamptz not null,
  execution bigint not null,
  asked_by uuid references users (id) on delete set null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  decision text,
  reason text,
  decided_by uuid references users (id) on delete set null,
  decided_by_name text,
  decided_at timestamptz,
  unique (restore_id, revision, previewed_at, execution)
);
create index restore_approvals_workspace on restore_approvals (workspace_id);
create index restore_approvals_tenant on restore_approvals (tenant_id);
create index restore_approvals_asker on restore_approvals (asked_by) where asked_by is not null;
create index restore_approvals_decider on restore_approvals (decided_by) where decided_by is not null;
alter table restore_approvals enable row level security;
alter table restore_approvals force row level security;
create policy scope on restore_approvals using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
