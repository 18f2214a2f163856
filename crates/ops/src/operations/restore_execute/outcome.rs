//! Recording what came of items: in the restore first, then among the run's items.

use model::canonical::Canonical;
use model::failure::{Code, Failure};
use model::restore::{Action, JournalKind, Outcome};
use model::run::{CountKey, NewItem};
use store::{NewLine, Recorded};

use super::desk::{Desk, status};
use super::key;
use crate::context::Context;
use crate::halt::Halt;

/// An item that came to its end.
pub(super) struct Ended {
    pub(super) number: u32,
    pub(super) outcome: Outcome,
    pub(super) code: Option<Code>,
    pub(super) result_id: Option<String>,
    pub(super) after: Option<Canonical>,
    pub(super) stripped: Vec<String>,
}

impl Ended {
    /// One to which nothing was written.
    pub(super) const fn left_alone(number: u32, code: Code) -> Self {
        Self { number, outcome: Outcome::Skipped, code: Some(code), result_id: None, after: None, stripped: Vec::new() }
    }
}

impl Desk {
    /// Records what came of items.
    pub(super) async fn record(&mut self, context: &mut Context, ended: Vec<Ended>) -> Result<(), Halt> {
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
        let recorded: Vec<Recorded> = ended
            .iter()
            .map(|one| Recorded {
                number: one.number,
                outcome: one.outcome,
                code: one.code.map(Code::code),
                result_id: one.result_id.clone(),
                after: one.after.clone(),
                stripped: one.stripped.clone(),
            })
            .collect();
        context.store.restores().record(&context.scope, self.id(), &recorded, &lines).await?;
        for one in &ended {
            self.done.insert(one.number);
            self.pending.remove(&one.number);
            self.unsettled |= !matches!(one.outcome, Outcome::Verified | Outcome::Skipped);
            let Some(item) = self.items.get(&one.number) else { continue };
            if one.outcome == Outcome::Verified {
                context.counts.add(
                    match item.action {
                        Some(Action::Create | Action::Recreate) => CountKey::Created,
                        Some(Action::Delete) => CountKey::Deleted,
                        _ => CountKey::Updated,
                    },
                    1,
                );
            } else if let Some(code) = one.code {
                context.failure(&Failure::new(code), &item.name);
            }
        }
        context.record(items).await
    }
}
