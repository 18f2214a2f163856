//! Recording what came of items: in the restore first, then among the run's items.

use model::canonical::Canonical;
use model::failure::{Code, Failure};
use model::restore::{Action, JournalKind, Outcome};
use model::run::{CountKey, NewItem};
use store::{NewLine, Recorded};

use super::desk::{Desk, status};
use super::key;
use super::records::Records;
use crate::halt::Halt;

/// An item that came to its end.
pub(in crate::operations) struct Ended {
    pub(in crate::operations) number: u32,
    pub(in crate::operations) outcome: Outcome,
    pub(in crate::operations) code: Option<Code>,
    pub(in crate::operations) result_id: Option<String>,
    pub(in crate::operations) after: Option<Canonical>,
    pub(in crate::operations) stripped: Vec<String>,
    /// Properties that were read back otherwise than they were wanted.
    pub(in crate::operations) differs: Vec<String>,
}

impl Ended {
    /// One for which there is nothing to do.
    pub(super) const fn nothing_to_do(number: u32) -> Self {
        Self {
            number,
            outcome: Outcome::Skipped,
            code: None,
            result_id: None,
            after: None,
            stripped: Vec::new(),
            differs: Vec::new(),
        }
    }

    /// One to which nothing was written.
    pub(super) const fn left_alone(number: u32, code: Code) -> Self {
        let mut left = Self::nothing_to_do(number);
        left.code = Some(code);
        left
    }
}

impl From<&Ended> for Recorded {
    fn from(one: &Ended) -> Self {
        Self {
            number: one.number,
            outcome: one.outcome,
            code: one.code.map(Code::code),
            result_id: one.result_id.clone(),
            after: one.after.clone(),
            stripped: one.stripped.clone(),
        }
    }
}

impl Desk {
    /// Records what came of items.
    pub(super) async fn record(&mut self, context: &mut impl Records, ended: Vec<Ended>) -> Result<(), Halt> {
        if ended.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::with_capacity(ended.len());
        let mut items = Vec::with_capacity(ended.len());
        for one in &ended {
            let said = if one.outcome == Outcome::Skipped { JournalKind::Skipped } else { JournalKind::ReadBack };
            lines.push(NewLine {
                code: one.code.map(Code::code),
                object_id: one.result_id.clone(),
                data: Some(serde_json::json!({ "outcome": one.outcome.code() })),
                ..NewLine::of(Some(one.number), said)
            });
            items.push(NewItem { status: status(one.outcome), code: one.code, ..NewItem::succeeded(key(one.number)) });
        }
        context.ended(self.id(), &ended, &lines).await?;
        for one in &ended {
            self.done.insert(one.number);
            self.pending.remove(&one.number);
            self.unsettled |= !matches!(one.outcome, Outcome::Verified | Outcome::Skipped);
            let Some(item) = self.items.get(&one.number) else { continue };
            if one.outcome == Outcome::Verified {
                context.count(match item.action {
                    Some(Action::Create | Action::Recreate) => CountKey::Created,
                    Some(Action::Delete) => CountKey::Deleted,
                    _ => CountKey::Updated,
                });
            } else if let Some(code) = one.code {
                context.failure(&Failure::new(code), &item.name);
            }
        }
        context.done(items).await
    }
}
