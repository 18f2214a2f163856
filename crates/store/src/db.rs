//! The two databases behind one door. Statements are the same on both; `dialect` names the few that are not.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use model::audit::AuditEntry;
use model::time::{Clock, Moment};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use crate::audit::{self, Actor};
use crate::changes::Changes;
use crate::error::StoreError;
use crate::reach::Reach;
use crate::replica;
use crate::sql::{Sql, sql};

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// A row type that both drivers can fill.
pub(crate) trait DbRow: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin {}
impl<T> DbRow for T where T: for<'r> FromRow<'r, PgRow> + for<'r> FromRow<'r, SqliteRow> + Send + Unpin {}

/// The pools.
#[derive(Debug, Clone)]
pub(crate) enum Pools {
    Postgres(PgPool),
    /// Many readers, one writer: SQLite has one writer anyway, and waiting for it in a queue is fair.
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
    },
}

/// A database.
#[derive(Debug, Clone)]
pub(crate) struct Db {
    pub(crate) pools: Pools,
    /// The clock that tells the present moment; `None`: PostgreSQL's own.
    pub(crate) clock: Option<Arc<dyn Clock>>,
    pub(crate) changes: Changes,
    pub(crate) replica: replica::Slot,
}

impl Db {
    pub(crate) fn now(&self) -> Option<Moment> {
        self.clock.as_ref().map(|clock| clock.now())
    }

    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.pools, Pools::Postgres(_))
    }

    /// Opens a transaction that only reads.
    pub(crate) async fn read(&self, reach: &Reach) -> Result<Reader> {
        if let Some(replica) = self.replica.get()
            && let Some(transaction) = replica.begin(reach).await
        {
            return Ok(Reader(Open { inner: Inner::Postgres(transaction), now: self.now() }));
        }
        let inner = match &self.pools {
            Pools::Postgres(pool) => Inner::Postgres(pool.begin_with(AssertSqlSafe(reach.begin(false))).await?),
            Pools::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
        };
        Ok(Reader(Open { inner, now: self.now() }))
    }

    /// Opens a transaction that may write. On SQLite it takes the writer's lock at once.
    pub(crate) async fn write(&self, reach: &Reach) -> Result<Tx> {
        self.begin(reach.begin(true)).await
    }

    /// As [`Db::write`], one at a time over all processes: waits until the one before has ended. A process that is frozen in the
    /// middle of it is thrown out after two seconds, so that the others go on.
    pub(crate) async fn write_alone(&self, reach: &Reach) -> Result<Tx> {
        self.begin(format!("{}; {}", reach.begin(true), crate::dialect::ALONE)).await
    }

    /// As [`Db::write_alone`], with a turn of its own: whoever seals does not wait for who claims.
    pub(crate) async fn write_sealing(&self, reach: &Reach) -> Result<Tx> {
        self.begin(format!("{}; {}", reach.begin(true), crate::dialect::SEALING)).await
    }

    async fn begin(&self, begin: String) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Postgres(pool) => Inner::Postgres(pool.begin_with(AssertSqlSafe(begin)).await?),
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("begin immediate").await?),
        };
        Ok(Tx {
            open: Open { inner, now: self.now() },
            changes: self.changes.clone(),
            changed: Vec::new(),
            ended: Vec::new(),
            wake: false,
        })
    }
}

enum Inner {
    Postgres(Transaction<'static, Postgres>),
    Sqlite(Transaction<'static, Sqlite>),
}

/// An open transaction. Its moment (where the process's clock tells it) is that of its beginning.
struct Open {
    inner: Inner,
    now: Option<Moment>,
}

fn postgres(statement: Sql, now: Option<Moment>) -> Result<(String, PgArguments)> {
    let (text, values) = statement.assemble(now);
    let mut arguments = PgArguments::default();
    for value in values {
        value.add_to_postgres(&mut arguments).map_err(sqlx::Error::Encode)?;
    }
    Ok((text, arguments))
}

fn sqlite(statement: Sql, now: Option<Moment>) -> Result<(String, SqliteArguments)> {
    let now = now.unwrap_or_else(|| model::time::SystemClock.now());
    let (text, values) = statement.assemble(Some(now));
    let mut arguments = SqliteArguments::default();
    for value in values {
        value.add_to_sqlite(&mut arguments, now).map_err(sqlx::Error::Encode)?;
    }
    Ok((text, arguments))
}

impl Open {
    /// All rows. Also the base of `one` and `optional`: a statement that is not run to its end would keep SQLite from
    /// checkpointing its write-ahead log.
    async fn all<T: DbRow>(&mut self, statement: Sql) -> Result<Vec<T>> {
        Ok(match &mut self.inner {
            Inner::Postgres(tx) => {
                let (text, arguments) = postgres(statement, self.now)?;
                sqlx::query_as_with(AssertSqlSafe(text), arguments).fetch_all(&mut **tx).await?
            }
            Inner::Sqlite(tx) => {
                let (text, arguments) = sqlite(statement, self.now)?;
                sqlx::query_as_with(AssertSqlSafe(text), arguments).fetch_all(&mut **tx).await?
            }
        })
    }

    /// Row after row, none of them held: to the last, or to the first error of the callee.
    async fn each<T: DbRow, E>(
        &mut self,
        statement: Sql,
        mut take: impl FnMut(T) -> std::result::Result<(), E>,
    ) -> Result<std::result::Result<(), E>> {
        match &mut self.inner {
            Inner::Postgres(tx) => {
                let (text, arguments) = postgres(statement, self.now)?;
                let mut rows = sqlx::query_as_with(AssertSqlSafe(text), arguments).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    if let Err(error) = take(row) {
                        return Ok(Err(error));
                    }
                }
            }
            Inner::Sqlite(tx) => {
                let (text, arguments) = sqlite(statement, self.now)?;
                let mut rows = sqlx::query_as_with(AssertSqlSafe(text), arguments).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    if let Err(error) = take(row) {
                        return Ok(Err(error));
                    }
                }
            }
        }
        Ok(Ok(()))
    }

    async fn exec(&mut self, statement: Sql) -> Result<u64> {
        Ok(match &mut self.inner {
            Inner::Postgres(tx) => {
                let (text, arguments) = postgres(statement, self.now)?;
                sqlx::query_with(AssertSqlSafe(text), arguments).execute(&mut **tx).await?.rows_affected()
            }
            Inner::Sqlite(tx) => {
                let (text, arguments) = sqlite(statement, self.now)?;
                sqlx::query_with(AssertSqlSafe(text), arguments).execute(&mut **tx).await?.rows_affected()
            }
        })
    }

    async fn commit(self) -> Result<()> {
        match self.inner {
            Inner::Postgres(tx) => tx.commit().await?,
            Inner::Sqlite(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// A transaction that only reads.
pub(crate) struct Reader(Open);

impl Reader {
    pub(crate) async fn all<T: DbRow>(&mut self, statement: Sql) -> Result<Vec<T>> {
        self.0.all(statement).await
    }

    pub(crate) async fn optional<T: DbRow>(&mut self, statement: Sql) -> Result<Option<T>> {
        Ok(self.0.all(statement).await?.into_iter().next())
    }

    pub(crate) async fn one<T: DbRow>(&mut self, statement: Sql) -> Result<T> {
        self.optional(statement).await?.ok_or(StoreError::Corrupt("a row was expected"))
    }

    /// Hands over row after row, for as many as memory should not hold. An error of the callee ends it and is given back.
    pub(crate) async fn each<T: DbRow, E>(
        &mut self,
        statement: Sql,
        take: impl FnMut(T) -> std::result::Result<(), E>,
    ) -> Result<std::result::Result<(), E>> {
        self.0.each(statement, take).await
    }

    /// Ends the transaction. Dropping does too, one round trip later.
    pub(crate) async fn end(self) -> Result<()> {
        self.0.commit().await
    }
}

/// A transaction that writes. It ends with [`Tx::commit`] and an audit entry, or with a reason why there is none.
pub(crate) struct Tx {
    open: Open,
    changes: Changes,
    changed: Vec<crate::changes::RunChanged>,
    ended: Vec<crate::runs::Ended>,
    wake: bool,
}

impl Tx {
    pub(crate) async fn all<T: DbRow>(&mut self, statement: Sql) -> Result<Vec<T>> {
        self.open.all(statement).await
    }

    pub(crate) async fn optional<T: DbRow>(&mut self, statement: Sql) -> Result<Option<T>> {
        Ok(self.open.all(statement).await?.into_iter().next())
    }

    pub(crate) async fn one<T: DbRow>(&mut self, statement: Sql) -> Result<T> {
        self.optional(statement).await?.ok_or(StoreError::Corrupt("a row was expected"))
    }

    /// One row of a statement that only reads, of all rows whatever this transaction may see: of how full a workspace is, for
    /// example. Only a figure may leave.
    pub(crate) async fn one_as_system<T: DbRow>(&mut self, statement: Sql) -> Result<T> {
        if !matches!(self.open.inner, Inner::Postgres(_)) {
            return self.one(statement).await;
        }
        let (before,): (String,) = self.one(sql("select coalesce(current_setting('app.system', true), '')")).await?;
        let set = |value: &str| sql("select set_config('app.system', $1, true)").bind(value);
        self.one::<(String,)>(set("on")).await?;
        let row = self.one(statement).await;
        // An error has ended the transaction, and what was set with it.
        if row.is_ok() {
            self.one::<(String,)>(set(&before)).await?;
        }
        row
    }

    /// Runs the statement; the number of rows that it touched.
    pub(crate) async fn exec(&mut self, statement: Sql) -> Result<u64> {
        self.open.exec(statement).await
    }

    /// As [`Tx::all`], past row-level security: for what the system must know to do what somebody asked for, and shows to nobody.
    pub(crate) async fn all_as_system<T: DbRow>(&mut self, statement: Sql) -> Result<Vec<T>> {
        let postgres = matches!(self.open.inner, Inner::Postgres(_));
        let (Some(lift), Some(put_back)) = (crate::dialect::lift(postgres), crate::dialect::put_back(postgres)) else {
            return self.all(statement).await;
        };
        let (before, _): (String, String) = self.one(crate::sql::sql(lift)).await?;
        let rows = self.all(statement).await?;
        self.all::<(String,)>(crate::sql::sql(put_back).bind(before)).await?;
        Ok(rows)
    }

    /// Tells the live pages of this process about the run, once committed.
    pub(crate) fn touch(&mut self, change: crate::changes::RunChanged) {
        self.changed.push(change);
    }

    /// Counts a run that ends in this transaction, once committed.
    pub(crate) fn ended(&mut self, run: crate::runs::Ended) {
        self.ended.push(run);
    }

    /// Tells idle workers to look at the queue, once committed.
    pub(crate) const fn wake_workers(&mut self) {
        self.wake = true;
    }

    /// Commits together with the audit entry.
    pub(crate) async fn commit(mut self, actor: &Actor, entry: AuditEntry) -> Result<()> {
        audit::insert(&mut self, actor, entry).await?;
        self.finish("audited").await
    }

    /// Commits a change that needs no audit entry. `reason` says why; the callers are listed in `xtask/allow`.
    pub(crate) async fn commit_unaudited(self, reason: &'static str) -> Result<()> {
        tracing::trace!(reason, "unaudited commit");
        self.finish(reason).await
    }

    #[cfg_attr(not(feature = "testing"), expect(unused_variables, reason = "only tests ask what was committed"))]
    async fn finish(self, reason: &'static str) -> Result<()> {
        self.open.commit().await?;
        #[cfg(feature = "testing")]
        crate::testing::committed(reason).await;
        for change in self.changed {
            self.changes.send(change);
        }
        self.ended.into_iter().for_each(crate::runs::Ended::count);
        if self.wake {
            self.changes.wake_workers();
        }
        Ok(())
    }
}
