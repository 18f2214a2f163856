//! The older database: read, never written.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

use super::old::Old;
use super::report::AdoptionReport;
use super::shape::{self, Shape};
use crate::db::Result;
use crate::error::StoreError;
use crate::open::refused;

/// The older database within one read-only transaction.
#[derive(Debug)]
pub(super) struct Source {
    connection: PgConnection,
    /// The columns of each table.
    tables: BTreeMap<String, BTreeSet<String>>,
}

impl Source {
    /// Opens it and looks at what it has.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when it cannot be reached, or is no database of an earlier installation.
    pub(super) async fn open(url: &str) -> Result<Self> {
        const COLUMNS: &str =
            "select table_name::text, column_name::text from information_schema.columns where table_schema = current_schema()";
        const BEGIN: &str = "begin isolation level repeatable read, read only; set local time zone 'UTC';
          set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0; set local datestyle = 'ISO, YMD'";
        let unreadable = || StoreError::Unusable("the URL of the older database cannot be read: it is postgres://…".to_owned());
        if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
            return Err(unreadable());
        }
        let options: PgConnectOptions = url.parse().map_err(|_| unreadable())?;
        let mut connection = options.application_name("tenantatlas adopt").connect().await.map_err(refused)?;
        sqlx::raw_sql(BEGIN).execute(&mut connection).await?;
        let columns: Vec<(String, String)> = sqlx::query_as(COLUMNS).fetch_all(&mut connection).await?;
        let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (table, column) in columns {
            tables.entry(table).or_default().insert(column);
        }
        if tables.contains_key("_sqlx_migrations") {
            return Err(StoreError::Unusable("that is a database of this version, not of an earlier installation".to_owned()));
        }
        if let Some(missing) = ["workspaces", "tenants"].into_iter().find(|table| !tables.contains_key(*table)) {
            return Err(StoreError::Unusable(format!(
                "that is no database of an earlier installation: it has no table {missing}"
            )));
        }
        Ok(Self { connection, tables })
    }

    /// What tells this database from another one of the same name: its oldest workspace and when it was made.
    pub(super) async fn fingerprint(&mut self) -> Result<String> {
        const OLDEST: &str = "select coalesce((select to_jsonb(w.id)::text || ' ' || coalesce(w.created_at::text, '') from workspaces w order by w.id limit 1), '')";
        let has_time = self.tables.get("workspaces").is_some_and(|columns| columns.contains("created_at"));
        let oldest = if has_time {
            OLDEST
        } else {
            "select coalesce((select to_jsonb(id)::text from workspaces order by id limit 1), '')"
        };
        let (oldest,): (String,) = sqlx::query_as(oldest).fetch_one(&mut self.connection).await?;
        Ok(blake3::hash(oldest.as_bytes()).to_hex().to_string())
    }

    /// Says which columns are not understood, and what is absent.
    pub(super) fn look(&self, report: &mut AdoptionReport) {
        for shape in shape::ALL {
            let Some(columns) = self.tables.get(shape.table) else {
                report.absent.insert(shape.table.to_owned());
                continue;
            };
            let known = |column: &str| shape.read.contains(&column) || shape.left.contains(&column);
            report.unknown_columns.extend(columns.iter().filter(|c| !known(c)).map(|c| format!("{}.{c}", shape.table)));
            let absent = shape.read.iter().filter(|column| !columns.contains(**column));
            report.absent.extend(absent.map(|column| format!("{}.{column}", shape.table)));
        }
    }

    /// Begins to read a table, in the order of its key; `false`: it is absent.
    pub(super) async fn begin(&mut self, shape: &Shape) -> Result<bool> {
        let Some(columns) = self.tables.get(shape.table) else { return Ok(false) };
        // Names that stand in `shape` only: nothing of the other database becomes part of a statement.
        let wanted: Vec<String> = shape
            .read
            .iter()
            .filter(|column| columns.contains(**column))
            .map(|column| if shape.texts.contains(column) { format!("{column}::text as {column}") } else { (*column).to_owned() })
            .collect();
        // A table without its key is told as one whose key is absent (`look`), and not read.
        if shape.key.iter().any(|column| !columns.contains(*column)) {
            return Ok(false);
        }
        let key: Vec<String> = shape.key.iter().map(|column| format!("x.{column}")).collect();
        let (table, wanted, key) = (shape.table, wanted.join(", "), key.join(", "));
        let declare = format!(
            "declare adopted no scroll cursor for select to_jsonb(x)::text from (select {wanted} from {table}) x order by {key}"
        );
        sqlx::raw_sql(AssertSqlSafe(declare)).execute(&mut self.connection).await?;
        Ok(true)
    }

    /// The next rows; empty at the end, and then another table may begin.
    pub(super) async fn next(&mut self, shape: &Shape) -> Result<Vec<Old>> {
        let fetch = format!("fetch {} from adopted", shape.at_once);
        let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(fetch)).fetch_all(&mut self.connection).await?;
        if rows.is_empty() {
            sqlx::raw_sql("close adopted").execute(&mut self.connection).await?;
        }
        rows.iter().map(|(text,)| Old::parse(text).ok_or(StoreError::Corrupt("a row of the older database"))).collect()
    }

    /// Ends the transaction and the connection.
    pub(super) async fn close(self) -> Result<()> {
        Ok(self.connection.close().await?)
    }
}
