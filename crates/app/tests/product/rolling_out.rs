//! One source to many tenants, as people do it by pages and programs by the API.

use graph_sim::{Size, TenantProfile};
use model::access::can;
use model::backup::Selection;
use model::ids::BackupSetId;
use model::json::Json;
use model::operations::backup_set_capture;
use model::run::Trigger;
use serde_json::json;
use testkit::graph::{TestGraph, app, entra_id};
use testkit::html;
use testkit::stores::{on_both, start_of_time};
use testkit::world::connection;

use crate::served::Served;
use crate::somebody::Somebody;

const TAGS: &str = "scope_tag";

/// A backup of the first tenant with a scope tag that its other tenant does not have.
async fn a_tag(served: &Served) -> (TestGraph, BackupSetId) {
    let world = &served.world;
    world.store.connections().save(&world.operator, world.other_tenant, &connection()).await.unwrap();
    let graph = TestGraph::inventing(world, 5).await;
    let entra = entra_id(world, &world.owner, world.other_tenant).await;
    let state = graph_sim::generate(11, Size { policies: 0, groups: 2 }, start_of_time());
    graph.sim.add_tenant(TenantProfile::new(entra, "Fabrikam", "fabrikam.example", app()), state);
    let tag = Json::parse(br#"{"id":"77","displayName":"Branch offices","description":"made here","isBuiltIn":false}"#).unwrap();
    graph.sim.change_state(graph.tenant, |state| state.put(TAGS, tag)).unwrap().unwrap();
    let scope = world.tenant_scope(&world.owner).await;
    let request = backup_set_capture::Arguments::of(Selection::of_types([TAGS]).unwrap()).request(world.tenant);
    world.store.runs().start(&scope.permit::<can::BackupsRun>().unwrap(), &request, Trigger::Manual).await.unwrap();
    graph.worker(&world.store).run_queue_now().await.unwrap();
    let set = world.store.backups().list(&scope, None, None, 1).await.unwrap().rows.remove(0).id;
    (graph, set)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_is_made_previewed_confirmed_and_carried_out_by_its_pages() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (graph, set) = a_tag(&served).await;
        let (world, owner) = (&served.world, served.browser(Somebody::Owner).await);
        let text = async |path: &str| html::text(&owner.page(path).await.body);
        assert!(text("/admin/rollouts").await.contains("No restores to many tenants yet"));
        let new = owner.page(&format!("/admin/t/{}/restores/new?set={set}", world.tenant)).await;
        let new = new.link("/admin/rollouts/new").expect("the way to many tenants");
        let form = owner.page(&new).await.form("/admin/rollouts").with("name", "Tags everywhere");
        let nowhere = owner.submit(&form).await;
        assert_eq!(nowhere.status, 422);
        assert!(html::text(&nowhere.body).contains("Choose at least one tenant."), "{}", html::text(&nowhere.body));
        let in_rings = |rings: [u32; 2]| {
            let mut form = form.clone();
            form.fields.retain(|(name, _)| name != "ring");
            for (tenant, ring) in [(world.tenant, rings[0]), (world.other_tenant, rings[1])] {
                form.fields.push(("ring".to_owned(), format!("{tenant}:{ring}")));
            }
            form
        };
        let no_pilot = owner.submit(&in_rings([2, 3])).await;
        assert_eq!(no_pilot.status, 422);
        assert!(html::text(&no_pilot.body).contains("the pilot"));
        let made = owner.submit(&in_rings([1, 2])).await;
        assert_eq!(made.status, 303, "{}", html::text(&made.body));
        let one = made.location().unwrap().to_owned();
        assert!(text("/admin/rollouts").await.contains("Tags everywhere"));
        assert!(text(&one).await.contains("Nothing was written yet"));
        let confirm = format!("{one}/confirm");
        assert!(text(&confirm).await.contains("There is nothing to confirm"));

        let preview = format!("{one}/preview");
        let started = owner.submit(&owner.page(&one).await.form(&preview)).await;
        assert_eq!((started.status, started.location()), (303, Some(one.as_str())));
        graph.worker(&world.store).run_queue_now().await.unwrap();
        let asked = owner.page(&confirm).await.form(&confirm);
        let wrong = owner.submit(&asked.clone().with("typed", "Tags")).await;
        assert_eq!(wrong.status, 422);
        assert!(html::text(&wrong.body).contains("That is not the rollout's name."));
        let other = owner.submit(&asked.clone().with("typed", "Tags everywhere").with("plan", "0000")).await;
        assert_eq!(other.status, 409);
        // The page of one of its restores says who carries it out.
        let restore = world.store.restores().list(&world.tenant_scope(&world.owner).await, None, 1).await.unwrap();
        let restore = format!("/admin/t/{}/restores/{}", world.tenant, restore.rows[0].id);
        assert!(text(&format!("{restore}/execute")).await.contains("Part of a restore to many tenants"));

        let meant = asked.with("typed", "Tags everywhere");
        assert_eq!(owner.submit(&meant).await.location(), Some(one.as_str()));
        assert_eq!(owner.submit(&meant).await.location(), Some(one.as_str()), "a second click");
        assert_eq!(test.number("select count(*) from operation_runs where type = 'restore_rollout'").await, 1);
        assert!(text(&one).await.contains("It is being carried out"));
        graph.worker(&world.store).run_queue_now().await.unwrap();
        let over = text(&one).await;
        assert!(over.contains("Every ring came out as planned"), "{over}");
        assert!(text(&restore).await.contains("A restore to many tenants"));
        assert_eq!(
            test.number("select count(*) from audit_entries where action = 'rollout.execute' and outcome = 'done'").await,
            1
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_make_and_carry_out_rollouts_where_their_token_opens_every_tenant() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let (graph, set) = a_tag(&served).await;
        let (world, owner) = (&served.world, served.caller(Somebody::Owner).await);
        let all = "/api/v1/rollouts";
        let wish = json!({ "name": "Tags", "of": world.tenant, "backup": set, "rings": [[world.tenant], [world.other_tenant]] });
        for (name, value) in
            [("rings", json!([])), ("rings", json!([[], [world.tenant]])), ("item", json!(set)), ("types", json!([]))]
        {
            let mut wrong = wish.clone();
            wrong[name] = value;
            let answer = owner.post(all, &wrong).await;
            assert!((400..=422).contains(&answer.status), "{name}: {}", answer.status);
        }
        assert_eq!(test.number("select count(*) from rollouts").await, 0);
        assert_eq!(served.caller(Somebody::Operator).await.post(all, &wish).await.status, 403);
        let made = owner.post(all, &wish).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let one = made.location().unwrap().to_owned();
        assert_eq!(served.caller(Somebody::Operator).await.get(&one).await.status, 403);
        assert_eq!(served.caller(Somebody::Stranger).await.get(&one).await.status, 404);
        assert_eq!(owner.get(all).await.json()["items"][0]["name"], "Tags");

        let started = owner.send("POST", &format!("{one}/preview"), None, &[]).await;
        assert_eq!(started.status, 202, "{}", started.body);
        graph.worker(&world.store).run_queue_now().await.unwrap();
        let seen = owner.get(&one).await.json();
        let rings: Vec<_> = seen["tenants"].as_array().unwrap().iter().map(|of| of["ring"].as_u64().unwrap()).collect();
        assert_eq!((rings, seen["rollout"]["state"].as_str(), seen["removals"].as_i64()), (vec![1, 2], Some("draft"), Some(0)));
        let execute = format!("{one}/execute");
        let named = |plan: &str, confirm: &str| json!({ "plan": plan, "confirm": confirm });
        let plan = seen["plan"].as_str().unwrap();
        assert!((400..=422).contains(&owner.post(&execute, &named(plan, "Tag")).await.status));
        assert_eq!(owner.post(&execute, &named("0000", "Tags")).await.status, 409);
        let started = owner.post(&execute, &named(plan, "Tags")).await;
        assert_eq!(started.status, 202, "{}", started.body);
        let again = owner.post(&execute, &named(plan, "Tags")).await;
        assert_eq!(again.location(), started.location(), "the same run");
        assert_eq!(owner.send("POST", &format!("{one}/cancel"), None, &[]).await.status, 409, "it is at work");
        graph.worker(&world.store).run_queue_now().await.unwrap();
        assert_eq!(owner.get(started.location().unwrap()).await.json()["outcome"], "succeeded");
        let over = owner.get(&one).await.json();
        assert_eq!(
            (over["rollout"]["state"].as_str(), over["tenants"][1]["standing"].as_str()),
            (Some("completed"), Some("good"))
        );

        let draft = owner.post(all, &wish).await.location().unwrap().to_owned();
        assert_eq!(owner.send("POST", &format!("{draft}/cancel"), None, &[]).await.status, 204);
        assert_eq!(owner.get(&draft).await.json()["rollout"]["state"], "ended");
    })
    .await;
}
