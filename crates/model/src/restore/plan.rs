//! The frozen plan.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Action, Hindrance, Mapping, Part};

/// An item of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedItem {
    /// Its number in the restore, from 1.
    pub number: u32,
    /// Key of its resource type.
    pub resource_type: String,
    /// Microsoft's id of it where the wanted state is from.
    pub source_id: String,
    /// What it is called.
    pub name: String,
    /// How much of it is put back.
    pub part: Part,
    /// What is done.
    pub action: Action,
    /// Microsoft's id of the object of the tenant that is written; `None` for one that is made.
    pub target_id: Option<String>,
    /// Hash of the wanted content, as it is stored; `None` for [`Action::Delete`].
    pub wanted: Option<String>,
    /// Semantic hash of the object as the preview read it; `None` where it was not there. An object that is another one when it is to be
    /// written is left alone.
    pub before: Option<String>,
    /// Why it is skipped.
    pub hindrance: Option<Hindrance>,
    /// Numbers of the items that have to be done before: they make what this one refers to. All are written in the order of
    /// [`Plan::waves`].
    pub needs: Vec<u32>,
}

/// What a person confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Its items, by number.
    pub items: Vec<PlannedItem>,
    /// What references become.
    pub mapping: Mapping,
}

/// The text of which a plan's hash is made: a line for each item and each reference.
#[derive(Debug, Serialize)]
struct Line<'a>(u32, &'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>, Option<&'a str>, &'a Part, &'a [u32]);

impl Plan {
    /// blake3 of everything that decides what is written, 64 hexadecimal digits. Names of objects do not.
    ///
    /// # Panics
    /// Never: what is hashed has no maps with keys that are no texts.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut line = |value: serde_json::Value| {
            hasher.update(value.to_string().as_bytes());
            hasher.update(b"\n");
        };
        for item in &self.items {
            let of = Line(
                item.number,
                &item.resource_type,
                &item.source_id,
                item.action.code(),
                item.target_id.as_deref(),
                item.wanted.as_deref(),
                item.before.as_deref(),
                &item.part,
                &item.needs,
            );
            line(serde_json::json!(of));
        }
        for (reference, target) in &self.mapping.0 {
            line(serde_json::json!([reference, target]));
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Items that write something, in waves: an item comes after all that it needs, and what is deleted goes after all that is written.
    /// Items of a wave may be written side by side. Items in a circle, and what needs them, come last, in one wave.
    #[must_use]
    pub fn waves(&self) -> Vec<Vec<u32>> {
        let (deletes, writes): (Vec<&PlannedItem>, Vec<&PlannedItem>) =
            self.items.iter().filter(|item| item.action.writes()).partition(|item| item.action == Action::Delete);
        let mut waves = Vec::new();
        for items in [writes, deletes] {
            in_waves(&items, &mut waves);
        }
        waves
    }
}

fn in_waves(items: &[&PlannedItem], waves: &mut Vec<Vec<u32>>) {
    let numbers: BTreeSet<u32> = items.iter().map(|item| item.number).collect();
    let mut done: BTreeSet<u32> = BTreeSet::new();
    let mut rest: Vec<&PlannedItem> = items.to_vec();
    while !rest.is_empty() {
        // Of other items either nothing is written, or it was written in an earlier wave, or comes when this one is gone.
        let is_ready = |item: &PlannedItem| item.needs.iter().all(|need| !numbers.contains(need) || done.contains(need));
        let (mut ready, later): (Vec<_>, Vec<_>) = rest.iter().copied().partition(|item| is_ready(item));
        rest = later;
        if ready.is_empty() {
            ready = std::mem::take(&mut rest);
        }
        let wave: Vec<u32> = ready.iter().map(|item| item.number).collect();
        done.extend(&wave);
        waves.push(wave);
    }
}
