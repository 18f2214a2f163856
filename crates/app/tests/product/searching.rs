//! Searching settings by the page and by the API: what is found, by whom, and that nothing of it is markup.

use std::time::Duration;

use model::access::Capability;
use model::ids::TenantId;
use testkit::caller::Caller;
use testkit::html;
use testkit::stores::{TestStore, on_both};

use crate::api::token;
use crate::served::Served;
use crate::somebody::Somebody;

fn page(tenant: TenantId, query: &str) -> String {
    format!("/admin/t/{tenant}/inventory/search{query}")
}

fn api(tenant: TenantId, query: &str) -> String {
    format!("/api/v1/tenants/{tenant}/inventory/search{query}")
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_searched_by_page_and_api_alike() {
    on_both(|test: TestStore| async move {
        let served = Served::of(&test).await;
        let graph = served.synced(40).await;
        let tenant = served.world.tenant;
        let browser = served.browser(Somebody::Readonly).await;
        let behind = browser.get(&page(tenant, "?q=configuration")).await;
        assert!(html::text(&behind.body).contains("cannot be searched yet"));
        while served.world.store.setting_search().index(50, Duration::ZERO).await.unwrap() > 0 {}
        graph.sim.clear_ledger();
        let list = browser.get(&format!("/admin/t/{tenant}/inventory")).await;
        assert!(html::links(&list.body).contains(&page(tenant, "")), "the inventory leads there");
        let asked = browser.get(&page(tenant, "")).await;
        assert!(asked.status == 200 && html::text(&asked.body).contains("What are you looking for?"));

        let found = browser.get(&page(tenant, "?q=MICROSOFT.graph")).await;
        assert_eq!(found.status, 200);
        assert!(found.body.contains("<mark>microsoft.graph</mark>"), "{}", html::text(&found.body));
        let caller = served.caller(Somebody::Readonly).await;
        let answer = caller.get(&api(tenant, "?q=MICROSOFT.graph&in=all&limit=2")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let told = answer.json();
        assert_eq!(told["items"].as_array().unwrap().len(), 2, "{told}");
        assert!(
            told["next"].is_string() && told["items"][0]["settings"][0]["value"].as_str().unwrap().contains("microsoft.graph")
        );

        for odd in ["?q=%25%25%25", "?q=_%25_", "?q=%27%3B--", "?q=zzqqx", "?q=%3Cscript%3Ealert(1)%3C/script%3E"] {
            let nothing = browser.get(&page(tenant, odd)).await;
            assert!(nothing.status == 200 && html::text(&nothing.body).contains("No settings match"), "{odd}");
            assert!(!nothing.body.contains("<script>alert"), "{odd}");
            assert_eq!(caller.get(&api(tenant, odd)).await.json()["items"].as_array().map(Vec::len), Some(0), "{odd}");
        }
        for wrong in ["?in=never", "?q=", "?limit=0", "?cursor=x", "?unknown=1"] {
            assert_eq!(caller.get(&api(tenant, wrong)).await.status, 400, "{wrong}");
        }
        for who in [Somebody::Stranger, Somebody::Outsider] {
            assert_eq!(served.browser(who).await.get(&page(tenant, "?q=a")).await.status, 404, "{who:?}");
            assert_eq!(served.caller(who).await.get(&api(tenant, "?q=a")).await.status, 404, "{who:?}");
        }
        // A token finds nothing that it was not given, whoever holds it.
        let world = &served.world;
        let little = token(world, &world.owner, &[Capability::WorkspaceView, Capability::TenantView]).await;
        let refused = Caller::at(&served.base, Some(&little)).get(&api(tenant, "?q=MICROSOFT.graph")).await;
        assert_eq!((refused.status, refused.problem().as_str()), (403, "forbidden"));
        assert_eq!(refused.json()["capability"], "tenant.policies.view");
        assert_eq!(graph.sim.ledger().counts(&graph_sim::Filter::default()).len(), 0, "searching asks Graph for nothing");
    })
    .await;
}
