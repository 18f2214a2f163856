//! Names of what objects refer to, kept while a document is made, so that the same group is looked up once.

use std::collections::{BTreeMap, BTreeSet};

use model::directory::{DirectoryKind, is_object_id, object_id};
use model::report::configuration::Names;

use crate::access::TenantScope;
use crate::db::Result;
use crate::open::Store;

/// The types that assignments and scope tags refer to and that the inventory holds.
const REFERRED_TO: [&str; 2] = ["scope_tag", "assignment_filter"];
/// Names that are kept; then they are looked up anew.
const KEPT: usize = 5_000;
/// Ids of one question.
const AT_ONCE: usize = 200;

/// Names that were looked up.
#[derive(Debug, Default)]
pub(super) struct KnownNames {
    names: Names,
    asked: BTreeSet<String>,
}

impl KnownNames {
    /// Looks up those of these ids that were not looked up before.
    pub(super) async fn learn(&mut self, store: &Store, scope: &TenantScope, ids: &BTreeSet<String>) -> Result<&Names> {
        if self.asked.len() > KEPT {
            *self = Self::default();
        }
        let new: Vec<String> = ids.difference(&self.asked).cloned().collect();
        for chunk in new.chunks(AT_ONCE) {
            let known = store.inventory().names(scope, &REFERRED_TO, chunk).await?;
            let groups = chunk.iter().filter(|id| is_object_id(id));
            let groups: BTreeMap<_, _> = store.directory().names(scope, DirectoryKind::Groups, groups).await?;
            for id in chunk {
                let group = || {
                    let found = groups.get(&object_id(id))?;
                    Some(if found.gone { format!("{} (deleted)", found.name) } else { found.name.clone() })
                };
                if let Some(name) = known.get(id).cloned().or_else(group) {
                    self.names.insert(id.clone(), name);
                }
            }
        }
        self.asked.extend(new);
        Ok(&self.names)
    }
}
