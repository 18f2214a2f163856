//! A frozen plan as a document, for pages and the API alike. It names what is done with what, and holds no content.

use model::restore::{Plan, PlannedItem, Target};
use serde_json::{Value, json};
use store::Restore;

/// The plan: its hash, its items by number, its waves, and what references become.
pub(crate) fn document(restore: &Restore, plan: &Plan) -> Value {
    json!({
        "restore": restore.id,
        "tenant": restore.tenant_id,
        "hash": restore.plan_hash,
        "frozen_at": restore.previewed_at,
        "items": plan.items.iter().map(item).collect::<Vec<_>>(),
        "waves": plan.waves(),
        "references": plan.mapping.0.iter().map(|(reference, target)| json!({
            "resource_type": reference.resource_type,
            "id": reference.id,
            "becomes": becomes(target),
        })).collect::<Vec<_>>(),
    })
}

fn becomes(target: &Target) -> Value {
    json!(target)
}

fn item(item: &PlannedItem) -> Value {
    json!({
        "number": item.number,
        "resource_type": item.resource_type,
        "source_id": item.source_id,
        "name": item.name,
        "part": item.part,
        "action": item.action.code(),
        "target_id": item.target_id,
        "wanted": item.wanted,
        "before": item.before,
        "hindrance": item.hindrance.map(|hindrance| hindrance.code()),
        "needs": item.needs,
    })
}
