//! Requests for approval (Multi Admin Approval) that writes left with Microsoft: under which code the same write is sent again.

use model::failure::Code;
use model::ids::RestoreId;
use model::restore::{JournalKind, Purpose};
use serde_json::{Value, json};

use super::Restores;
use crate::access::RunScope;
use crate::db::Result;
use crate::row::DbJson;
use crate::sql::sql;

/// Retries of retries that are followed back, at most.
const MOST_BEFORE: i64 = 50;

/// A write that waits for another administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedApproval {
    /// Number of the item, in the restore that asks.
    pub number: u32,
    /// The write, by its mark.
    pub write: String,
    /// The code of the request.
    pub code: String,
}

impl AskedApproval {
    /// As the journal keeps it, with the answer that asked for approval.
    #[must_use]
    pub fn kept(write: &str, code: &str) -> Value {
        json!({ "write": write, "approval": code })
    }

    /// The code of a line of the journal that keeps one.
    #[must_use]
    pub fn code_in(data: &Value) -> Option<&str> {
        data.get("approval")?.as_str()
    }
}

impl Restores<'_> {
    /// Requests for approval that this restore left, or those of which it is a retry, of objects that are among its items; of one write the
    /// latest comes last.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn approvals_for_run(&self, run: &RunScope, id: RestoreId) -> Result<Vec<AskedApproval>> {
        const ASKED: &str = "with recursive chain(id, back) as (
            select r.id, 0 from restores r where r.id = $1 and r.tenant_id = $2
            union all
            select c.parent_restore_id, l.back + 1 from chain l join restores c on c.id = l.id
              where c.purpose = $3 and c.parent_restore_id is not null and c.tenant_id = $2 and l.back < $4)
          select mine.number, j.data from chain l
            join restore_journal j on j.restore_id = l.id and j.tenant_id = $2
            join restore_items theirs on theirs.restore_id = j.restore_id and theirs.number = j.number
            join restore_items mine on mine.restore_id = $1 and mine.resource_type = theirs.resource_type
              and mine.source_id = theirs.source_id
          where j.kind = $5 and j.code = $6 and j.data is not null
          order by l.back desc, j.sequence";
        let asked = sql(ASKED)
            .bind(id)
            .bind(run.tenant_id())
            .bind(Purpose::Retry.code())
            .bind(MOST_BEFORE)
            .bind(JournalKind::Result.code())
            .bind(Code::GraphApprovalRequired.code());
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<(i64, DbJson)> = db.all(asked).await?;
        db.end().await?;
        let read = |(number, data): (i64, DbJson)| {
            Some(AskedApproval {
                number: u32::try_from(number).ok()?,
                write: data.0.get("write")?.as_str()?.to_owned(),
                code: AskedApproval::code_in(&data.0)?.to_owned(),
            })
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }
}
