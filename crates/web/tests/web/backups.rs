//! Backups as pages and forms.

use axum::http::StatusCode;
use model::ids::{BackupSetId, InventoryItemId};
use testkit::stores::on_both;

use crate::browser::Product;

/// A set of the first tenant called "Before"; `sealed`: it holds what it is to hold.
async fn a_set(product: &Product, sealed: bool) -> BackupSetId {
    let id = BackupSetId::generate();
    let (status, at) = if sealed { ("complete", "'2026-03-01T08:00:00.000000Z'") } else { ("capturing", "null") };
    let text = format!(
        "insert into backup_sets (id, workspace_id, tenant_id, name, status, selection, holds, created_by_name, started_at, completed_at,
           items, bytes, missing, left_out, pinned)
         select {}, workspace_id, id, 'Before', '{status}', '{{\"what\": \"all\"}}', 'Everything', '', '2026-03-01T08:00:00.000000Z', {at},
           0, 0, 0, 0, 1 = 0 from tenants where id = {}",
        product.test.literal(id.uuid()),
        product.test.literal(product.world.tenant.uuid())
    );
    product.test.execute(&text).await;
    id
}

#[tokio::test]
async fn who_may_not_remove_a_backup_pins_it_and_cannot_unpin_it() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let set = a_set(&product, true).await;
        let one = format!("/admin/t/{}/backups/{set}", product.world.tenant);
        let mut operator = product.browser_of(&product.world.operator_member).await;
        assert!(operator.get(&one).await.body.contains("Pin"));
        assert_eq!(operator.submit(&format!("{one}/pin"), &[]).await.location(), Some(one.as_str()));
        let page = operator.get(&one).await.body;
        assert!(page.contains("Pinned") && !page.contains("/unpin"));
        assert_eq!(operator.submit(&format!("{one}/unpin"), &[]).await.status, StatusCode::FORBIDDEN);
        let denied = product.test.texts("select action from audit_entries where outcome = 'denied'").await;
        assert_eq!(denied, ["backup_set.pin"]);
        let mut manager = product.browser_of(&product.world.manager).await;
        let refused = manager.submit(&format!("{one}/delete"), &[("typed", "Before")]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "it is pinned");
        assert_eq!(manager.submit(&format!("{one}/unpin"), &[]).await.location(), Some(one.as_str()));
        let unnamed = manager.submit(&format!("{one}/delete"), &[("typed", "before")]).await;
        assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unnamed.body.contains("That is not its name."));
        assert_eq!(manager.submit(&format!("{one}/delete"), &[("typed", " Before ")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(manager.get(&one).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_verified_or_captured_is_refused_without_a_run() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let list = format!("/admin/t/{}/backups", product.world.tenant);
        let mut owner = product.browser_of(&product.world.owner).await;
        owner.get(&list).await;
        let unsealed = a_set(&product, false).await;
        assert_eq!(owner.submit(&format!("{list}/{unsealed}/verify"), &[]).await.status, StatusCode::CONFLICT);
        let missing = owner.get(&format!("{list}/{unsealed}/missing")).await.body;
        assert!(!missing.contains("Nothing is missing"), "its run is not recorded: nothing of it can be used");

        let long = "x".repeat(101);
        let named = owner.submit(&list, &[("what", "all"), ("name", &long)]).await;
        assert_eq!(named.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(named.body.contains("A name has at most 100 characters."));
        let ids: Vec<String> = (0..=model::backup::MOST_ITEMS).map(|_| InventoryItemId::generate().to_string()).collect();
        let mut fields = vec![("what", "items")];
        fields.extend(ids.iter().map(|id| ("items", id.as_str())));
        let many = owner.submit(&list, &fields).await;
        assert_eq!(many.status, StatusCode::BAD_REQUEST, "more fields than a form has: none of them is left out without a word");
        let nobodys = owner.submit(&list, &fields[..3]).await;
        assert_eq!(nobodys.status, StatusCode::UNPROCESSABLE_ENTITY, "the tenant has none of them");
        assert_eq!(product.test.number("select count(*) from operation_runs").await, 0);
    })
    .await;
}
