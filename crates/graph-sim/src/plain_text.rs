//! `getOmaSettingPlainTextValue`: the value behind the mask of an encrypted OMA-URI setting.

use std::collections::BTreeSet;

use model::json::Json;
use model::resource_types::ResourceType;

use crate::call::{Answer, Context};
use crate::errors::GraphError;
use crate::message::Response;
use crate::route::Place;

/// The value that stands behind a handle.
#[must_use]
pub fn plain_text_of(handle: &str) -> String {
    format!("plain text of {handle}")
}

/// The type of a place whose values that function tells.
fn told_by(of: &Place, function: &str) -> Option<&'static ResourceType> {
    of.kinds.iter().copied().find(|kind| kind.unmasking().is_some_and(|(known, _)| known.eq_ignore_ascii_case(function)))
}

/// The handle in `name(secretReferenceValueId='…')`, where the function is one of the place.
pub(crate) fn handle_of(of: &Place, function: &str, key: &str) -> Option<String> {
    told_by(of, function)?;
    let handle = key.strip_prefix("secretReferenceValueId='")?.strip_suffix('\'')?;
    Some(handle.replace("''", "'"))
}

/// Whether one of the roles lets an application ask.
pub(crate) fn may_ask(roles: &BTreeSet<String>, of: &Place) -> bool {
    of.kinds.iter().filter_map(|kind| kind.unmasking()).any(|(_, permission)| roles.contains(permission))
}

impl Context<'_> {
    /// The value behind a handle of an object.
    pub(crate) fn plain_text(&self, of: &'static Place, id: &str, handle: &str) -> Answer {
        let known = self.with_shelf(of, |shelf| {
            shelf.get(id).is_some_and(|stored| stored.kind.masked(&stored.head_json()).iter().any(|one| one.handle == handle))
        })?;
        if !known {
            return Err(GraphError::not_found(self.service(), handle));
        }
        let version = self.route.version.segment();
        let context = Json::text(format!("{}/{version}/$metadata#Edm.String", self.base)).to_text();
        let value = Json::text(self.sim.hidden().value(handle).unwrap_or_else(|| plain_text_of(handle))).to_text();
        Ok(Response::json(200, format!("{{\"@odata.context\":{context},\"value\":{value}}}")))
    }
}
