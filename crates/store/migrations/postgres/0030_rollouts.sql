-- Rollouts: one source restored to many tenants, ring by ring. Each tenant has a restore of its own; what a confirmation froze of it stands
-- with its target. Whoever sees a rollout is entitled to every tenant of the workspace.

create table rollouts (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  name text not null,
  state text not null,
  source jsonb not null,
  source_words text not null,
  source_tenant_id uuid references tenants (id) on delete set null,
  executions bigint not null,
  plan_hash text,
  operation_run_id uuid references operation_runs (id) on delete set null,
  preview_operation_run_id uuid references operation_runs (id) on delete set null,
  stopped_ring bigint,
  confirmed_by uuid references users (id) on delete set null,
  confirmed_by_name text,
  confirmed_at timestamptz,
  created_by uuid references users (id) on delete set null,
  created_by_name text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  completed_at timestamptz
);
create index rollouts_workspace on rollouts (workspace_id, created_at, id);
create index rollouts_source_tenant on rollouts (source_tenant_id) where source_tenant_id is not null;
create index rollouts_run on rollouts (operation_run_id) where operation_run_id is not null;
create index rollouts_preview_run on rollouts (preview_operation_run_id) where preview_operation_run_id is not null;
create index rollouts_confirmer on rollouts (confirmed_by) where confirmed_by is not null;
create index rollouts_creator on rollouts (created_by) where created_by is not null;
alter table rollouts enable row level security;
alter table rollouts force row level security;
create policy scope on rollouts using ((select app_system())
  or (workspace_id = (select app_workspace()) and (select app_every_tenant())));

-- A tenant of a rollout. `plan_hash` and `revision`: what was confirmed; `execution`: the number under which it was started; `left_out`:
-- a later confirmation goes on without it.
create table rollout_targets (
  rollout_id uuid not null references rollouts (id) on delete cascade,
  number bigint not null,
  workspace_id uuid not null,
  ring bigint not null,
  tenant_id uuid references tenants (id) on delete set null,
  tenant_name text not null,
  restore_id uuid references restores (id) on delete set null,
  plan_hash text,
  revision bigint,
  execution bigint,
  left_out boolean not null,
  code text,
  primary key (rollout_id, number)
);
create index rollout_targets_tenant on rollout_targets (tenant_id) where tenant_id is not null;
create index rollout_targets_restore on rollout_targets (restore_id) where restore_id is not null;
alter table rollout_targets enable row level security;
alter table rollout_targets force row level security;
create policy scope on rollout_targets using ((select app_system())
  or (workspace_id = (select app_workspace()) and (select app_every_tenant())));

-- A second person's word on what a rollout is going to do: on those plans in those rings, for that execution.
create table rollout_approvals (
  id uuid primary key,
  rollout_id uuid not null references rollouts (id) on delete cascade,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  plan_hash text not null,
  execution bigint not null,
  asked_by uuid references users (id) on delete set null,
  asked_by_name text not null,
  asked_at timestamptz not null,
  decision text,
  reason text,
  decided_by uuid references users (id) on delete set null,
  decided_by_name text,
  decided_at timestamptz,
  unique (rollout_id, plan_hash, execution)
);
create index rollout_approvals_workspace on rollout_approvals (workspace_id);
create index rollout_approvals_asker on rollout_approvals (asked_by) where asked_by is not null;
create index rollout_approvals_decider on rollout_approvals (decided_by) where decided_by is not null;
alter table rollout_approvals enable row level security;
alter table rollout_approvals force row level security;
create policy scope on rollout_approvals using ((select app_system())
  or (workspace_id = (select app_workspace()) and (select app_every_tenant())));

-- The rollout that a restore is part of.
alter table restores add column rollout_id uuid references rollouts (id) on delete set null;
create index restores_rollout on restores (rollout_id) where rollout_id is not null;
