//! Rows of alerts.

use model::alert::{Delivery, DeliveryState, Destination, DestinationKind, Facts, NewRule, Reach, Rule, RuleKind};
use model::finding::Severity;
use model::ids::{AlertDeliveryId, AlertDestinationId, AlertRuleId, RunId, TenantGroupId, TenantId};
use uuid::Uuid;

use crate::bind::DbTime;
use crate::row::DbJson;
use crate::sql::{Sql, sql};

/// Destinations `d`; what opens them is not among the columns.
pub(super) fn destinations() -> Sql {
    sql("select d.id, d.name, d.kind, d.shown, d.mail, d.enabled, d.revision, d.updated_at,
        (select count(*) from alert_rules r where r.destination_id = d.id) as rules,
        coalesce((select case x.state when 'failed' then 1 else 0 end from alert_deliveries x where x.destination_id = d.id
          and x.state in ('sent', 'failed') order by x.id desc limit 1), 0) = 1 as last_failed from alert_destinations d")
}

#[derive(sqlx::FromRow)]
pub(super) struct DestinationRow {
    id: Uuid,
    name: String,
    kind: String,
    shown: String,
    mail: Option<String>,
    enabled: bool,
    revision: i64,
    updated_at: DbTime,
    rules: i64,
    last_failed: bool,
}

impl From<DestinationRow> for Destination {
    fn from(row: DestinationRow) -> Self {
        Self {
            id: AlertDestinationId::from_uuid(row.id),
            name: row.name,
            kind: DestinationKind::from_code(&row.kind),
            shown: row.shown,
            mail: row.mail.and_then(|mail| serde_json::from_str(&mail).ok()),
            enabled: row.enabled,
            rules: row.rules,
            last_failed: row.last_failed,
            revision: row.revision,
            updated_at: row.updated_at.0,
        }
    }
}

/// Rules `r` with the names of what they refer to.
pub(super) fn rules() -> Sql {
    sql("select r.id, r.name, r.kind, r.severity, r.amount, r.reach, r.tenant_id, r.group_id, r.destination_id, r.quiet,
        r.cooldown_minutes, r.digest_minutes, r.enabled, r.revision, r.updated_at, d.name as destination_name,
        coalesce(t.name, g.name) as reach_name
      from alert_rules r join alert_destinations d on d.id = r.destination_id left join tenants t on t.id = r.tenant_id
      left join tenant_groups g on g.id = r.group_id")
}

#[derive(sqlx::FromRow)]
pub(super) struct RuleRow {
    id: Uuid,
    name: String,
    kind: String,
    severity: String,
    amount: i64,
    reach: String,
    tenant_id: Option<Uuid>,
    group_id: Option<Uuid>,
    destination_id: Uuid,
    quiet: Option<String>,
    cooldown_minutes: i64,
    digest_minutes: i64,
    enabled: bool,
    revision: i64,
    updated_at: DbTime,
    destination_name: String,
    reach_name: Option<String>,
}

impl From<RuleRow> for Rule {
    fn from(row: RuleRow) -> Self {
        let number = |value: i64| u32::try_from(value).unwrap_or(0);
        let reach = match row.reach.as_str() {
            "all" => Reach::All,
            "tenant" => row.tenant_id.map_or(Reach::Gone, |id| Reach::Tenant(TenantId::from_uuid(id))),
            "group" => row.group_id.map_or(Reach::Gone, |id| Reach::Group(TenantGroupId::from_uuid(id))),
            _ => Reach::Gone,
        };
        Self {
            id: AlertRuleId::from_uuid(row.id),
            says: NewRule {
                name: row.name,
                kind: RuleKind::from_code(&row.kind),
                severity: Severity::from_code(&row.severity),
                amount: number(row.amount),
                reach,
                destination: AlertDestinationId::from_uuid(row.destination_id),
                quiet: row.quiet.and_then(|quiet| serde_json::from_str(&quiet).ok()),
                cooldown_minutes: number(row.cooldown_minutes),
                digest_minutes: number(row.digest_minutes),
                enabled: row.enabled,
            },
            destination_name: row.destination_name,
            reach_name: row.reach_name,
            revision: row.revision,
            updated_at: row.updated_at.0,
        }
    }
}

/// Deliveries `x` with the names of what they refer to.
pub(super) fn deliveries() -> Sql {
    sql("select x.id, x.kind, x.facts, x.tenant_id, t.name as tenant_name, r.name as rule, d.name as destination, x.state, x.reason,
        x.occurred_at, x.due_at, x.sent_at, x.operation_run_id
      from alert_deliveries x left join tenants t on t.id = x.tenant_id left join alert_rules r on r.id = x.rule_id
      left join alert_destinations d on d.id = x.destination_id")
}

#[derive(sqlx::FromRow)]
pub(super) struct DeliveryRow {
    pub(super) id: Uuid,
    kind: String,
    facts: DbJson,
    tenant_id: Option<Uuid>,
    tenant_name: Option<String>,
    rule: Option<String>,
    destination: Option<String>,
    state: String,
    reason: Option<String>,
    occurred_at: DbTime,
    due_at: DbTime,
    sent_at: Option<DbTime>,
    operation_run_id: Option<Uuid>,
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: AlertDeliveryId::from_uuid(row.id),
            kind: RuleKind::from_code(&row.kind),
            facts: Facts::stored(&row.facts.0),
            tenant: row.tenant_id.map(|id| (TenantId::from_uuid(id), row.tenant_name.unwrap_or_default())),
            rule: row.rule,
            destination: row.destination,
            state: DeliveryState::from_code(&row.state),
            reason: row.reason,
            occurred_at: row.occurred_at.0,
            due_at: row.due_at.0,
            sent_at: row.sent_at.map(|at| at.0),
            run: row.operation_run_id.map(RunId::from_uuid),
        }
    }
}
