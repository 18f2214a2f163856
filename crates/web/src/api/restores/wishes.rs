//! What is asked of restores, and said of them.

use model::ids::{BackupSetId, InventoryItemId, TenantId, ThingId};
use model::resource_types::Platform;
use model::restore::{Action, Outcome, Part};
use model::time::Moment;

use crate::api::coded::{Choice, Codes};
use crate::api::connections::shapes::Hidden;
use crate::api::inventory::TypeKey;
use crate::api::shape::Whole;
use crate::api::{bodies, queries};

queries! {
    /// Which objects of the source.
    RestoreCandidateQuery {
        /// Only of this type.
        r#type: Option<String> = {"minLength": 1},
        /// Only of this platform.
        platform: Option<Choice<Platform>>,
        /// Only those with this text in their name.
        q: Option<String> = {"minLength": 1},
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }

    /// Which items.
    RestoreItemQuery {
        /// Only of this type.
        r#type: Option<String> = {"minLength": 1},
        /// Only with this action.
        action: Option<Choice<Action>>,
        /// Only with this outcome.
        outcome: Option<Choice<Outcome>>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }

    /// Which references.
    RestoreReferenceQuery {
        /// Only those that are not decided.
        open: Option<bool>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }

    /// Which lines of the journal.
    RestoreJournalQuery {
        /// Only of the item of this number.
        number: Option<u32>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

bodies! {
    /// From what: exactly one of `backup`, `item` with `version`, and `at`.
    CreateRestoreBody {
        /// What the restore is called.
        name: Option<String> = {"maxLength": 100},
        /// A backup set.
        backup: Option<BackupSetId>,
        /// An item of the inventory; with `version`.
        item: Option<InventoryItemId>,
        /// The number of the version; with `item`.
        version: Option<Whole> = {"minimum": 1},
        /// The tenant as it was observed to be then.
        at: Option<Moment>,
        /// The tenant that the source is of, of the same workspace; left out: this one.
        of: Option<TenantId>,
    }

    /// What is chosen: exactly one of `everything`, `types`, `objects`, `leave_out` and `exactly`.
    ChooseRestoreBody {
        /// The revision that was seen.
        revision: Whole,
        /// `true`: everything that the source holds; `false`: nothing.
        everything: Option<bool>,
        /// Everything of these types.
        types: Option<Vec<TypeKey>> = {"minItems": 1, "maxItems": 200},
        /// These objects, by their keys.
        objects: Option<Vec<ThingId>> = {"minItems": 1, "maxItems": 1000},
        /// Not these items, by their numbers.
        leave_out: Option<Vec<Whole>> = {"minItems": 1, "maxItems": 1000},
        /// Whether what the tenant has and the source has not is removed.
        exactly: Option<bool>,
    }

    /// What is said of an item: exactly one of `part` and `target`.
    SetRestoreItemBody {
        /// The revision that was seen.
        revision: Whole,
        /// How much of it is put back.
        part: Option<Choice<PartCode>>,
        /// Names of properties; with `properties`.
        properties: Option<Vec<String>> = {"minItems": 1, "maxItems": 200},
        /// Microsoft's id of the object of the tenant that it is; empty: none of those that it may be, it is made.
        target: Option<String> = {"maxLength": 200},
    }

    /// What a reference becomes: exactly one of `object`, `item` and `drop`; none of them: it is not decided any more.
    DecideRestoreReferenceBody {
        /// The revision that was seen.
        revision: Whole,
        /// Key of what it refers to.
        resource_type: String = {"minLength": 1, "maxLength": 200},
        /// Microsoft's id of it where it is from.
        id: String = {"minLength": 1, "maxLength": 500},
        /// An object of the tenant, by Microsoft's id.
        object: Option<String> = {"minLength": 1, "maxLength": 500},
        /// What an item of the restore makes, by its number.
        item: Option<Whole>,
        /// Leave the assignments out that have it, for this reason.
        drop: Option<String> = {"minLength": 1, "maxLength": 200},
    }

    /// A secret that Microsoft does not give out. It is kept sealed until the restore is over, and never given.
    EnterRestoreSecretBody {
        /// The number of the item.
        number: Whole,
        /// Where in the object it belongs (JSON Pointer).
        place: String = {"minLength": 1, "maxLength": 1000},
        /// It; empty: it is taken away.
        value: Hidden = {"maxLength": 100_000},
    }

    /// On which revision something is done.
    RestoreRevisionBody {
        /// The revision that was seen.
        revision: Whole,
    }

    /// Who executes a plan names it, and the tenant.
    ExecuteRestoreBody {
        /// The revision that was seen.
        revision: Whole,
        /// The hash of the plan that was seen.
        plan: String = {"maxLength": 64},
        /// The name of the tenant.
        confirm: String = {"maxLength": 200},
        /// How many objects are removed, where any are.
        removals: Option<Whole>,
    }

    /// Who asks a second person to approve a plan names it, and the tenant.
    AskRestoreApprovalBody {
        /// The revision that was seen.
        revision: Whole,
        /// The hash of the plan that was seen.
        plan: String = {"maxLength": 64},
        /// The name of the tenant.
        confirm: String = {"maxLength": 200},
    }

    /// What a second person says of a plan.
    DecideRestoreApprovalBody {
        /// The revision that was seen.
        revision: Whole,
        /// The hash of the plan that was seen.
        plan: String = {"maxLength": 64},
        /// Whether it may be carried out.
        approve: bool,
        /// Why.
        reason: String = {"minLength": 1, "maxLength": 500},
    }

    /// How far something is undone.
    UndoRestoreBody {
        /// Whether what the restore made is removed, too; left out: no.
        made: Option<bool>,
    }
}

/// How much of an object, by its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartCode {
    Whole,
    Content,
    Assignments,
    Properties,
}

impl Codes for PartCode {
    fn all() -> Vec<Self> {
        vec![Self::Whole, Self::Content, Self::Assignments, Self::Properties]
    }

    fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Content => "content",
            Self::Assignments => "assignments",
            Self::Properties => "properties",
        }
    }
}

impl PartCode {
    /// The part; properties are those.
    pub(crate) fn with(self, names: Option<Vec<String>>) -> Part {
        match self {
            Self::Whole => Part::Whole,
            Self::Content => Part::Content,
            Self::Assignments => Part::Assignments,
            Self::Properties => Part::Properties { names: names.unwrap_or_default() },
        }
    }
}
