-- Rollouts: one source restored to many tenants, ring by ring. Each tenant has a restore of its own; what a confirmation froze of it stands
-- with its target. Whoever sees a rollout is entitled to every tenant of the workspace.

create table rollouts (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  name text not null,
  state text not null,
  source text not null,
  source_words text not null,
  source_tenant_id blob references tenants (id) on delete set null,
  executions integer not null,
  plan_hash text,
  operation_run_id blob references operation_runs (id) on delete set null,
  preview_operation_run_id blob references operation_runs (id) on delete set null,
  stopped_ring integer,
  confirmed_by blob references users (id) on delete set null,
  confirmed_by_name text,
  confirmed_at text,
  created_by blob references users (id) on delete set null,
  created_by_name text not null,
  created_at text not null,
  updated_at text not null,
  completed_at text
) strict;
create index rollouts_workspace on rollouts (workspace_id, created_at, id);
create index rollouts_source_tenant on rollouts (source_tenant_id) where source_tenant_id is not null;
create index rollouts_run on rollouts (operation_run_id) where operation_run_id is not null;
create index rollouts_preview_run on rollouts (preview_operation_run_id) where preview_operation_run_id is not null;
create index rollouts_confirmer on rollouts (confirmed_by) where confirmed_by is not null;
create index rollouts_creator on rollouts (created_by) where created_by is not null;

-- A tenant of a rollout. `plan_hash` and `revision`: what was confirmed; `execution`: the number under which it was started; `left_out`:
-- a later confirmation goes on without it.
create table rollout_targets (
  rollout_id blob not null references rollouts (id) on delete cascade,
  number integer not null,
  workspace_id blob not null,
  ring integer not null,
  tenant_id blob references tenants (id) on delete set null,
  tenant_name text not null,
  restore_id blob references restores (id) on delete set null,
  plan_hash text,
  revision integer,
  execution integer,
  left_out integer not null,
  code text,
  primary key (rollout_id, number)
) strict;
create index rollout_targets_tenant on rollout_targets (tenant_id) where tenant_id is not null;
create index rollout_targets_restore on rollout_targets (restore_id) where restore_id is not null;

-- A second person's word on what a rollout is going to do: on those plans in those rings, for that execution.
create table rollout_approvals (
  id blob primary key not null,
  rollout_id blob not null references rollouts (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  plan_hash text not null,
  execution integer not null,
  asked_by blob references users (id) on delete set null,
  asked_by_name text not null,
  asked_at text not null,
  decision text,
  reason text,
  decided_by blob references users (id) on delete set null,
  decided_by_name text,
  decided_at text,
  unique (rollout_id, plan_hash, execution)
) strict;
create index rollout_approvals_workspace on rollout_approvals (workspace_id);
create index rollout_approvals_asker on rollout_approvals (asked_by) where asked_by is not null;
create index rollout_approvals_decider on rollout_approvals (decided_by) where decided_by is not null;

-- The rollout that a restore is part of.
alter table restores add column rollout_id blob references rollouts (id) on delete set null;
create index restores_rollout on restores (rollout_id) where rollout_id is not null;
