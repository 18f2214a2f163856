//! The texts of a notification, one for each locale.

use super::{Writer, id_of};
use crate::json::Json;
use crate::resource_types::Method;
use crate::restore::{Effect, Hindrance};

const TOLD: &[&str] = &["locale", "subject", "messageTemplate", "isDefault"];

impl Writer<'_> {
    /// Makes the texts the wanted ones. The one that is the default comes first, so that there always is one and the service can
    /// take the mark from the other; what is not wanted goes last.
    pub(super) fn messages(&mut self, name: &str) -> Result<(), Hindrance> {
        let mut wanted = self.list(name);
        wanted.sort_by_key(|message| message.get("isDefault").and_then(Json::as_bool) != Some(true));
        let live = self.raw_list(name);
        for message in &wanted {
            let message = super::body::taken(message, |name| TOLD.contains(&name));
            match live.iter().find(|there| locale(there) == locale(&message)) {
                None => self.write(Effect::Add, Method::Post, &format!("/{name}"), message),
                Some(there) => {
                    let changed = super::body::taken(&message, |name| there.get(name) != message.get(name));
                    if changed.as_object().is_some_and(|members| !members.is_empty()) {
                        self.write_element(Effect::Change, Method::Patch, name, id_of(there)?, Some(changed));
                    }
                }
            }
        }
        for there in live {
            if !wanted.iter().any(|message| locale(message) == locale(there)) {
                self.write_element(Effect::Remove, Method::Delete, name, id_of(there)?, None);
            }
        }
        Ok(())
    }
}

/// Locales are told in several cases.
fn locale(message: &Json) -> Option<String> {
    message.get("locale").and_then(Json::as_str).map(str::to_lowercase)
}
