//! What a workspace says of findings, and incidents, by their pages.

use axum::http::StatusCode;
use testkit::stores::on_both;

use crate::browser::Product;

const RULES: &str = "/admin/settings/severity";

#[tokio::test]
async fn rules_are_added_looked_at_and_removed() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut manager = product.browser_of(&product.world.manager).await;
        let asked = format!("{RULES}?type=conditional_access_policy&kind=changed&property=state");
        let shown = manager.get(&asked).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.body.contains("A rule of the product decides") && shown.body.contains("Due in 1 days"), "{}", shown.body);
        let rule = |act: &'static str, revision: &'static str| {
            [
                ("act", act),
                ("type", "conditional_access_policy"),
                ("kind", ""),
                ("property", "state"),
                ("severity", "low"),
                ("revision", revision),
            ]
        };
        let saved = manager.submit(RULES, &rule("add", "0")).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        assert!(manager.get(saved.location().unwrap()).await.body.contains("Rules saved"));
        assert!(manager.get(&asked).await.body.contains("A rule of this workspace decides"));
        let late = manager.submit(RULES, &rule("remove", "0")).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("changed meanwhile"));
        let days = [("act", "days"), ("days-high", "400"), ("revision", "1")];
        assert_eq!(manager.submit(RULES, &days).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let days = [("act", "days"), ("days-critical", "2"), ("revision", "1")];
        assert_eq!(manager.submit(RULES, &days).await.status, StatusCode::SEE_OTHER);
        assert_eq!(manager.submit(RULES, &rule("remove", "2")).await.status, StatusCode::SEE_OTHER);
        let shown = manager.get(&asked).await.body;
        assert!(shown.contains("A rule of the product decides") && shown.contains("Due in 2 days"));
        assert_eq!(manager.submit(RULES, &[("act", "odd"), ("revision", "3")]).await.status, StatusCode::BAD_REQUEST);
        let nothing = manager.submit(RULES, &[("act", "add"), ("severity", "low"), ("revision", "3")]).await;
        assert!(
            nothing.status == StatusCode::UNPROCESSABLE_ENTITY && nothing.body.contains("names a type, a kind or a property")
        );
    })
    .await;
}

#[tokio::test]
async fn who_may_not_change_rules_or_decide_is_told_and_sees_them() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut reader = product.browser_of(&product.world.readonly).await;
        let shown = reader.get(RULES).await;
        assert!(shown.status == StatusCode::OK && shown.body.contains("Insufficient permission"));
        let days = [("act", "days"), ("revision", "0")];
        assert_eq!(reader.submit(RULES, &days).await.status, StatusCode::FORBIDDEN);
        let shown = reader.get("/admin/incidents").await;
        assert!(shown.status == StatusCode::OK && shown.body.contains("No incidents"));
        let unknown = format!("/admin/incidents/{}", "0".repeat(64));
        for path in [unknown.as_str(), "/admin/incidents/x"] {
            assert_eq!(reader.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let (decide, accept) = (format!("{unknown}/move"), format!("{unknown}/accept"));
        assert_eq!(reader.submit(&decide, &[("act", "close")]).await.status, StatusCode::FORBIDDEN);
        let mut operator = product.browser_of(&product.world.operator_member).await;
        assert_eq!(operator.submit(&decide, &[("act", "close")]).await.status, StatusCode::NOT_FOUND);
        let fields = [("until", "2026-04-01"), ("words", "w")];
        assert_eq!(operator.submit(&accept, &fields).await.status, StatusCode::FORBIDDEN);
        let denied = product.test.texts("select action from audit_entries where outcome = 'denied' order by action").await;
        assert_eq!(denied, ["finding.ratings", "incident.decide", "incident.decide"]);
    })
    .await;
}
