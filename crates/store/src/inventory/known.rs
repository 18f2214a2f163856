//! What is known of items before they are written.

use std::collections::BTreeMap;

use model::canonical::Parts;
use model::time::Moment;
use model::version::Changed;
use uuid::Uuid;

use super::observe::Key;
use crate::access::RunScope;
use crate::bind::DbTime;
use crate::db::{Db, Result};
use crate::sql::sql;

/// An item as it was.
pub(super) struct Known {
    pub(super) id: Uuid,
    pub(super) fingerprint: Option<String>,
    pub(super) modified_at: Option<Moment>,
    pub(super) absent: bool,
    /// When this state was last observed whole.
    pub(super) observed_at: Option<Moment>,
    /// A verification found that the content of the latest version is not what was stored.
    damaged: bool,
    content: String,
    semantic: String,
    has_version: bool,
    parts: Option<Parts>,
}

impl Known {
    /// Whether the content is the one of the latest version.
    pub(super) fn is_current(&self, semantic: &str) -> bool {
        self.semantic == semantic && !self.absent && self.has_version
    }

    /// Whether that content is the one of the latest version, of which what is stored is damaged.
    pub(super) fn mends(&self, content: &str) -> bool {
        self.damaged && self.content == content
    }

    /// Whether the list told the same when the item was written.
    pub(super) fn told_the_same(&self, fingerprint: Option<&str>) -> bool {
        fingerprint.is_some() && self.fingerprint.as_deref() == fingerprint && !self.absent
    }

    /// What differs.
    pub(super) fn changed(&self, now: &Parts) -> Changed {
        let Some(before) = &self.parts else { return Changed::default() };
        Changed {
            body: before.body != now.body,
            assignments: before.assignments != now.assignments,
            scope_tags: before.scope_tags != now.scope_tags,
        }
    }
}

const FIND: &str = "select i.object_id, i.id, i.semantic_hash, i.list_fingerprint, i.modified_at, i.absent, i.observed_at,
    i.content_hash, exists (select 1 from backup_set_items p where p.version_id = v.id and p.problem is not null) as damaged,
    i.latest_version > 0 as has_version, v.body_hash, v.assignments_hash, v.scope_tags_hash
  from inventory_items i left join policy_versions v on v.item_id = i.id and v.number = i.latest_version
  where i.tenant_id = $1 and i.resource_type = $2";

#[derive(sqlx::FromRow)]
struct Row {
    object_id: String,
    id: Uuid,
    content_hash: String,
    damaged: bool,
    semantic_hash: String,
    list_fingerprint: Option<String>,
    modified_at: Option<DbTime>,
    absent: bool,
    observed_at: Option<DbTime>,
    has_version: bool,
    body_hash: Option<String>,
    assignments_hash: Option<String>,
    scope_tags_hash: Option<String>,
}

impl Row {
    fn known(self) -> (String, Known) {
        let parts = match (self.body_hash, self.assignments_hash, self.scope_tags_hash) {
            (Some(body), Some(assignments), Some(scope_tags)) => Some(Parts { body, assignments, scope_tags }),
            _ => None,
        };
        let known = Known {
            id: self.id,
            fingerprint: self.list_fingerprint,
            modified_at: self.modified_at.map(|at| at.0),
            absent: self.absent,
            observed_at: self.observed_at.map(|at| at.0),
            damaged: self.damaged,
            content: self.content_hash,
            semantic: self.semantic_hash,
            has_version: self.has_version,
            parts,
        };
        (self.object_id, known)
    }
}

/// What is known of these items of the run's tenant.
pub(super) async fn known<'a>(db: &Db, run: &RunScope, keys: impl Iterator<Item = &'a Key>) -> Result<BTreeMap<Key, Known>> {
    let mut ids: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
    for (resource_type, object_id) in keys {
        ids.entry(resource_type).or_default().push(object_id);
    }
    let mut known = BTreeMap::new();
    let mut db = db.read(run.grant().reach()).await?;
    for (resource_type, ids) in ids {
        for chunk in ids.chunks(100) {
            let find = sql(FIND).bind(run.tenant_id()).bind(resource_type).push_in(" and i.object_id in ", chunk.iter().copied());
            let rows: Vec<Row> = db.all(find).await?;
            known.extend(rows.into_iter().map(Row::known).map(|(object, item)| ((resource_type, object), item)));
        }
    }
    db.end().await?;
    Ok(known)
}
