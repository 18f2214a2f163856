//! What can be done on the Operations pages.

use axum::http::StatusCode;
use testkit::stores::on_both;

use crate::browser::{Browser, Product, on_sqlite};

/// Starts a sync and gives its run's address.
async fn started(product: &Product, browser: &mut Browser, types: &[&str]) -> String {
    let sync = format!("/admin/t/{}/inventory/sync", product.world.tenant);
    let fields: Vec<(&str, &str)> = types.iter().map(|key| ("types", *key)).collect();
    let answer = browser.submit(&sync, &fields).await;
    let page = browser.get(answer.location().unwrap()).await;
    format!("/admin/operations/{}", &page.body.split("/admin/operations/").nth(1).unwrap()[..36])
}

#[tokio::test]
async fn one_click_on_run_again_is_one_run() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut operator = product.browser_of(&product.world.operator_member).await;
        let run = started(&product, &mut operator, &["scope_tag"]).await;
        operator.submit(&format!("{run}/cancel"), &[]).await;
        let page = operator.get(&run).await;
        assert!(page.body.contains("Run again") && !page.body.contains("Run again what failed"), "it has no items");
        let retry = format!("{run}/retry");
        let first = operator.submit(&retry, &[("what", "whole"), ("key", "k-whole")]).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER);
        let new = first.location().unwrap().to_owned();
        assert_ne!(new, run);
        assert!(operator.get(&new).await.body.contains("Repeats"));
        assert!(operator.get(&run).await.body.contains("Repeated by"));
        operator.submit(&format!("{new}/cancel"), &[]).await;
        let again = operator.submit(&retry, &[("what", "whole"), ("key", "k-whole")]).await;
        assert_eq!(again.location(), Some(new.as_str()), "the same click leads to what it started, also when that has ended");
        assert!(operator.get(&new).await.body.contains("was started already"));
        assert_eq!(product.test.number("select count(*) from operation_runs").await, 2);

        let other = operator.submit(&retry, &[("what", "failed"), ("key", "k-failed")]).await;
        assert_eq!(other.status, StatusCode::CONFLICT, "nothing failed");
        for fields in [[("what", "all"), ("key", "x")], [("what", "whole"), ("key", "a b")]] {
            assert_eq!(operator.submit(&retry, &fields).await.status, StatusCode::BAD_REQUEST, "{fields:?}");
        }
        let mut reader = product.browser_of(&product.world.readonly).await;
        assert_eq!(reader.submit(&retry, &[("what", "whole")]).await.status, StatusCode::FORBIDDEN);
        let denied = product.test.texts("select action from audit_entries where outcome = 'denied'").await;
        assert_eq!(denied, ["run.retry"], "what was attempted is on record");
    })
    .await;
}

#[tokio::test]
async fn only_who_manages_the_workspace_ends_a_run_by_force() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let run = started(&product, &mut owner, &["scope_tag"]).await;
        let force = format!("{run}/force");
        assert_eq!(owner.submit(&force, &[]).await.status, StatusCode::CONFLICT, "it is not running");
        let _held = product.world.claim(&store::runs::WorkerId::new("w")).await;
        assert_eq!(owner.submit(&force, &[]).await.status, StatusCode::CONFLICT, "nobody asked it to stop");
        assert!(!owner.get(&run).await.body.contains("End by force"));
        owner.submit(&format!("{run}/cancel"), &[]).await;
        assert!(owner.get(&run).await.body.contains("End by force"));
        let mut operator = product.browser_of(&product.world.operator_member).await;
        assert!(!operator.get(&run).await.body.contains("End by force"));
        assert_eq!(operator.get(&force).await.status, StatusCode::FORBIDDEN);
        assert_eq!(operator.submit(&force, &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(owner.get(&force).await.status, StatusCode::OK);
        assert_eq!(owner.submit(&force, &[]).await.location(), Some(run.as_str()));
        let page = owner.get(&run).await;
        assert!(page.body.contains("was ended by force") && page.body.contains("Cancelled"));
    })
    .await;
}

#[tokio::test]
async fn what_is_paused_says_so_where_somebody_waits() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let run = started(&product, &mut owner, &["scope_tag"]).await;
        let queue = owner.get("/admin/operations/queue").await;
        assert!(queue.body.contains("No worker is alive") && queue.body.contains("Nothing is paused"));
        assert!(owner.get(&run).await.body.contains("No worker was ever started"));
        let worker = store::runs::WorkerId::new("w");
        product.test.store.queue().register(&worker, "atlas-1", "0.1.0", 8).await.unwrap();
        assert!(owner.get("/admin/operations/queue").await.body.contains("atlas-1"));
        let target = format!("tenant:{}", product.world.tenant);
        let fields = [("target", target.as_str()), ("reason", "Moving house.")];
        let answer = owner.submit("/admin/operations/queue/pause", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let page = owner.get(answer.location().unwrap()).await;
        assert!(page.body.contains("Moving house.") && page.body.contains("Resume"));
        assert!(owner.get(&run).await.body.contains("Moving house."));
        assert_eq!(
            product.test.store.queue().claim(&worker, model::operations::Operation::ALL, 9, store::runs::LEASE).await.unwrap(),
            []
        );
        let mut operator = product.browser_of(&product.world.operator_member).await;
        let page = operator.get("/admin/operations/queue").await;
        assert!(page.body.contains("Moving house.") && !page.body.contains(">Resume<"));
        assert_eq!(operator.submit("/admin/operations/queue/resume", &fields[..1]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(owner.submit("/admin/operations/queue/resume", &fields[..1]).await.status, StatusCode::SEE_OTHER);
        assert!(owner.get(&run).await.body.contains("Next in line"));
        for bad in ["", "tenant:x", "type:lost", "everything"] {
            let answer = owner.submit("/admin/operations/queue/pause", &[("target", bad)]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad:?}");
        }
        let foreign = format!("tenant:{}", product.world.foreign_tenant);
        let answer = owner.submit("/admin/operations/queue/pause", &[("target", foreign.as_str())]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn limits_out_of_their_bounds_are_refused_with_the_bounds() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let save = async |browser: &mut Browser, tenant: &str| {
            let fields = [("tenant_limit", tenant), ("workspace_limit", "40"), ("keep_days", "30")];
            browser.submit("/admin/operations/queue", &fields).await
        };
        let refused = save(&mut owner, "101").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Runs of one tenant at a time: from 1 to 100.") && refused.body.contains("value=\"101\""));
        assert_eq!(save(&mut owner, "many").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(save(&mut owner, "7").await.status, StatusCode::SEE_OTHER);
        assert!(owner.get("/admin/operations/queue").await.body.contains("value=\"7\""));
        let mut operator = product.browser_of(&product.world.operator_member).await;
        assert_eq!(save(&mut operator, "8").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn the_export_holds_what_the_list_holds_and_nothing_of_others() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let run = started(&product, &mut owner, &["scope_tag"]).await;
        let other = started(&product, &mut owner, &["mobile_app"]).await;
        owner.submit(&format!("{other}/cancel"), &[]).await;
        product.test.execute("update operation_runs set initiator_name = '=cmd()' where status = 'queued'").await;
        let file = owner.get("/admin/operations.csv").await;
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"operations.csv\""));
        let lines: Vec<&str> = file.body.lines().collect();
        assert_eq!(lines.len(), 3, "{}", file.body);
        assert!(lines[0].starts_with("run_id,type,tenant_id,tenant,status,outcome"));
        assert!(lines[1].starts_with(other.rsplit('/').next().unwrap()), "newest first");
        assert!(lines[2].contains(run.rsplit('/').next().unwrap()) && lines[2].contains(",'=cmd(),"));
        let narrow = owner.get("/admin/operations.csv?outcome=cancelled").await;
        assert_eq!(narrow.body.lines().count(), 2);
        let mut outsider = product.browser_of(&product.world.outsider).await;
        assert_eq!(outsider.get("/admin/operations.csv").await.body.lines().count(), 1, "v2: not entitled to the tenant");
        let mut stranger = product.browser_of(&product.world.stranger).await;
        assert_eq!(stranger.get("/admin/operations.csv").await.body.lines().count(), 1);
        let foreign = format!("/admin/operations.csv?tenant={}", product.world.tenant);
        assert_eq!(stranger.get(&foreign).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn what_is_done_to_many_is_one_run_with_the_rights_of_who_asked() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        for types in [["scope_tag"], ["mobile_app"], ["named_location"]] {
            started(&product, &mut owner, &types).await;
        }
        let bulk = "/admin/operations/bulk?tab=active";
        let page = owner.get(bulk).await;
        assert!(page.body.contains("3 operations") && page.body.contains("Cancel"));
        let wrong = owner.submit(bulk, &[("act", "cancel"), ("typed", "2")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Type 3 to confirm. Nothing was done."));
        let fields = [("act", "cancel"), ("typed", "3"), ("key", "k")];
        let begun = owner.submit(bulk, &fields).await;
        let parent = begun.location().unwrap().to_owned();
        assert!(owner.get(&parent).await.body.contains("Bulk action queued"));
        assert_eq!(product.test.number("select count(*) from operation_runs where status = 'queued'").await, 4);
        let graph = testkit::graph::TestGraph::inventing(&product.world, 1).await;
        graph.worker(&product.test.store).run_queue_now().await.unwrap();
        let outcomes = product.test.texts("select type || ' ' || outcome from operation_runs order by type, outcome").await;
        assert_eq!(
            outcomes,
            ["bulk_action succeeded", "inventory_sync cancelled", "inventory_sync cancelled", "inventory_sync cancelled"]
        );
        assert!(owner.get(&parent).await.body.contains("Items"));

        // Run again: children of the parent, each once.
        let again = "/admin/operations/bulk?outcome=cancelled";
        let begun = owner.submit(again, &[("act", "retry"), ("typed", "3"), ("key", "k2")]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER);
        graph.worker(&product.test.store).run_queue_now().await.unwrap();
        let children = "select count(*) from operation_runs where parent_run_id is not null and retry_of_run_id is not null";
        assert_eq!(product.test.number(children).await, 3);

        // A reader may look, and may do nothing to any of them.
        let mut reader = product.browser_of(&product.world.readonly).await;
        assert!(reader.get(again).await.body.contains("Nothing that matches"));
        assert_eq!(reader.submit(again, &[("act", "retry"), ("typed", "3")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}
