//! Ids of what is made.

use std::collections::BTreeSet;

use graph_sim::{Settings, Size, TenantState, generate};
use model::time::Moment;

use crate::world::{World, body};

fn made(world: &World, path: &str, name: &str) -> String {
    let answer = world.send("POST", path, &format!(r#"{{"displayName":"{name}"}}"#));
    assert_eq!(answer.status, 201, "{}", answer.text());
    body(&answer).get("id").and_then(model::json::Json::as_str).unwrap().to_owned()
}

#[test]
fn scope_tags_that_are_made_at_the_same_moment_have_numbers_of_their_own() {
    let world = World::with(TenantState::new(), Settings::default());
    let ids: BTreeSet<String> = std::thread::scope(|scope| {
        let one = |thread: usize| {
            let world = &world;
            scope.spawn(move || {
                let tag = |number| made(world, "/beta/deviceManagement/roleScopeTags", &format!("{thread} {number}"));
                (0..25).map(tag).collect::<Vec<_>>()
            })
        };
        let threads: Vec<_> = (0..8).map(one).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(ids.len(), 200);
}

#[test]
fn what_is_made_has_no_id_of_what_was_invented() {
    let settings = Settings::default();
    let state = generate(settings.seed, Size { policies: 60, groups: 60 }, Moment::from_micros(1_790_000_000_000_000));
    let invented: BTreeSet<String> = state.type_keys().into_iter().flat_map(|key| state.ids(key)).collect();
    let world = World::with(state, settings);
    for number in 0..50 {
        let id = made(&world, "/beta/deviceManagement/notificationMessageTemplates", &number.to_string());
        assert!(!invented.contains(&id), "{id}");
    }
}
