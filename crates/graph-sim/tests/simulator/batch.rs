use graph_sim::{Effect, EntryKind, Fault, Filter, Request, Which};
use model::json::Json;

use crate::world::{POLICIES, World, body};

fn part(id: usize, url: &str) -> String {
    format!(r#"{{"id":"{id}","method":"GET","url":"{url}"}}"#)
}

fn send(world: &World, parts: &[String]) -> graph_sim::Response {
    world.send("POST", "/beta/$batch", &format!(r#"{{"requests":[{}]}}"#, parts.join(",")))
}

fn statuses(answer: &graph_sim::Response) -> Vec<(String, i64)> {
    let text = |json: &Json| json.get("id").unwrap().as_str().unwrap().to_owned();
    let all = body(answer);
    let mut found: Vec<(String, i64)> = all
        .get("responses")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (text(part), part.get("status").unwrap().as_i64().unwrap()))
        .collect();
    found.sort();
    found
}

#[test]
fn each_part_is_answered_and_counted_by_itself() {
    let world = World::generated(60);
    let id = world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")[0].clone()).unwrap();
    let url = format!("/deviceManagement/configurationPolicies/{id}?$expand=assignments,settings");
    let mark = world.sim.mark();
    let answer = send(&world, &[part(1, &url), part(2, "/deviceManagement/nonsense"), part(3, "/groups?$top=2")]);
    assert_eq!(statuses(&answer), [("1".into(), 200), ("2".into(), 400), ("3".into(), 200)]);
    assert_eq!((world.sim.requests_since(mark), world.sim.units_since(mark)), (2, 3), "token and batch; three parts");
    let all = body(&answer);
    let responses = all.get("responses").unwrap().as_array().unwrap();
    let third = responses.iter().find(|part| part.get("id") == Some(&Json::text("3"))).unwrap();
    let link = third.at(&["body", "@odata.nextLink"]).unwrap().as_str().unwrap();
    assert!(link.starts_with("http://graph.simulated/beta/groups?$top=2&$skiptoken="), "{link}");
    assert_eq!(world.walk(link.strip_prefix("http://graph.simulated").unwrap()).0.len(), 38);
}

#[test]
fn a_throttled_part_does_not_fail_the_others() {
    let world = World::generated(60);
    let fault = Fault::new(Effect::Throttled { retry_after: Some("7".into()) }).on("/beta/groups").which(Which::Nth(2));
    world.sim.inject(fault);
    let answer = send(&world, &[part(1, "/groups"), part(2, "/groups"), part(3, "/groups")]);
    assert_eq!(answer.status, 200);
    assert_eq!(statuses(&answer), [("1".into(), 200), ("2".into(), 429), ("3".into(), 200)]);
    assert!(answer.text().contains(r#""Retry-After":"7""#));
    let throttled = Filter { kind: Some(EntryKind::BatchPart), status: Some(429), ..Filter::default() };
    assert_eq!(world.sim.count(&throttled), 1);
}

#[test]
fn malformed_batches_are_refused_as_a_whole() {
    let world = World::generated(60);
    let many: Vec<String> = (0..21).map(|id| part(id, "/groups")).collect();
    assert_eq!(send(&world, &many).status, 400);
    assert_eq!(send(&world, &many[..20]).status, 200);
    assert_eq!(send(&world, &[part(1, "/groups"), part(1, "/groups")]).status, 400);
    assert_eq!(world.send("POST", "/beta/$batch", "{}").status, 400);
    assert_eq!(world.sim.call(&Request::new("POST", "/beta/$batch").json("{}")).status, 401);
}

#[test]
fn what_depends_on_a_failed_part_is_not_done() {
    let world = World::generated(60);
    let dependent = r#"{"id":"2","method":"GET","url":"/groups","dependsOn":["1"]}"#.to_owned();
    let answer = send(&world, &[part(1, "/nonsense"), dependent]);
    assert_eq!(statuses(&answer), [("1".into(), 400), ("2".into(), 424)]);
    let mut create =
        format!(r#"{{"id":"1","method":"POST","url":"{}","body":{{"name":"x"}}"#, POLICIES.trim_start_matches("/beta"));
    let untyped = format!("{create}}}");
    assert_eq!(send(&world, &[untyped]).status, 400, "a body needs its type");
    create.push_str(r#","headers":{"Content-Type":"application/json"}}"#);
    assert_eq!(statuses(&send(&world, &[create])), [("1".into(), 201)]);
}

#[test]
fn ids_of_parts_may_be_numbers() {
    let world = World::generated(20);
    let part = |id: u8| format!(r#"{{"id":{id},"method":"GET","url":"/groups?$top=2"}}"#);
    assert_eq!(statuses(&send(&world, &[part(1), part(12)])), [("1".into(), 200), ("12".into(), 200)]);
    assert_eq!(send(&world, &[part(1), part(1)]).status, 400);
}
