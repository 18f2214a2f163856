//! Raw SQL for tests, on either database. No normal dependency edge may enable this feature.

use sqlx::AssertSqlSafe;

use crate::db::{Pools, Result};
use crate::open::Store;

/// Runs statements that change something. On PostgreSQL as the connection's own role, with `app.system` on.
///
/// # Errors
/// When the database refuses.
pub async fn execute(store: &Store, text: &str) -> Result<()> {
    match &store.db().pools {
        Pools::Postgres(pool) => {
            let mut tx = pool.begin_with(AssertSqlSafe("begin; set local app.system = 'on'".to_owned())).await?;
            sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut *tx).await?;
            tx.commit().await?;
        }
        Pools::Sqlite { writer, .. } => {
            sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(writer).await?;
        }
    }
    Ok(())
}

/// The number that a query answers with. `system`: whether row-level security is lifted on PostgreSQL.
///
/// # Errors
/// When the database refuses or answers with something else.
pub async fn number(store: &Store, text: &str, system: bool) -> Result<i64> {
    match &store.db().pools {
        Pools::Postgres(pool) => {
            let begin = if system { "begin; set local app.system = 'on'" } else { "begin" };
            let mut tx = pool.begin_with(begin).await?;
            Ok(sqlx::query_as::<_, (i64,)>(AssertSqlSafe(text.to_owned())).fetch_one(&mut *tx).await?.0)
        }
        Pools::Sqlite { readers, .. } => {
            Ok(sqlx::query_as::<_, (i64,)>(AssertSqlSafe(text.to_owned())).fetch_one(readers).await?.0)
        }
    }
}

/// The texts that a query answers with: its one column, row by row. `system` as for [`number`].
///
/// # Errors
/// When the database refuses or answers with something else.
pub async fn texts(store: &Store, text: &str, system: bool) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = match &store.db().pools {
        Pools::Postgres(pool) => {
            let begin = if system { "begin; set local app.system = 'on'" } else { "begin" };
            let mut tx = pool.begin_with(begin).await?;
            sqlx::query_as(AssertSqlSafe(text.to_owned())).fetch_all(&mut *tx).await?
        }
        Pools::Sqlite { readers, .. } => sqlx::query_as(AssertSqlSafe(text.to_owned())).fetch_all(readers).await?,
    };
    Ok(rows.into_iter().map(|(text,)| text).collect())
}

/// An id as a literal of a statement.
#[must_use]
pub fn literal(store: &Store, id: uuid::Uuid) -> String {
    if store.db().is_postgres() { format!("'{id}'::uuid") } else { format!("x'{}'", id.simple()) }
}

/// Creates an empty database on the server and returns its URL.
///
/// # Errors
/// When the server refuses.
pub async fn create_database(server: &str) -> Result<String> {
    let name = format!("t_{}", model::ids::RunId::generate().uuid().simple());
    server_command(server, format!("create database {name}")).await?;
    let (head, _) = server.rsplit_once('/').unwrap_or((server, ""));
    Ok(format!("{head}/{name}"))
}

/// Removes a database, whoever is connected to it.
///
/// # Errors
/// When the server refuses.
pub async fn drop_database(server: &str, url: &str) -> Result<()> {
    let (_, name) = url.rsplit_once('/').unwrap_or(("", url));
    server_command(server, format!("drop database if exists {name} with (force)")).await
}

async fn server_command(server: &str, text: String) -> Result<()> {
    use sqlx::{ConnectOptions as _, Connection as _};
    let options: sqlx::postgres::PgConnectOptions = server.parse()?;
    let mut connection = options.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}
