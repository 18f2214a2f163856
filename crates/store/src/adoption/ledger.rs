//! Which row became what: written with the rows, and never removed.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::values;
use crate::db::{Db, Result, Tx};
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sql::sql;

/// What was adopted from a table before, by older id; without its id here where it was removed from the table `here` since.
pub(super) async fn before(
    db: &Db,
    source: &str,
    kind: &str,
    here: Option<&'static str>,
) -> Result<HashMap<String, Option<Uuid>>> {
    let mut db = db.read(&Reach::system()).await?;
    let statement = match here {
        Some(here) => sql("select a.old_id, h.id from adopted_records a left join ").push(here).push(" h on h.id = a.new_id"),
        None => sql("select a.old_id, a.new_id from adopted_records a"),
    };
    let statement = statement.push_bind(" where a.source = ", source).push_bind(" and a.kind = ", kind);
    let rows: Vec<(String, Option<Uuid>)> = db.all(statement).await?;
    db.end().await?;
    Ok(rows.into_iter().collect())
}

/// Records what became of rows, in the transaction that writes them.
pub(super) async fn record(tx: &mut Tx, source: &str, kind: &str, rows: &[(String, Uuid)]) -> Result<()> {
    const HEAD: &str = "insert into adopted_records (source, kind, old_id, new_id, adopted_at) values ";
    let row = |statement: crate::sql::Sql, (old, new): &(String, Uuid)| {
        statement.push_bind("", source).push_bind(", ", kind).push_bind(", ", old.as_str()).push_bind(", ", *new).push(", $now")
    };
    values::insert(tx, HEAD, rows, row, "").await
}

/// Waits for whoever adopts from that source, and keeps others waiting until the transaction ends.
pub(super) async fn hold(tx: &mut Tx, source: &str) -> Result<()> {
    tx.exec(sql("update adoption_sources set begun_at = begun_at where name = $1").bind(source)).await?;
    Ok(())
}

/// Makes sure that the name stands for this database, and not for another one that was adopted before.
///
/// # Errors
/// [`StoreError::Unusable`] when it does.
pub(super) async fn begin(db: &Db, source: &str, fingerprint: &str, dry_run: bool) -> Result<()> {
    const KNOWN: &str = "select fingerprint from adoption_sources where name = $1";
    const ADD: &str =
        "insert into adoption_sources (name, fingerprint, begun_at) values ($1, $2, $now) on conflict (name) do nothing";
    let mut reader = db.read(&Reach::system()).await?;
    let known: Option<(String,)> = reader.optional(sql(KNOWN).bind(source)).await?;
    reader.end().await?;
    match known {
        Some((known,)) if known == fingerprint && dry_run => Ok(()),
        Some((known,)) if known == fingerprint => {
            // A process that was killed may have sent its last commit, which the database still carries out: what it brings has to be
            // known before the first row is compared. Nothing is written here, so nothing is committed.
            let mut tx = db.write(&Reach::system()).await?;
            hold(&mut tx, source).await
        }
        Some(_) => Err(StoreError::Unusable(format!(
            "another database was adopted as {source:?} before; give this one a name of its own with --source"
        ))),
        None if dry_run => Ok(()),
        None => {
            let mut tx = db.write(&Reach::system()).await?;
            tx.exec(sql(ADD).bind(source).bind(fingerprint)).await?;
            tx.commit_unaudited("an adoption begins; each workspace and tenant that it brings is audited").await
        }
    }
}

/// Notes that all of it was adopted, the first time.
pub(super) async fn end(db: &Db, source: &str, dry_run: bool) -> Result<()> {
    const DONE: &str = "update adoption_sources set completed_at = $now where name = $1 and completed_at is null";
    if dry_run {
        return Ok(());
    }
    let mut tx = db.write(&Reach::system()).await?;
    if tx.exec(sql(DONE).bind(source)).await? == 0 {
        return Ok(());
    }
    tx.commit_unaudited("an adoption ended; each workspace and tenant that it brought is audited").await
}

/// The numbers of runs that other sources brought.
pub(super) async fn numbers_of_others(db: &Db, source: &str) -> Result<HashSet<String>> {
    const OTHERS: &str = "select old_id from adopted_records where kind = 'operation_runs' and source <> $1";
    let mut db = db.read(&Reach::system()).await?;
    let rows: Vec<(String,)> = db.all(sql(OTHERS).bind(source)).await?;
    db.end().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
