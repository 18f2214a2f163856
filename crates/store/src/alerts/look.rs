//! Events that follow from how things stand: no whole backup, no worker, a schedule that is late.
//!
//! What stands is asked for each time, so there is no watermark that a transaction which commits late could pass by. Each standing has a
//! beginning (the latest backup, the last sign of a worker, the time that was due), which is part of the event's key: however often and by
//! however many processes it is looked at, one standing is one delivery for each rule.

use std::time::Duration;

use model::alert::{AlertEvent, RuleKind};
use model::backup::Selection;
use model::connection::{Expiry, WARN_DAYS};
use model::ids::{ScheduleId, TenantId, WorkspaceId};
use model::time::Moment;
use uuid::Uuid;

use super::Alerts;
use super::raise::{Row, insert};
use crate::bind::DbTime;
use crate::db::{Reader, Result};
use crate::reach::Reach;
use crate::sql::{Sql, sql};

/// Events of one rule that one look raises; the others follow at the next.
const AT_ONCE: u32 = 100;
/// What could not be sent is told again when so much time is over.
const FAILED: Duration = Duration::from_secs(3600);
/// For so long the log is kept.
const KEPT: Duration = Duration::from_secs(400 * 86_400);
/// Lines of the log that one look removes.
const FORGET_AT_ONCE: u32 = 200;

/// A rule of what stands.
#[derive(sqlx::FromRow)]
struct Standing {
    id: Uuid,
    workspace_id: Uuid,
    kind: String,
    amount: i64,
    destination_id: Uuid,
    digest_minutes: i64,
    cooldown_minutes: i64,
    created_at: DbTime,
}

impl Standing {
    fn workspace(&self) -> WorkspaceId {
        WorkspaceId::from_uuid(self.workspace_id)
    }

    /// The moment that is its number of minutes or hours ago.
    fn limit(&self, now: Moment, unit: u64) -> Moment {
        now.minus(Duration::from_secs(u64::try_from(self.amount).unwrap_or(0) * unit))
    }
}

/// When the rule told last of what stands so of the thing `q.id` since `q.base`; `$4` is the rule.
const AGAIN: &str =
    "(select max(x.occurred_at) from alert_deliveries x where x.rule_id = $4 and x.subject_since = q.base and x.about_id = q.id)";

/// That the rule reaches the tenant `q.tenant_id`, and has not told of what stands so of the thing `q.id` since `q.base`. Told is what is on
/// its way or arrived: what was let go of is not, and what could not be sent is not for long. As long as it lasts it is told again when
/// the cooldown is over.
fn untold(found: Sql, rule: &Standing, now: Moment) -> Sql {
    let cooldown = Duration::from_secs(u64::try_from(rule.cooldown_minutes).unwrap_or(0) * 60);
    found
        .push_bind(" and exists (select 1 from alert_rules r where r.id = ", rule.id)
        .push(
            " and (r.reach = 'all' or (r.reach = 'tenant' and r.tenant_id = q.tenant_id) or (r.reach = 'group' and exists
              (select 1 from tenant_group_members m where m.group_id = r.group_id and m.tenant_id = q.tenant_id))))
            and not exists (select 1 from alert_deliveries x where x.rule_id = ",
        )
        .push_bind("", rule.id)
        .push(" and x.subject_since = q.base and x.about_id = q.id and (x.state in ('waiting', 'queued')")
        .push_bind(" or (x.state = 'failed' and x.decided_at > ", now.minus(FAILED.max(cooldown)))
        .push(") or (x.state = 'sent'")
        .push_if(" and coalesce(x.sent_at, x.decided_at) > ", (!cooldown.is_zero()).then(|| now.minus(cooldown)))
        .push("))) order by q.base, q.id")
        .push_bind(" limit ", AT_ONCE)
}

impl Alerts<'_> {
    /// Raises what stands and was not told; how many events of how many rules that were. Any number of processes may look at once.
    ///
    /// # Errors
    /// When the database refuses; what was raised until then stays.
    pub async fn look(&self) -> Result<u64> {
        const RULES: &str = "select r.id, r.workspace_id, r.kind, r.amount, r.destination_id, r.digest_minutes,
            r.cooldown_minutes, r.created_at
          from alert_rules r join workspaces w on w.id = r.workspace_id join alert_destinations d on d.id = r.destination_id
          where r.enabled and d.enabled and w.archived_at is null
            and r.kind in ('schedule_missed', 'no_worker', 'no_backup', 'credential_expiring') order by r.id";
        let now = self.0.now().await?;
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rules: Vec<Standing> = db.all(sql(RULES)).await?;
        let mut found: Vec<(Standing, Vec<AlertEvent>)> = Vec::new();
        for rule in rules {
            let events = match RuleKind::from_code(&rule.kind) {
                RuleKind::NoBackup => without_backup(&mut db, &rule, now).await?,
                RuleKind::NoWorker => without_worker(&mut db, &rule, now).await?,
                RuleKind::CredentialExpiring => ending(&mut db, &rule, now).await?,
                _ => late(&mut db, &rule, now).await?,
            };
            found.push((rule, events));
        }
        db.end().await?;
        let mut raised = 0;
        for (rule, events) in found.iter().filter(|(_, events)| !events.is_empty()) {
            let mut tx = self.0.db().write(&Reach::system()).await?;
            let of = |event| Row { rule: rule.id, destination: rule.destination_id, digest: rule.digest_minutes, event };
            let rows: Vec<Row<'_>> = events.iter().map(of).collect();
            for chunk in rows.chunks(40) {
                raised += insert(&mut tx, rule.workspace(), chunk).await?;
            }
            tx.commit_unaudited("events of alerts; the log records them").await?;
        }
        self.forget(now).await?;
        Ok(raised)
    }

    /// Removes lines of the log that are older than it is kept.
    async fn forget(&self, now: Moment) -> Result<()> {
        const OLD: &str = "select count(*) from (select 1 as one from alert_deliveries where occurred_at < $1 limit 1) q";
        const FORGET: &str = "delete from alert_deliveries where id in (select id from alert_deliveries where occurred_at < $1
          and (state not in ('waiting', 'queued') or rule_id is null) order by occurred_at limit $2)";
        let before = now.minus(KEPT);
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (old,): (i64,) = db.one(sql(OLD).bind(before)).await?;
        db.end().await?;
        if old > 0 {
            let mut tx = self.0.db().write(&Reach::system()).await?;
            tx.exec(sql(FORGET).bind(before).bind(FORGET_AT_ONCE)).await?;
            tx.commit_unaudited("lines of the log of alerts whose time is over").await?;
        }
        Ok(())
    }
}

/// Active tenants whose latest whole backup is too old, or that are old enough to have one and have none.
async fn without_backup(db: &mut Reader, rule: &Standing, now: Moment) -> Result<Vec<AlertEvent>> {
    type Found = (Uuid, Option<DbTime>, DbTime, Option<DbTime>);
    // The latest of each tenant is the end of an index; the history is not read.
    let found = sql("select q.id, q.latest, q.base, ")
        .push(AGAIN)
        .push(
            " from (select b.id, b.id as tenant_id, b.latest, coalesce(b.latest, b.created_at) as base
            from (select t.id, t.created_at, (select max(s.completed_at) from backup_sets s where s.tenant_id = t.id
                and s.status = 'complete' and s.origin is null and s.holds = $2) as latest
              from tenants t where t.workspace_id = $1 and t.status = 'active') b) q where q.base < $3",
        )
        .bind(rule.workspace_id)
        .bind(Selection::All.words())
        .bind(rule.limit(now, 3600))
        .bind(rule.id);
    let rows: Vec<Found> = db.all(untold(found, rule, now)).await?;
    let event = |(tenant, latest, base, again): Found| {
        AlertEvent::no_backup(TenantId::from_uuid(tenant), latest.map(|at| at.0), base.0, rule.amount)
            .again_after(again.map(|at| at.0))
    };
    Ok(rows.into_iter().map(event).collect())
}

/// Nobody was heard of; before anybody ever was, since the rule was made.
async fn without_worker(db: &mut Reader, rule: &Standing, now: Moment) -> Result<Vec<AlertEvent>> {
    type Found = (DbTime, Option<DbTime>);
    let found = sql("select q.base, ")
        .push(AGAIN)
        .push(
            " from (select w.id, w.id as tenant_id, coalesce((select max(seen_at) from workers), $3) as base
            from workspaces w where w.id = $1) q where q.base < $2",
        )
        .bind(rule.workspace_id)
        .bind(rule.limit(now, 60))
        .bind(rule.created_at.0)
        .bind(rule.id);
    let rows: Vec<Found> = db.all(untold(found, rule, now)).await?;
    let event = |(seen, again): Found| AlertEvent::workers(rule.workspace(), seen.0).again_after(again.map(|at| at.0));
    Ok(rows.into_iter().map(event).collect())
}

/// Schedules whose time has come that long ago, and nobody fired them.
async fn late(db: &mut Reader, rule: &Standing, now: Moment) -> Result<Vec<AlertEvent>> {
    type Found = (Uuid, Option<Uuid>, String, DbTime, Option<DbTime>);
    let found = sql("select q.id, q.tenant_id, q.name, q.base, ")
        .push(AGAIN)
        .push(
            " from (select s.id, s.tenant_id, s.name, s.next_fire_at as base from schedules s
            where s.workspace_id = $1 and s.enabled and s.archived_at is null and s.next_fire_at < $2 and s.next_fire_at < $3) q where true",
        )
        .bind(rule.workspace_id)
        .bind(rule.limit(now, 60))
        .bind(now)
        .bind(rule.id);
    let rows: Vec<Found> = db.all(untold(found, rule, now)).await?;
    let event = |(id, tenant, name, due, again): Found| {
        AlertEvent::schedule(tenant.map(TenantId::from_uuid), ScheduleId::from_uuid(id), &name, due.0, None)
            .again_after(again.map(|at| at.0))
    };
    Ok(rows.into_iter().map(event).collect())
}

/// Credentials that passed a stage of the rule before there was the rule, or before it was of their tenant: told once for each end. From then
/// on each stage tells itself.
async fn ending(db: &mut Reader, rule: &Standing, now: Moment) -> Result<Vec<AlertEvent>> {
    const FOUND: &str = "select q.id, q.connection, q.base from (select c.tenant_id as id, c.tenant_id, c.id as connection,
          c.credential_expires_at as base
        from provider_connections c join tenants t on t.id = c.tenant_id
        where c.workspace_id = $1 and t.status = 'active' and c.credential_expires_at <= $2) q
      where not exists (select 1 from alert_deliveries x where x.rule_id = $3 and x.about_id = q.id and x.subject_since = q.base)";
    type Found = (Uuid, Uuid, DbTime);
    let Some(days) = WARN_DAYS.into_iter().find(|days| *days <= rule.amount) else { return Ok(Vec::new()) };
    let until = now.plus(Duration::from_secs(u64::try_from(days).unwrap_or(0) * 86_400));
    let found = sql(FOUND).bind(rule.workspace_id).bind(until).bind(rule.id);
    let rows: Vec<Found> = db.all(untold(found, rule, now)).await?;
    let event = |(tenant, connection, ends): Found| {
        let stage = Expiry::of(Some(ends.0), now).stage().filter(|stage| *stage <= rule.amount)?;
        Some(AlertEvent::credential(TenantId::from_uuid(tenant), connection, ends.0, stage))
    };
    Ok(rows.into_iter().filter_map(event).collect())
}
