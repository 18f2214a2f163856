//! Where an object may hold secrets.
//!
//! Two things are no secrets although the contract names their place. A value whose object says `isEncrypted: false` is plain
//! configuration (OMA-URI settings). And the text of a script is what the page of a script is for ([`SCRIPTS`]).

use serde::Deserialize;

use super::{FieldPath, ResourceType, Segment};
use crate::json::Json;
use crate::payload::SCRIPTS;

/// A place that must not be shown, logged or stored unsealed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case", deny_unknown_fields)]
pub enum Secret {
    /// The values at a path.
    Path {
        /// The path.
        path: FieldPath,
        /// What is there, and in which state Graph returns it.
        why: String,
    },
    /// A property of every value of a concrete type, at any depth.
    OdataType {
        /// The concrete type, as in `@odata.type`.
        odata_type: String,
        /// The property.
        property: String,
        /// What is there, and in which state Graph returns it.
        why: String,
    },
}

impl ResourceType {
    /// Calls `cover` with every secret that the object holds. Null and empty texts are none.
    pub fn for_each_secret(&self, object: &mut Json, cover: &mut impl FnMut(&mut Json)) {
        self.each(object, false, cover);
    }

    /// The same with the texts of scripts: for what leaves the product, where nobody knows who will read it.
    pub fn for_each_secret_and_script(&self, object: &mut Json, cover: &mut impl FnMut(&mut Json)) {
        self.each(object, true, cover);
    }

    fn each(&self, object: &mut Json, scripts: bool, cover: &mut impl FnMut(&mut Json)) {
        let mut cover = |value: &mut Json| {
            let empty = matches!(value, Json::Null) || value.as_str() == Some("");
            if !empty {
                cover(value);
            }
        };
        for secret in &self.secrets {
            match secret {
                Secret::Path { path, .. } if !scripts && SCRIPTS.contains(&path.root()) => {}
                Secret::Path { path, .. } => by_path(object, path.segments(), &mut cover),
                Secret::OdataType { odata_type, property, .. } => by_type(object, odata_type, property, &mut cover),
            }
        }
    }
}

fn by_path(value: &mut Json, segments: &[Segment], cover: &mut impl FnMut(&mut Json)) {
    match (segments, value) {
        ([], value) => cover(value),
        ([Segment::Each, rest @ ..], Json::Array(items)) => items.iter_mut().for_each(|item| by_path(item, rest, cover)),
        ([Segment::Member(name), rest @ ..], value) => {
            let plain = value.get("isEncrypted").and_then(Json::as_bool) == Some(false);
            if let Some(member) = value.get_mut(name).filter(|_| !plain) {
                by_path(member, rest, cover);
            }
        }
        ([Segment::Each, ..], _) => {}
    }
}

/// At any depth: what is still to be looked at stands in a list, so that depth costs no stack.
fn by_type(value: &mut Json, odata_type: &str, property: &str, cover: &mut impl FnMut(&mut Json)) {
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        if value.get("@odata.type").and_then(Json::as_str) == Some(odata_type)
            && let Some(secret) = value.get_mut(property)
        {
            cover(secret);
        }
        match value {
            Json::Array(items) => rest.extend(items),
            Json::Object(members) => rest.extend(members.iter_mut().map(|(_, member)| member)),
            _ => {}
        }
    }
}
