use model::json::Json;

use crate::world::{World, body};

#[test]
fn values_two_levels_below_an_item_are_read() {
    let world = World::generated(300);
    let (item, value, expected) = world
        .sim
        .read_state(world.tenant, |state| {
            let whole = state.ids("administrative_template").iter().find_map(|id| {
                let object = state.object("administrative_template", id)?;
                let value = object.get("definitionValues")?.as_array()?.first()?.clone();
                Some((id.clone(), value))
            });
            let (item, value) = whole.unwrap();
            let count = value.get("presentationValues").and_then(Json::as_array).unwrap().len();
            (item, value.get("id").and_then(Json::as_str).unwrap().to_owned(), count)
        })
        .unwrap();
    let path = format!("/beta/deviceManagement/groupPolicyConfigurations/{item}/definitionValues/{value}/presentationValues");
    let answer = world.get(&format!("{path}?$expand=presentation"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let page = body(&answer);
    let values = page.get("value").and_then(Json::as_array).unwrap();
    assert_eq!(values.len(), expected);
    assert!(values.iter().all(|value| value.get("presentation").is_some()));
    assert!(page.get("@odata.context").and_then(Json::as_str).unwrap().contains(&item));
    assert_eq!(world.get(&path.replace(&value, "nothing")).status, 404);
    assert_eq!(world.get(&path.replace("presentationValues", "nothing")).status, 400);
}
