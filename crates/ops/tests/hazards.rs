//! What real tools lose, double or report wrongly, done to a sync: each test is named after the hazard in the design.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use graph_sim::{Effect, Fault, TenantState, Which};
use model::access::can;
use model::canonical::canonical;
use model::inventory::{InventoryFilter, InventoryItem};
use model::json::Json;
use model::operations::inventory_sync::Arguments;
use model::resource_types::find;
use model::run::{CountKey, Outcome, Run, Trigger};
use testkit::graph::TestGraph;
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

const POLICY: &str = "settings_catalog_policy";
const POLICIES: &str = "/beta/deviceManagement/configurationPolicies";
const ONE_POLICY: &str = "/beta/deviceManagement/configurationPolicies/{id}";
const COMPLIANCE: &str = "compliance_policy";
const COMPLIANCES: &str = "/beta/deviceManagement/deviceCompliancePolicies";

fn both() -> Arguments {
    Arguments::only([POLICY, COMPLIANCE]).unwrap()
}

async fn sync(world: &World, graph: &TestGraph, arguments: &Arguments) -> Run {
    let permit = world.tenant_scope(&world.owner).await.permit::<can::InventorySync>().unwrap();
    let run = world.store.runs().start(&permit, &arguments.request(world.tenant), Trigger::Manual).await.unwrap().run().clone();
    // A check for drift follows every sync but a tenant's first.
    assert!(graph.worker(&world.store).run_queue_now().await.unwrap() >= 1);
    let who = world.sign_in(&world.owner).await;
    let sight = world.store.access().run(&who, run.id).await.unwrap();
    world.store.runs().find(&sight).await.unwrap()
}

fn count(run: &Run, key: CountKey) -> i64 {
    run.counts.get(key).unwrap_or(0)
}

async fn items(world: &World) -> Vec<InventoryItem> {
    let scope = world.tenant_scope(&world.owner).await;
    world.store.inventory().list(&scope, &InventoryFilter::default(), None, 5_000).await.unwrap().rows
}

/// A policy of the settings catalog with that many settings.
fn policy(id: &str, name: &str, settings: usize) -> Json {
    let setting = |n: usize| {
        format!(
            r##"{{"id":"{n}","settingInstance":{{"@odata.type":"#x","settingDefinitionId":"device_{name}_{n}","value":{n}}}}}"##
        )
    };
    let settings: Vec<String> = (0..settings).map(setting).collect();
    let text = format!(
        r##"{{"id":"{id}","name":"{name}","platforms":"windows10","technologies":"mdm","templateReference":{{"templateId":"","templateFamily":"none"}},"lastModifiedDateTime":"2026-01-01T00:00:00Z","settingCount":{},"roleScopeTagIds":["0"],"assignments":[],"settings":[{}]}}"##,
        settings.len(),
        settings.join(",")
    );
    Json::parse(text.as_bytes()).unwrap()
}

/// A tenant with these policies.
async fn tenant_of(world: &World, policies: Vec<Json>) -> TestGraph {
    let mut state = TenantState::new();
    for policy in policies {
        state.put(POLICY, policy).unwrap();
    }
    TestGraph::serving(world, state).await
}

fn numbered(count: usize) -> Vec<Json> {
    (0..count).map(|n| policy(&format!("00000000-0000-4000-8000-{n:012}"), &format!("Policy {n}"), 3)).collect()
}

/// Every policy of the tenant is in the inventory once, with exactly its content.
async fn same_as_in_the_tenant(world: &World, graph: &TestGraph) {
    let scope = world.tenant_scope(&world.owner).await;
    let items = items(world).await;
    for key in [POLICY, COMPLIANCE] {
        let kind = find(key).unwrap();
        let ids = graph.sim.read_state(graph.tenant, |state| state.ids(key)).unwrap();
        assert_eq!(items.iter().filter(|item| item.resource_type == key).count(), ids.len(), "{key}");
        for id in ids {
            let item = items.iter().find(|item| item.resource_type == key && item.object_id == id).expect("was found");
            let object = graph.sim.read_state(graph.tenant, |state| state.object(key, &id)).unwrap().unwrap();
            let stored = world.store.inventory().find(&scope, item.id).await.unwrap().content;
            assert_eq!(
                stored.sorted().to_text(),
                Json::parse(canonical(kind, object).text.as_bytes()).unwrap().to_text(),
                "{key} {id}"
            );
        }
    }
}

async fn world(t: &TestStore) -> World {
    World::build(&t.store, &t.operator).await
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_1_a_token_that_expires_in_the_middle_loses_nothing() {
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let graph = tenant_of(&world, numbered(90)).await;
        // Lists, details and whole batches meet an expired token, each in a sync of its own: which request is the 33rd depends on how
        // the requests overtake each other, and one that is refused with its second token, too, is rightly given up.
        for (path, nth) in [(POLICIES, 2), (ONE_POLICY, 33), ("/beta/$batch", 2)] {
            graph.sim.inject(Fault::new(Effect::Expired).on(path).which(Which::Nth(nth)));
            let run = sync(&world, &graph, &both().reading_everything(true)).await;
            assert_eq!((run.outcome, count(&run, CountKey::Items)), (Outcome::Succeeded, 90), "{path}: {:?}", run.failures);
        }
        same_as_in_the_tenant(&world, &graph).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_2_parts_that_fail_inside_an_answered_batch_are_asked_again() {
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let graph = tenant_of(&world, numbered(120)).await;
        let faults: Vec<_> = [(3, 500), (7, 502), (11, 504), (13, 503)]
            .map(|(every, status)| Fault::new(Effect::ServerError { status }).on(ONE_POLICY).which(Which::Every(every)).times(4))
            .into_iter()
            .chain([Fault::new(Effect::Throttled { retry_after: Some("0".to_owned()) })
                .on(ONE_POLICY)
                .which(Which::Every(5))
                .times(4)])
            .map(|fault| graph.sim.inject(fault))
            .collect();
        let run = sync(&world, &graph, &both()).await;
        assert_eq!((run.outcome, count(&run, CountKey::Items)), (Outcome::Succeeded, 120), "{:?}", run.failures);
        assert!(faults.iter().all(|fault| graph.sim.times_applied(*fault) > 0), "each of them happened");
        same_as_in_the_tenant(&world, &graph).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_3_settings_beyond_the_first_page_inside_a_part_are_read() {
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let graph = tenant_of(&world, (0..30).map(|n| policy(&format!("p{n}"), &format!("P{n}"), 3 + n * 4)).collect()).await;
        graph.sim.change_settings(|settings| settings.expanded_page = Some(7));
        let run = sync(&world, &graph, &both()).await;
        assert_eq!((run.outcome, count(&run, CountKey::Items)), (Outcome::Succeeded, 30), "{:?}", run.failures);
        same_as_in_the_tenant(&world, &graph).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_4_links_that_lead_elsewhere_or_in_a_circle_end_their_type_only() {
    for effect in [Effect::ForeignNextLink { base_url: "https://graph.example.org".to_owned() }, Effect::LoopingNextLink] {
        on_both(async |t: TestStore| {
            let world = world(&t).await;
            let graph = TestGraph::inventing(&world, 300).await;
            let before = sync(&world, &graph, &both()).await;
            assert_eq!(before.outcome, Outcome::Succeeded, "{:?}", before.failures);
            t.clock.advance(Duration::from_secs(60));
            graph.sim.inject(Fault::new(effect.clone()).on(POLICIES));
            let run = sync(&world, &graph, &both()).await;
            assert_eq!(run.outcome, Outcome::PartiallySucceeded);
            let code = run.failures[0].code.as_str();
            assert!(["graph.foreign_link", "graph.endless_paging"].contains(&code), "{code}");
            assert_eq!((count(&run, CountKey::Succeeded), count(&run, CountKey::Missing)), (1, 0), "the other type was read");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_5_what_cannot_be_read_ends_nothing_else_and_deletes_nothing() {
    for effect in [
        Effect::Forbidden,
        Effect::NotFound,
        Effect::NestedError { status: 400 },
        Effect::ServerError { status: 500 },
        Effect::Html,
        Effect::TruncatedJson,
        Effect::ErrorBodyWith200,
    ] {
        on_both(async |t: TestStore| {
            let world = world(&t).await;
            let graph = TestGraph::inventing(&world, 60).await;
            let before = sync(&world, &graph, &both()).await;
            let objects = items(&world).await.len();
            assert_eq!(before.outcome, Outcome::Succeeded, "{:?}", before.failures);
            t.clock.advance(Duration::from_secs(60));
            graph.sim.inject(Fault::new(effect.clone()).on(COMPLIANCES));
            let run = sync(&world, &graph, &both()).await;
            assert_eq!(run.outcome, Outcome::PartiallySucceeded, "{effect:?}: success is not claimed");
            assert_eq!((count(&run, CountKey::Failed), count(&run, CountKey::Succeeded)), (1, 1), "{effect:?}");
            assert_eq!((count(&run, CountKey::Missing), items(&world).await.len()), (0, objects), "{effect:?}");
            let gone = t.number("select count(*) from policy_versions where change = 'disappeared'").await;
            assert_eq!(gone, 0, "{effect:?}: an incomplete list deletes nothing");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_5_one_page_then_nothing_keeps_what_was_read() {
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let mut state = TenantState::new();
        for n in 0..60 {
            let text = format!(
                r##"{{"@odata.type":"#microsoft.graph.windows10CompliancePolicy","id":"c{n}","displayName":"C{n}","roleScopeTagIds":["0"],"assignments":[],"scheduledActionsForRule":[]}}"##
            );
            state.put(COMPLIANCE, Json::parse(text.as_bytes()).unwrap()).unwrap();
        }
        let graph = TestGraph::serving(&world, state).await;
        // The second page, however often it is asked for.
        for again in 2..40 {
            graph.sim.inject(Fault::new(Effect::ServerError { status: 503 }).on(COMPLIANCES).which(Which::Nth(again)));
        }
        let run = sync(&world, &graph, &both()).await;
        assert_eq!((run.outcome, count(&run, CountKey::Missing)), (Outcome::PartiallySucceeded, 0));
        assert_eq!(items(&world).await.len(), 25, "what the first page held is kept");
        graph.sim.clear_faults();
        t.clock.advance(Duration::from_secs(60));
        let run = sync(&world, &graph, &both()).await;
        assert_eq!((run.outcome, items(&world).await.len()), (Outcome::Succeeded, 60));
        same_as_in_the_tenant(&world, &graph).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_5_one_object_that_cannot_be_read_is_the_only_one_lost() {
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let graph = tenant_of(&world, numbered(40)).await;
        let ids = graph.sim.read_state(graph.tenant, |state| state.ids(POLICY)).unwrap();
        graph.sim.inject(Fault::new(Effect::Forbidden).on(&format!("{POLICIES}/{}", ids[7])));
        // This one is deleted between the list and its details: no failure, and not there.
        graph.sim.inject(Fault::new(Effect::NotFound).on(&format!("{POLICIES}/{}", ids[9])));
        let run = sync(&world, &graph, &both()).await;
        assert_eq!(run.failures.iter().map(|line| line.code.as_str()).collect::<Vec<_>>(), ["graph.forbidden"]);
        assert_eq!(items(&world).await.len(), 38);
        graph.sim.clear_faults();
        t.clock.advance(Duration::from_secs(60));
        let run = sync(&world, &graph, &both()).await;
        assert_eq!((run.outcome, count(&run, CountKey::Created)), (Outcome::Succeeded, 2), "the next sync reads what failed");
        same_as_in_the_tenant(&world, &graph).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_5_what_the_list_holds_is_not_gone_because_its_details_are_not_found() {
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let graph = tenant_of(&world, numbered(40)).await;
        sync(&world, &graph, &both()).await;
        let ids = graph.sim.read_state(graph.tenant, |state| state.ids(POLICY)).unwrap();
        graph.sim.inject(Fault::new(Effect::NotFound).on(&format!("{POLICIES}/{}", ids[9])));
        t.clock.advance(Duration::from_secs(8 * 24 * 3600));
        let run = sync(&world, &graph, &both()).await;
        assert_eq!(count(&run, CountKey::Missing), 0);
        assert_eq!(items(&world).await.len(), 40);
        assert_eq!(t.number("select count(*) from inventory_items where absent").await, 0, "on SQLite and PostgreSQL alike");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_5_permissions_that_are_withdrawn_in_the_middle_delete_nothing() {
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let graph = TestGraph::inventing(&world, 100).await;
        sync(&world, &graph, &both()).await;
        let objects = items(&world).await.len();
        t.clock.advance(Duration::from_secs(60));
        // From the third request on everything is forbidden.
        graph.sim.inject(Fault::new(Effect::Expired).on(POLICIES).which(Which::Nth(2)));
        graph.sim.change_apps(graph.tenant, |apps| apps.iter_mut().for_each(|app| app.roles.clear())).unwrap();
        let run = sync(&world, &graph, &both().reading_everything(true)).await;
        assert_ne!(run.outcome, Outcome::Succeeded);
        assert_eq!((count(&run, CountKey::Missing), items(&world).await.len()), (0, objects));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_6_two_objects_of_one_name_stay_two() {
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let graph = tenant_of(&world, vec![policy("a", "Same", 2), policy("b", "Same", 5), policy("c", "Same", 2)]).await;
        for _ in 0..2 {
            let run = sync(&world, &graph, &both()).await;
            assert_eq!((run.outcome, items(&world).await.len()), (Outcome::Succeeded, 3));
            same_as_in_the_tenant(&world, &graph).await;
            t.clock.advance(Duration::from_secs(60));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_9_content_arrives_as_it_was_sent() {
    const ODD: &str = r##"{"id":"p","name":"Ünï 漢字 עברית \u202e 🦀 \u0001","description":"a\r\nb\nc\r","lastModifiedDateTime":"2026-01-01T00:00:00Z","settingCount":1,"platforms":"windows10","technologies":"mdm","roleScopeTagIds":["0"],"assignments":[],"nothing":null,"empty":[],"none":{},"zero":0,"minus":-0,"big":12345678901234567890123,"long":0.1000000000000000055511151231257827,"exponent":1E+400,"float":1.0,"unknownProperty":{"deep":{"deeper":[null,[],{"z":1,"a":2}]}},"payload":"77u/PD94bWwgdmVyc2lvbj0iMS4wIj8+DQo=","quote":"\"\\\/\b\f\t","settings":[{"id":"0","settingInstance":{"@odata.type":"#x","settingDefinitionId":"d","value":null,"children":[]}}]}"##;
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let object = Json::parse(ODD.as_bytes()).unwrap();
        let graph = tenant_of(&world, vec![object.clone(), policy("q", "Other", 1), policy("r", "Third", 1)]).await;
        let run = sync(&world, &graph, &both()).await;
        assert_eq!(run.outcome, Outcome::Succeeded, "{:?}", run.failures);
        same_as_in_the_tenant(&world, &graph).await;
        let scope = world.tenant_scope(&world.owner).await;
        let item = items(&world).await.into_iter().find(|item| item.object_id == "p").unwrap();
        let stored = world.store.inventory().find(&scope, item.id).await.unwrap().content;
        for property in
            ["description", "nothing", "empty", "none", "zero", "minus", "big", "long", "exponent", "float", "payload", "quote"]
        {
            assert_eq!(stored.get(property).map(Json::to_text), object.get(property).map(Json::to_text), "{property}");
        }
        assert_eq!(stored.get("name"), object.get("name"));
        let version = world.store.policy_versions().find(&scope, item.id, 1).await.unwrap();
        assert_eq!(version.content.unwrap().to_text(), stored.to_text(), "the version holds the same");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_9_an_object_of_five_megabytes_and_names_in_every_script_arrive() {
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let mut large = policy("large", "Large", 1);
        large.set("payload", Json::text("A".repeat(5 << 20)));
        let names = [
            "Ελληνικά",
            "русский",
            "العربية",
            "עברית",
            "हिन्दी",
            "ไทย",
            "日本語",
            "한국어",
            "ქართული",
            "🦀🏳️‍🌈",
            "a\u{301}\u{200b}",
        ];
        let named = names.iter().enumerate().map(|(n, name)| policy(&format!("n{n}"), name, 1));
        let graph = tenant_of(&world, named.chain([large]).collect()).await;
        let run = sync(&world, &graph, &both()).await;
        assert_eq!((run.outcome, items(&world).await.len()), (Outcome::Succeeded, names.len() + 1), "{:?}", run.failures);
        same_as_in_the_tenant(&world, &graph).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hazard_12_nothing_is_sent_during_a_cool_down() {
    on_both(async |t: TestStore| {
        let world = world(&t).await;
        let graph = tenant_of(&world, numbered(120)).await;
        let asked = Effect::Throttled { retry_after: Some("1".to_owned()) };
        graph.sim.inject(Fault::new(asked).on(ONE_POLICY).which(Which::Nth(30)));
        let run = sync(&world, &graph, &both()).await;
        assert_eq!((run.outcome, count(&run, CountKey::Items)), (Outcome::Succeeded, 120), "{:?}", run.failures);
        assert!(count(&run, CountKey::Throttled) > 0);
        assert_eq!(graph.sim.requests_in_cool_down(), 0);
        same_as_in_the_tenant(&world, &graph).await;
    })
    .await;
}
