//! Which object of the tenant a wanted one is.

use model::json::Json;
use model::resource_types::find as find_type;
use model::restore::{Candidate, Match, Sought, find, find_all, fingerprint};
use proptest::prelude::*;

use crate::mutate::{changed, changes};
use crate::objects::{enabled, json, object};

fn candidate(id: &str, name: &str, fingerprint: &str) -> Candidate {
    Candidate { id: id.to_owned(), name: name.to_owned(), fingerprint: fingerprint.to_owned() }
}

#[test]
fn an_id_decides_then_what_an_object_says_and_a_name_never() {
    let kind = find_type("device_category").unwrap();
    let there = [
        candidate("1", "A", "x"),
        candidate("2", "B", "y"),
        candidate("3", "b ", "z"),
        candidate("4", "C", "w"),
        candidate("5", "C", "w"),
    ];
    let sought = |source_id, name, fingerprint| find(kind, &Sought { source_id, name, fingerprint }, &there);
    assert_eq!(sought("1", "other", "other"), Match::ById("1".to_owned()));
    assert_eq!(sought("9", "other", "y"), Match::ByFingerprint("2".to_owned()));
    assert_eq!(sought("9", "B", "other"), Match::Suggested(vec!["2".to_owned(), "3".to_owned()]));
    assert_eq!(sought("9", "C", "w"), Match::Suggested(vec!["4".to_owned(), "5".to_owned()]), "two say the same");
    assert_eq!(sought("9", "other", "other"), Match::Nothing);
}

#[test]
fn no_two_are_the_same_one() {
    let kind = find_type("device_category").unwrap();
    let there = [candidate("1", "A", "x"), candidate("2", "B", "y")];
    let sought = |source_id, name, fingerprint| Sought { source_id, name, fingerprint };
    let twice = [sought("8", "B", "y"), sought("9", "B", "y")];
    assert_eq!(find_all(kind, &twice, &there), [Match::Suggested(vec!["2".to_owned()]), Match::Suggested(vec!["2".to_owned()])]);
    let taken = [sought("2", "renamed", "other"), sought("9", "B", "y")];
    assert_eq!(find_all(kind, &taken, &there), [Match::ById("2".to_owned()), Match::Nothing], "it is somebody else by its id");
}

#[test]
fn the_default_enrollment_configuration_is_that_of_the_tenant() {
    let kind = find_type("enrollment_status_page").unwrap();
    let there =
        [candidate("t2_DefaultWindows10EnrollmentCompletionPageConfiguration", "All", "x"), candidate("g_Windows10", "B", "y")];
    let sought = |source_id| find(kind, &Sought { source_id, name: "q", fingerprint: "q" }, &there);
    let default = "t2_DefaultWindows10EnrollmentCompletionPageConfiguration".to_owned();
    assert_eq!(sought("t1_DefaultWindows10EnrollmentCompletionPageConfiguration"), Match::ById(default));
    assert_eq!(sought("h_Windows10"), Match::Nothing);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_fingerprint_is_the_same_in_every_tenant(kind in prop::sample::select(enabled()), here in changes(3)) {
        let one = changed(kind, &object(&kind.key), &here);
        // The same with other ids, other assignments, other scope tags, other things that it refers to.
        let mut other = one.clone();
        other.set("id", Json::text("another"));
        if let Some(contract) = &kind.assignments {
            other.remove(&contract.path);
        }
        if let Some(name) = &kind.scope_tag_property {
            other.set(name, json(r#"["0","8"]"#));
        }
        let mut mapping = model::restore::Mapping::default();
        for found in model::restore::references(kind, &other) {
            let id = format!("there {}", found.reference.id);
            mapping.0.insert(found.reference, model::restore::Target::Object { id });
        }
        model::restore::apply(kind, &mut other, &mapping, &|_| None).unwrap();
        prop_assert_eq!(fingerprint(kind, &one), fingerprint(kind, &other), "{}", kind.key);
        let mut renamed = one;
        renamed.set(&kind.name_property, Json::text("something else"));
        prop_assert_ne!(fingerprint(kind, &renamed), fingerprint(kind, &other), "{}", kind.key);
    }
}
