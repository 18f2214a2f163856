//! What happened to findings, line by line.

use model::finding::{FindingState, HistoryEvent, HistoryLine};
use model::ids::{FindingId, RunId, TenantId};
use uuid::Uuid;

use super::Findings;
use crate::access::{Grant, TenantScope};
use crate::alerts::raise_findings;
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::sql::sql;

/// Rows per statement.
const CHUNK: usize = 40;

/// A line that is to be added.
pub(crate) struct Line<'a> {
    pub(crate) finding: FindingId,
    pub(crate) event: HistoryEvent,
    pub(crate) state: FindingState,
    pub(crate) note: Option<&'a str>,
}

impl Line<'_> {
    pub(crate) const fn of(finding: FindingId, event: HistoryEvent, state: FindingState) -> Self {
        Self { finding, event, state, note: None }
    }
}

/// Adds lines, at most one of each finding, by the person of the grant or by a run.
pub(super) async fn tell(tx: &mut Tx, grant: &Grant, run: Option<RunId>, lines: &[Line<'_>]) -> Result<()> {
    tell_in(tx, grant, grant.tenant_id(), run, lines).await
}

/// As [`tell`], of findings of a tenant that the grant need not be of.
pub(crate) async fn tell_in(
    tx: &mut Tx,
    grant: &Grant,
    tenant: Option<TenantId>,
    run: Option<RunId>,
    lines: &[Line<'_>],
) -> Result<()> {
    // A run acts for nobody, also where somebody started it.
    let by = if run.is_some() { None } else { grant.user().map(|user| user.id) };
    for chunk in lines.chunks(CHUNK) {
        let mut insert =
            sql("insert into finding_history (finding_id, sequence, workspace_id, tenant_id, at, event, state, by_user_id,
          note, operation_run_id) values ");
        for (i, line) in chunk.iter().enumerate() {
            insert = insert
                .push_bind(if i == 0 { "(" } else { ", (" }, line.finding.uuid())
                .push_bind(
                    ", (select coalesce(max(h.sequence), 0) + 1 from finding_history h where h.finding_id = ",
                    line.finding.uuid(),
                )
                .push_bind("), ", grant.workspace_id())
                .push_bind(", ", tenant)
                .push_bind(", $now, ", line.event.code())
                .push_bind(", ", line.state.code())
                .push_bind(", ", by)
                .push_bind(", ", line.note)
                .push_bind(", ", run)
                .push(")");
        }
        tx.exec(insert).await?;
    }
    let opened = lines.iter().filter(|line| run.is_some() && line.event.opens());
    let opened: Vec<Uuid> = opened.map(|line| line.finding.uuid()).collect();
    raise_findings(tx, grant.workspace_id(), &opened).await
}

/// Lines that a page shows.
const MOST: u32 = 200;

impl Findings<'_> {
    /// What happened to a finding, newest first; the latest 200 lines.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn history(&self, scope: &TenantScope, id: FindingId) -> Result<Vec<HistoryLine>> {
        type Row = (DbTime, String, String, Option<String>, Option<String>, Option<Uuid>);
        const READ: &str = "select h.at, h.event, h.state, u.name, h.note, h.operation_run_id from finding_history h
          left join users u on u.id = h.by_user_id
          where h.tenant_id = $1 and h.finding_id = $2 order by h.sequence desc limit $3";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(READ).bind(scope.tenant_id()).bind(id.uuid()).bind(MOST)).await?;
        db.end().await?;
        let line = |(at, event, state, by, note, run): Row| HistoryLine {
            at: at.0,
            event: HistoryEvent::from_code(&event),
            by,
            state: FindingState::from_code(&state),
            note,
            run: run.map(RunId::from_uuid),
        };
        Ok(rows.into_iter().map(line).collect())
    }
}
