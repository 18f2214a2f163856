//! How rollouts are written, and what is sent of them.

use model::ids::{BackupSetId, InventoryItemId, RestoreId, RolloutId, RunId, TenantId};
use model::restore::RestoreState;
use model::rollout::{RolloutState, Standing};
use model::time::Moment;

use crate::api::coded::{Coded, codes};
use crate::api::inventory::TypeKey;
use crate::api::restores::shapes::RestoreApproval;
use crate::api::shape::Whole;
use crate::api::{answers, bodies};

codes!(RolloutState, Standing);

answers! {
    /// A rollout: one source restored to many tenants, ring by ring.
    Rollout {
        /// Its id.
        id: RolloutId,
        /// What it is called.
        name: String,
        /// Where it stands.
        state: Coded<RolloutState>,
        /// Where the wanted state comes from, in words.
        source_words: String,
        /// The tenant that it is from.
        source_tenant_id: Option<TenantId>,
        /// The ring at which it stopped.
        stopped_ring: Option<u32>,
        /// The run that carries it out, or did, while that is recorded.
        run_id: Option<RunId>,
        /// The run that previews its restores, or did, while that is recorded.
        preview_run_id: Option<RunId>,
        /// Who made it.
        created_by: String,
        /// When.
        created_at: Moment,
        /// Who confirmed it.
        confirmed_by: Option<String>,
        /// When.
        confirmed_at: Option<Moment>,
        /// When nothing more came of it.
        completed_at: Option<Moment>,
    }

    /// A rollout with its tenants.
    RolloutDetail {
        /// The rollout.
        rollout: Rollout,
        /// Its tenants, by ring.
        tenants: Vec<RolloutTenant>,
        /// What names the plans that a confirmation would carry out; `null` when none is previewed.
        plan: Option<String>,
        /// How many objects these plans remove.
        removals: i64,
        /// Whether a second person has to approve them first.
        needs_approval: bool,
        /// What a second person was asked of them; `null` when nobody was.
        approval: Option<RestoreApproval>,
    }

    /// A tenant of a rollout.
    RolloutTenant {
        /// Its ring; 1 is the pilot.
        ring: u32,
        /// The tenant; `null` when it was removed since.
        tenant_id: Option<TenantId>,
        /// What it is called.
        name: String,
        /// Its restore.
        restore_id: Option<RestoreId>,
        /// Where that stands.
        state: Coded<RestoreState>,
        /// How the tenant stands in the rollout.
        standing: Coded<Standing>,
        /// Why its restore could not be started: a failure's code.
        code: Option<String>,
        /// How many objects are chosen.
        objects: i64,
        /// How many the plan writes or removes.
        writes: i64,
        /// How many the plan removes.
        removals: i64,
        /// References that are not decided.
        open_references: i64,
    }
}

bodies! {
    /// From what, of which tenant, into which tenants: exactly one of `backup`, `item` with `version`, and `at`.
    CreateRolloutBody {
        /// What it is called; typed to confirm it.
        name: Option<String> = {"maxLength": 100},
        /// The tenant that the source is of.
        of: TenantId,
        /// A backup set.
        backup: Option<BackupSetId>,
        /// An item of the inventory; with `version`.
        item: Option<InventoryItemId>,
        /// The number of the version; with `item`.
        version: Option<Whole> = {"minimum": 1},
        /// The tenant as it was observed to be then.
        at: Option<Moment>,
        /// Only objects of these types; left out: everything.
        types: Option<Vec<TypeKey>> = {"minItems": 1, "maxItems": 200},
        /// The tenants of ring 1, of ring 2, and so on.
        rings: Vec<Vec<TenantId>> = {"minItems": 1, "maxItems": 9},
    }

    /// Who carries a rollout out names the plans, and the rollout.
    ExecuteRolloutBody {
        /// What names the plans that were seen.
        plan: String = {"maxLength": 64},
        /// The name of the rollout.
        confirm: String = {"maxLength": 200},
        /// How many objects are removed, where any are.
        removals: Option<Whole>,
    }

    /// Who asks a second person to approve the plans names them, and the rollout.
    AskRolloutApprovalBody {
        /// What names the plans that were seen.
        plan: String = {"maxLength": 64},
        /// The name of the rollout.
        confirm: String = {"maxLength": 200},
    }

    /// What a second person says of the plans.
    DecideRolloutApprovalBody {
        /// What names the plans that were seen.
        plan: String = {"maxLength": 64},
        /// Whether they may be carried out.
        approve: bool,
        /// Why.
        reason: String = {"minLength": 1, "maxLength": 500},
    }
}

impl From<store::Rollout> for Rollout {
    fn from(rollout: store::Rollout) -> Self {
        Self {
            id: rollout.id,
            name: rollout.name,
            state: Coded(rollout.state),
            source_words: rollout.source_words,
            source_tenant_id: rollout.source_tenant,
            stopped_ring: rollout.stopped_ring,
            run_id: rollout.run,
            preview_run_id: rollout.preview_run,
            created_by: rollout.created_by_name,
            created_at: rollout.created_at,
            confirmed_by: rollout.confirmed_by_name,
            confirmed_at: rollout.confirmed_at,
            completed_at: rollout.completed_at,
        }
    }
}

impl From<store::RolloutTarget> for RolloutTenant {
    fn from(target: store::RolloutTarget) -> Self {
        Self {
            ring: target.ring,
            tenant_id: target.tenant,
            name: target.tenant_name,
            restore_id: target.restore,
            state: Coded(target.state),
            standing: Coded(target.standing),
            code: target.code,
            objects: target.items,
            writes: target.writes,
            removals: target.removals,
            open_references: target.open_mappings,
        }
    }
}
