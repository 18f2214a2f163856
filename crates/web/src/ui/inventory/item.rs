//! One item of the inventory.

use std::collections::BTreeSet;

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::directory::{DirectoryKind, is_object_id, object_id};
use model::ids::InventoryItemId;
use model::json::Json;
use pages::inventory::Item;

use crate::auth::InTenant;
use crate::auth::extract::path_id;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// The types of objects that others refer to by id and that the inventory holds.
pub(super) const REFERRED_TO: [&str; 4] = ["scope_tag", "assignment_filter", "named_location", "notification_template"];
/// How many versions are listed.
const VERSIONS: u32 = 50;
/// How many references are looked up.
const MAX_REFERENCES: usize = 300;

/// `GET /admin/t/{tenant}/inventory/{item}`
pub(crate) async fn item(guard: InTenant, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let id: InventoryItemId = path_id(&params, "item")?;
    let inventory = web.store().inventory();
    let detail = inventory.find(&guard.scope, id).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let references = references(&detail.content);
    let mut versions = web.store().policy_versions().of_item(&guard.scope, id, None, VERSIONS + 1).await?;
    let more_versions = versions.len() > VERSIONS as usize;
    versions.truncate(VERSIONS as usize);
    let coverage = inventory.coverage(&guard.scope).await?;
    let mut names = inventory.names(&guard.scope, &REFERRED_TO, &references).await?;
    // Groups and roles are in the directory cache, under their ids in lower case.
    for kind in [DirectoryKind::Groups, DirectoryKind::RoleDefinitions] {
        let found = web.store().directory().names(&guard.scope, kind, references.iter().filter(|id| is_object_id(id))).await?;
        for id in &references {
            if let Some(found) = found.get(&object_id(id)) {
                let name = if found.gone { format!("{} (deleted)", found.name) } else { found.name.clone() };
                names.entry(id.clone()).or_insert(name);
            }
        }
    }
    let page = Item {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        names,
        versions,
        more_versions,
        coverage: coverage.into_iter().find(|known| known.resource_type == detail.item.resource_type),
        item: detail.item,
        content: Some(detail.content),
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// What may be an id of another object: UUIDs, and the numbers of scope tags.
pub(super) fn references(content: &Json) -> Vec<String> {
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
