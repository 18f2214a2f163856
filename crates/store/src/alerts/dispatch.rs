//! Making messages of what is due: each with its run, in one transaction with the deliveries that it takes. Any number of processes may do
//! it at once: a rule that one of them is at is passed over by the others.

use std::time::Duration;

use model::alert::{DeliveryState, Facts, Plan, Rule, RuleKind, Waiting, Why, plan};
use model::backup::Selection;
use model::ids::{AlertDeliveryId, AlertMessageId, AlertRuleId, RunId, WorkspaceId};
use model::operations::alerts_deliver::Arguments;
use model::run::Trigger;
use model::time::Moment;
use uuid::Uuid;

use super::Alerts;
use super::row::{RuleRow, rules};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::dialect;
use crate::reach::Reach;
use crate::row::DbJson;
use crate::runs::{Links, NewRun, insert_many};
use crate::sql::sql;

/// Rules of one transaction.
const AT_ONCE: u32 = 20;
/// Deliveries of one message, which names the first and counts the others: a storm is one message. What is beyond goes into the next.
const MOST_IN_MESSAGE: u32 = 20_000;
/// Rows of one statement.
const CHUNK: usize = 400;

/// What a look made of what was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DispatchedAlerts {
    /// Rules that were looked at.
    pub rules: usize,
    /// Messages that were made.
    pub messages: usize,
    /// Deliveries that are not to be sent.
    pub suppressed: usize,
}

impl Alerts<'_> {
    /// Makes messages of what is due, of up to 20 rules.
    ///
    /// # Errors
    /// When the database refuses; nothing was made then.
    pub async fn dispatch(&self) -> Result<DispatchedAlerts> {
        const ANY: &str =
            "select count(*) from (select 1 as one from alert_deliveries where state = 'waiting' and due_at <= $1 limit 1) q";
        const ORPHANS: &str =
            "update alert_deliveries set state = $1, reason = $2, decided_at = $now where state = 'waiting' and rule_id is null";
        const DUE: &str = "select id, workspace_id from alert_rules where id in (select rule_id from alert_deliveries
            where state = 'waiting' and due_at <= $1) order by id limit $2";
        let now = self.0.now().await?;
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (any,): (i64,) = db.one(sql(ANY).bind(now)).await?;
        db.end().await?;
        let mut done = DispatchedAlerts::default();
        if any == 0 {
            return Ok(done);
        }
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let orphans = sql(ORPHANS).bind(DeliveryState::Suppressed.code()).bind(Why::RuleGone.code());
        done.suppressed += usize::try_from(tx.exec(orphans).await?).unwrap_or(0);
        let skip = dialect::skip_locked(self.0.db().is_postgres());
        let due: Vec<(Uuid, Uuid)> = tx.all(sql(DUE).bind(now).bind(AT_ONCE).push(skip)).await?;
        for (rule, workspace) in &due {
            let (rule, workspace) = (AlertRuleId::from_uuid(*rule), WorkspaceId::from_uuid(*workspace));
            done.rules += 1;
            of_rule(&mut tx, rule, workspace, now, &mut done).await?;
        }
        if done.messages > 0 {
            tx.wake_workers();
        }
        tx.commit_unaudited("messages of alerts; the log records them").await?;
        Ok(done)
    }
}

async fn of_rule(tx: &mut Tx, id: AlertRuleId, workspace: WorkspaceId, now: Moment, done: &mut DispatchedAlerts) -> Result<()> {
    const ON: &str = "select enabled from alert_destinations where id = $1";
    const HOLD: &str = "update alert_deliveries set due_at = $2 where rule_id = $1 and state = 'waiting' and due_at < $2";
    let row: Option<RuleRow> = tx.optional(rules().push_bind(" where r.id = ", id)).await?;
    let Some(rule) = row.map(Rule::from) else { return Ok(()) };
    let (on,): (bool,) = tx.one(sql(ON).bind(rule.says.destination)).await?;
    let waiting = waiting(tx, id, rule.says.cooldown_minutes).await?;
    let (send, suppress, hold) = match plan(&rule.says, on, &waiting, now) {
        Plan::Hold(until) => {
            tx.exec(sql(HOLD).bind(id).bind(until)).await?;
            return Ok(());
        }
        Plan::Decide { send, suppress, hold } => (send, suppress, hold),
    };
    for (id, until) in hold {
        tx.exec(sql("update alert_deliveries set due_at = $2 where id = $1").bind(id).bind(until)).await?;
    }
    for why in Why::ALL {
        let ids: Vec<AlertDeliveryId> = suppress.iter().filter(|(_, of)| of == why).map(|(id, _)| *id).collect();
        for chunk in ids.chunks(CHUNK) {
            let update = sql("update alert_deliveries set decided_at = $now, state = $1, reason = $2 where id in ")
                .bind(DeliveryState::Suppressed.code())
                .bind(why.code())
                .push_in("", chunk.iter().copied());
            tx.exec(update).await?;
        }
        done.suppressed += ids.len();
    }
    if send.is_empty() {
        return Ok(());
    }
    let message = AlertMessageId::generate();
    let run = NewRun {
        id: RunId::generate(),
        workspace,
        tenant: None,
        request: Arguments::Message { message, send: 1 }.request(workspace),
        trigger: Trigger::System,
        user: None,
        blocked: None,
        links: Links::default(),
    };
    insert_many(tx, std::slice::from_ref(&run)).await?;
    for chunk in send.chunks(CHUNK) {
        let update = sql("update alert_deliveries set decided_at = $now, state = $1, message_id = $2, operation_run_id = $3,
            destination_id = $4 where id in ")
        .bind(DeliveryState::Queued.code())
        .bind(message)
        .bind(run.id)
        .bind(rule.says.destination)
        .push_in("", chunk.iter().copied());
        tx.exec(update).await?;
    }
    done.messages += 1;
    Ok(())
}

/// What waits for a rule, the earliest first, with how long the cooldown of the same lasts, and whether what stood so still does.
async fn waiting(tx: &mut Tx, rule: AlertRuleId, cooldown_minutes: u32) -> Result<Vec<Waiting>> {
    type Row = (Uuid, String, String, DbJson, Option<DbTime>, i64);
    // Told is what arrived or is on its way: a delivery that failed told nobody.
    const WAITING: &str = "select w.id, w.subject, w.kind, w.facts, (select max(coalesce(t.sent_at, t.decided_at)) from alert_deliveries t
          where t.rule_id = w.rule_id and t.subject = w.subject and t.state in ('queued', 'sent')) as told,
        cast(case when (w.kind = 'no_backup' and not exists (select 1 from tenants t where t.id = w.about_id and t.status = 'active'
              and coalesce((select max(b.completed_at) from backup_sets b where b.tenant_id = t.id and b.status = 'complete'
                and b.origin is null and b.holds = $3), t.created_at) <= w.subject_since))
            or (w.kind = 'no_worker' and exists (select 1 from workers k where k.seen_at > w.subject_since))
            or (w.kind = 'schedule_missed' and not exists (select 1 from schedules s where s.id = w.about_id and s.enabled
              and s.archived_at is null and s.next_fire_at <= w.subject_since)) then 1 else 0 end as bigint) as over
      from alert_deliveries w where w.rule_id = $1 and w.state = 'waiting' order by w.id limit $2";
    let cooldown = Duration::from_secs(u64::from(cooldown_minutes) * 60);
    let read = sql(WAITING).bind(rule).bind(MOST_IN_MESSAGE).bind(Selection::All.words());
    let rows: Vec<Row> = tx.all(read).await?;
    let one = |(id, subject, kind, facts, told, over): Row| Waiting {
        id: AlertDeliveryId::from_uuid(id),
        subject,
        told_until: told.map(|at| at.0.plus(cooldown)),
        stands: Facts::stored(&facts.0).stands(RuleKind::from_code(&kind)).then_some(over == 0),
    };
    Ok(rows.into_iter().map(one).collect())
}
