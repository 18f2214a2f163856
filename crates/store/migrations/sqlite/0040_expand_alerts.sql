-- Alerts: where they go, what is wanted, and what became of each event for each rule.

create table alert_destinations (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  name text not null,
  name_key text not null,
  kind text not null,
  shown text not null,
  mail text,
  sealed_secret blob not null,
  enabled integer not null,
  revision integer not null,
  created_at text not null,
  updated_at text not null,
  unique (workspace_id, name_key)
) strict;

-- A rule that was of a tenant or group which is gone tells of nothing: it does not become one of all.
create table alert_rules (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  name text not null,
  name_key text not null,
  kind text not null,
  severity text not null,
  amount integer not null,
  reach text not null,
  tenant_id blob references tenants (id) on delete set null,
  group_id blob references tenant_groups (id) on delete set null,
  destination_id blob not null references alert_destinations (id),
  quiet text,
  cooldown_minutes integer not null,
  digest_minutes integer not null,
  enabled integer not null,
  revision integer not null,
  created_at text not null,
  updated_at text not null,
  unique (workspace_id, name_key)
) strict;
create index alert_rules_kind on alert_rules (workspace_id, kind) where enabled;
create index alert_rules_tenant on alert_rules (tenant_id) where tenant_id is not null;
create index alert_rules_group on alert_rules (group_id) where group_id is not null;
create index alert_rules_destination on alert_rules (destination_id);

-- One for each rule and event, ever.
create table alert_deliveries (
  id blob primary key not null,
  workspace_id blob not null references workspaces (id) on delete cascade,
  tenant_id blob references tenants (id) on delete cascade,
  rule_id blob references alert_rules (id) on delete set null,
  destination_id blob references alert_destinations (id) on delete set null,
  kind text not null,
  event_key text not null,
  subject text not null,
  about_id blob,
  subject_since text,
  facts text not null,
  state text not null,
  reason text,
  occurred_at text not null,
  due_at text not null,
  decided_at text,
  sent_at text,
  message_id blob,
  operation_run_id blob references operation_runs (id) on delete set null,
  unique (rule_id, event_key)
) strict;
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
