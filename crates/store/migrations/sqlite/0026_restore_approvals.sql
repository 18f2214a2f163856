-- Approvals: a second person looks at the plan of a restore before it is carried out. A row holds for that plan, at that revision, as that
-- preview froze it, for that execution, and for nothing else: whatever changes one of them leaves the row as a record of the past.

create table restore_approvals (
  id blob primary key not null,
  restore_id blob not null references restores (id) on delete cascade,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob not null references tenants (id) on delete cascade,
  revision integer not null,
  plan_hash text not null,
  previewed_at text not null,
  execution integer not null,
  asked_by blob references users (id) on delete set null,
  asked_by_name text not null,
  asked_at text not null,
  decision text,
  reason text,
  decided_by blob references users (id) on delete set null,
  decided_by_name text,
  decided_at text,
  unique (restore_id, revision, previewed_at, execution)
) strict;
create index restore_approvals_workspace on restore_approvals (workspace_id);
create index restore_approvals_tenant on restore_approvals (tenant_id);
create index restore_approvals_asker on restore_approvals (asked_by) where asked_by is not null;
create index restore_approvals_decider on restore_approvals (decided_by) where decided_by is not null;
