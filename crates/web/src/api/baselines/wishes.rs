//! What is asked of baselines, and said of them.

use model::ids::{BackupSetId, FindingId, InventoryItemId, TenantGroupId, TenantId};

use crate::api::inventory::TypeKey;
use crate::api::shape::Whole;
use crate::api::{bodies, queries};

queries! {
    /// Which baselines.
    BaselineQuery {
        /// Only archived ones; left out: only those in use.
        archived: Option<bool>,
        /// How many at most.
        limit: Option<u32> = {"minimum": 1, "maximum": 200, "default": 50},
        /// Where the page begins: `next` of the page before.
        cursor: Option<String> = {"pattern": "^[fb][.]([0-9a-f]{2})*$", "maxLength": 2048},
    }
}

bodies! {
    /// What a baseline is made of.
    CaptureBaselineBody {
        /// What it is called.
        name: String = {"minLength": 1, "maxLength": 100},
        /// What it is for.
        description: Option<String> = {"maxLength": 2000},
        /// The tenant whose newest complete inventory it is, or that has the backup set.
        tenant_id: TenantId,
        /// The backup set; left out: the newest complete inventory.
        backup_id: Option<BackupSetId>,
        /// Only these types; left out: all.
        types: Option<Vec<TypeKey>> = {"minItems": 1, "maxItems": 200},
        /// Whether objects of its types that it does not have are findings; left out: they are not.
        extras: Option<bool>,
    }

    /// The revision that was seen.
    BaselineRevisionBody {
        /// It.
        revision: Whole,
    }

    /// A change of the draft: exactly one of `remove`, `ignored` and `extras`.
    EditBaselineBody {
        /// The revision that was seen.
        revision: Whole,
        /// Key of the type of the object that is meant by `remove` and `ignored`.
        resource_type: Option<String> = {"minLength": 1, "maxLength": 100},
        /// The id that names it in the baseline.
        object_id: Option<String> = {"minLength": 1, "maxLength": 400},
        /// Takes the object out.
        remove: Option<bool>,
        /// The properties of the object that do not matter.
        ignored: Option<Vec<String>> = {"maxItems": 50, "items": {"type": "string", "minLength": 1, "maxLength": 200}},
        /// Whether objects of its types that the baseline does not have are findings.
        extras: Option<bool>,
    }

    /// Which tenants are held against a baseline.
    AssignBaselineBody {
        /// The tenants.
        tenants: Vec<TenantId> = {"minItems": 1, "maxItems": 1000},
        /// The version to which they are pinned; left out: whichever is active.
        pinned_version: Option<Whole>,
    }

    /// Which group of tenants is held against a baseline.
    AssignGroupBody {
        /// The group.
        group_id: TenantGroupId,
        /// The version to which its tenants are pinned; left out: whichever is active.
        pinned_version: Option<Whole>,
    }

    /// Which tenant a baseline follows.
    FollowTenantBody {
        /// The revision that was seen.
        revision: Whole,
        /// The tenant; left out: none any more.
        tenant_id: Option<TenantId>,
        /// Only objects of these types; left out: of all.
        types: Option<Vec<TypeKey>> = {"minItems": 1, "maxItems": 200},
    }

    /// Which object of a tenant is meant by an item.
    PairBaselineBody {
        /// The tenant.
        tenant_id: TenantId,
        /// Key of the type.
        resource_type: String = {"minLength": 1, "maxLength": 100},
        /// The id that names the item in the baseline.
        object_id: String = {"minLength": 1, "maxLength": 400},
        /// The object.
        item_id: InventoryItemId,
    }

    /// The finding of which what it shows is taken into its baseline.
    AcceptBaselineBody {
        /// Its tenant.
        tenant_id: TenantId,
        /// The finding.
        finding_id: FindingId,
        /// The revision of the finding that was seen.
        revision: Whole,
    }
}
