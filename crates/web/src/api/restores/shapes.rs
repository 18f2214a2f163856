//! How restores are written.

use model::ids::{RestoreId, RolloutId, RunId, TenantId, ThingId};
use model::resource_types::Platform;
use model::restore::{
    Action, Check, CheckKind, CheckLevel, Decision, Effect, Hindrance, JournalKind, MappingOrigin, Outcome, Purpose,
    RestoreState, Source, Target,
};
use model::time::Moment;
use serde_json::{Value, json};

use crate::api::answers;
use crate::api::coded::{Coded, codes};

codes!(Action, CheckKind, CheckLevel, Decision, Effect, Hindrance, JournalKind, MappingOrigin, Outcome, Purpose, RestoreState);

answers! {
    /// A restore.
    Restore {
        /// Its id.
        id: RestoreId,
        /// What it is called.
        name: String,
        /// What it is for.
        purpose: Coded<Purpose>,
        /// Where it stands.
        state: Coded<RestoreState>,
        /// Grows with every change of what is chosen or decided; goes with every change.
        revision: i64,
        /// Where the wanted state comes from: `from` is `backup_set`, `version`, `instant` or `undo`.
        source: Value,
        /// The same in words.
        source_words: String,
        /// The tenant that it is from.
        source_tenant_id: Option<TenantId>,
        /// The restore that it repeats or undoes.
        parent_id: Option<RestoreId>,
        /// The rollout that it is part of.
        rollout_id: Option<RolloutId>,
        /// Whether what the tenant has and the source has not is removed, of `exactly_types`.
        exactly: bool,
        /// Keys of the types of which everything is chosen.
        exactly_types: Vec<String>,
        /// How many objects are chosen.
        objects: i64,
        /// The hash of the frozen plan; `null` without one.
        plan: Option<String>,
        /// When it was frozen.
        previewed_at: Option<Moment>,
        /// The latest preview, while that is recorded.
        preview_run_id: Option<RunId>,
        /// The execution, while that is recorded.
        run_id: Option<RunId>,
        /// Who made it.
        created_by: String,
        /// When.
        created_at: Moment,
        /// When it was last changed.
        updated_at: Moment,
        /// Who confirmed the execution.
        confirmed_by: Option<String>,
        /// When.
        confirmed_at: Option<Moment>,
        /// When the execution ended.
        completed_at: Option<Moment>,
    }

    /// A restore with what was found and decided.
    RestoreDetail {
        /// The restore.
        restore: Restore,
        /// What the checks found; `null` until they were made for what is chosen now.
        checks: Option<Vec<RestoreCheck>>,
        /// How many items have which action; empty before a preview.
        actions: std::collections::BTreeMap<&'static str, i64>,
        /// How many items came to which outcome; `open` were not come to. Empty before the execution.
        outcomes: std::collections::BTreeMap<&'static str, i64>,
        /// Restores that repeat or undo this one.
        children: Vec<RestoreId>,
        /// Whether a second person has to approve the plan before it is carried out.
        needs_approval: bool,
        /// What a second person was asked of the present plan; `null` when nobody was.
        approval: Option<RestoreApproval>,
    }

    /// What a second person was asked of a plan, and said.
    RestoreApproval {
        /// Who asked.
        asked_by: String,
        /// When.
        asked_at: Moment,
        /// What was decided; `null` while it waits.
        decision: Option<Coded<Decision>>,
        /// Why.
        reason: String,
        /// Who decided.
        decided_by: Option<String>,
        /// When.
        decided_at: Option<Moment>,
    }

    /// Something that the checks found.
    RestoreCheck {
        /// What it is.
        kind: Coded<CheckKind>,
        /// How much it matters.
        level: Coded<CheckLevel>,
        /// How many objects or references it is about.
        count: i64,
        /// The first of them.
        about: Vec<String>,
    }

    /// An object that the source holds.
    RestoreCandidate {
        /// What it is named by when it is chosen.
        key: ThingId,
        /// Key of its resource type.
        resource_type: String,
        /// Microsoft's id of it where it is from.
        object_id: String,
        /// What it is called.
        name: String,
        /// Its platform.
        platform: Coded<Platform>,
        /// When this state of it was observed.
        captured_at: Moment,
        /// Its number in the restore; `null` when it is not chosen.
        number: Option<u32>,
    }

    /// An item of a restore.
    RestoreItem {
        /// Its number.
        number: u32,
        /// Key of its resource type.
        resource_type: String,
        /// Microsoft's id of it where the wanted state is from.
        source_id: String,
        /// What it is called.
        name: String,
        /// How much of it is put back: `part` is `whole`, `content`, `assignments`, or `properties` with `names`.
        part: Value,
        /// What is done, by the preview.
        action: Option<Coded<Action>>,
        /// Microsoft's id of the object that is written.
        target_id: Option<String>,
        /// Why nothing is written.
        hindrance: Option<Coded<Hindrance>>,
        /// Objects of the tenant that it may be; none counts until somebody says so.
        suggested: Vec<RestoreSuggestion>,
        /// The object of the tenant that somebody said it is.
        said_target: Option<String>,
        /// What came of it.
        outcome: Option<Coded<Outcome>>,
        /// The failure's code.
        code: Option<String>,
        /// Microsoft's id of what was written.
        result_id: Option<String>,
        /// Properties that were left out because Microsoft calls them read-only.
        stripped: Vec<String>,
        /// When it was done.
        finished_at: Option<Moment>,
    }

    /// An object of the tenant that something may be.
    RestoreSuggestion {
        /// Microsoft's id of it.
        id: String,
        /// What it is called.
        name: String,
    }

    /// A line of the journal.
    RestoreJournalLine {
        /// Its place.
        sequence: i64,
        /// When it was written.
        at: Moment,
        /// The item that it is about.
        number: Option<u32>,
        /// What it says.
        kind: Coded<JournalKind>,
        /// What the write does.
        effect: Option<Coded<Effect>>,
        /// Its method.
        method: Option<String>,
        /// Its path without ids.
        template: Option<String>,
        /// The status of the answer.
        status: Option<i64>,
        /// The failure's code.
        code: Option<String>,
        /// Microsoft's id of the object.
        object_id: Option<String>,
        /// The code of the request for approval that the write left, where another administrator has to approve it.
        approval: Option<String>,
    }

    /// A reference of the chosen objects, and what it becomes.
    RestoreReference {
        /// Key of what it refers to: `group`, `assignment_filter`, `scope_tag`, …
        resource_type: String,
        /// Microsoft's id of it where it is from.
        id: String,
        /// What it is called there; may be empty.
        name: String,
        /// How many of the chosen objects refer to it.
        used_by: i64,
        /// Whether its loss would make an assignment reach further.
        narrowing: bool,
        /// Whether the assignments that have it may be left out.
        droppable: bool,
        /// What it becomes: `to` is `object` with `id`, `planned` with `item`, or `dropped` with `reason`; `null`: not decided.
        becomes: Value,
        /// Who says so.
        origin: Option<Coded<MappingOrigin>>,
        /// What the object is called that it becomes.
        target_name: Option<String>,
        /// Objects of the tenant that it may be, best first.
        suggested: Vec<RestoreSuggestion>,
    }
}

impl From<store::Restore> for Restore {
    fn from(restore: store::Restore) -> Self {
        let source: Source = restore.source;
        Self {
            id: restore.id,
            name: restore.name,
            purpose: Coded(restore.purpose),
            state: Coded(restore.state),
            revision: restore.revision,
            source: json!(source),
            source_words: restore.source_words,
            source_tenant_id: restore.source_tenant,
            parent_id: restore.parent,
            rollout_id: restore.rollout,
            exactly: restore.prune,
            exactly_types: restore.prune_types,
            objects: restore.items,
            plan: restore.plan_hash,
            previewed_at: restore.previewed_at,
            preview_run_id: restore.preview_run,
            run_id: restore.run,
            created_by: restore.created_by_name,
            created_at: restore.created_at,
            updated_at: restore.updated_at,
            confirmed_by: restore.confirmed_by_name,
            confirmed_at: restore.confirmed_at,
            completed_at: restore.completed_at,
        }
    }
}

impl From<store::Approval> for RestoreApproval {
    fn from(approval: store::Approval) -> Self {
        Self {
            asked_by: approval.asked_by_name,
            asked_at: approval.asked_at,
            decided_by: approval.decision.map(|_| approval.decided_by_name),
            decision: approval.decision.map(Coded),
            reason: approval.reason,
            decided_at: approval.decided_at,
        }
    }
}

impl From<Check> for RestoreCheck {
    fn from(check: Check) -> Self {
        Self { kind: Coded(check.kind()), level: Coded(check.level()), count: check.count, about: check.about }
    }
}

fn suggestions(all: Vec<(String, String)>) -> Vec<RestoreSuggestion> {
    all.into_iter().map(|(id, name)| RestoreSuggestion { id, name }).collect()
}

impl From<store::RestoreItem> for RestoreItem {
    fn from(item: store::RestoreItem) -> Self {
        Self {
            number: item.number,
            resource_type: item.resource_type,
            source_id: item.source_id,
            name: item.name,
            part: json!(item.part),
            action: item.action.map(Coded),
            target_id: item.target_id,
            hindrance: item.hindrance.map(Coded),
            suggested: suggestions(item.suggested),
            said_target: item.said_target,
            outcome: item.outcome.map(Coded),
            code: item.code,
            result_id: item.result_id,
            stripped: item.stripped,
            finished_at: item.finished_at,
        }
    }
}

impl From<store::JournalLine> for RestoreJournalLine {
    fn from(line: store::JournalLine) -> Self {
        let approval = line.data.as_ref().and_then(store::AskedApproval::code_in).map(str::to_owned);
        Self {
            sequence: line.sequence,
            at: line.at,
            number: line.number,
            kind: Coded(line.kind),
            effect: line.effect.map(Coded),
            method: line.method,
            template: line.template,
            status: line.status,
            code: line.code,
            object_id: line.object_id,
            approval,
        }
    }
}

impl From<store::MappedReference> for RestoreReference {
    fn from(row: store::MappedReference) -> Self {
        let suggested = row.suggested.into_iter().map(|one| (one.id, one.name)).collect();
        let target: Option<Target> = row.target;
        Self {
            resource_type: row.reference.resource_type,
            id: row.reference.id,
            name: row.name,
            used_by: row.used.uses,
            narrowing: row.used.narrowing,
            droppable: row.used.droppable,
            becomes: json!(target),
            origin: row.origin.map(Coded),
            target_name: row.target_name,
            suggested: suggestions(suggested),
        }
    }
}
