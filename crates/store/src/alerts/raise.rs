//! Raising events in the transaction of what causes them: one delivery for each rule that fits, once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use model::alert::{AlertEvent, DeliveryState, Facts, RuleKind, Subject};
use model::finding::Severity;
use model::ids::{AlertDeliveryId, TenantId, WorkspaceId};
use uuid::Uuid;

use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// Rows of one statement.
const CHUNK: usize = 40;

/// A rule that fits an event.
#[derive(sqlx::FromRow)]
struct Fitting {
    id: Uuid,
    severity: String,
    amount: i64,
    destination_id: Uuid,
    digest_minutes: i64,
}

impl Fitting {
    /// Whether it tells of this, by its number or severity.
    fn tells_of(&self, event: &AlertEvent) -> bool {
        match event.kind {
            RuleKind::Finding => Severity::from_code(&event.facts.severity) >= Severity::from_code(&self.severity),
            RuleKind::CredentialExpiring => event.facts.amount.is_some_and(|days| days <= self.amount),
            _ => true,
        }
    }
}

/// Writes the deliveries of events of one kind in a workspace; those that were there stay as they are. How many came.
pub(crate) async fn raise(tx: &mut Tx, workspace: WorkspaceId, events: &[AlertEvent]) -> Result<u64> {
    let mut rules: BTreeMap<(RuleKind, Option<TenantId>), Vec<Fitting>> = BTreeMap::new();
    let mut rows: Vec<(&Fitting, &AlertEvent)> = Vec::new();
    for event in events {
        if let Entry::Vacant(place) = rules.entry((event.kind, event.tenant)) {
            place.insert(fitting(tx, workspace, event.kind, event.tenant).await?);
        }
    }
    for event in events {
        let of_kind = rules.get(&(event.kind, event.tenant)).into_iter().flatten();
        rows.extend(of_kind.filter(|rule| rule.tells_of(event)).map(|rule| (rule, event)));
    }
    let mut made = 0;
    for chunk in rows.chunks(CHUNK) {
        let of: Vec<Row<'_>> = chunk
            .iter()
            .map(|(rule, event)| Row { rule: rule.id, destination: rule.destination_id, digest: rule.digest_minutes, event })
            .collect();
        made += insert(tx, workspace, &of).await?;
    }
    Ok(made)
}

/// A delivery to be written.
pub(super) struct Row<'a> {
    pub(super) rule: Uuid,
    pub(super) destination: Uuid,
    /// For so many minutes it is gathered.
    pub(super) digest: i64,
    pub(super) event: &'a AlertEvent,
}

/// Writes deliveries; those of which rule and event were there stay as they are. How many came.
pub(super) async fn insert(tx: &mut Tx, workspace: WorkspaceId, rows: &[Row<'_>]) -> Result<u64> {
    const HEAD: &str =
        "insert into alert_deliveries (id, workspace_id, tenant_id, rule_id, destination_id, kind, event_key, subject,
        about_id, subject_since, facts, state, occurred_at, due_at) values ";
    if rows.is_empty() {
        return Ok(0);
    }
    let mut statement = sql(HEAD);
    for (i, row) in rows.iter().enumerate() {
        let event = row.event;
        let facts = serde_json::to_value(&event.facts).map_err(|_| StoreError::Corrupt("facts of an event"))?;
        let minutes = u64::try_from(row.digest).unwrap_or(0);
        statement = statement
            .push_bind(if i == 0 { "(" } else { ", (" }, AlertDeliveryId::generate())
            .push_bind(", ", workspace)
            .push_bind(", ", event.tenant)
            .push_bind(", ", row.rule)
            .push_bind(", ", row.destination)
            .push_bind(", ", event.kind.code())
            .push_bind(", ", event.key.as_str())
            .push_bind(", ", event.subject.name.as_str())
            .push_bind(", ", event.facts.id)
            .push_bind(", ", event.subject.since)
            .push_bind(", ", facts)
            .push_bind(", ", DeliveryState::Waiting.code())
            .push(", $now")
            .push_after(", ", Duration::from_secs(minutes * 60))
            .push(")");
    }
    tx.exec(statement.push(" on conflict (rule_id, event_key) do nothing")).await
}

/// The rules of a kind that are of that tenant. They are read as the system: whoever causes an event need not be able to see them.
async fn fitting(tx: &mut Tx, workspace: WorkspaceId, kind: RuleKind, tenant: Option<TenantId>) -> Result<Vec<Fitting>> {
    const RULES: &str = "select r.id, r.severity, r.amount, r.destination_id, r.digest_minutes from alert_rules r
      where r.workspace_id = $1 and r.kind = $2 and r.enabled and (r.reach = 'all' or (r.reach = 'tenant' and r.tenant_id = $3)
        or (r.reach = 'group' and exists (select 1 from tenant_group_members m where m.group_id = r.group_id and m.tenant_id = $3)))
      order by r.id";
    tx.all_as_system(sql(RULES).bind(workspace).bind(kind.code()).bind(tenant)).await
}

/// Raises that findings were opened, as they are now.
pub(crate) async fn raise_findings(tx: &mut Tx, workspace: WorkspaceId, ids: &[Uuid]) -> Result<()> {
    type Found = (Uuid, Uuid, String, String, String, i64);
    const ANY: &str = "select count(*) from alert_rules where workspace_id = $1 and kind = $2 and enabled";
    let mut events = Vec::new();
    if ids.is_empty() {
        return Ok(());
    }
    let rules: Vec<(i64,)> = tx.all_as_system(sql(ANY).bind(workspace).bind(RuleKind::Finding.code())).await?;
    if rules.first().is_none_or(|(count,)| *count == 0) {
        return Ok(());
    }
    for chunk in ids.chunks(CHUNK) {
        let read = sql("select id, tenant_id, kind, severity, name, occurrences from findings where id in ");
        let rows: Vec<Found> = tx.all(read.push_in("", chunk.iter().copied()).push(" order by id")).await?;
        events.extend(rows.into_iter().map(|(id, tenant, kind, severity, name, occurrences)| AlertEvent {
            kind: RuleKind::Finding,
            tenant: Some(TenantId::from_uuid(tenant)),
            key: format!("finding:{id}:{occurrences}"),
            subject: Subject { name: id.to_string(), since: None },
            facts: Facts { id: Some(id), how: kind, severity, name, ..Facts::default() },
        }));
    }
    raise(tx, workspace, &events).await.map(|_| ())
}
