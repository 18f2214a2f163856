//! The inventory over the tenants of a workspace: search, and the names that other objects refer to.

use model::run::{Counts, Outcome};
use model::user::User;
use testkit::stores::{TestStore, on_both};
use testkit::world::{World, connection};

use crate::inventory::{attempt_in, seen};

/// Puts items with these names into the tenants of the workspace, and one of each name into a foreign tenant.
async fn put(t: &TestStore, world: &World, first: &[&'static str], second: &[&'static str]) {
    t.store.connections().save(&t.operator, world.other_tenant, &connection()).await.unwrap();
    let (owner, stranger) = (world.sign_in(&world.owner).await, world.sign_in(&world.stranger).await);
    let both: Vec<&str> = first.iter().chain(second).copied().collect();
    for (who, tenant, names) in
        [(&owner, world.tenant, first), (&owner, world.other_tenant, second), (&stranger, world.foreign_tenant, &both[..])]
    {
        let run = attempt_in(t, &t.store.access().tenant(who, tenant).await.unwrap()).await;
        let items = names.iter().map(|name| seen("scope_tag", name, name, 1)).collect();
        t.store.inventory().observe(&run, items).await.unwrap();
        t.store.queue().finish(&run, Outcome::Succeeded, None, &Counts::default(), &[]).await.unwrap();
    }
}

async fn found(t: &TestStore, world: &World, user: &User, text: &str, limit: u32) -> Vec<String> {
    let scope = world.workspace_scope(user).await;
    let items = t.store.inventory().search(&scope, text, limit).await.expect("the database");
    items.into_iter().map(|item| item.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn v2_a_search_finds_policies_of_entitled_tenants_only() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        put(&t, &world, &["Baseline Windows", "über alles", "100% sure"], &["Baseline iOS"]).await;
        for (user, text, expected) in [
            (&world.owner, "baseline", vec!["Baseline iOS", "Baseline Windows"]),
            (&world.readonly, "BASELINE", vec!["Baseline Windows"]),
            (&world.outsider, "baseline", vec![]),
            (&world.owner, "line w", vec!["Baseline Windows"]),
            (&world.owner, "ÜBER", vec!["über alles"]),
            (&world.owner, "ba", vec!["Baseline iOS", "Baseline Windows"]),
            (&world.owner, "in", vec![]),
            (&world.owner, "% s", vec!["100% sure"]),
            (&world.owner, "%", vec![]),
            (&world.owner, "' or 1=1 --", vec![]),
        ] {
            assert_eq!(found(&t, &world, user, text, 9).await, expected, "{} searches {text:?}", user.name);
        }
        assert_eq!(found(&t, &world, &world.owner, "baseline", 1).await, ["Baseline iOS"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_told_of_the_tenants_own_objects() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        put(&t, &world, &["a", "b", ""], &["c"]).await;
        let scope = world.tenant_scope(&world.readonly).await;
        let names = async |types: &[&str], ids: &[&str]| -> Vec<(String, String)> {
            let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
            t.store.inventory().names(&scope, types, &ids).await.unwrap().into_iter().collect()
        };
        let a = ("a".to_owned(), "a".to_owned());
        assert_eq!(
            names(&["scope_tag"], &["a", "c", "", "unknown", "a'\0"]).await,
            [a],
            "not another tenant's, none without a name"
        );
        assert_eq!(names(&["named_location"], &["a"]).await, []);
        assert_eq!(names(&[], &["a"]).await, []);
        assert_eq!(names(&["scope_tag"], &[]).await, []);
    })
    .await;
}
