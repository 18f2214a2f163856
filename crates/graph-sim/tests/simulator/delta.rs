use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use graph_sim::{DeltaEnd, DeltaSettings, Effect, Fault, Request, Response, Settings, TenantState};
use model::json::Json;

use crate::world::{World, body, error_code, ids};

const DELTA: &str = "/v1.0/groups/delta";

fn group(number: usize) -> Json {
    Json::from([
        ("id", Json::text(format!("group-{number:06}"))),
        ("displayName", Json::text(format!("Group {number}"))),
        ("description", Json::Null),
        ("groupTypes", Json::Array(if number % 2 == 1 { vec![Json::text("Unified")] } else { Vec::new() })),
        ("securityEnabled", Json::Bool(true)),
    ])
}

fn with_groups(count: usize, settings: Settings) -> World {
    let mut state = TenantState::new();
    (0..count).for_each(|number| assert_eq!(state.put("group", group(number)), Ok(false)));
    World::with(state, settings)
}

fn delta(settings: DeltaSettings) -> World {
    with_groups(60, Settings { delta: settings, ..Settings::default() })
}

fn local(link: &str) -> String {
    link.strip_prefix("http://graph.simulated").unwrap().to_owned()
}

/// Follows a round to its end; gives the objects and the path of the deltaLink.
fn round(world: &World, start: &str) -> (Vec<Json>, String) {
    let token = world.token();
    let (mut objects, mut path) = (Vec::new(), start.to_owned());
    loop {
        let answer = world.sim.call(&Request::get(&path).bearer(&token));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let page = body(&answer);
        objects.extend(page.get("value").and_then(Json::as_array).unwrap().iter().cloned());
        if let Some(link) = page.get("@odata.deltaLink") {
            return (objects, local(link.as_str().unwrap()));
        }
        path = local(page.get("@odata.nextLink").unwrap().as_str().unwrap());
    }
}

fn patch(world: &World, number: usize, text: &str) -> Response {
    world.send("PATCH", &format!("/v1.0/groups/group-{number:06}"), text)
}

fn reason(object: &Json) -> Option<&str> {
    object.at(&["@removed", "reason"])?.as_str()
}

#[test]
fn a_first_round_gives_everything_and_the_next_only_what_changed() {
    let world = delta(DeltaSettings::default());
    let (all, link) = round(&world, &format!("{DELTA}?$select=displayName,description"));
    assert_eq!(all.len(), 60);
    assert!(all.iter().all(|object| object.get("securityEnabled").is_none() && object.get("displayName").is_some()));
    assert!(link.starts_with("/v1.0/groups/delta?$deltatoken="));

    let (none, link) = round(&world, &link);
    assert_eq!(none, []);

    assert_eq!(patch(&world, 3, r#"{"displayName":"Renamed"}"#).status, 204);
    world.sim.put_object(world.tenant, "group", group(1000)).unwrap().unwrap();
    world.sim.remove_object(world.tenant, "group", "group-000004").unwrap();
    world.sim.remove_object(world.tenant, "group", "group-000005").unwrap();
    let (changed, link) = round(&world, &link);
    assert_eq!(ids(&changed), ["group-000003", "group-001000", "group-000004", "group-000005"]);
    assert_eq!(changed[0].to_text(), r#"{"id":"group-000003","displayName":"Renamed"}"#);
    assert!(changed[1].get("description").is_some(), "a new object comes with everything that was selected");
    assert_eq!((reason(&changed[2]), reason(&changed[3])), (Some("deleted"), Some("changed")), "Microsoft 365 groups come back");
    assert_eq!(round(&world, &link).0, []);
}

#[test]
fn every_round_begins_where_the_link_was_given() {
    let world = delta(DeltaSettings::default());
    let (_, first) = round(&world, DELTA);
    patch(&world, 1, r#"{"displayName":"A"}"#);
    patch(&world, 1, r#"{"description":"B"}"#);
    let (once, second) = round(&world, &first);
    assert_eq!(once.len(), 1);
    assert!(once[0].get("description").is_some() && once[0].get("displayName").is_some(), "both changes: {once:?}");
    patch(&world, 2, r#"{"displayName":"C"}"#);
    assert_eq!(ids(&round(&world, &second).0), ["group-000002"]);
    assert_eq!(ids(&round(&world, &first).0), ["group-000001", "group-000002"], "an old link may be used again");
}

#[test]
fn what_changes_during_a_round_comes_in_the_next() {
    let world = delta(DeltaSettings::default());
    let token = world.token();
    let page = body(&world.sim.call(&Request::get(DELTA).bearer(&token)));
    patch(&world, 0, r#"{"displayName":"Changed behind the reader's back"}"#);
    let (_, link) = round(&world, &local(page.get("@odata.nextLink").unwrap().as_str().unwrap()));
    assert_eq!(ids(&round(&world, &link).0), ["group-000000"]);
}

#[test]
fn changes_come_in_pages_each_once() {
    for settings in [
        DeltaSettings::default(),
        DeltaSettings { partial: false, ..DeltaSettings::default() },
        DeltaSettings { backwards: true, ..DeltaSettings::default() },
    ] {
        let world = delta(settings);
        world.sim.change_settings(|settings| settings.page_size = 7);
        let (_, link) = round(&world, DELTA);
        (0..40).for_each(|number| drop(patch(&world, number, r#"{"displayName":"x"}"#)));
        let (changed, _) = round(&world, &link);
        assert_eq!(changed.len(), 40);
        assert_eq!(ids(&changed).into_iter().collect::<BTreeSet<_>>().len(), 40);
        assert!(changed.iter().all(|object| object.get("securityEnabled").is_some() != settings.partial));
    }
}

#[test]
fn objects_repeat_and_changes_are_replayed_when_asked_for() {
    let world = delta(DeltaSettings { repeats: true, replays: 2, ..DeltaSettings::default() });
    let (_, link) = round(&world, DELTA);
    (0..3).for_each(|n| drop(patch(&world, 7, &format!(r#"{{"displayName":"{n}"}}"#))));
    let (changed, link) = round(&world, &link);
    assert_eq!(changed.len(), 3);
    assert_eq!(round(&world, &link).0.len(), 2, "the latest two again");
}

#[test]
fn a_link_without_data_can_be_had() {
    let world = delta(DeltaSettings::default());
    let (none, link) = round(&world, &format!("{DELTA}?$deltatoken=latest"));
    assert_eq!(none, []);
    patch(&world, 9, r#"{"displayName":"x"}"#);
    assert_eq!(round(&world, &link).0.len(), 1);
}

#[test]
fn a_token_ends_after_seven_days_in_each_way() {
    for (end, status, code) in [
        (DeltaEnd::Gone, 410, "resyncRequired"),
        (DeltaEnd::SyncStateNotFound, 404, "syncStateNotFound"),
        (DeltaEnd::ResyncRequired, 400, "resyncRequired"),
    ] {
        let world = delta(DeltaSettings { end, ..DeltaSettings::default() });
        let (_, link) = round(&world, &format!("{DELTA}?$select=id"));
        world.pass(7 * 24 * 3600);
        assert_eq!(world.get(&link).status, 200);
        world.pass(1);
        let answer = world.get(&link);
        assert_eq!((answer.status, error_code(&answer).as_str()), (status, code));
        if end == DeltaEnd::Gone {
            let fresh = local(answer.header_value("Location").unwrap());
            assert_eq!(round(&world, &fresh).0.len(), 60);
        }
    }
}

#[test]
fn a_tenant_that_was_replaced_knows_old_tokens_no_more() {
    let world = delta(DeltaSettings::default());
    let (_, link) = round(&world, DELTA);
    world.sim.change_state(world.tenant, |state| *state = TenantState::new()).unwrap();
    assert_eq!(world.get(&link).status, 410);
    assert_eq!(world.get(&format!("{DELTA}?$deltatoken=delta.nonsense")).status, 400);
    assert_eq!(world.get(&format!("{DELTA}?$deltatoken=nonsense")).status, 400);
}

#[test]
fn only_some_options_are_taken() {
    let world = delta(DeltaSettings::default());
    assert_eq!(world.get(&format!("{DELTA}?$top=5")).status, 400);
    assert_eq!(world.get(&format!("{DELTA}?$filter=displayName eq 'x'")).status, 400);
    let (two, link) = round(&world, &format!("{DELTA}()?$filter=id eq 'group-000001' or id eq 'group-000002'"));
    assert_eq!(two.len(), 2);
    patch(&world, 2, r#"{"displayName":"x"}"#);
    patch(&world, 3, r#"{"displayName":"x"}"#);
    assert_eq!(ids(&round(&world, &link).0), ["group-000002"], "the filter of the first call stays");
    assert_eq!(world.get("/beta/deviceManagement/configurationPolicies/delta").status, 404, "Intune has no delta");
}

#[test]
fn other_directory_objects_are_followed_by_the_same_code() {
    let world = World::with(TenantState::new(), Settings::default());
    for (key, path) in [
        ("user", "/v1.0/users"),
        ("application", "/v1.0/applications"),
        ("administrative_unit", "/v1.0/directory/administrativeUnits"),
    ] {
        let (_, link) = round(&world, &format!("{path}/delta"));
        let object = Json::from([("id", Json::text("new-one")), ("displayName", Json::text("New"))]);
        world.sim.put_object(world.tenant, key, object).unwrap().unwrap();
        assert_eq!(ids(&round(&world, &link).0), ["new-one"], "{key}");
    }
}

#[test]
fn pages_may_be_empty_or_hold_an_object_twice() {
    let world = delta(DeltaSettings::default());
    world.sim.change_settings(|settings| settings.empty_middle_page = true);
    assert_eq!(round(&world, DELTA).0.len(), 60);
    world.sim.inject(Fault::new(Effect::DuplicateObjects).on(DELTA));
    let (objects, _) = round(&world, DELTA);
    assert!(objects.len() > 60);
    assert_eq!(ids(&objects).into_iter().collect::<BTreeSet<_>>().len(), 60);
}

#[test]
fn a_random_history_is_followed_exactly() {
    // Whatever happens between two rounds, who applies what they give knows the truth.
    let world = delta(DeltaSettings { repeats: true, replays: 3, backwards: false, ..DeltaSettings::default() });
    world.sim.change_settings(|settings| settings.page_size = 5);
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut apply = |objects: Vec<Json>| {
        for object in objects {
            let id = object.get("id").unwrap().as_str().unwrap().to_owned();
            match (reason(&object), object.get("displayName")) {
                (Some(_), _) => drop(known.remove(&id)),
                (None, Some(name)) => drop(known.insert(id, name.as_str().unwrap().to_owned())),
                (None, None) => {}
            }
        }
        known.clone()
    };
    let (all, mut link) = round(&world, DELTA);
    apply(all);
    let mut dice = 12345_usize;
    for _ in 0..30 {
        for _ in 0..20 {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let number = (dice >> 33) % 80;
            match (dice >> 20) % 3 {
                0 => drop(world.sim.remove_object(world.tenant, "group", &format!("group-{number:06}")).unwrap()),
                1 => drop(world.sim.put_object(world.tenant, "group", group(number)).unwrap().unwrap()),
                _ => drop(patch(&world, number, &format!(r#"{{"displayName":"v{dice}"}}"#))),
            }
        }
        let (changed, next) = round(&world, &link);
        link = next;
        let truth: BTreeMap<String, String> = world
            .sim
            .read_state(world.tenant, |state| {
                let name =
                    |id: &String| state.object("group", id).unwrap().get("displayName").unwrap().as_str().unwrap().to_owned();
                state.ids("group").iter().map(|id| (id.clone(), name(id))).collect()
            })
            .unwrap();
        assert_eq!(apply(changed), truth);
    }
}

#[test]
fn a_hundred_thousand_groups_are_paged_in_no_time_and_so_are_their_changes() {
    let world = with_groups(100_000, Settings { honour_top: true, page_size: 999, ..Settings::default() });
    let started = Instant::now();
    let (all, link) = round(&world, &format!("{DELTA}?$select=id,displayName"));
    assert_eq!(all.len(), 100_000);
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    patch(&world, 99_999, r#"{"displayName":"x"}"#);
    let started = Instant::now();
    assert_eq!(round(&world, &link).0.len(), 1);
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}

#[test]
fn search_wants_its_header_and_names_are_found_by_their_beginning() {
    let world = with_groups(30, Settings::default());
    let search = "/v1.0/groups?$search=%22displayName:group%22&$count=true";
    let refused = world.get(search);
    assert_eq!((refused.status, error_code(&refused).as_str()), (400, "Request_UnsupportedQuery"));
    let found = world.sim.call(&Request::get(search).bearer(&world.token()).header("ConsistencyLevel", "eventual"));
    assert_eq!(body(&found).get("value").unwrap().as_array().unwrap().len(), 25);
    let one = body(&world.get("/v1.0/groups?$filter=startsWith(displayName,'group 29')"));
    assert_eq!(ids(one.get("value").unwrap().as_array().unwrap()), ["group-000029"]);
    let equal = body(&world.get("/v1.0/groups?$filter=displayName eq 'Group 7'"));
    assert_eq!(ids(equal.get("value").unwrap().as_array().unwrap()), ["group-000007"]);
    assert_eq!(world.get("/v1.0/groups/$count").status, 400);
    let counted =
        world.sim.call(&Request::get("/v1.0/groups/$count").bearer(&world.token()).header("ConsistencyLevel", "eventual"));
    assert_eq!(counted.text(), "30");
}
