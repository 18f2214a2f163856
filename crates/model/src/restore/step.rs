//! One write to Graph.

use crate::codes::codes;
use crate::json::Json;
use crate::resource_types::{ApiVersion, Method, encode};

codes! {
    /// What a write does, so that it is known what to do when its answer is lost.
    Effect {
        /// Makes the object. Repeated, it makes another one: never repeated unless it is certain that nothing was made.
        Create = "create",
        /// Sets properties of the object. Repeated, it sets them again.
        Change = "change",
        /// Replaces a whole list below the object, such as its assignments. Repeated, it replaces it again.
        Replace = "replace",
        /// Adds an element to a list below the object. Repeated, it may add another one: the list is read before.
        Add = "add",
        /// Removes the object, or an element of a list below it. Repeated, it finds nothing to remove.
        Remove = "remove",
    }
}

/// One write to Graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does.
    pub effect: Effect,
    /// The method.
    pub method: Method,
    /// The version that is called.
    pub api_version: ApiVersion,
    /// The path without ids, for logs and for the journal.
    pub template: String,
    /// The path below the version, with ids percent-encoded. `{new}` stands for the id that the create gives.
    pub path: String,
    /// The body; `None` for a removal.
    pub body: Option<Json>,
}

/// Stands in a path for the id that the create gives.
pub(super) const NEW: &str = "{new}";
/// Stands in a link of a body for the root of Microsoft's cloud.
pub(super) const ROOT: &str = "{graph}";

impl Step {
    /// The step as it is sent: with the id that the create gave, and with the root of the cloud, such as `https://graph.microsoft.com`, in
    /// the links of its body.
    #[must_use]
    pub fn ready(&self, new_id: Option<&str>, graph_root: &str) -> Self {
        let mut step = self.clone();
        if let Some(id) = new_id {
            step.path = step.path.replace(NEW, &encode(id));
        }
        let mut rest: Vec<&mut Json> = step.body.iter_mut().collect();
        while let Some(value) = rest.pop() {
            match value {
                Json::Array(items) => rest.extend(items),
                Json::Object(members) => {
                    for (name, member) in members {
                        match member {
                            Json::String(link) if name.ends_with("@odata.bind") => *link = link.replace(ROOT, graph_root),
                            Json::Array(links) if name.ends_with("@odata.bind") => {
                                for link in links {
                                    if let Json::String(link) = link {
                                        *link = link.replace(ROOT, graph_root);
                                    }
                                }
                            }
                            other => rest.push(other),
                        }
                    }
                }
                _ => {}
            }
        }
        step
    }

    /// A hash of the step as it is sent, by which it is known again: 64 hexadecimal digits. `secret`: its body holds values that were
    /// entered; then no value of the body goes into the hash, so that nobody can try what they may be.
    #[must_use]
    pub fn mark(&self, secret: bool) -> String {
        let mut body = self.body.clone().unwrap_or(Json::Null);
        let mut rest: Vec<&mut Json> = if secret { vec![&mut body] } else { Vec::new() };
        while let Some(value) = rest.pop() {
            match value {
                Json::Array(items) => rest.extend(items),
                Json::Object(members) => rest.extend(members.iter_mut().map(|(_, member)| member)),
                scalar => *scalar = Json::Null,
            }
        }
        let text = format!("{} {} {}\n{}", self.method.as_str(), self.api_version.segment(), self.path, body.sorted().to_text());
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }

    /// Whether its path still waits for the id that the create gives.
    #[must_use]
    pub fn waits_for_create(&self) -> bool {
        self.path.contains(NEW)
    }
}
