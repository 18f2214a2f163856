use std::time::Duration;

use graph_sim::{Delivery, Effect, Fault, Settings, TenantState, Which, Wrote};

use crate::world::{POLICIES, World, body, error_code, ids, now};

fn create(world: &World, name: &str) -> graph_sim::Response {
    world.send("POST", POLICIES, &format!(r#"{{"name":"{name}","platforms":"windows10","technologies":"mdm","settings":[]}}"#))
}

fn id_of(answer: &graph_sim::Response) -> String {
    body(answer).get("id").unwrap().as_str().unwrap().to_owned()
}

fn empty() -> World {
    World::with(TenantState::new(), Settings::default())
}

#[test]
fn every_write_that_took_effect_is_counted_by_path_and_id() {
    let world = empty();
    let id = id_of(&create(&world, "One"));
    let item = format!("{POLICIES}/{id}");
    world.send("PATCH", &item, r#"{"description":"a"}"#);
    world.send("PATCH", &item, r#"{"description":"b"}"#);
    world.send("POST", &format!("{item}/assign"), r#"{"assignments":[]}"#);
    world.send("PATCH", &format!("{POLICIES}/nope"), r#"{"description":"b"}"#);
    world.get(&item);
    let counts: Vec<(Wrote, String, u64)> =
        world.sim.effects(Some(world.tenant)).into_iter().map(|effect| (effect.wrote, effect.path, effect.count)).collect();
    let path = POLICIES.trim_start_matches("/beta");
    assert_eq!(
        counts,
        [
            (Wrote::Created, path.to_owned(), 1),
            (Wrote::Updated, format!("{path}/{{id}}"), 2),
            (Wrote::Acted, format!("{path}/{{id}}/assign"), 1),
        ]
    );
    assert_eq!((world.sim.writes_to(world.tenant, &id), world.sim.writes_to(world.tenant, "nope")), (4, 0));
    world.send("DELETE", &item, "");
    assert_eq!(world.sim.writes_to(world.tenant, &id), 5);
    world.sim.clear_effects();
    assert_eq!(world.sim.effects(None), []);
}

#[test]
fn what_is_refused_has_no_effect() {
    let world = empty();
    world.sim.inject(Fault::new(Effect::ServerError { status: 503 }).method("POST").on(POLICIES));
    assert_eq!(create(&world, "One").status, 503);
    assert_eq!((world.sim.effects(None), world.walk(POLICIES).0.len()), (vec![], 0));
}

#[test]
fn an_answer_is_lost_although_the_object_is_there() {
    let world = empty();
    world.sim.inject(Fault::new(Effect::AnswerLost).method("POST").on(POLICIES).times(1));
    world.sim.inject(Fault::new(Effect::ErrorAfterEffect { status: 504 }).method("POST").on(POLICIES).which(Which::Nth(2)));
    assert_eq!(create(&world, "One").delivery, Delivery::Lost);
    assert_eq!(create(&world, "One").status, 504);
    assert_eq!(create(&world, "Two").status, 201);
    assert_eq!(world.walk(POLICIES).0.len(), 3);
    let path = POLICIES.trim_start_matches("/beta").to_owned();
    assert_eq!(world.sim.created_twice(world.tenant), [(path, "One".to_owned())], "who repeats a POST makes a duplicate");
}

#[test]
fn what_was_created_is_not_seen_for_a_while() {
    let world = empty();
    world.sim.change_settings(|settings| settings.unseen_after_create = Duration::from_secs(30));
    let id = id_of(&create(&world, "One"));
    let item = format!("{POLICIES}/{id}");
    let early = world.get(&item);
    assert_eq!((early.status, error_code(&early).as_str()), (404, "ResourceNotFound"));
    assert_eq!(world.walk(POLICIES).0, []);
    assert_eq!(world.send("POST", &format!("{item}/assign"), r#"{"assignments":[]}"#).status, 404);
    world.pass(30);
    assert_eq!(world.get(&item).status, 200);
    assert_eq!(ids(&world.walk(POLICIES).0), [id]);
}

#[test]
fn what_was_deleted_is_answered_for_a_while() {
    let world = empty();
    world.sim.change_settings(|settings| settings.lingers_after_delete = Duration::from_secs(30));
    let id = id_of(&create(&world, "One"));
    let item = format!("{POLICIES}/{id}");
    assert!(world.send("DELETE", &item, "").status < 300);
    assert_eq!((world.get(&item).status, world.walk(POLICIES).0.len()), (200, 0));
    assert_eq!(world.send("DELETE", &item, "").status, 404);
    world.pass(30);
    assert_eq!(world.get(&item).status, 404);
}

#[test]
fn concurrent_writes_are_refused_in_the_words_of_each_service() {
    let world = World::generated(60);
    let id = world.sim.read_state(world.tenant, |state| state.ids("settings_catalog_policy")[0].clone()).unwrap();
    world.sim.inject(Fault::new(Effect::PreconditionFailed).method("PATCH").of_service("intune"));
    world.sim.inject(Fault::new(Effect::Conflict).method("PATCH").of_service("directory"));
    let intune = world.send("PATCH", &format!("{POLICIES}/{id}"), r#"{"description":"a"}"#);
    assert_eq!((intune.status, error_code(&intune).as_str()), (412, "ConditionNotMet"));
    let group = world.sim.read_state(world.tenant, |state| state.ids("group")[0].clone()).unwrap();
    let directory = world.send("PATCH", &format!("/v1.0/groups/{group}"), r#"{"description":"a"}"#);
    assert_eq!((directory.status, error_code(&directory).as_str()), (409, "Directory_ConcurrencyViolation"));
    assert_eq!(world.get(&format!("{POLICIES}/{id}")).status, 200, "reading is not hit");
    assert_eq!(world.sim.effects(None), []);
}

#[test]
fn faults_follow_a_script_over_time_and_number() {
    let world = World::generated(60);
    let error = || Effect::ServerError { status: 502 };
    let minute = Duration::from_secs(60);
    let hits = |fault: Fault, count: usize, step: u64| {
        world.sim.clear_faults();
        world.sim.inject(fault);
        (0..count)
            .map(|_| {
                let hit = world.get(POLICIES).status == 502;
                world.pass(step);
                hit
            })
            .collect::<Vec<bool>>()
    };
    assert_eq!(hits(Fault::new(error()).on(POLICIES).which(Which::After(2)), 4, 0), [false, false, true, true]);
    assert_eq!(hits(Fault::new(error()).on(POLICIES).which(Which::First(1)), 3, 0), [true, false, false]);
    let window = Fault::new(error()).on(POLICIES).between(now().plus(minute), now().plus(minute * 2));
    assert_eq!(hits(window, 5, 30), [false, false, true, true, false]);
    assert_eq!(hits(Fault::new(error()).of_service("intune"), 1, 0), [true]);
    assert_eq!(hits(Fault::new(error()).of_service("intune/device_configuration"), 1, 0), [true]);
    assert_eq!(hits(Fault::new(error()).of_service("intune/rbac"), 1, 0), [false]);
    let some = hits(Fault::new(error()).on(POLICIES).which(Which::Percent(30)), 500, 0);
    let share = some.iter().filter(|hit| **hit).count();
    assert!((100..200).contains(&share), "{share} of 500");
}

#[test]
fn an_unlicensed_service_and_a_late_answer_can_be_had() {
    let world = World::generated(60);
    world.sim.inject(Fault::new(Effect::NotLicensed).on("/beta/deviceManagement/intents"));
    world.sim.inject(Fault::new(Effect::Late { ms: 250 }).on(POLICIES));
    assert_eq!(world.get("/beta/deviceManagement/intents").status, 400);
    let late = world.get(POLICIES);
    assert_eq!((late.status, late.delivery), (200, Delivery::Late(Duration::from_millis(250))));
}

#[test]
fn every_type_is_forbidden_without_its_permission_and_open_with_any_that_is_accepted() {
    use model::resource_types::{Form, all};
    let world = World::with(TenantState::new(), Settings::default());
    let kinds: Vec<_> = all().iter().filter(|kind| kind.form == Form::Collection && !kind.list.filter_required).collect();
    assert!(kinds.len() > 50, "{}", kinds.len());
    for kind in kinds {
        let path = format!("/{}{}", kind.api_version.segment(), kind.collection);
        let with = |roles: &[String]| {
            world.sim.change_apps(world.tenant, |apps| apps[0].roles = roles.iter().cloned().collect()).unwrap();
            world.get(&path).status
        };
        assert_eq!(with(&[]), 403, "{}", kind.key);
        // A collection of several types opens with the permission of any of them.
        if let Some(read) = &kind.permissions.read {
            for permission in &read.accepted {
                assert_eq!(with(std::slice::from_ref(permission)), 200, "{} with {permission}", kind.key);
            }
        }
        if let Some(write) = &kind.permissions.write {
            let reads_only: Vec<String> = kind.permissions.read.iter().map(|read| read.recommended.clone()).collect();
            let told = write.satisfied_by(reads_only.iter().map(String::as_str));
            with(&reads_only);
            let answer = world.send("POST", &path, r#"{"displayName":"x"}"#);
            assert_eq!(answer.status == 403, !told, "{}: reading is not writing: {}", kind.key, answer.text());
        }
    }
}
