//! A few objects of types that the mix leaves out, so that a demo shows the breadth of a tenant. The objects are data
//! (`breadth.json`: pairs of type key and object); words that begin with `$` are filled in.

use model::json::Json;
use model::time::Moment;

use super::maker::Maker;
use crate::assign::as_the_type_has_them;
use crate::tenant::TenantState;

const OBJECTS: &str = include_str!("breadth.json");

/// Adds objects of further types to an invented tenant. They refer to its groups and apps.
pub fn broaden(state: &mut TenantState, seed: u64, now: Moment) {
    // Not the numbers that made the tenant: those are to stay as they are whatever is added here.
    let mut maker = Maker::new(seed.wrapping_add(0x000b_0ad0), now);
    let Ok(Json::Array(pairs)) = Json::parse(OBJECTS.as_bytes()) else { return };
    let own = maker.id();
    for pair in &pairs {
        let Some([Json::String(key), object]) = pair.as_array() else { continue };
        let filled = fill(&mut maker, state, &own, &object.to_text());
        if let Ok(mut object) = Json::parse(filled.as_bytes()) {
            as_the_type_has_them(key, &mut object);
            let stored = state.put(key, object);
            debug_assert!(stored.is_ok(), "{key}: {stored:?}");
        }
    }
}

/// Fills in ids and times; longer words come before shorter ones of the same beginning.
fn fill(maker: &mut Maker, state: &TenantState, tenant: &str, object: &str) -> String {
    let (created, modified) = maker.times();
    let time = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let mut one_of = |key: &str| {
        let ids = state.ids(key);
        ids.get(maker.below(ids.len())).cloned().unwrap_or_default()
    };
    let words = [
        ("$group2", one_of("group")),
        ("$group", one_of("group")),
        ("$app", one_of("mobile_app")),
        ("$policy", one_of("device_configuration")),
        ("$role", one_of("intune_role_definition")),
        ("$created", time(&created)),
        ("$modified", time(&modified)),
        ("$tenant", tenant.to_owned()),
        ("$id2", maker.id()),
        ("$id3", maker.id()),
        ("$id4", maker.id()),
        ("$id", maker.id()),
    ];
    words.iter().fold(object.to_owned(), |text, (word, value)| text.replace(word, value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{Size, generate};
    use model::resource_types::find;

    #[test]
    fn every_object_is_stored_as_the_type_that_it_is_said_to_be() {
        let now = Moment::parse("2026-11-20T09:00:00Z").unwrap();
        let mut state = generate(1, Size::demo(), now);
        let before = state.count_by_type();
        broaden(&mut state, 1, now);
        let Json::Array(pairs) = Json::parse(OBJECTS.as_bytes()).unwrap() else { panic!("no list") };
        for pair in &pairs {
            let key = pair.as_array().unwrap()[0].as_str().unwrap();
            let kind = find(key).unwrap_or_else(|| panic!("no type {key}"));
            assert!(!before.contains_key(key), "{key} is in the mix");
            for id in state.ids(key) {
                let object = state.object(key, &id).unwrap();
                assert_eq!(kind.unknown_odata_type(&object), None, "{key}");
                assert!(kind.name_of(&object).is_some_and(|name| !name.is_empty()), "{key}");
                assert!(!object.to_text().contains('$'), "{key}: {}", object.to_text());
            }
        }
        let added: usize = state.count_by_type().iter().filter(|(key, _)| !before.contains_key(*key)).map(|(_, n)| n).sum();
        assert_eq!(added, pairs.len());
        let mut again = generate(1, Size::demo(), now);
        broaden(&mut again, 1, now);
        assert_eq!(again.ids("policy_set"), state.ids("policy_set"));
    }
}
