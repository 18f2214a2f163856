//! Rules: made, changed and removed by people.

use std::time::Duration;

use model::access::can;
use model::alert::{DeliveryState, MOST_RULES, NewRule, Reach, Rule, Why};
use model::audit::{Action, AuditEntry};
use model::ids::{AlertRuleId, WorkspaceId};
use uuid::Uuid;

use super::row::{RuleRow, rules};
use super::{Alerts, of_all};
use crate::access::Permit;
use crate::db::{Result, Tx};
use crate::dialect;
use crate::error::StoreError;
use crate::row::name_key;
use crate::sql::{Sql, sql};

const TAKEN: &str = "a rule has that name already";

impl Alerts<'_> {
    /// The rules of the workspace, by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn rules(&self, permit: &Permit<can::WorkspaceAlertsManage>) -> Result<Vec<Rule>> {
        self.read_rules(permit, None).await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has none of that id.
    pub async fn rule(&self, permit: &Permit<can::WorkspaceAlertsManage>, id: AlertRuleId) -> Result<Rule> {
        self.read_rules(permit, Some(id)).await?.pop().ok_or(StoreError::NotVisible)
    }

    async fn read_rules(&self, permit: &Permit<can::WorkspaceAlertsManage>, id: Option<AlertRuleId>) -> Result<Vec<Rule>> {
        of_all(permit.grant())?;
        let mut db = self.0.db().read(permit.grant().reach()).await?;
        let read = rules().push_bind(" where r.workspace_id = ", permit.grant().workspace_id()).push_if(" and r.id = ", id);
        let rows: Vec<RuleRow> = db.all(read.push(" order by r.name_key")).await?;
        db.end().await?;
        Ok(rows.into_iter().map(Rule::from).collect())
    }

    /// Makes a rule. It tells of what happens from now on.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has no such destination, tenant or group; [`StoreError::Conflict`] for a name that is
    /// taken, what is no rule, and beyond 100 rules.
    pub async fn create_rule(&self, permit: &Permit<can::WorkspaceAlertsManage>, rule: &NewRule) -> Result<AlertRuleId> {
        const INSERT: &str =
            "insert into alert_rules (id, workspace_id, created_at, revision, updated_at, name, name_key, kind, severity,
            amount, reach, tenant_id, group_id, destination_id, quiet, cooldown_minutes, digest_minutes, enabled)
          values ($1, $2, $now, 1, $now";
        let grant = permit.grant();
        of_all(grant)?;
        let rule = checked(rule)?;
        let id = AlertRuleId::generate();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let count = sql("select count(*) from alert_rules where workspace_id = $1").bind(grant.workspace_id());
        let (count,): (i64,) = tx.one(count).await?;
        if count >= MOST_RULES {
            return Err(StoreError::Conflict("a workspace has 100 rules at most"));
        }
        refers(&mut tx, grant.workspace_id(), &rule).await?;
        let values = values(&rule)?;
        let insert = values
            .into_iter()
            .fold(sql(INSERT).bind(id).bind(grant.workspace_id()), |insert, (_, value)| value(insert.push(", ")));
        if tx.exec(insert.push(") on conflict (workspace_id, name_key) do nothing")).await? == 0 {
            return Err(StoreError::Conflict(TAKEN));
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::AlertRuleCreate).on("alert_rule", id.uuid())).await?;
        Ok(id)
    }

    /// Changes a rule that stands at that revision.
    ///
    /// # Errors
    /// As [`Alerts::create_rule`]; [`StoreError::Conflict`] when it was changed meanwhile.
    pub async fn edit_rule(
        &self,
        permit: &Permit<can::WorkspaceAlertsManage>,
        id: AlertRuleId,
        revision: i64,
        rule: &NewRule,
    ) -> Result<()> {
        let grant = permit.grant();
        of_all(grant)?;
        let rule = checked(rule)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        if self.hold(&mut tx, grant.workspace_id(), id).await? != revision {
            return Err(StoreError::Conflict("the rule was changed meanwhile; look at it again"));
        }
        let before: Option<RuleRow> = tx.optional(rules().push_bind(" where r.id = ", id)).await?;
        let before = before.map(Rule::from).ok_or(StoreError::NotVisible)?.says;
        refers(&mut tx, grant.workspace_id(), &rule).await?;
        let taken = sql("select id from alert_rules where workspace_id = $1 and name_key = $2 and id <> $3");
        let taken: Option<(Uuid,)> = tx.optional(taken.bind(grant.workspace_id()).bind(name_key(&rule.name)).bind(id)).await?;
        if taken.is_some() {
            return Err(StoreError::Conflict(TAKEN));
        }
        let head = sql("update alert_rules set revision = revision + 1, updated_at = $now");
        let edit = values(&rule)?.into_iter().fold(head, |edit, (column, value)| value(edit.push(column)));
        tx.exec(edit.push_bind(" where id = ", id)).await?;
        if (before.kind, before.reach, before.destination) == (rule.kind, rule.reach, rule.destination) {
            // What was held back for longer than the rule says now comes up for decision; what is quiet then is held again.
            let wait = Duration::from_secs(u64::from(rule.digest_minutes) * 60);
            let free = sql("update alert_deliveries set due_at = ").push_after("", wait).push_bind(" where rule_id = ", id);
            tx.exec(free.push(" and state = 'waiting'").push_after(" and due_at > ", wait)).await?;
        } else {
            // What waits was of other tenants, of something else, or is not for whoever listens there.
            let_go(&mut tx, id, Why::RuleChanged).await?;
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::AlertRuleEdit).on("alert_rule", id.uuid())).await
    }

    /// Removes a rule. What waits for it is not sent; its log stays.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the workspace has none of that id.
    pub async fn delete_rule(&self, permit: &Permit<can::WorkspaceAlertsManage>, id: AlertRuleId) -> Result<()> {
        let grant = permit.grant();
        of_all(grant)?;
        let mut tx = self.0.db().write(grant.reach()).await?;
        self.hold(&mut tx, grant.workspace_id(), id).await?;
        let_go(&mut tx, id, Why::RuleGone).await?;
        tx.exec(sql("delete from alert_rules where id = $1").bind(id)).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::AlertRuleDelete).on("alert_rule", id.uuid())).await
    }

    /// Holds a rule of the workspace until the transaction ends; its revision. Whoever raises an event for it meanwhile waits, or is done.
    async fn hold(&self, tx: &mut Tx, workspace: WorkspaceId, id: AlertRuleId) -> Result<i64> {
        let hold = sql("select revision from alert_rules where id = $1 and workspace_id = $2").bind(id).bind(workspace);
        let row: Option<(i64,)> = tx.optional(hold.push(dialect::hold_alone(self.0.db().is_postgres()))).await?;
        row.map(|(revision,)| revision).ok_or(StoreError::NotVisible)
    }
}

/// What waits for a rule is not sent.
async fn let_go(tx: &mut Tx, rule: AlertRuleId, why: Why) -> Result<()> {
    const LET_GO: &str =
        "update alert_deliveries set state = $2, reason = $3, decided_at = $now where rule_id = $1 and state = 'waiting'";
    tx.exec(sql(LET_GO).bind(rule).bind(DeliveryState::Suppressed.code()).bind(why.code())).await?;
    Ok(())
}

fn checked(rule: &NewRule) -> Result<NewRule> {
    use model::alert::NoRule;
    rule.clone().checked().map_err(|problem| {
        StoreError::Conflict(match problem {
            NoRule::Name => "a name has 1 to 100 characters, in one line",
            NoRule::Kind => "choose what the rule tells of",
            NoRule::Severity => "choose a severity",
            NoRule::Amount => "the number is out of its bounds",
            NoRule::Reach => "workers are of the whole installation; a rule about them has no tenants",
            NoRule::Gone => "the tenant or group of the rule was removed; choose another, or switch the rule off",
            NoRule::Wait => "gathering and cooldown take a week (10,080 minutes) at most",
        })
    })
}

type Bound = Box<dyn FnOnce(Sql) -> Sql + Send>;

/// What a rule says, column by column in the order of the insert.
fn values(rule: &NewRule) -> Result<Vec<(&'static str, Bound)>> {
    fn bound(value: impl crate::bind::Bind + Send + 'static) -> Bound {
        Box::new(move |statement: Sql| statement.push_bind("", value))
    }
    let quiet = rule.quiet.as_ref().map(serde_json::to_string).transpose().map_err(|_| StoreError::Corrupt("quiet hours"))?;
    let reach = match rule.reach {
        Reach::All => "all",
        // A removed one is a tenant without an id.
        Reach::Tenant(_) | Reach::Gone => "tenant",
        Reach::Group(_) => "group",
    };
    Ok(vec![
        (", name = ", bound(rule.name.clone())),
        (", name_key = ", bound(name_key(&rule.name))),
        (", kind = ", bound(rule.kind.code())),
        (", severity = ", bound(rule.severity.code())),
        (", amount = ", bound(rule.amount)),
        (", reach = ", bound(reach)),
        (", tenant_id = ", bound(rule.reach.tenant())),
        (", group_id = ", bound(rule.reach.group())),
        (", destination_id = ", bound(rule.destination)),
        (", quiet = ", bound(quiet)),
        (", cooldown_minutes = ", bound(rule.cooldown_minutes)),
        (", digest_minutes = ", bound(rule.digest_minutes)),
        (", enabled = ", bound(rule.enabled)),
    ])
}

/// Whether what a rule refers to is of the workspace.
async fn refers(tx: &mut Tx, workspace: WorkspaceId, rule: &NewRule) -> Result<()> {
    const THERE: &str = "select (select count(*) from alert_destinations d where d.workspace_id = $1 and d.id = $2)
      + (select count(*) from tenants t where t.workspace_id = $1 and t.id = $3)
      + (select count(*) from tenant_groups g where g.workspace_id = $1 and g.id = $4)";
    let (tenant, group) = (rule.reach.tenant(), rule.reach.group());
    let wanted = 1 + i64::from(tenant.is_some()) + i64::from(group.is_some());
    let (there,): (i64,) = tx.one(sql(THERE).bind(workspace).bind(rule.destination).bind(tenant).bind(group)).await?;
    if there == wanted { Ok(()) } else { Err(StoreError::NotVisible) }
}
