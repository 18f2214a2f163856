//! The audit log by its pages.

use axum::http::StatusCode;
use model::access::Role;
use testkit::stores::on_both;

use crate::browser::Product;

#[tokio::test]
async fn it_says_who_did_what_and_leads_to_the_run() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let world = &product.world;
        let run = world.queued(&["scope_tag"]).await.id;
        let mut reader = product.browser_of(&world.readonly).await;
        let sync = format!("/admin/t/{}/inventory/sync", world.tenant);
        assert_eq!(reader.submit(&sync, &[("types", "scope_tag")]).await.status, StatusCode::FORBIDDEN);
        let mut manager = product.browser_of(&world.manager).await;
        let before = product.test.number("select count(*) from audit_entries").await;
        let log = manager.get("/admin/audit").await.body;
        assert!(log.contains("owner started an operation") && log.contains(&format!("href=\"/admin/operations/{run}\"")));
        assert!(log.contains("readonly was not allowed to start an operation") && log.contains("Refused"));
        assert!(log.contains("An operator at the command line created the tenant Contoso"));
        let refused = manager.get("/admin/audit?outcome=denied&action=run.*").await.body;
        assert!(refused.contains("readonly was not") && !refused.contains("owner started"));
        let of_tenant = manager.get(&format!("/admin/t/{}/audit", world.other_tenant)).await.body;
        assert!(of_tenant.contains("created the tenant Fabrikam") && !of_tenant.contains("created the tenant Contoso"));
        let nothing = manager.get("/admin/audit?action=future.code").await.body;
        assert!(nothing.contains("No entries match"));
        let bad = manager.get("/admin/audit?subject=nonsense").await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.body.contains("That is no id"));
        assert_eq!(product.test.number("select count(*) from audit_entries").await, before, "looking leaves no entry");
    })
    .await;
}

#[tokio::test]
async fn only_who_may_look_at_the_workspaces_trail_sees_it() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let world = &product.world;
        // Owner of a tenant, but not of the workspace.
        let (op, member) = (&world.operator, world.operator_member.id);
        world.store.members().add_to_tenant(op, world.tenant, member, Role::Owner).await.unwrap();
        let of_tenant = format!("/admin/t/{}/audit", world.tenant);
        for (who, user) in product.people() {
            let mut browser = product.browser_of(user).await;
            for path in ["/admin/audit", "/admin/audit.csv", &of_tenant, &format!("{of_tenant}.csv")] {
                let status = browser.get(path).await.status;
                let expected = match who {
                    "owner" | "manager" => StatusCode::OK,
                    "stranger" if path.starts_with("/admin/audit") => StatusCode::OK,
                    "outsider" | "stranger" if path.starts_with("/admin/t/") => StatusCode::NOT_FOUND,
                    _ => StatusCode::FORBIDDEN,
                };
                assert_eq!(status, expected, "{path} as {who}");
            }
            let linked = browser.get("/admin").await.body.contains("href=\"/admin/audit\"");
            assert_eq!(linked, matches!(who, "owner" | "manager" | "stranger"), "{who}");
        }
        let mut stranger = product.browser_of(&world.stranger).await;
        let theirs = stranger.get("/admin/audit").await.body;
        assert!(theirs.contains("Adatum") && !theirs.contains("Contoso"));
        let other = stranger.get(&format!("/admin/audit?tenant={}", world.tenant)).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn the_file_holds_the_same_and_no_formula() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let world = &product.world;
        let rename =
            format!("update tenants set name = '=HYPERLINK(\"x\")' where id = {}", product.test.literal(world.tenant.uuid()));
        product.test.execute(&rename).await;
        let mut owner = product.browser_of(&world.owner).await;
        let file = owner.get("/admin/audit.csv?action=tenant.create").await;
        assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
        let lines: Vec<&str> = file.body.lines().collect();
        assert_eq!(lines.len(), 3, "{}", file.body);
        assert!(lines[0].starts_with("entry_id,at_utc,what,action"));
        assert!(
            file.body.contains("\"'=HYPERLINK(\"\"x\"\")\"") && file.body.contains("created the tenant Fabrikam"),
            "{}",
            file.body
        );
        assert_eq!(owner.get("/admin/audit.csv?subject=x").await.status, StatusCode::BAD_REQUEST);
    })
    .await;
}
