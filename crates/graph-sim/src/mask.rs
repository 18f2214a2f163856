//! Values that the service keeps encrypted: what is written in clear is answered masked from then on.

use std::collections::BTreeMap;

use model::json::Json;

use crate::call::Context;
use crate::sim::Sim;

/// What is answered in place of a value.
const MASK: &str = "****";

/// Values behind masks, by the handle that stands for each.
#[derive(Debug, Default)]
pub(crate) struct Hidden(BTreeMap<String, String>);

impl Hidden {
    pub(crate) fn value(&self, handle: &str) -> Option<String> {
        self.0.get(handle).cloned()
    }
}

impl Sim {
    /// Values that were written in clear and are masked since, in no particular order.
    #[must_use]
    pub fn hidden_values(&self) -> Vec<String> {
        self.hidden().0.values().cloned().collect()
    }
}

impl Context<'_> {
    /// Masks texts of custom settings, and secret values of the settings catalog, where the simulator is set to do so.
    pub(crate) fn mask(&self, object: &mut Json) {
        if !self.sim.settings().masks_secrets {
            return;
        }
        let mut rest = vec![object];
        while let Some(value) = rest.pop() {
            let clear = |property: &str, state: Json| value.get(property) == Some(&state);
            let custom = value.get("omaUri").is_some() && clear("isEncrypted", Json::Bool(false));
            let secret = clear("valueState", Json::text("notEncrypted"));
            if let Some(text) = value.get("value").and_then(Json::as_str).filter(|_| custom || secret).map(str::to_owned) {
                let handle = self.sim.new_id();
                self.sim.hidden().0.insert(handle.clone(), text);
                if custom {
                    value.set("isEncrypted", Json::Bool(true));
                    value.set("secretReferenceValueId", Json::text(handle));
                    value.set("value", Json::text(MASK));
                } else {
                    value.set("valueState", Json::text("encryptedValueToken"));
                    value.set("value", Json::text(handle));
                }
            }
            match value {
                Json::Array(items) => rest.extend(items),
                Json::Object(members) => rest.extend(members.iter_mut().map(|(_, member)| member)),
                _ => {}
            }
        }
    }
}
