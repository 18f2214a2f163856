//! What the objects are called that a policy refers to.

use std::collections::{BTreeMap, BTreeSet};

use model::directory::{DirectoryKind, is_object_id, object_id};
use model::ids::InventoryItemId;
use model::json::Json;
use store::access::TenantScope;

use crate::error::Error;
use crate::state::WebState;

/// The types of objects that others refer to by id and that the inventory holds.
const REFERRED_TO: [&str; 4] = ["scope_tag", "assignment_filter", "named_location", "notification_template"];
/// How many references are looked up.
const MAX_REFERENCES: usize = 300;

/// Names by Microsoft's id, as far as the inventory and the directory cache of the tenant know them.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn names(web: &WebState, scope: &TenantScope, content: &Json) -> Result<BTreeMap<String, String>, Error> {
    let references = references(content);
    let mut names = web.store().inventory().names(scope, &REFERRED_TO, &references).await?;
    // Groups and roles are in the directory cache, under their ids in lower case.
    for kind in [DirectoryKind::Groups, DirectoryKind::RoleDefinitions] {
        let found = web.store().directory().names(scope, kind, references.iter().filter(|id| is_object_id(id))).await?;
        for id in &references {
            if let Some(found) = found.get(&object_id(id)) {
                let name = if found.gone { format!("{} (deleted)", found.name) } else { found.name.clone() };
                names.entry(id.clone()).or_insert(name);
            }
        }
    }
    Ok(names)
}

/// What may be an id of another object: UUIDs, and the numbers of scope tags.
fn references(content: &Json) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut rest = vec![content];
    while let Some(value) = rest.pop() {
        match value {
            Json::String(text) if is_reference(text) => _ = found.insert(text.clone()),
            Json::Array(items) => rest.extend(items),
            Json::Object(members) => rest.extend(members.iter().map(|(_, value)| value)),
            _ => {}
        }
        if found.len() >= MAX_REFERENCES {
            break;
        }
    }
    found.into_iter().collect()
}

fn is_reference(text: &str) -> bool {
    let number = !text.is_empty() && text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    number || (text.len() == 36 && text.parse::<InventoryItemId>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_at_any_depth_and_few_are_kept() {
        let uuid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
        let text = format!(r#"{{"roleScopeTagIds":["0","7"],"a":[{{"target":{{"filter":"{uuid}","name":"no id"}}}}],"n":12}}"#);
        assert_eq!(references(&Json::parse(text.as_bytes()).unwrap()), ["0", uuid, "7"]);
        let many = Json::Array((0..5_000).map(|n| Json::text(n.to_string())).collect());
        assert_eq!(references(&many).len(), MAX_REFERENCES);
    }
}
