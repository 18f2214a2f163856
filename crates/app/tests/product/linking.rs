//! Links by the pages and by the API: both ways, drawn, and what leads nowhere; bounded statements, no script, strangers see nothing.

use model::inventory::InventoryFilter;
use testkit::html;
use testkit::stores::{TestStore, on_both};

use crate::served::Served;
use crate::somebody::Somebody;
use crate::statements;

#[tokio::test(flavor = "multi_thread")]
async fn links_are_shown_both_ways_and_drawn_by_few_statements() {
    statements::listen();
    on_both(|test: TestStore| async move {
        let served = Served::of(&test).await;
        let graph = served.synced(60).await;
        let world = &served.world;
        let tenant = world.tenant;
        let scope = world.tenant_scope(&world.owner).await;
        let items = world.store.inventory().list(&scope, &InventoryFilter::default(), None, 500).await.unwrap().rows;
        graph.sim.clear_ledger();
        let (browser, caller) = (served.browser(Somebody::Readonly).await, served.caller(Somebody::Readonly).await);
        // An item that uses a group, and the group's page leads back.
        let mut most = 0;
        let mut seen = None;
        for item in &items {
            let uses = world.store.links().uses(&scope, item.id, None, 50).await.unwrap().rows;
            statements::taken();
            let page = browser.get(&pages::href::item(tenant, item.id)).await;
            assert_eq!(page.status, 200);
            most = most.max(statements::taken().len());
            if let Some(group) = uses.iter().find(|link| link.end.to.resource_type == "group") {
                seen = Some((item.clone(), group.end.clone(), uses.len()));
            }
        }
        assert!(most < 60, "{most} statements");
        let (item, group, uses) = seen.expect("something is assigned");
        let page = browser.get(&pages::href::item(tenant, item.id)).await;
        let address = pages::href::group(tenant, &group.to.id);
        assert!(html::links(&page.body).contains(&address), "the item leads to its group");
        let back = browser.get(&address).await;
        assert!(html::text(&back.body).contains("Where is this group used?"));
        assert!(html::links(&back.body).contains(&pages::href::item(tenant, item.id)), "and the group to the item");
        // Drawn, as a table, and all of them.
        for depth in ["", "?depth=2", "?depth=x"] {
            let drawn = browser.get(&format!("{}{depth}", pages::href::graph(tenant, item.id))).await;
            assert_eq!(drawn.status, 200, "{depth}");
            assert!(drawn.body.contains("<svg") && drawn.body.contains("graph-title"), "{depth}");
            assert!(html::links(&drawn.body).contains(&address), "{depth}");
        }
        let all = browser.get(&pages::href::uses(tenant, item.id)).await;
        assert!(all.status == 200 && html::links(&all.body).contains(&address));
        let usage = browser.get(&String::from(pages::href::usage(tenant, "group", &group.to.id))).await;
        assert!(usage.status == 200 && html::links(&usage.body).contains(&pages::href::item(tenant, item.id)));
        for show in ["", "?show=dangling", "?show=unassigned", "?show=unused_filter", "?show=unused_scope_tag", "?show=%3Cx%3E"] {
            let page = browser.get(&format!("{}{show}", pages::href::references(tenant))).await;
            assert_eq!(page.status, 200, "{show}");
        }
        // The API says the same.
        let api = |path: &str| format!("/api/v1/tenants/{tenant}/{path}");
        let answer = caller.get(&api(&format!("inventory/{}/uses?limit=200", item.id))).await;
        assert_eq!((answer.status, answer.json()["items"].as_array().map(Vec::len)), (200, Some(uses)), "{}", answer.body);
        let users = caller.get(&api(&format!("usage?id={}", group.to.id))).await;
        let told = users.json();
        let told = told["items"].as_array().unwrap();
        assert!(told.iter().any(|user| user["item_id"] == item.id.to_string()), "{}", users.body);
        assert_eq!(caller.get(&api("usage?type=group")).await.json()["items"].as_array().map(Vec::len), Some(0), "whose?");
        assert_eq!(caller.get(&api(&format!("usage?id={}", "x".repeat(257)))).await.status, 400);
        assert_eq!(caller.get(&api(&format!("inventory/{}/users", item.id))).await.status, 200);
        for path in ["references/dangling", "references/orphans?kind=unused_filter", "references/told", "references/orphans"] {
            assert_eq!(caller.get(&api(path)).await.status, 200, "{path}");
        }
        for who in [Somebody::Stranger, Somebody::Outsider] {
            let (stranger, asks) = (served.browser(who).await, served.caller(who).await);
            for path in [pages::href::graph(tenant, item.id), pages::href::references(tenant), pages::href::uses(tenant, item.id)]
            {
                assert_eq!(stranger.get(&path).await.status, 404, "{who:?} {path}");
            }
            for path in ["references/dangling", "usage?id=x"] {
                assert_eq!(asks.get(&api(path)).await.status, 404, "{who:?} {path}");
            }
        }
        assert_eq!(graph.sim.ledger().counts(&graph_sim::Filter::default()).len(), 0, "none of it asks Graph");
    })
    .await;
}
