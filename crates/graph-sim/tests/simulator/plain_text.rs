use graph_sim::{AppRegistration, plain_text_of};
use model::json::Json;

use crate::world::{World, body, error_code};

const PROFILES: &str = "/beta/deviceManagement/deviceConfigurations";

fn profile() -> Json {
    let setting = |handle: Json, hidden: bool| {
        Json::from([
            ("@odata.type", Json::text("#microsoft.graph.omaSettingString")),
            ("omaUri", Json::text("./a")),
            ("secretReferenceValueId", handle),
            ("isEncrypted", Json::Bool(hidden)),
            ("value", Json::text("****")),
        ])
    };
    Json::from([
        ("@odata.type", Json::text("#microsoft.graph.windows10CustomConfiguration")),
        ("id", Json::text("profile-1")),
        ("displayName", Json::text("Custom")),
        ("omaSettings", Json::Array(vec![setting(Json::text("one_two"), true), setting(Json::text("open"), false)])),
    ])
}

#[test]
fn the_value_behind_a_mask_is_told_by_its_handle_to_whoever_may_write() {
    let world = World::generated(60);
    world.sim.change_state(world.tenant, |state| state.put("device_configuration", profile())).unwrap().unwrap();
    let ask = |id: &str, handle: &str| {
        world.get(&format!("{PROFILES}/{id}/getOmaSettingPlainTextValue(secretReferenceValueId='{handle}')"))
    };
    let told = ask("profile-1", "one_two");
    assert_eq!(told.status, 200, "{}", told.text());
    assert_eq!(body(&told).get("value").and_then(Json::as_str), Some(plain_text_of("one_two").as_str()));
    assert!(!world.get(&format!("{PROFILES}/profile-1")).text().contains("plain text of"), "the object itself keeps the mask");
    for (id, handle) in [("profile-1", "other"), ("profile-1", "open"), ("profile-2", "one_two")] {
        assert_eq!(ask(id, handle).status, 404, "{id} {handle}");
    }
    let reading = |apps: &mut Vec<AppRegistration>| {
        apps[0] = AppRegistration::new("app-1", "secret-1").with_roles(["DeviceManagementConfiguration.Read.All"]);
    };
    world.sim.change_apps(world.tenant, reading).unwrap();
    assert_eq!(world.get(&format!("{PROFILES}/profile-1")).status, 200);
    let refused = ask("profile-1", "one_two");
    assert_eq!((refused.status, error_code(&refused).as_str()), (403, "Forbidden"));
}
