//! How baselines are written.

use model::baseline::{
    AssignedGroup, Assignment, Baseline, BaselineItem, BaselineVersion, ItemState, MatchedBy, Totals, TypeAlignment,
    TypeComparison, VersionSource, VersionState,
};
use model::ids::{BaselineId, InventoryItemId, RunId, TenantGroupId, TenantId};
use model::time::Moment;
use store::{Gap, TenantAlignment};

use crate::api::answers;
use crate::api::coded::{Coded, codes};

codes!(ItemState, MatchedBy, TypeComparison, VersionSource, VersionState);

answers! {
    /// A baseline.
    BaselineRow {
        /// Its id.
        id: BaselineId,
        /// What it is called.
        name: String,
        /// What it is for.
        description: String,
        /// The version that counts; `null`: none was activated yet.
        active_version: Option<i64>,
        /// The version that can be changed, while there is one.
        draft_version: Option<i64>,
        /// How many objects the active version has, or the draft where none is active.
        items: i64,
        /// How many tenants are held against it, of those that the token opens.
        tenants: i64,
        /// Whether it follows a tenant: its newest version is what that tenant has.
        follows: bool,
        /// That tenant; `null` too where the token does not open it.
        follows_tenant_id: Option<TenantId>,
        /// When it was made.
        created_at: Moment,
        /// Since when it is archived.
        archived_at: Option<Moment>,
        /// Grows with every change; goes with every change.
        revision: i64,
    }

    /// A baseline with its versions and tenants.
    BaselineDetail {
        /// The baseline.
        baseline: BaselineRow,
        /// Its versions, newest first; the latest 100.
        versions: Vec<BaselineVersionRow>,
        /// The tenants that are held against it, of those that the token opens.
        assigned: Vec<BaselineTenant>,
        /// The groups of tenants that are held against it; of those that have one of these tenants.
        groups: Vec<BaselineGroup>,
    }

    /// A version of a baseline.
    BaselineVersionRow {
        /// Its number.
        number: i64,
        /// Where it stands.
        state: Coded<VersionState>,
        /// Whether objects of its types that it does not have are findings.
        extras: bool,
        /// Where it came from.
        source: Coded<VersionSource>,
        /// How many objects it has.
        items: i64,
        /// When it was made.
        created_at: Moment,
        /// When it was activated.
        activated_at: Option<Moment>,
    }

    /// A tenant that is held against a baseline.
    BaselineTenant {
        /// The tenant.
        tenant_id: TenantId,
        /// The version to which it is pinned; `null`: whichever is active.
        pinned_version: Option<i64>,
        /// The group of tenants by which it is held; `null`: it was chosen itself.
        group_id: Option<TenantGroupId>,
        /// The version that was compared last.
        compared_version: Option<i64>,
        /// When.
        compared_at: Option<Moment>,
        /// The run that did, while it is recorded.
        run_id: Option<RunId>,
    }

    /// A group of tenants that is held against a baseline.
    BaselineGroup {
        /// The group.
        group_id: TenantGroupId,
        /// What it is called.
        name: String,
        /// The version to which its tenants are pinned; `null`: whichever is active.
        pinned_version: Option<i64>,
        /// When it was assigned.
        assigned_at: Moment,
    }

    /// An object of a version.
    BaselineItemRow {
        /// Key of its type.
        resource_type: String,
        /// Microsoft's id of the object that was captured: it names the item in every version.
        object_id: String,
        /// What it was called.
        name: String,
        /// Properties that do not matter.
        ignored: Vec<String>,
    }

    /// How a tenant stands to a baseline.
    BaselineAlignment {
        /// The tenant.
        tenant_id: TenantId,
        /// How many of a hundred objects are as the baseline says, rounded down; `null` where nothing could be compared.
        percent: Option<i64>,
        /// Each type.
        types: Vec<BaselineTypeAlignment>,
    }

    /// How the objects of a type stand.
    BaselineTypeAlignment {
        /// Its key.
        resource_type: String,
        /// Whether it could be compared; where not, the figures are those of the last time that it could.
        state: Coded<TypeComparison>,
        /// As the baseline says.
        aligned: i64,
        /// Otherwise.
        differs: i64,
        /// Not there.
        missing: i64,
        /// There, and not in the baseline; 0 where that does not matter.
        extra: i64,
    }

    /// An item that a tenant does not have as the baseline says.
    BaselineGap {
        /// Key of its type.
        resource_type: String,
        /// The id that names it in the baseline.
        object_id: String,
        /// What it is called there.
        name: String,
        /// How it stands.
        state: Coded<ItemState>,
        /// The object that is meant by it, where there is or was one.
        item_id: Option<InventoryItemId>,
        /// How that was found.
        matched_by: Coded<MatchedBy>,
        /// The properties in which it differs.
        properties: Vec<String>,
    }
}

impl From<Baseline> for BaselineRow {
    fn from(one: Baseline) -> Self {
        Self {
            id: one.id,
            name: one.name,
            description: one.description,
            active_version: one.active,
            draft_version: one.draft,
            items: one.items,
            tenants: one.tenants,
            follows: one.follows,
            follows_tenant_id: one.golden,
            created_at: one.created_at,
            archived_at: one.archived_at,
            revision: one.revision,
        }
    }
}

impl From<BaselineVersion> for BaselineVersionRow {
    fn from(one: BaselineVersion) -> Self {
        Self {
            number: one.number,
            state: Coded(one.state),
            extras: one.extras,
            source: Coded(one.source),
            items: one.items,
            created_at: one.created_at,
            activated_at: one.activated_at,
        }
    }
}

impl From<Assignment> for BaselineTenant {
    fn from(one: Assignment) -> Self {
        Self {
            tenant_id: one.tenant,
            pinned_version: one.pinned,
            group_id: one.group,
            compared_version: one.compared.map(|(version, _)| version),
            compared_at: one.compared.map(|(_, at)| at),
            run_id: one.run,
        }
    }
}

impl From<AssignedGroup> for BaselineGroup {
    fn from(one: AssignedGroup) -> Self {
        Self { group_id: one.group, name: one.name, pinned_version: one.pinned, assigned_at: one.assigned_at }
    }
}

impl From<BaselineItem> for BaselineItemRow {
    fn from(one: BaselineItem) -> Self {
        let ignored = one.ignored.into_iter().collect();
        Self { resource_type: one.key.resource_type, object_id: one.key.object_id, name: one.name, ignored }
    }
}

impl From<TypeAlignment> for BaselineTypeAlignment {
    fn from(one: TypeAlignment) -> Self {
        let Totals { aligned, differs, missing, extra } = one.totals;
        Self { resource_type: one.resource_type, state: Coded(one.state), aligned, differs, missing, extra }
    }
}

impl From<TenantAlignment> for BaselineAlignment {
    fn from(one: TenantAlignment) -> Self {
        let percent = one.totals().percent();
        Self { tenant_id: one.tenant, percent, types: one.types.into_iter().map(Into::into).collect() }
    }
}

impl From<Gap> for BaselineGap {
    fn from(one: Gap) -> Self {
        Self {
            resource_type: one.key.resource_type,
            object_id: one.key.object_id,
            name: one.name,
            state: Coded(one.state),
            item_id: one.object.map(|(item, _)| item),
            matched_by: Coded(one.how),
            properties: one.properties,
        }
    }
}
