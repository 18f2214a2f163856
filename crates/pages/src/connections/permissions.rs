//! Which application permissions each feature needs, against those that were found granted.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::attribution::EventSource;
use model::label::Tone;
use model::resource_types::{PermissionSet, ResourceType, find};

use crate::components::badge::worded;
use crate::components::icon::Icon;
use crate::components::table::{Column, cell, head, row, table};
use crate::inventory::kept_types;
use crate::text::counted;

/// A permission that a feature needs.
struct Need {
    permission: String,
    accepted: Vec<String>,
    types: Vec<&'static str>,
}

/// What a feature needs.
struct Feature {
    name: &'static str,
    needs: Vec<Need>,
}

impl Need {
    /// One of which no type speaks.
    fn own(permission: &str, accepted: &[&str]) -> Self {
        let accepted = accepted.iter().map(|one| (*one).to_owned()).collect();
        Self { permission: permission.to_owned(), accepted, types: Vec::new() }
    }

    fn is_met(&self, granted: &[String]) -> bool {
        granted.iter().any(|one| *one == self.permission || self.accepted.contains(one))
    }
}

/// The needs of these types, one for each permission that is recommended.
fn needs<'a>(
    types: impl Iterator<Item = &'a ResourceType>,
    of: impl Fn(&'a ResourceType) -> Option<&'a PermissionSet>,
) -> Vec<Need>
where
    'a: 'static,
{
    let mut needs: BTreeMap<(String, Vec<String>), Vec<&'static str>> = BTreeMap::new();
    for kind in types {
        if let Some(set) = of(kind) {
            needs.entry((set.recommended.clone(), set.accepted.clone())).or_default().push(&kind.label);
        }
    }
    let mut merged: BTreeMap<String, Need> = BTreeMap::new();
    for ((permission, accepted), types) in needs {
        let need = merged.entry(permission.clone()).or_insert(Need { permission, accepted: accepted.clone(), types: Vec::new() });
        // What opens only some of the types does not stand for all of them.
        need.accepted.retain(|one| accepted.contains(one));
        need.types.extend(types);
    }
    merged.into_values().collect()
}

fn features() -> Vec<Feature> {
    let directory = || ["group", "directory_role_definition"].into_iter().filter_map(find);
    vec![
        Feature { name: "Inventory and backup", needs: needs(kept_types(), |kind| kind.permissions.read.as_ref()) },
        Feature { name: "Restore", needs: needs(kept_types(), |kind| kind.permissions.write.as_ref()) },
        Feature { name: "Directory", needs: needs(directory(), |kind| kind.permissions.read.as_ref()) },
        Feature {
            name: "Attribution: who changed it",
            needs: EventSource::ALL
                .iter()
                .filter_map(|source| source.permissions().split_first())
                .map(|(one, more)| Need::own(one, more))
                .collect(),
        },
    ]
}

/// The table. `granted` is `None` while nobody looked.
pub(super) fn permissions(granted: Option<&[String]>) -> Markup {
    let columns = [Column("Permission", false), Column("Granted", false), Column("Needed for", false)];
    html! {
        @for feature in features() {
            h3 { (feature.name) " " (verdict(&feature, granted)) }
            (table(feature.name, &columns, &html! {
                @for need in &feature.needs {
                    (row(&need.permission, &html! {
                        (head(&html! { code.wrap { (need.permission) } }))
                        (cell("Granted", &mark(need, granted)))
                        (cell("Needed for", &html! { @if need.types.is_empty() { (feature.name) } @else { (need.types.join(", ")) } }))
                    }))
                }
            }))
        }
    }
}

fn mark(need: &Need, granted: Option<&[String]>) -> Markup {
    match granted {
        None => html! { span.quiet { "Not checked yet" } },
        Some(granted) if need.is_met(granted) => worded(Tone::Success, Icon::Check, "Granted"),
        Some(_) => worded(Tone::Warning, Icon::Minus, "Missing"),
    }
}

fn verdict(feature: &Feature, granted: Option<&[String]>) -> Markup {
    let Some(granted) = granted else { return html! { span.quiet { "not checked yet" } } };
    let missing = feature.needs.iter().filter(|need| !need.is_met(granted)).count();
    match i64::try_from(missing).unwrap_or(i64::MAX) {
        0 => worded(Tone::Success, Icon::Check, "Complete"),
        missing => worded(Tone::Warning, Icon::Warning, &format!("{} missing", counted(missing, "permission", "permissions"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_needs_something_and_reading_needs_no_right_to_write() {
        let features = features();
        assert!(features.iter().all(|feature| !feature.needs.is_empty()));
        assert!(features[0].needs.iter().all(|need| !need.permission.contains("ReadWrite")));
        assert!(features[1].needs.iter().any(|need| need.permission.contains("ReadWrite")));
    }

    #[test]
    fn a_need_is_met_by_what_is_accepted_for_all_of_its_types() {
        let need = Need::own("A.Read", &["A.ReadWrite"]);
        let granted = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(need.is_met(&granted(&["A.Read"])) && need.is_met(&granted(&["B", "A.ReadWrite"])));
        assert!(!need.is_met(&granted(&["B"])) && !need.is_met(&[]));
    }
}
