//! Notices: one per run, to the person who started it; "queued" first, replaced by the terminal one, which is unread again.

use model::ids::{NoticeId, RunId};
use model::notice::Notice;
use model::operations::Operation;
use model::run::{Outcome, Run, Status};
use uuid::Uuid;

use crate::access::SignedIn;
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::open::Store;
use crate::row;
use crate::sql::sql;

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
const REPLACE: &str = " on conflict (run_id) do update set status = excluded.status, outcome = excluded.outcome,
  at = excluded.at, read_at = null";
/// Rows of one statement.
const AT_ONCE: usize = 40;

/// Writes or replaces the notices of runs, in the transaction that changed them. Runs of the system give none.
pub(crate) async fn write<'a>(tx: &mut Tx, runs: impl Iterator<Item = &'a Run>) -> Result<()> {
    let told: Vec<_> = runs.filter_map(|run| Some((run, run.user_id?))).collect();
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
        const NEWEST: &str = "select id, run_id, tenant_id, type, status, outcome, at, read_at from notices
          where user_id = $1 order by at desc, id desc limit $2";
        let mut db = self.0.db().read(&who.reach()).await?;
        let rows: Vec<Row> = db.all(sql(NEWEST).bind(who.user().id).bind(limit)).await?;
        db.end().await?;
        Ok(rows.into_iter().map(notice).collect())
    }

    /// How many of the person's notices are unread; counts at most 100.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unread(&self, who: &SignedIn) -> Result<i64> {
        const UNREAD: &str =
            "select count(*) from (select 1 as one from notices where user_id = $1 and read_at is null limit 100) n";
        let mut db = self.0.db().read(&who.reach()).await?;
        let (count,): (i64,) = db.one(sql(UNREAD).bind(who.user().id)).await?;
        db.end().await?;
        Ok(count)
    }

    /// Marks all of the person's notices as read.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn read_all(&self, who: &SignedIn) -> Result<()> {
        let mut tx = self.0.db().write(&who.reach()).await?;
        tx.exec(sql("update notices set read_at = $now where user_id = $1 and read_at is null").bind(who.user().id)).await?;
        tx.commit_unaudited("a person read their own notices").await
    }
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
