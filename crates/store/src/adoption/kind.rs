//! What each file of a table says: which rows it reads, what becomes of one, and how that is written.

use uuid::Uuid;

use super::known::Known;
use super::old::Old;
use super::report::Table;
use super::shape::Shape;
use crate::db::{Result, Tx};
use crate::sealed::Keyring;

/// What becomes of a row.
#[derive(Debug)]
pub(super) enum Plan<Row> {
    /// It is adopted as this.
    New(Row),
    /// It is something that is here already.
    Same(Uuid),
}

/// What becomes of a row, or why it is left out.
pub(super) type Planned<Row> = std::result::Result<Plan<Row>, &'static str>;

/// A table of the older database whose rows are adopted.
pub(super) trait Kind {
    /// The table.
    const SHAPE: &'static Shape;
    /// The table here that has what became of its rows, where rows of other tables refer to it.
    const HERE: Option<&'static str>;
    /// What is written for a row.
    type Row: Send;

    /// What becomes of a row, which gets that id. Decides by what is known and nothing else, so that a dry run says the same.
    fn plan(old: &Old, id: Uuid, known: &mut Known, table: &mut Table) -> Planned<Self::Row>;

    /// Remembers where the row went, now or before, for the rows of other tables that refer to it.
    fn learn(old: &Old, old_id: &str, id: Uuid, known: &mut Known);

    /// Writes the rows of a batch.
    async fn write(tx: &mut Tx, keyring: &Keyring, rows: &[Self::Row]) -> Result<()>;
}
