use graph_sim::{Listening, SelfSigned};
use model::json::Json;

use crate::listener::{exchange, json, listening};
use crate::world::{POLICIES, World, now, tenant_id};

struct Control {
    world: World,
    listening: Listening,
}

impl Control {
    async fn over(world: World) -> Self {
        Self { listening: listening(&world).await, world }
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Json) {
        let (head, rest) = exchange(self.listening.address, method, path, "", body).await;
        (head.split(' ').nth(1).unwrap().parse().unwrap(), json(&rest))
    }

    async fn done(&self, method: &str, path: &str, body: &str) -> Json {
        let (status, answer) = self.ask(method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {}", answer.to_text());
        answer
    }

    fn in_tenant(&self, rest: &str) -> String {
        format!("/_sim/tenants/{}/{rest}", self.world.tenant)
    }
}

#[tokio::test]
async fn limits_are_set_and_what_they_refused_is_told() {
    let control = Control::over(World::generated(20)).await;
    control.done("POST", "/_sim/limits", r#"{"published":true,"divided_by":500}"#).await;
    let token = control.world.token();
    let (_, answer) = exchange(control.listening.address, "GET", POLICIES, &token, "").await;
    assert!(json(&answer).get("value").is_some());
    for _ in 0..2 {
        exchange(control.listening.address, "GET", POLICIES, &token, "").await;
    }
    let throttled = control.done("GET", "/_sim/throttled", "").await;
    let [one] = throttled.as_array().unwrap() else { panic!("{}", throttled.to_text()) };
    assert_eq!(one.get("limit").unwrap().as_str(), Some("intune/device_configuration any: app and tenant"));
    assert_eq!(one.get("given").unwrap().as_i64(), Some(1));
    control.done("POST", "/_sim/limits", r#"{"published":true,"divided_by":500}"#).await;
    assert_eq!(control.world.get(POLICIES).status, 200, "limits that are set begin unused");
    control.done("POST", "/_sim/limits", r#"{"published":false}"#).await;
    assert_eq!(control.world.get(POLICIES).status, 200);
    assert_eq!(control.ask("POST", "/_sim/limits", "{}").await.0, 400);
}

#[tokio::test]
async fn effects_are_told_and_forgotten() {
    let control = Control::over(World::generated(20)).await;
    control.done("POST", "/_sim/unseen", r#"{"seconds":60}"#).await;
    let created =
        control.world.send("POST", POLICIES, r#"{"name":"x","platforms":"windows10","technologies":"mdm","settings":[]}"#);
    let id = crate::world::body(&created).get("id").unwrap().as_str().unwrap().to_owned();
    assert_eq!(control.world.get(&format!("{POLICIES}/{id}")).status, 404);
    let effects = control.done("GET", "/_sim/effects", "").await;
    assert_eq!(effects.as_array().unwrap()[0].get("id").unwrap().as_str(), Some(id.as_str()));
    assert_eq!(effects.as_array().unwrap()[0].get("wrote").unwrap().as_str(), Some("created"));
    control.done("DELETE", "/_sim/effects", "").await;
    assert_eq!(control.done("GET", "/_sim/effects", "").await.to_text(), "[]");
}

#[tokio::test]
async fn delta_and_consent_are_set() {
    let control = Control::over(World::generated(20)).await;
    let wanted = r#"{"partial":false,"repeats":true,"backwards":true,"replays":2,"removed_in_first_round":true,"life_seconds":60,"end":"sync_state_not_found"}"#;
    control.done("POST", "/_sim/delta", wanted).await;
    control.done("POST", "/_sim/consent", r#"{"granted":false}"#).await;
    let settings = control.world.sim.settings();
    assert!(!settings.delta.partial && settings.delta.repeats && settings.delta.replays == 2);
    assert_eq!((settings.delta.end, settings.consent), (graph_sim::DeltaEnd::SyncStateNotFound, graph_sim::Consent::Denied));
}

#[tokio::test]
async fn tenants_are_added_and_their_apps_changed() {
    let control = Control::over(World::generated(20)).await;
    let path = format!("/_sim/tenants/{}", tenant_id(9));
    let new = r#"{"name":"Nine","domain":"nine.example","client_id":"app-1","client_secret":"secret-1","policies":20,"groups":5,"seed":3}"#;
    control.done("PUT", &path, new).await;
    let there = World { tenant: tenant_id(9), sim: control.world.sim.clone(), clock: control.world.clock.clone() };
    assert_eq!(there.get(POLICIES).status, 200);

    let certificate = SelfSigned::new("x", now(), now()).unwrap().pem().unwrap().replace('\n', "\\n");
    let change = format!(r#"{{"roles":["Group.Read.All"],"refusal":"no_consent","certificates":["{certificate}"]}}"#);
    control.done("PATCH", &format!("{path}/apps/app-1"), &change).await;
    assert_eq!(there.ask_token("app-1", "secret-1").status, 400);
    control.done("PATCH", &format!("{path}/apps/app-1"), r#"{"refusal":"nothing"}"#).await;
    assert_eq!(there.get(POLICIES).status, 403);
    assert_eq!(control.ask("PATCH", &format!("{path}/apps/nobody"), "{}").await.0, 404);
    assert_eq!(control.ask("PATCH", &format!("{path}/apps/app-1"), r#"{"certificates":["x"]}"#).await.0, 400);
}

#[tokio::test]
async fn changes_are_made_and_told() {
    let control = Control::over(World::generated(60)).await;
    let id = control.world.sim.read_state(control.world.tenant, |state| state.ids("settings_catalog_policy")[0].clone()).unwrap();
    let wanted = format!(r#"{{"seed":1,"mutation":"renamed","type":"settings_catalog_policy","object":"{id}"}}"#);
    let truths = control.done("POST", &control.in_tenant("mutate"), &wanted).await;
    let truth = &truths.as_array().unwrap()[0];
    let after = truth.at(&["what", "after"]).unwrap().as_str().unwrap().to_owned();
    let now = crate::world::body(&control.world.get(&format!("{POLICIES}/{id}")));
    assert_eq!(now.get("name").and_then(Json::as_str), Some(after.as_str()));
    let many = control.done("POST", &control.in_tenant("mutate"), r#"{"seed":2,"count":20}"#).await;
    assert!(many.as_array().unwrap().len() >= 20);
}

#[tokio::test]
async fn the_whole_tenant_and_what_was_asked_twice_are_told() {
    let control = Control::over(World::generated(60)).await;
    let put = control.in_tenant("objects/scope_tag");
    control.done("POST", &put, r#"{"id":"77","displayName":"a","odd":12345678901234567890123.10}"#).await;
    let all = control.done("GET", &control.in_tenant("objects"), "").await;
    let odd = all.at(&["scope_tag", "77", "odd"]).unwrap();
    assert_eq!(odd.to_text(), "12345678901234567890123.10");
    assert_eq!(control.ask("GET", "/_sim/tenants/nobody/objects", "").await.0, 404);

    control.done("DELETE", "/_sim/requests", "").await;
    for path in ["/v1.0/groups?$top=1", "/v1.0/groups?$top=2", "/v1.0/groups?$top=1"] {
        assert_eq!(control.world.get(path).status, 200);
    }
    let told = control.done("GET", "/_sim/requests", "").await;
    assert_eq!(told.get("repeats").unwrap().as_i64(), Some(1));
    assert_eq!(told.at(&["services", "directory"]).unwrap().as_i64(), Some(3));
}

#[tokio::test]
async fn writes_are_protected_approved_and_hidden_over_http() {
    let control = Control::over(World::generated(20)).await;
    let protect = control.in_tenant("protect");
    let approvals = control.in_tenant("approvals");
    control.done("POST", &protect, r#"{"path":"/deviceManagement/deviceCategories"}"#).await;
    let path = "/beta/deviceManagement/deviceCategories";
    let ask = |name: &str, value: &str| {
        let request = graph_sim::Request::new("POST", path).bearer(&control.world.token()).json(r#"{"displayName":"One"}"#);
        control.world.sim.call(&request.header(name, value))
    };
    assert_eq!(ask("x-msft-approval-justification", "YQ==").status, 403);
    let waiting = control.done("GET", &approvals, "").await;
    let [one] = waiting.as_array().unwrap() else { panic!("{}", waiting.to_text()) };
    let code = one.get("code").unwrap().as_str().unwrap().to_owned();
    let approved = control.done("POST", &approvals, &format!(r#"{{"code":"{code}"}}"#)).await;
    assert_eq!(approved.get("approved"), Some(&Json::int(1)));
    control.done("POST", "/_sim/unseen", r#"{"reads":1}"#).await;
    assert_eq!(ask("x-msft-approval-code", &code).status, 201);
    let before = control.world.walk(path).0.len();
    assert_eq!(control.world.walk(path).0.len(), before + 1, "the first list did not have it");
    control.done("POST", &protect, "{}").await;
    assert_eq!(ask("X-None", "").status, 201);
}
