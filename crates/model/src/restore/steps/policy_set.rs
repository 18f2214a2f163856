//! Policy sets: items and assignments are written by one call.

use super::super::normal::assignments;
use super::super::shape::{POLICY_SET_ITEM, only};
use super::{Writer, id_of};
use crate::json::Json;
use crate::resource_types::{AssignmentMode, Method};
use crate::restore::{Effect, Hindrance};

const ITEMS: &str = "items";

impl Writer<'_> {
    /// Makes items and assignments the wanted ones. The call replaces the assignments, so that they are told in any case.
    pub(super) fn policy_set(&mut self) -> Result<(), Hindrance> {
        let (mut added, mut updated, mut deleted) = (Vec::new(), Vec::new(), Vec::new());
        let live = self.raw_list(ITEMS);
        // Items of which the wanted state says nothing stay.
        if self.wanted.get(ITEMS).is_some() {
            let wanted: Vec<Json> = self.list(ITEMS).iter().map(told).collect();
            for item in &wanted {
                match live.iter().find(|there| which(there) == which(item)) {
                    None => added.push(item.clone()),
                    Some(there) if told(there) != *item => {
                        let mut changed = item.clone();
                        changed.set("id", Json::text(id_of(there)?));
                        updated.push(changed);
                    }
                    Some(_) => {}
                }
            }
            for there in live.iter().filter(|there| !wanted.iter().any(|item| which(item) == which(there))) {
                deleted.push(Json::text(id_of(there)?));
            }
        }
        let path = self.assignments().unwrap_or("assignments");
        let told = match self.wanted.get(path) {
            Some(_) => self.wanted_assignments(),
            None => self.raw(path).map(|live| assignments(AssignmentMode::ReplaceAll, live)).unwrap_or_default(),
        };
        let effect = if added.is_empty() { Effect::Replace } else { Effect::Add };
        let body = Json::from([
            ("addedPolicySetItems", Json::Array(added)),
            ("updatedPolicySetItems", Json::Array(updated)),
            ("deletedPolicySetItems", Json::Array(deleted)),
            ("assignments", Json::Array(told)),
        ]);
        self.write(effect, Method::Post, "/update", body);
        Ok(())
    }
}

fn which(item: &Json) -> (Option<&str>, Option<&str>) {
    (item.get("payloadId").and_then(Json::as_str), item.get("@odata.type").and_then(Json::as_str))
}

fn told(item: &Json) -> Json {
    let mut item = item.clone();
    only(&mut item, POLICY_SET_ITEM);
    if let Json::Object(members) = &mut item {
        members.retain(|(_, value)| *value != Json::Null);
    }
    item.sorted()
}
