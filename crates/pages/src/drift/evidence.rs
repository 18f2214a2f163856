//! A few of the differences.

use maud::{Markup, html};
use model::diff::{compare, path_words};
use model::drift::{Evidence, EvidenceLine};
use model::resource_types::find;

use super::Held;
use crate::compare::way_of;
use crate::components::table::{Column, cell, head, row, table};
use crate::inventory::{Names, property_words};
use crate::text::{counted, shown};

/// Differences that are gone through for the words of those that are kept.
const MOST_CHANGES: usize = 300;

/// The differences that are kept with a finding. `states`: what the object was and is, where its own versions are compared; a comparison
/// has the others then.
pub(super) fn evidence(evidence: &Evidence, resource_type: &str, states: Option<&(Held, Held)>) -> Markup {
    if evidence.lines.is_empty() {
        return html! { p { "It is about the object as a whole." } };
    }
    let columns = [Column("Where", false), Column("Before", false), Column("After", false)];
    let piece = |text: &Option<String>| match text {
        Some(text) => html! { code.wrap { (shown(text, 400)) } },
        None => html! { span.quiet { "Not there" } },
    };
    let names = states.map(|(before, after)| (Names::new(&before.names), Names::new(&after.names)));
    let found = states.map(|(before, after)| compare(find(resource_type), &before.content, &after.content, MOST_CHANGES));
    let told = |line: &EvidenceLine| {
        let ((before, after), found) = (states?, found.as_ref()?);
        let same =
            |change: &&model::diff::Change<'_>| change.effect.code() == line.effect && path_words(&change.path) == line.path;
        let names = names.as_ref().map(|(old, new)| (old, new))?;
        found.changes.iter().find(same).map(|change| way_of(change, (&before.content, &after.content), names))
    };
    let rows = html! {
        @for (at, line) in evidence.lines.iter().enumerate() {
            (row(at, &html! {
                (head(&html! {
                    (told(line).unwrap_or_else(|| plain(&line.path)))
                    span.below { code.wrap { (shown(&line.path, 240)) } }
                }))
                (cell("Before", &piece(&line.before)))
                (cell("After", &piece(&line.after)))
            }))
        }
    };
    html! {
        (table("What differs", &columns, &rows))
        @if evidence.more() > 0 { p { (counted(i64::try_from(evidence.more()).unwrap_or(i64::MAX), "more difference", "more differences")) "." @if states.is_some() { " The comparison has all of them." } } }
    }
}

/// The words of a way as far as it says them itself: `assignments[2].target` is "Assignments › No. 3 › Target".
fn plain(path: &str) -> Markup {
    let parts = path.split('.').flat_map(|part| {
        let (name, places) = part.split_once('[').map_or((part, None), |(name, places)| (name, Some(places)));
        let numbers =
            places.into_iter().flat_map(|places| places.split('[')).filter_map(|place| place.trim_end_matches(']').parse().ok());
        let numbers = numbers.map(|place: u32| format!("No. {}", u64::from(place) + 1));
        std::iter::once(shown(&property_words(name), 120)).chain(numbers)
    });
    html! { @for (at, part) in parts.enumerate() { @if at > 0 { span.quiet aria-hidden="true" { " › " } } (part) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_named_where_both_states_are_known() {
        let state = |value: &str| {
            let id = "device_vendor_msft_policy_config_camera_allowcamera";
            let text = format!(
                r#"{{"settings":[{{"id":"0","settingInstance":{{"settingDefinitionId":"{id}","choiceSettingValue":{{"value":"{id}_{value}"}}}}}}]}}"#
            );
            Held { content: model::json::Json::parse(text.as_bytes()).unwrap(), names: std::collections::BTreeMap::new() }
        };
        let states = (state("0"), state("1"));
        let kind = find("settings_catalog_policy");
        let found = compare(kind, &states.0.content, &states.1.content, MOST_CHANGES);
        let change = &found.changes[0];
        let line =
            EvidenceLine { path: path_words(&change.path), effect: change.effect.code().to_owned(), before: None, after: None };
        let kept = Evidence { lines: vec![line], total: 1, ..Evidence::default() };
        let told = evidence(&kept, "settings_catalog_policy", Some(&states)).into_string();
        assert!(told.contains("Allow camera") || told.contains("Allow Camera"), "{told}");
        assert!(
            !evidence(&kept, "settings_catalog_policy", None).into_string().contains("Allow"),
            "the way alone does not say it"
        );
    }

    #[test]
    fn a_way_that_nothing_is_known_of_is_told_by_its_own_words() {
        let words = plain("assignments[2].target.groupId")
            .into_string()
            .replace("<span class=\"quiet\" aria-hidden=\"true\"> › </span>", "/");
        assert_eq!(words, "Assignments/No. 3/Target/Group id");
        assert!(!plain("a[x].<b>").into_string().contains("<b>"));
    }
}
