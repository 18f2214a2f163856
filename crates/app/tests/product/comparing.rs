//! Comparisons by the pages and by the API: what they tell, to whom, and what they never show.

use graph_sim::{Mutation, Mutator};
use model::ids::{InventoryItemId, TenantId};
use model::inventory::InventoryFilter;
use model::json::Json;
use testkit::graph::TestGraph;
use testkit::html;
use testkit::stores::{TestStore, on_both};

use crate::served::Served;
use crate::somebody::Somebody;

const POLICIES: &str = "settings_catalog_policy";

/// A policy of the first tenant with two versions: it was renamed.
async fn renamed(test: &TestStore) -> (Served, TestGraph, InventoryItemId) {
    let served = Served::of(test).await;
    let graph = served.synced(40).await;
    let ids = graph.sim.read_state(graph.tenant, |state| state.ids(POLICIES)).unwrap();
    let done = Mutator::new(&graph.sim, 3).mutate_object(graph.tenant, Mutation::Renamed, POLICIES, &ids[0]).unwrap();
    assert_eq!(done.len(), 1);
    served.world.start_sync(&served.world.owner, &[POLICIES]).await;
    // The sync, and the check for drift that follows it.
    assert_eq!(graph.worker(&served.world.store).run_queue_now().await.unwrap(), 2);
    let scope = served.world.tenant_scope(&served.world.owner).await;
    let filter = InventoryFilter { types: vec![POLICIES.to_owned()], text: Some("(renamed".to_owned()), ..Default::default() };
    let item = served.world.store.inventory().list(&scope, &filter, None, 5).await.unwrap().rows.remove(0);
    (served, graph, item.id)
}

fn compare(tenant: TenantId, item: InventoryItemId, more: &str) -> String {
    format!("/admin/t/{tenant}/inventory/{item}/compare{more}")
}

#[tokio::test(flavor = "multi_thread")]
async fn two_versions_are_compared_by_pages_and_api_alike() {
    on_both(|test| async move {
        let (served, graph, item) = renamed(&test).await;
        graph.sim.clear_ledger();
        let tenant = served.world.tenant;
        let browser = served.browser(Somebody::Readonly).await;
        let page = browser.get(&compare(tenant, item, "")).await;
        assert_eq!(page.status, 200);
        let words = html::text(&page.body);
        assert!(words.contains("Versions 1 and 2") && words.contains("1 change: 1 in name."), "{words}");
        for (view, expected) in [("unified", "1 line removed, 1 line added"), ("patch", "\"op\": \"replace\"")] {
            let page = browser.get(&compare(tenant, item, &format!("?from=1&to=2&view={view}"))).await;
            assert!(html::text(&page.body).contains(expected), "{view}: {}", html::text(&page.body));
        }
        let turned = browser.get(&compare(tenant, item, "?from=2&to=1")).await;
        assert!(html::text(&turned.body).contains("Versions 2 and 1"));
        let file = browser.get(&compare(tenant, item, "/patch?from=1&to=2")).await;
        assert_eq!(file.header("content-type"), Some("application/json-patch+json"));
        assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"version-1-to-2.json\""));
        let operations = Json::parse(file.body.as_bytes()).unwrap();
        assert_eq!(operations.as_array().unwrap()[0].get("path").and_then(Json::as_str), Some("/name"));
        // The page of the item leads there.
        let about = browser.get(&format!("/admin/t/{tenant}/inventory/{item}")).await.body;
        assert!(about.contains(&compare(tenant, item, "?from=1&amp;to=2")) && about.contains(&compare(tenant, item, "/with")));
        let caller = served.caller(Somebody::Readonly).await;
        let answer = caller.get(&format!("/api/v1/tenants/{tenant}/inventory/{item}/compare")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let told = answer.json();
        assert_eq!(
            (told["total"].as_i64(), told["before"]["version"].as_i64(), told["after"]["version"].as_i64()),
            (Some(1), Some(1), Some(2))
        );
        let change = &told["changes"][0];
        assert_eq!(
            (change["effect"].as_str(), change["area"].as_str(), change["path"].as_str()),
            (Some("changed"), Some("name"), Some("name"))
        );
        assert_eq!(told["patch"][0]["op"], "replace");
        assert_eq!(told["hidden"].as_array().map(Vec::len), Some(0));
        // The object at an instant.
        let at = |at: &str| format!("/api/v1/tenants/{tenant}/inventory/{item}/at{at}");
        assert_eq!(caller.get(&at("")).await.json()["version"]["number"], 2);
        assert_eq!(caller.get(&at("?at=2001-01-01T00:00:00Z")).await.status, 404);
        for unknown in ["?from=9", "?to=0", "?from=x", "?with=00000000-0000-7000-8000-000000000000"] {
            assert_eq!(browser.get(&compare(tenant, item, unknown)).await.status, 404, "{unknown}");
        }
        assert_eq!(graph.sim.ledger().counts(&graph_sim::Filter::default()).len(), 0, "comparing asks Graph for nothing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_policies_are_chosen_and_compared() {
    on_both(|test| async move {
        let (served, _graph, item) = renamed(&test).await;
        let tenant = served.world.tenant;
        let browser = served.browser(Somebody::Operator).await;
        let offered = browser.get(&compare(tenant, item, "/with")).await;
        let with: Vec<String> =
            html::links(&offered.body).into_iter().filter(|link| link.starts_with(&compare(tenant, item, "?with="))).collect();
        assert!(!with.is_empty() && !with.iter().any(|link| link.contains(&format!("with={item}"))), "others, not itself");
        let page = browser.get(&with[0].replace("&amp;", "&")).await;
        assert_eq!(page.status, 200);
        assert!(html::text(&page.body).contains("changes:") || html::text(&page.body).contains("1 change:"));
        let nothing = browser.get(&compare(tenant, item, "/with?q=nothing-is-called-so&all=yes")).await;
        assert!(html::text(&nothing.body).contains("No policy found"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tenants_are_compared_only_by_who_is_entitled_to_both() {
    on_both(|test| async move {
        let (served, _graph, item) = renamed(&test).await;
        let world = &served.world;
        let (tenant, other, foreign) = (world.tenant, world.other_tenant, world.foreign_tenant);
        let owner = served.browser(Somebody::Owner).await;
        let page = owner.get(&format!("/admin/t/{tenant}/compare?with={other}")).await;
        assert_eq!(page.status, 200);
        assert!(html::text(&page.body).contains("Only in Contoso:") && !html::text(&page.body).contains("Only in Contoso: 0"));
        let choose = owner.get(&format!("/admin/t/{tenant}/compare")).await;
        assert!(html::text(&choose.body).contains("Choose what to compare with"));
        let past = owner.get(&format!("/admin/t/{tenant}/compare?from=2020-01-01T00:00")).await;
        assert!(html::text(&past.body).contains("Added") && html::text(&past.body).contains("Removed: 0"));
        let odd = owner.get(&format!("/admin/t/{tenant}/compare?from=yesterday")).await;
        assert!(odd.status == 200 && html::text(&odd.body).contains("cannot be read"));
        for (who, with) in [(Somebody::Operator, other), (Somebody::Readonly, other), (Somebody::Owner, foreign)] {
            let browser = served.browser(who).await;
            for address in [
                format!("/admin/t/{tenant}/compare?with={with}"),
                compare(tenant, item, &format!("/with?in={with}")),
                compare(tenant, item, &format!("?with={item}&in={with}")),
                compare(tenant, item, &format!("/patch?with={item}&in={with}")),
            ] {
                assert_eq!(browser.get(&address).await.status, 404, "{who:?} {address}");
            }
            let caller = served.caller(who).await;
            for address in [
                format!("/api/v1/tenants/{tenant}/differences?with={with}"),
                format!("/api/v1/tenants/{tenant}/inventory/{item}/compare?with_tenant={with}"),
            ] {
                assert_eq!(caller.get(&address).await.status, 404, "{who:?} {address}");
            }
        }
        let caller = served.caller(Somebody::Owner).await;
        let answer =
            caller.get(&format!("/api/v1/tenants/{tenant}/differences?with={other}&difference=only_before&limit=2")).await;
        let told = answer.json();
        assert_eq!(told["items"].as_array().unwrap().len(), 2, "{told}");
        assert!(told["next"].is_string() && told["items"][0]["after"].is_null());
        assert_eq!(told["items"][0]["difference"], "only_before");
    })
    .await;
}
