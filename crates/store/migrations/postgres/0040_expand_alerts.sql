-- Alerts: where they go, what is wanted, and what became of each event for each rule.

create table alert_destinations (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  name text not null,
  name_key text collate "C" not null,
  kind text not null,
  shown text not null,
  mail text,
  sealed_secret bytea not null,
  enabled boolean not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (workspace_id, name_key)
);
alter table alert_destinations enable row level security;
alter table alert_destinations force row level security;
-- Rules and destinations are of whoever reaches every tenant; what raises an event reads the rules as the system.
create policy scope on alert_destinations using ((select app_system())
  or (workspace_id = (select app_workspace()) and (select app_every_tenant())));

-- A rule that was of a tenant or group which is gone tells of nothing: it does not become one of all.
create table alert_rules (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  name text not null,
  name_key text collate "C" not null,
  kind text not null,
  severity text not null,
  amount bigint not null,
  reach text not null,
  tenant_id uuid references tenants (id) on delete set null,
  group_id uuid references tenant_groups (id) on delete set null,
  destination_id uuid not null references alert_destinations (id),
  quiet text,
  cooldown_minutes bigint not null,
  digest_minutes bigint not null,
  enabled boolean not null,
  revision bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (workspace_id, name_key)
);
create index alert_rules_kind on alert_rules (workspace_id, kind) where enabled;
create index alert_rules_tenant on alert_rules (tenant_id) where tenant_id is not null;
create index alert_rules_group on alert_rules (group_id) where group_id is not null;
create index alert_rules_destination on alert_rules (destination_id);
alter table alert_rules enable row level security;
alter table alert_rules force row level security;
create policy scope on alert_rules using ((select app_system())
  or (workspace_id = (select app_workspace()) and (select app_every_tenant())));

-- One for each rule and event, ever.
create table alert_deliveries (
  id uuid primary key,
  workspace_id uuid not null references workspaces (id) on delete cascade,
  tenant_id uuid references tenants (id) on delete cascade,
  rule_id uuid references alert_rules (id) on delete set null,
  destination_id uuid references alert_destinations (id) on delete set null,
  kind text not null,
  event_key text not null,
  subject text not null,
  about_id uuid,
  subject_since timestamptz,
  facts jsonb not null,
  state text not null,
  reason text,
  occurred_at timestamptz not null,
  due_at timestamptz not null,
  decided_at timestamptz,
  sent_at timestamptz,
  message_id uuid,
  operation_run_id uuid references operation_runs (id) on delete set null,
  unique (rule_id, event_key)
);
create index alert_deliveries_log on alert_deliveries (workspace_id, id);
create index alert_deliveries_due on alert_deliveries (due_at, rule_id) where state = 'waiting';
create index alert_deliveries_waiting on alert_deliveries (rule_id, id) where state = 'waiting';
create index alert_deliveries_subject on alert_deliveries (rule_id, subject, decided_at);
create index alert_deliveries_about on alert_deliveries (rule_id, about_id, subject_since) where subject_since is not null;
create index alert_deliveries_message on alert_deliveries (message_id) where message_id is not null;
create index alert_deliveries_run on alert_deliveries (operation_run_id) where operation_run_id is not null;
create index alert_deliveries_tenant on alert_deliveries (tenant_id) where tenant_id is not null;
create index alert_deliveries_destination on alert_deliveries (destination_id) where destination_id is not null;
create index alert_deliveries_old on alert_deliveries (occurred_at);
alter table alert_deliveries enable row level security;
alter table alert_deliveries force row level security;
create policy scope on alert_deliveries using ((select app_system())
  or (workspace_id = (select app_workspace())
      and ((select app_every_tenant()) or tenant_id is null or tenant_id = any ((select app_tenants()::uuid[])::uuid[]))));
