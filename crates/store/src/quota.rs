//! The quota of Microsoft Graph, shared by the processes of the installation through the database.

use std::time::Duration;

use model::quota::{Allowance, Answer, Claim, Holder, Learned, Share, VALID, divide};

use crate::bind::DbTime;
use crate::db::Result;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;

/// No cool-down that one process tells the others of lasts longer.
const LONGEST: Duration = Duration::from_secs(3600);
/// A quota that nobody used for so long is forgotten: longer than any cool-down, and than any lower limit that was learned.
const KEEP: Duration = Duration::from_secs(2 * 3600);

/// Takes the row of a quota until the transaction ends: one process at a time divides it.
const HOLD: &str = "insert into graph_quotas (quota, keep_until) values ($1, $after(2))
  on conflict (quota) do update set keep_until = excluded.keep_until returning learned, learned_at, $now";
const LEARN: &str = "update graph_quotas set learned = $2, learned_at = $3 where quota = $1";
const HOLDERS: &str = "select holder, units, passed, valid_until from graph_shares
  where quota = $1 and holder <> $2 and expires_at > $now order by holder";
const GONE: &str = "delete from graph_shares where quota = $1 and expires_at <= $now";
const WRITE: &str = "insert into graph_shares (quota, holder, units, passed, valid_until, expires_at)
  values ($1, $2, $3, $4, $after(5), $after(6))
  on conflict (quota, holder) do update set units = excluded.units, passed = excluded.passed,
    valid_until = excluded.valid_until, expires_at = excluded.expires_at";
const COOL_DOWN: &str = "insert into graph_quotas (quota, cool_down_until, keep_until) values ($1, $after(2), $after(3))
  on conflict (quota) do update set cool_down_until = excluded.cool_down_until, keep_until = excluded.keep_until
  where graph_quotas.cool_down_until is null or graph_quotas.cool_down_until < excluded.cool_down_until";
const COOLING: &str = "select cool_down_until, $now from graph_quotas where quota = $1 and cool_down_until > $now";
const FORGET: &str = "delete from graph_quotas where keep_until <= $now";

/// One process among those that share the quota.
#[derive(Debug, Clone)]
pub struct SharedQuota {
    store: Store,
    holder: String,
}

/// The limit that was learned, since when it holds, and the present moment.
type Held = (Option<i64>, Option<DbTime>, DbTime);

#[derive(sqlx::FromRow)]
struct Row {
    holder: String,
    units: i64,
    passed: i64,
    valid_until: DbTime,
}

impl Store {
    /// The quota as the process of that name sees it. Names are unique among processes that live.
    #[must_use]
    pub fn shared_quota(&self, holder: &str) -> SharedQuota {
        SharedQuota { store: self.clone(), holder: holder.to_owned() }
    }

    /// Forgets quotas that nobody used for hours, with what processes that are gone held of them. Returns how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_quotas(&self) -> Result<u64> {
        let mut tx = self.db().write(&Reach::system()).await?;
        let forgotten = tx.exec(sql(FORGET)).await?;
        tx.commit_unaudited("quotas of Microsoft that nobody uses").await?;
        Ok(forgotten)
    }
}

impl SharedQuota {
    async fn divide(&self, claim: Claim) -> Result<Share> {
        let quota = crate::token::hash(&claim.scope);
        let mut tx = self.store.db().write(&Reach::system()).await?;
        let (units, at, DbTime(now)): Held = tx.one(sql(HOLD).bind(quota.clone()).bind(KEEP)).await?;
        let known = units.zip(at).map(|(units, at)| Learned { units: whole(units), age: now.since(at.0) });
        tx.exec(sql(GONE).bind(quota.clone())).await?;
        let rows: Vec<Row> = tx.all(sql(HOLDERS).bind(quota.clone()).bind(self.holder.as_str())).await?;
        let others: Vec<Holder> = rows
            .into_iter()
            .map(|row| {
                let active = row.valid_until.0 > now;
                Holder { name: row.holder, held: whole(row.units), passed: whole(row.passed), active }
            })
            .collect();
        let division = divide(&claim, &self.holder, &others, known, now);
        if division.learned != known {
            let (units, at) = (division.learned.map(|new| new.units), division.learned.map(|new| now.minus(new.age)));
            tx.exec(sql(LEARN).bind(quota.clone()).bind(units).bind(at)).await?;
        }
        let write = sql(WRITE).bind(quota).bind(self.holder.as_str()).bind(division.held).bind(claim.passed);
        tx.exec(write.bind(VALID).bind(VALID + claim.window)).await?;
        tx.commit_unaudited("a share of Microsoft's quota").await?;
        let others = others.iter().map(|other| other.passed).fold(0, u32::saturating_add);
        Ok(Share { units: division.units, valid: VALID, others, learned: division.learned })
    }

    async fn end(&self, claim: Claim) -> Result<()> {
        let quota = crate::token::hash(&claim.scope);
        let mut tx = self.store.db().write(&Reach::system()).await?;
        let _held: Held = tx.one(sql(HOLD).bind(quota.clone()).bind(KEEP)).await?;
        let write = sql(WRITE).bind(quota).bind(self.holder.as_str()).bind(claim.used).bind(claim.passed);
        let window = if claim.used == 0 { Duration::ZERO } else { claim.window };
        tx.exec(write.bind(Duration::ZERO).bind(window)).await?;
        tx.commit_unaudited("a share of Microsoft's quota, given back").await
    }

    async fn close(&self, scope: &str, wait: Duration) -> Result<()> {
        let mut tx = self.store.db().write(&Reach::system()).await?;
        tx.exec(sql(COOL_DOWN).bind(crate::token::hash(scope)).bind(wait.min(LONGEST)).bind(KEEP)).await?;
        tx.commit_unaudited("Microsoft asked to slow down").await
    }

    async fn closed_for(&self, scope: &str) -> Result<Duration> {
        let mut db = self.store.db().read(&Reach::system()).await?;
        let until: Option<(DbTime, DbTime)> = db.optional(sql(COOLING).bind(crate::token::hash(scope))).await?;
        db.end().await?;
        Ok(until.map_or(Duration::ZERO, |(until, now)| until.0.since(now.0)))
    }
}

fn whole(units: i64) -> u32 {
    u32::try_from(units).unwrap_or(0)
}

/// What was asked for, or `None` where the database did not answer.
fn told<T>(answer: Result<T>, what: &'static str) -> Option<T> {
    answer.inspect_err(|error| tracing::warn!(%error, what, "the shared quota cannot be asked; trying again")).ok()
}

impl Allowance for SharedQuota {
    fn share(&self, claim: Claim) -> Answer<'_, Share> {
        Box::pin(async move { told(self.divide(claim).await, "a share") })
    }

    fn give_back(&self, claim: Claim) -> Answer<'_, ()> {
        Box::pin(async move { told(self.end(claim).await, "the end of a share") })
    }

    fn cool_down(&self, scope: String, wait: Duration) -> Answer<'_, ()> {
        Box::pin(async move { told(self.close(&scope, wait).await, "a cool-down to tell") })
    }

    fn cooling(&self, scope: String) -> Answer<'_, Duration> {
        Box::pin(async move { told(self.closed_for(&scope).await, "a cool-down to hear") })
    }
}
