//! Many rows in one statement.

use crate::db::{Result, Tx};
use crate::sql::{Sql, sql};

/// Rows of one statement: SQLite looks up numbered parameters one after the other, so more are slower.
const AT_ONCE: usize = 30;

/// Inserts rows: `head` up to `values`, each row's values by `row` (without brackets), `tail` after them.
pub(super) async fn insert<T>(
    tx: &mut Tx,
    head: &'static str,
    rows: &[T],
    row: impl Fn(Sql, &T) -> Sql,
    tail: &'static str,
) -> Result<()> {
    for part in rows.chunks(AT_ONCE) {
        let mut statement = sql(head);
        for (i, one) in part.iter().enumerate() {
            statement = row(statement.push(if i == 0 { "(" } else { ", (" }), one).push(")");
        }
        tx.exec(statement.push(tail)).await?;
    }
    Ok(())
}
