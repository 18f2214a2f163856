//! Which resource types the events name that a run brought.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::attribution::{EventSource, object_key, types_named};
use model::run::Run;
use model::time::Moment;

use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::sql::sql;

/// Microsoft's clock and ours may differ by so much.
const CLOCKS: Duration = Duration::from_secs(300);

/// The types of objects that events name which arrived since the run began, where the newest complete reading of the type began before
/// the event. An object that the inventory has is known by its id, a new one by what the event calls it.
pub(crate) async fn named_types(tx: &mut Tx, run: &Run) -> Result<BTreeSet<String>> {
    const NAMED: &str = "select e.source, r.object_id, r.kind, e.activity, max(e.at) from tenant_audit_events e
        join tenant_audit_resources r on r.event = e.id
      where e.tenant_id = $1 and e.arrived_at >= $2 and e.took_effect group by e.source, r.object_id, r.kind, e.activity";
    const READ: &str =
        "select resource_type, complete_from from inventory_coverage where tenant_id = $1 and complete_from is not null";
    const ITEMS: &str = "select object_id, resource_type from inventory_items where tenant_id = $1";
    type Named = (String, String, String, String, DbTime);
    let since = run.started_at.unwrap_or(run.created_at);
    let named: Vec<Named> = tx.all(sql(NAMED).bind(run.tenant_id).bind(since)).await?;
    let read: Vec<(String, DbTime)> = tx.all(sql(READ).bind(run.tenant_id)).await?;
    let read: BTreeMap<String, Moment> = read.into_iter().map(|(key, from)| (key, from.0)).collect();
    if named.is_empty() || read.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, key) in tx.all::<(String, String)>(sql(ITEMS).bind(run.tenant_id)).await? {
        known.entry(object_key(&id)).or_default().insert(key);
    }
    let mut types = BTreeSet::new();
    for (source, id, kind, activity, at) in named {
        let of: Vec<&str> = match known.get(&id) {
            Some(keys) => keys.iter().map(String::as_str).collect(),
            None => types_named(EventSource::from_code(&source), &kind, &activity),
        };
        let before = |key: &&str| read.get(*key).is_some_and(|from| *from < at.0.plus(CLOCKS));
        types.extend(of.into_iter().filter(before).map(str::to_owned));
    }
    Ok(types)
}
