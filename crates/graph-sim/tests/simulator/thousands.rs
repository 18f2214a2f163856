use std::time::{Duration, Instant};

use graph_sim::{AppRegistration, Limits, Request, Settings, Size, TenantProfile, generate};
use model::ids::EntraTenantId;
use model::json::Json;
use uuid::Uuid;

use crate::world::{POLICIES, World, body, now};

fn id(number: u128) -> EntraTenantId {
    EntraTenantId::from_uuid(Uuid::from_u128(0x1000_0000_0000_4000_8000_0000_0000_0000 | number))
}

#[test]
fn two_thousand_tenants_share_their_content_and_start_fast() {
    let content = generate(7, Size { policies: 50, groups: 10 }, now());
    let limits = Some(Limits::published());
    let world = World::with(content.clone(), Settings { limits, ..Settings::default() });
    let started = Instant::now();
    for number in 0..2000 {
        let app = AppRegistration::new("app-1", "secret-1");
        world.sim.add_tenant(TenantProfile::new(id(number), "T", &format!("t{number}.example"), app), content.clone());
    }
    // Measured: 7 s in a debug build on a busy machine, 27 kB a tenant. Much more would mean that content is copied.
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());

    let of = |number| World { tenant: id(number), sim: world.sim.clone(), clock: world.clock.clone() };
    let shared = |a, b| {
        let first = world.sim.read_state(id(a), Clone::clone).unwrap();
        world.sim.read_state(id(b), |state| (state.shared_with(&first), state.len())).unwrap()
    };
    let (before, objects) = shared(0, 1999);
    assert!(before >= 5 && objects > 50, "{before} collections, {objects} objects");

    // A change is one tenant's own, and copies that collection only.
    let there = of(1999);
    let listed = there.walk(POLICIES).0.len();
    assert!(listed > 0);
    there.send("POST", POLICIES, r#"{"name":"Own","platforms":"windows10","technologies":"mdm","settings":[]}"#);
    assert_eq!((there.walk(POLICIES).0.len(), of(0).walk(POLICIES).0.len()), (listed + 1, listed));
    assert_eq!(shared(0, 1999).0, before - 1);
    assert_eq!(shared(0, 1998).0, before);
}

#[test]
fn a_token_of_one_of_thousands_opens_that_one_only() {
    let world = World::with(generate(7, Size { policies: 20, groups: 5 }, now()), Settings::default());
    let token = world.token();
    let own = body(&world.sim.call(&Request::get("/v1.0/organization").bearer(&token)));
    let first = &own.get("value").and_then(Json::as_array).unwrap()[0];
    assert_eq!(first.get("id").and_then(Json::as_str), Some(world.tenant.to_string().as_str()));
}
