//! What is asked of findings, and said of them.

use model::finding::{FindingKind, FindingState, Severity};
use model::ids::{BaselineId, FindingId, InventoryItemId, UserId};
use model::time::Moment;

use crate::api::coded::{Choice, Codes};
use crate::api::shape::{Stated, Whole};
use crate::api::{bodies, queries};

/// A move that is no acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MoveCode(pub(crate) model::finding::Move);

impl Codes for MoveCode {
    fn all() -> Vec<Self> {
        use model::finding::Move;
        [Move::Triage, Move::Begin, Move::Resolve, Move::Close].into_iter().map(Self).collect()
    }

    fn code(self) -> &'static str {
        self.0.code()
    }
}

/// Whose doing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DoingCode(pub(crate) store::Doing);

impl Codes for DoingCode {
    fn all() -> Vec<Self> {
        store::Doing::ALL.into_iter().map(Self).collect()
    }

    fn code(self) -> &'static str {
        self.0.code()
    }
}

queries! {
    /// Which findings.
    FindingQuery {
        /// Only in this state; may be there more than once.
        state: Vec<Choice<FindingState>>,
        /// Only of this severity; may be there more than once.
        severity: Vec<Choice<Severity>>,
        /// Only of this kind; may be there more than once.
        kind: Vec<Choice<FindingKind>>,
        /// Only of objects of this type; may be there more than once.
        r#type: Vec<String> = {"maxItems": 64, "items": {"type": "string", "minLength": 1}},
        /// Only of this item of the inventory.
        item: Option<InventoryItemId>,
        /// Only what is held against this baseline.
        baseline: Option<BaselineId>,
        /// Only with this text in the object's name.
        q: Option<String> = {"minLength": 1},
        /// Only open ones that are overdue.
        overdue: Option<bool>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

bodies! {
    /// Where a finding is moved.
    MoveFindingBody {
        /// The revision that was seen.
        revision: Whole,
        /// What is done with it.
        act: Choice<MoveCode>,
        /// Why, or anything else that is worth knowing.
        note: Option<String> = {"maxLength": 2000},
    }

    /// Where findings are moved. Those that cannot be moved there from where they stand stay.
    MoveFindingsBody {
        /// Which.
        findings: Vec<FindingId> = {"minItems": 1, "maxItems": 1000},
        /// What is done with them.
        act: Choice<MoveCode>,
        /// Why, or anything else that is worth knowing.
        note: Option<String> = {"maxLength": 2000},
    }

    /// Where all findings of an incident are moved.
    MoveIncidentBody {
        /// What is done with them.
        act: Choice<MoveCode>,
        /// Why, or anything else that is worth knowing.
        note: Option<String> = {"maxLength": 2000},
    }

    /// Until when the risk of all findings of an incident is accepted, and why.
    AcceptIncidentBody {
        /// Until then, a year away at most.
        until: Moment,
        /// Why.
        reason: String = {"minLength": 1, "maxLength": 2000},
    }

    /// Whose doing is what a finding shows.
    ClassifyFindingsBody {
        /// `service`: the service's, now and whenever it happens again in this tenant. `apart`: each finding is told by itself.
        whose: Choice<DoingCode>,
    }

    /// Until when the risk of findings is accepted, and why. Those that cannot be accepted from where they stand stay.
    AcceptFindingsBody {
        /// Which.
        findings: Vec<FindingId> = {"minItems": 1, "maxItems": 1000},
        /// Until then, a year away at most.
        until: Moment,
        /// Why.
        reason: String = {"minLength": 1, "maxLength": 2000},
    }

    /// What is written on findings.
    NoteFindingsBody {
        /// Which.
        findings: Vec<FindingId> = {"minItems": 1, "maxItems": 1000},
        /// The note.
        note: String = {"minLength": 1, "maxLength": 2000},
    }

    /// Who works on findings. Whoever answers for one goes on doing so; where nobody does, who works on it does.
    AssignFindingsBody {
        /// Which.
        findings: Vec<FindingId> = {"minItems": 1, "maxItems": 1000},
        /// Somebody who is entitled to the tenant; `null`: nobody.
        assignee_id: Stated<UserId>,
    }

    /// Until when the risk of a finding is accepted, and why.
    AcceptFindingBody {
        /// The revision that was seen.
        revision: Whole,
        /// Until then, a year away at most.
        until: Moment,
        /// Why.
        reason: String = {"minLength": 1, "maxLength": 2000},
    }
}
