//! The findings of a tenant: how many, those that are open by severity, and what was settled in the period.

use model::finding::{Finding, FindingFilter, FindingState, Severity};
use model::label::Labelled;
use model::page::Cursor;
use model::report::finding::{COLUMNS, row, totals};
use model::report::{Block, Period};
use model::time::Moment;

use super::writing::Piece;
use crate::access::TenantScope;
use crate::db::Result;
use crate::open::Store;

/// Findings that are read together.
const AT_ONCE: u32 = 200;

/// What is told next.
enum Stage {
    Opening,
    /// Open ones of a severity (its place among all, the gravest first), from a place on.
    Open(usize, Option<Cursor>),
    /// What was settled in the period, from a place on.
    Settled(Option<Cursor>),
    Over,
}

/// The way through the findings of a tenant.
pub(super) struct Walk {
    scope: TenantScope,
    anchor: String,
    period: Period,
    now: Moment,
    stage: Stage,
}

impl Walk {
    pub(super) const fn new(scope: TenantScope, anchor: String, period: Period, now: Moment) -> Self {
        Self { scope, anchor, period, now, stage: Stage::Opening }
    }

    /// The next piece: `left` findings may still be told; one more is, so that it is known that there are more.
    pub(super) async fn next(&mut self, store: &Store, left: u64) -> Result<Option<Piece>> {
        let rows = u32::try_from(left).unwrap_or(AT_ONCE).clamp(1, AT_ONCE);
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Opening => {
                self.stage = Stage::Open(0, None);
                let all = store.findings().totals(&self.scope).await?;
                let (found, settled) = store.findings().in_period(&self.scope, self.period).await?;
                Ok(Some((vec![totals(&all, found, settled)], 0)))
            }
            Stage::Open(place, from) => self.open(store, place, from, rows).await.map(Some),
            Stage::Settled(from) => self.settled(store, from, rows).await.map(Some),
            Stage::Over => Ok(None),
        }
    }

    async fn open(&mut self, store: &Store, place: usize, from: Option<Cursor>, rows: u32) -> Result<Piece> {
        let Some(severity) = Severity::ALL.iter().rev().nth(place) else {
            self.stage = Stage::Settled(None);
            return Ok((Vec::new(), 0));
        };
        let filter = FindingFilter {
            states: vec![FindingState::New, FindingState::Triaged, FindingState::InProgress],
            severities: vec![*severity],
            ..FindingFilter::default()
        };
        let page = store.findings().list(&self.scope, &filter, from.as_ref(), rows).await?;
        self.stage = Stage::Open(if page.next.is_some() { place } else { place + 1 }, page.next);
        let title = format!("Open, {}", severity.badge().word.to_lowercase());
        Ok(self.told(&title, from.is_none(), &page.rows, "None."))
    }

    async fn settled(&mut self, store: &Store, from: Option<Cursor>, rows: u32) -> Result<Piece> {
        let page = store.findings().settled(&self.scope, self.period, from.as_ref(), rows).await?;
        self.stage = page.next.map_or(Stage::Over, |next| Stage::Settled(Some(next)));
        Ok(self.told("Resolved or closed in the period", from.is_none(), &page.rows, "None."))
    }

    fn told(&self, title: &str, first: bool, findings: &[Finding], none: &str) -> Piece {
        let mut blocks = Vec::new();
        if first {
            blocks.push(Block::heading(3, title, &format!("{}-{}", self.anchor, title.to_lowercase())));
        }
        if !findings.is_empty() {
            blocks.push(Block::table(title, &COLUMNS, findings.iter().map(|finding| row(finding, self.now)).collect()));
        } else if first {
            blocks.push(Block::text(none));
        }
        (blocks, findings.len() as u64)
    }
}
