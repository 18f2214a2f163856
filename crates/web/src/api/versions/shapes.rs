//! How versions are told.

use model::attribution::{ActorKind, Attribution, By, EventSource, SourceState};
use model::coverage::TypeState;
use model::ids::{InventoryItemId, PolicyVersionId, RunId};
use model::resource_types::Platform;
use model::time::Moment;
use model::version::{Change, ChangeKind, PastItem, PolicyVersion};

use crate::api::coded::{Choice, Coded, codes};
use crate::api::{answers, bodies, queries};

answers! {
    /// A version of an object.
    Version {
        /// Its id.
        id: PolicyVersionId,
        /// The object.
        item_id: InventoryItemId,
        /// Key of the object's type.
        resource_type: String,
        /// Microsoft's id of the object.
        object_id: String,
        /// Its number, from 1 for each object.
        number: i64,
        /// When it was observed.
        captured_at: Moment,
        /// The latest observation before it; `null` where there was none.
        observed_before: Option<Moment>,
        /// The run that observed it; it may not be recorded any more.
        run_id: RunId,
        /// Why it was written.
        change: Coded<Change>,
        /// Whether the settings differ from the version before.
        changed_settings: bool,
        /// Whether the assignments do.
        changed_assignments: bool,
        /// Whether the scope tags do.
        changed_scope_tags: bool,
        /// What the object was called.
        name: String,
        /// Hash of its content; `null` where it had disappeared.
        content_hash: Option<String>,
        /// What is known of who changed it: `known`, `several` (one of them or all), `so_far` (the log was not read to the end of that
        /// time), `at_least` (not all of that time is on record), `unknown` (no event names it), `not_read`, `not_recorded`,
        /// `before_first_sync`.
        attribution: String,
        /// Who changed it: one, or several of whom one or all did. With `known` and `several` nobody else did.
        changed_by: Vec<ChangedBy>,
        /// What people wrote on it.
        note: Option<String>,
        /// Whether it is pinned: found again by `pinned`. No version is removed by a retention, pinned or not.
        pinned: bool,
    }

    /// Somebody who changed an object, as the tenant's audit log tells.
    ChangedBy {
        /// A person, or an application by itself.
        kind: Coded<ActorKind>,
        /// A user principal name, or an application's name; empty where the event tells neither.
        name: String,
        /// The application that a person used.
        app: Option<String>,
        /// When they last did, by Microsoft's clock.
        at: Moment,
        /// What they did then, in Microsoft's words.
        activity: String,
        /// How many events name them.
        events: i64,
    }

    /// A version with its content.
    VersionDetail {
        /// The version.
        version: Version,
        /// Its content; secrets are blanked; `null` where it had disappeared.
        content: serde_json::Value,
    }

    /// An object as it was at an instant.
    PastObject {
        /// The object.
        item_id: InventoryItemId,
        /// Key of its type.
        resource_type: String,
        /// Its platform.
        platform: Coded<Platform>,
        /// What it was called then.
        name: String,
        /// The number of the version that it was in.
        version: i64,
        /// When that was observed.
        captured_at: Moment,
        /// The latest number of it.
        latest_version: i64,
        /// Whether the latest one says that it disappeared.
        gone: bool,
    }

    /// How far an audit log of a tenant was read.
    AuditSource {
        /// Which log.
        source: Coded<EventSource>,
        /// How the latest attempt ended; `null` before the first.
        state: Option<Coded<TypeState>>,
        /// Why it failed, if it did.
        failure_code: Option<String>,
        /// When it was last tried.
        attempted_at: Option<Moment>,
        /// From when on every event is known: what was before was not read, or is no longer kept.
        complete_from: Option<Moment>,
        /// Every event up to then that had arrived was read.
        complete_until: Option<Moment>,
        /// The run that last read it to its end, while that is recorded.
        run_id: Option<RunId>,
    }
}

queries! {
    /// Which changes.
    VersionQuery {
        /// Only of objects of these types (keys); may be repeated.
        r#type: Vec<String> = {"maxItems": 64, "items": {"type": "string", "minLength": 1}},
        /// Only this kind of change.
        kind: Option<Choice<ChangeKind>>,
        /// Only what this person or application changed, as far as is known; case aside. A page may be shorter than `limit`, or empty,
        /// and still have a next one.
        actor: Option<String> = {"maxLength": 200, "minLength": 1},
        /// Only those that were observed from then on.
        from: Option<Moment>,
        /// Only those that were observed before then.
        until: Option<Moment>,
        /// Only those that are pinned.
        pinned: Option<bool>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }

    /// Which versions of an object.
    ItemVersionsQuery {
        /// Only those with a smaller number.
        before: Option<i64> = {"minimum": 1},
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
    }

    /// Which instant of an object.
    ItemAtQuery {
        /// The instant; left out: now. Not found before the object was first observed.
        at: Option<Moment>,
    }

    /// Which instant, and which objects.
    AtQuery {
        /// The instant; left out: now.
        at: Option<Moment>,
        /// Only objects of these types (keys); may be repeated.
        r#type: Vec<String> = {"maxItems": 64, "items": {"type": "string", "minLength": 1}},
        /// Only those whose name of today has this text.
        q: Option<String> = {"maxLength": 200, "minLength": 1},
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

bodies! {
    /// A note and a pin; an empty note without a pin takes both away.
    WriteMark {
        /// The note.
        note: String = {"maxLength": 2000},
        /// Whether it is pinned.
        pinned: bool,
    }
}

codes!(Change, ChangeKind, ActorKind, EventSource);

impl From<By> for ChangedBy {
    fn from(by: By) -> Self {
        Self {
            kind: Coded(by.actor.kind),
            name: by.actor.name,
            app: by.actor.app,
            at: by.at,
            activity: by.activity,
            events: i64::try_from(by.events).unwrap_or(i64::MAX),
        }
    }
}

/// A version as it is told.
pub(super) fn version(version: PolicyVersion, resource_type: String, object_id: String, by: Option<Attribution>) -> Version {
    let by = by.unwrap_or(Attribution::NotRead);
    let attribution = match by {
        Attribution::One(_) => "known",
        Attribution::Several(_) => "several",
        Attribution::SoFar(_) => "so_far",
        Attribution::AtLeast(_) => "at_least",
        Attribution::Nobody => "unknown",
        Attribution::NotRead => "not_read",
        Attribution::NotRecorded => "not_recorded",
        Attribution::BeforeUs => "before_first_sync",
    };
    let (note, pinned) =
        version.mark.map_or((None, false), |mark| (Some(mark.note).filter(|note| !note.is_empty()), mark.pinned));
    Version {
        id: version.id,
        item_id: version.item_id,
        resource_type,
        object_id,
        number: version.number,
        captured_at: version.captured_at,
        observed_before: version.observed_before,
        run_id: version.run_id,
        change: Coded(version.change),
        changed_settings: version.changed.body,
        changed_assignments: version.changed.assignments,
        changed_scope_tags: version.changed.scope_tags,
        name: version.name,
        content_hash: version.content_hash,
        attribution: attribution.to_owned(),
        changed_by: by.named().iter().cloned().map(ChangedBy::from).collect(),
        note,
        pinned,
    }
}

impl From<PastItem> for PastObject {
    fn from(item: PastItem) -> Self {
        Self {
            item_id: item.item_id,
            resource_type: item.resource_type,
            platform: Coded(item.platform),
            name: item.name,
            version: item.number,
            captured_at: item.captured_at,
            latest_version: item.latest,
            gone: item.gone,
        }
    }
}

impl From<SourceState> for AuditSource {
    fn from(state: SourceState) -> Self {
        Self {
            source: Coded(state.source),
            state: state.state.map(Coded),
            failure_code: state.failure_code,
            attempted_at: state.attempted_at,
            complete_from: state.complete_from,
            complete_until: state.complete_until,
            run_id: state.run,
        }
    }
}
