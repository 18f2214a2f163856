//! Notices: to the person who started a run, "queued" first, replaced by the terminal one, which is unread again. Which ends are told,
//! and whether the owners and managers of the workspace are told of them, too, is a setting.

use model::ids::{NoticeId, RunId, UserId};
use model::notice::Notice;
use model::operations::Operation;
use model::run::{Outcome, Run, Status};
use uuid::Uuid;

use crate::access::SignedIn;
use crate::bind::DbTime;
use crate::connections::STILL_THEIRS;
use crate::db::{Result, Tx};
use crate::open::Store;
use crate::reach::Reach;
use crate::row;
use crate::sql::{Sql, sql};

mod rules;

/// Notices.
#[derive(Debug, Clone, Copy)]
pub struct Notices<'a>(pub(crate) &'a Store);

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    run_id: Uuid,
    tenant_id: Option<Uuid>,
    r#type: String,
    status: String,
    outcome: String,
    at: DbTime,
    read_at: Option<DbTime>,
}

const HEAD: &str = "insert into notices (id, run_id, workspace_id, tenant_id, user_id, type, status, outcome, at) values ";
const REPLACE: &str = " on conflict (run_id, user_id) do update set status = excluded.status, outcome = excluded.outcome,
  at = excluded.at, read_at = null";
/// Rows of one statement.
const AT_ONCE: usize = 40;

/// Writes or replaces the notices of runs, in the transaction that changed them. Runs of the system give none, unless a setting
/// wants their end to be told.
pub(crate) async fn write<'a>(tx: &mut Tx, runs: impl Iterator<Item = &'a Run>) -> Result<()> {
    let (ended, active): (Vec<&Run>, Vec<&Run>) = runs.partition(|run| run.status == Status::Completed);
    let mut told: Vec<(&Run, UserId)> = active.into_iter().filter_map(|run| Some((run, run.user_id?))).collect();
    if !ended.is_empty() {
        let rules = rules::read(tx, &ended).await?;
        for run in ended {
            told.extend(rules.told(run).map(|user| (run, user)));
            // What was said of its beginning does not stay when its end is not told.
            if run.user_id.is_some_and(|user| !rules.tells(run, user)) {
                tx.exec(sql("delete from notices where run_id = $1 and user_id = $2").bind(run.id).bind(run.user_id)).await?;
            }
        }
    }
    for part in told.chunks(AT_ONCE) {
        let mut statement = sql(HEAD);
        for (i, (run, user)) in part.iter().enumerate() {
            statement = statement
                .push_bind(if i == 0 { "(" } else { ", (" }, NoticeId::generate())
                .push_bind(", ", run.id)
                .push_bind(", ", run.workspace_id)
                .push_bind(", ", run.tenant_id)
                .push_bind(", ", *user)
                .push_bind(", ", run.type_code.as_str())
                .push_bind(", ", run.status.code())
                .push_bind(", ", run.outcome.code())
                .push(", $now)");
        }
        tx.exec(statement.push(REPLACE)).await?;
    }
    Ok(())
}

impl Notices<'_> {
    /// The person's newest notices.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn newest(&self, who: &SignedIn, limit: u32) -> Result<Vec<Notice>> {
        const NEWEST: &str = "select id, run_id, tenant_id, type, status, outcome, at, read_at from notices where user_id = $1";
        let newest = within(sql(NEWEST).bind(who.user().id), who).push_bind(" order by at desc, id desc limit ", limit);
        let mut db = self.0.db().read(&who.reach()).await?;
        let rows: Vec<Row> = db.all(newest).await?;
        db.end().await?;
        Ok(rows.into_iter().map(notice).collect())
    }

    /// How many of the person's notices are unread, those of break-glass included; counts at most 100 of each.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unread(&self, who: &SignedIn) -> Result<i64> {
        const RUNS: &str = "select (select count(*) from (select 1 as one from notices where user_id = $1 and read_at is null";
        const OPENED: &str = " limit 100) n)
          + (select count(*) from (select 1 as one from break_glass_notices where user_id = $1 and read_at is null";
        const EXPIRING: &str = " limit 100) g)
          + (select count(*) from (select 1 as one from connection_notices n where user_id = $1 and read_at is null";
        let runs = within(sql(RUNS).bind(who.user().id), who).push(OPENED);
        let expiring = in_workspace(runs, who).push(EXPIRING).push(STILL_THEIRS);
        let unread = within(expiring, who).push(" limit 100) c)");
        // Their roles decide, so the statement runs as the system; it counts only what this person was told.
        let mut db = self.0.db().read(&Reach::system()).await?;
        let (count,): (i64,) = db.one(unread).await?;
        db.end().await?;
        Ok(count)
    }

    /// Marks all of the person's notices as read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn read_all(&self, who: &SignedIn) -> Result<()> {
        let mut tx = self.0.db().write(&who.reach()).await?;
        let told = sql("update break_glass_notices set read_at = $now where user_id = $1 and read_at is null");
        tx.exec(in_workspace(told.bind(who.user().id), who)).await?;
        let expiring = sql("update connection_notices set read_at = $now where user_id = $1 and read_at is null");
        tx.exec(within(expiring.bind(who.user().id), who)).await?;
        let read = sql("update notices set read_at = $now where user_id = $1 and read_at is null").bind(who.user().id);
        tx.exec(within(read, who)).await?;
        tx.commit_unaudited("a person read their own notices").await
    }
}

/// A person has notices of all their workspaces; a token sees those of its own, and of the tenants that it is narrowed to.
fn within(statement: Sql, who: &SignedIn) -> Sql {
    let statement = in_workspace(statement, who);
    match who.limits.as_ref().and_then(|limits| limits.tenants()) {
        Some(tenants) => statement.push_in(" and tenant_id in ", tenants.iter().copied()),
        None => statement,
    }
}

fn in_workspace(statement: Sql, who: &SignedIn) -> Sql {
    statement.push_if(" and workspace_id = ", who.limits.as_ref().map(|limits| limits.workspace()))
}

fn notice(row: Row) -> Notice {
    Notice {
        id: NoticeId::from_uuid(row.id),
        run_id: RunId::from_uuid(row.run_id),
        tenant_id: row::tenant(row.tenant_id),
        label: Operation::from_code(&row.r#type).map_or("Unknown operation", |operation| operation.entry().label),
        status: Status::from_code(&row.status),
        outcome: Outcome::from_code(&row.outcome),
        at: row.at.0,
        read: row.read_at.is_some(),
    }
}
