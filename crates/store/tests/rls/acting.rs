//! Statements as somebody with a certain reach.

use model::ids::WorkspaceId;
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Postgres, Transaction};
use testkit::stores::TestStore;

/// Inserts the row of `a_row`; generated columns make themselves.
pub(super) async fn insert(t: &TestStore, table: &str) -> String {
    let columns = format!(
        "select column_name::text from information_schema.columns
         where table_schema = 'public' and table_name = '{table}' and is_generated = 'NEVER' order by ordinal_position"
    );
    let columns = t.texts(&columns).await.join(", ");
    format!("insert into {table} ({columns}) select {columns} from a_row")
}

/// A transaction that acts for the given settings, as `store` opens one.
pub(super) async fn acting(pool: &PgPool, settings: &str) -> Transaction<'static, Postgres> {
    let mut tx = pool.begin().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(settings.to_owned())).execute(&mut *tx).await.unwrap();
    tx
}

pub(super) async fn count(tx: &mut Transaction<'static, Postgres>, text: String) -> i64 {
    sqlx::query_as::<_, (i64,)>(AssertSqlSafe(text.clone()))
        .fetch_one(&mut **tx)
        .await
        .unwrap_or_else(|e| panic!("{text}: {e}"))
        .0
}

/// How many rows the statement touches, or the code of its refusal. Leaves the transaction usable.
pub(super) async fn tried(tx: &mut Transaction<'static, Postgres>, text: &str) -> Result<u64, String> {
    sqlx::raw_sql("savepoint tried").execute(&mut **tx).await.unwrap();
    let result = sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut **tx).await;
    sqlx::raw_sql("rollback to savepoint tried").execute(&mut **tx).await.unwrap();
    match result {
        Ok(done) => Ok(done.rows_affected()),
        Err(error) => Err(error.as_database_error().and_then(|e| e.code()).map(|code| code.to_string()).unwrap_or_default()),
    }
}

/// SQLSTATE of a row that a policy refuses.
pub(super) const REFUSED: &str = "42501";

pub(super) fn reach(workspace: WorkspaceId, tenants: &str) -> String {
    format!("set local app.system = 'off'; set local app.workspace = '{workspace}'; set local app.tenants = '{tenants}'")
}
