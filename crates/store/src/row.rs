//! Columns of more than one table.

use model::ids::TenantId;
use sqlx::types::Json;
use uuid::Uuid;

pub(crate) type DbJson = Json<serde_json::Value>;

pub(crate) fn tenant(id: Option<Uuid>) -> Option<TenantId> {
    id.map(TenantId::from_uuid)
}

/// The form of a name by which it is sorted and searched, the same on both databases: lower case, at most 200 characters.
pub(crate) fn name_key(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).filter(|c| *c != '\0').take(200).collect()
}

/// A pattern for `like … escape '\'` on a [`name_key`] that has the text anywhere: `%`, `_` and `\` mean themselves.
pub(crate) fn contains(text: &str) -> String {
    contains_folded(&name_key(text))
}

/// As [`contains`], for a text that has the form of the column already.
pub(crate) fn contains_folded(text: &str) -> String {
    let escaped: String = text.chars().flat_map(|c| if "%_\\".contains(c) { vec!['\\', c] } else { vec![c] }).collect();
    format!("%{escaped}%")
}
