//! Short ways to write JSON values.

use model::json::Json;

pub(super) const NULL: Json = Json::Null;

pub(super) fn text(value: impl Into<String>) -> Json {
    Json::String(value.into())
}

pub(super) const fn flag(value: bool) -> Json {
    Json::Bool(value)
}

pub(super) fn int(value: i64) -> Json {
    Json::int(value)
}

pub(super) fn texts<'a>(values: impl IntoIterator<Item = &'a str>) -> Json {
    Json::Array(values.into_iter().map(text).collect())
}

pub(super) fn list(values: impl IntoIterator<Item = Json>) -> Json {
    Json::Array(values.into_iter().collect())
}

/// Puts members behind those of an object.
pub(super) fn with<const N: usize>(mut object: Json, members: [(&str, Json); N]) -> Json {
    members.into_iter().for_each(|(name, value)| object.set(name, value));
    object
}
