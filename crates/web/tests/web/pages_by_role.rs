//! Every page over both databases, and what a start leads to.

use axum::http::StatusCode;
use testkit::stores::on_both;

use crate::browser::{Product, on_sqlite};

/// The status of each page of the first tenant for owner, manager, operator, readonly, outsider, stranger.
const EXPECTED: [(&str, [u16; 6]); 15] = [
    ("/admin", [200, 200, 200, 200, 200, 200]),
    ("/admin?q=cont", [200, 200, 200, 200, 200, 200]),
    ("/admin/search?q=co", [200, 200, 200, 200, 200, 200]),
    ("/admin/notices", [200, 200, 200, 200, 200, 200]),
    ("/admin/operations", [200, 200, 200, 200, 200, 200]),
    ("/admin/operations?tab=attention&days=7", [200, 200, 200, 200, 200, 200]),
    (
        "/admin/operations?from=2026-01-01&to=2099-12-31&status=queued&outcome=pending&trigger=manual",
        [200, 200, 200, 200, 200, 200],
    ),
    ("/admin/operations.csv", [200, 200, 200, 200, 200, 200]),
    ("/admin/operations/queue", [200, 200, 200, 200, 200, 200]),
    ("/admin/t/TENANT", [200, 200, 200, 200, 404, 404]),
    ("/admin/t/TENANT/inventory", [200, 200, 200, 200, 404, 404]),
    ("/admin/t/TENANT/inventory?q=a%25_&type=scope_tag&platform=ios&missing=yes&cursor=f.00", [200, 200, 200, 200, 404, 404]),
    ("/admin/t/TENANT/inventory/sync", [200, 200, 200, 200, 404, 404]),
    ("/admin/operations/RUN", [200, 200, 200, 403, 404, 404]),
    ("/admin/operations/RUN/cancel", [200, 200, 200, 403, 404, 404]),
];

#[tokio::test]
async fn every_page_is_shown_to_whom_it_belongs() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let sync = format!("/admin/t/{}/inventory/sync", product.world.tenant);
        let mut owner = product.browser_of(&product.world.owner).await;
        let started = owner.submit(&sync, &[("types", "scope_tag"), ("types", "mobile_app")]).await;
        let page = owner.get(started.location().unwrap()).await;
        let run = page.body.split("/admin/operations/").nth(1).unwrap()[..36].to_owned();
        for (i, (name, user)) in product.people().into_iter().enumerate() {
            let mut browser = product.browser_of(user).await;
            for (address, statuses) in EXPECTED {
                let address = address.replace("TENANT", &product.world.tenant.to_string()).replace("RUN", &run);
                let answer = browser.get(&address).await;
                assert_eq!(answer.status.as_u16(), statuses[i], "{name} {address}: {}", answer.body);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_start_is_answered_with_a_toast_shown_once() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let tenant = format!("/admin/t/{}", product.world.tenant);
        let sync = format!("{tenant}/inventory/sync");
        let inventory = format!("{tenant}/inventory?q=x");
        let fields = [("types", "scope_tag"), ("back", inventory.as_str())];
        let answer = owner.submit(&sync, &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, Some(inventory.as_str())));
        let page = owner.get(&inventory).await;
        assert!(page.body.contains("Inventory sync queued") && page.body.contains("Running in the background."));
        let run = page.body.split("/admin/operations/").nth(1).unwrap()[..36].to_owned();
        assert!(!owner.get(&inventory).await.body.contains("Running in the background."), "once");

        // Again: the same run, and it says so. A wish to go elsewhere afterwards is not followed.
        let again = owner.submit(&sync, &[("types", "scope_tag"), ("back", "https://evil.example/")]).await;
        assert_eq!(again.location(), Some(tenant.as_str()));
        let page = owner.get(&tenant).await;
        assert!(page.body.contains("Inventory sync is already queued") && page.body.contains(&run));
        assert_eq!(product.test.number("select count(*) from operation_runs").await, 1);

        // Cancelled while queued: it is over at once, and cannot be cancelled again.
        let cancel = format!("/admin/operations/{run}/cancel");
        assert_eq!(owner.submit(&cancel, &[]).await.location(), Some(format!("/admin/operations/{run}").as_str()));
        let page = owner.get(&format!("/admin/operations/{run}")).await;
        assert!(page.body.contains("is being cancelled") && page.body.contains("Cancelled"));
        let again = owner.submit(&cancel, &[]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.body.contains("The run is over already."));

        // One notice, unread until it is read.
        let notices = owner.get("/admin/notices").await;
        assert!(notices.body.contains("Notices, 1 unread") && notices.body.contains(&run));
        owner.submit("/admin/notices/read", &[]).await;
        assert!(!owner.get("/admin/notices").await.body.contains("unread"));
    })
    .await;
}

#[tokio::test]
async fn what_a_script_asks_for_in_the_background_takes_no_toast() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let tenant = format!("/admin/t/{}", product.world.tenant);
        owner.submit(&format!("{tenant}/inventory/sync"), &[("types", "scope_tag")]).await;
        owner.headers = vec![("atlas-regions", "activity,bell".to_owned())];
        assert!(!owner.get(&tenant).await.body.contains("Inventory sync queued"));
        owner.headers = vec![("atlas-regions", "bell, toasts".to_owned())];
        assert!(owner.get(&tenant).await.body.contains("Inventory sync queued"));
    })
    .await;
}

#[tokio::test]
async fn a_start_that_is_blocked_says_why() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let tenant = format!("/admin/t/{}", product.world.other_tenant);
        let answer = owner.submit(&format!("{tenant}/inventory/sync"), &[("types", "scope_tag")]).await;
        assert_eq!(answer.location(), Some(tenant.as_str()));
        assert!(owner.get(&tenant).await.body.contains("Inventory sync blocked"));
        assert!(owner.get("/admin").await.body.contains("Blocked"), "it is among the runs that need attention");
    })
    .await;
}

#[tokio::test]
async fn a_live_page_gets_its_regions_only() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let whole = owner.get("/admin/operations").await;
        assert!(whole.body.starts_with("<!DOCTYPE html>"));
        assert_eq!(whole.header("vary").map(|vary| vary.contains("atlas-regions")), Some(true));
        owner.headers = vec![("atlas-regions", "runs,bell".to_owned())];
        let regions = owner.get("/admin/operations").await;
        assert!(regions.body.starts_with("<div id=\"runs\" data-live="), "{}", regions.body);
        assert!(regions.body.contains("<div id=\"bell\"") && !regions.body.contains("<html"));
    })
    .await;
}

#[tokio::test]
async fn a_pasted_run_id_leads_to_the_run_and_text_finds_tenants() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let id = model::ids::RunId::generate();
        let answer = owner.get(&format!("/admin/search?q=%20{id}%20")).await;
        assert_eq!(answer.location(), Some(format!("/admin/operations/{id}").as_str()));
        let found = owner.get("/admin/search?q=FABRI").await;
        assert!(found.body.contains(&format!("/admin/t/{}", product.world.other_tenant)));
        assert!(!found.body.contains("Adatum"));
    })
    .await;
}

#[tokio::test]
async fn tenants_visited_lately_come_first_in_the_switcher() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let order = |body: &str| {
            let rail = body.split("<main").next().unwrap();
            (rail.find("Contoso").unwrap(), rail.find("Fabrikam").unwrap())
        };
        let (contoso, fabrikam) = order(&owner.get("/admin/notices").await.body);
        assert!(contoso < fabrikam, "by name");
        owner.get(&format!("/admin/t/{}", product.world.other_tenant)).await;
        let (contoso, fabrikam) = order(&owner.get("/admin/notices").await.body);
        assert!(fabrikam < contoso, "by visit");
    })
    .await;
}

#[tokio::test]
async fn somebody_without_a_workspace_is_told_so() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let world = &product.world;
        let lonely = world.store.users().add(&world.operator, "lonely@example.test", "Lonely", None).await.unwrap();
        let mut lonely = product.browser_of(&lonely).await;
        let home = lonely.get("/admin").await;
        assert_eq!(home.status, StatusCode::OK);
        assert!(home.body.contains("No workspace yet"));
        for address in ["/admin/notices", "/admin/search?q=a"] {
            assert_eq!(lonely.get(address).await.status, StatusCode::OK, "{address}");
        }
        assert_eq!(lonely.get("/admin/operations").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
