//! What a refusal teaches.

use model::json::Json;
use model::resource_types::{ApiVersion, Method};
use model::restore::{Effect, MOST_LEARNT, Step, rejected_properties, without};

use crate::objects::json;

fn step(effect: Effect, body: &str) -> Step {
    Step {
        effect,
        method: Method::Patch,
        api_version: ApiVersion::Beta,
        template: "/x/{id}".to_owned(),
        path: "/x/1".to_owned(),
        body: Some(json(body)),
    }
}

#[test]
fn a_property_that_is_called_read_only_is_left_out() {
    let body = r##"{"@odata.type":"#t","displayName":"N","version":1,"isAssigned":true,"nested":{"a":1}}"##;
    let step = step(Effect::Change, body);
    let said = |message: &str| rejected_properties(&step, message);
    assert_eq!(said("1001: 'version' is a readonly field and cannot be updated."), ["version"]);
    assert_eq!(said("The property 'isAssigned' on type 'microsoft.graph.x' is read-only"), ["isAssigned"]);
    assert_eq!(said("Property \"nested.a\" cannot be changed"), ["nested"]);
    assert_eq!(said("Property isAssigned is not settable"), ["isAssigned"]);
    assert_eq!(said("'version' is too long"), Vec::<String>::new());
    assert_eq!(said("'displayName' is read-only"), Vec::<String>::new(), "without its name it would be another write");
    assert_eq!(said("'absent' is read-only"), Vec::<String>::new());
    assert_eq!(said("An error has occurred"), Vec::<String>::new());
    let less = without(&step, &["version".to_owned()]).unwrap();
    assert_eq!(less.body.as_ref().and_then(|body| body.get("version")), None);
    assert_eq!(less.body.as_ref().and_then(|body| body.get("displayName")), Some(&Json::text("N")));
    assert_eq!(without(&step, &["displayName".to_owned()]), None);
}

#[test]
fn who_is_reached_is_never_left_out() {
    let assign = step(Effect::Replace, r#"{"assignments":[]}"#);
    assert_eq!(rejected_properties(&assign, "'assignments' is read-only"), Vec::<String>::new());
    assert_eq!(without(&assign, &["assignments".to_owned()]), None);
}

#[test]
fn learning_is_bounded_and_leaves_something_to_write() {
    let many = step(Effect::Create, r#"{"a":1,"b":1,"c":1,"d":1,"e":1}"#);
    let names = rejected_properties(&many, "'a' 'b' 'c' 'd' 'e' are read-only");
    assert_eq!(names.len(), MOST_LEARNT);
    let one = step(Effect::Change, r##"{"@odata.type":"#t","a":1}"##);
    assert_eq!(without(&one, &["a".to_owned()]), None);
}
