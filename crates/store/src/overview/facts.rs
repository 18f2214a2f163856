//! What is asked of a tenant `t`, of its connection `c` and of its inventory as a whole `n`: expressions, each of which goes by an index of
//! the tenant.

use model::backup::Selection;
use model::overview::{BACKUP_WITHIN, EXPIRING_WITHIN, READY_FROM, RUNS_WITHIN, SYNC_WITHIN, Trouble};
use model::time::Moment;

use crate::inventory::synced_at;
use crate::runs::{BEHIND, first_at};
use crate::sql::Sql;

/// The tenants, with what there is one of for each.
pub(crate) const FROM: &str = " from tenants t left join provider_connections c on c.tenant_id = t.id
  left join tenant_inventories n on n.tenant_id = t.id";

/// How the connection is, as the place of its [`ConnectionHealth`](model::overview::ConnectionHealth) among all.
pub(crate) const HEALTH: &str = "cast(case when c.id is null then 2 when not c.enabled then 3
    when c.credential_expires_at <= $now then 0
    else case (select k.worst from connection_checks k where k.tenant_id = t.id and k.connection_id = c.id and k.revision = c.revision
        order by k.made_at desc, k.id desc limit 1)
      when 'fail' then 1 when 'warn' then 5 when 'pass' then 6 else 4 end
    end as bigint)";

/// How much came back in the latest drill; null: there was none.
pub(super) const READINESS: &str =
    "(select d.score from restore_drills d where d.tenant_id = t.id order by d.drilled_at desc, d.id desc limit 1)";

/// Open findings as one number: of a hundred thousand of one severity nobody asks how many more there are. -1: drift was never checked.
pub(super) const FINDINGS: &str = "case when not exists (select 1 from drift_readings r where r.tenant_id = t.id) then -1 else
    (select cast(coalesce(sum(case f.severity when 'critical' then 100000000000000 when 'high' then 10000000000
        when 'medium' then 100000 else 1 end), 0) as bigint)
      from findings f where f.tenant_id = t.id and f.state in ('new', 'triaged', 'in_progress')) end";

/// When the latest complete backup of everything was sealed.
pub(super) fn backed_up_at(statement: Sql) -> Sql {
    statement
        .push("(select max(b.completed_at) from backup_sets b where b.tenant_id = t.id")
        .push(" and b.status = 'complete' and b.origin is null")
        .push_bind(" and b.holds = ", Selection::All.words())
        .push(")")
}

/// Runs that ended badly lately. Their ids are of when they were made, by the clock of whoever made them.
pub(super) fn bad_runs(statement: Sql, now: Moment) -> Sql {
    let since = now.minus(RUNS_WITHIN);
    statement
        .push("(select count(*) from operation_runs r where r.tenant_id = t.id")
        .push(" and r.outcome in ('failed', 'partially_succeeded', 'blocked')")
        .push_bind(" and r.id >= ", first_at(since.minus(BEHIND)))
        .push_bind(" and r.created_at >= ", since)
        .push(")")
}

/// Adds the condition that the tenant is in that trouble.
pub(super) fn in_trouble(statement: Sql, trouble: Trouble, now: Moment) -> Sql {
    let long_ago = Moment::from_micros(0);
    match trouble {
        Trouble::Sync => {
            synced_at(statement.push(" and coalesce(")).push_bind(", ", long_ago).push_bind(") < ", now.minus(SYNC_WITHIN))
        }
        Trouble::Backup => {
            backed_up_at(statement.push(" and coalesce(")).push_bind(", ", long_ago).push_bind(") < ", now.minus(BACKUP_WITHIN))
        }
        Trouble::Readiness => statement.push(" and coalesce(").push(READINESS).push_bind(", -1) < ", READY_FROM),
        Trouble::Findings => statement.push(
            " and exists (select 1 from findings f where f.tenant_id = t.id and f.state in ('new', 'triaged', 'in_progress')
              and f.severity in ('high', 'critical'))",
        ),
        Trouble::Connection => statement.push(" and ").push(HEALTH).push(" <= 3"),
        Trouble::Expiring => statement.push_bind(" and c.credential_expires_at < ", now.plus(EXPIRING_WITHIN)),
        Trouble::Runs => bad_runs(statement.push(" and "), now).push(" > 0"),
        Trouble::Unknown => statement.push(" and 1 = 0"),
    }
}
