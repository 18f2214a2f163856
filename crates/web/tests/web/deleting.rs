//! Removing a tenant for good, on its pages and in the API.

use axum::http::StatusCode;
use model::access::Role;
use model::tenant::TenantStatus;
use testkit::stores::on_both;

use crate::browser::Product;

#[tokio::test]
async fn an_owner_of_the_workspace_types_its_name_and_a_run_removes_it() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let (world, tenant) = (&product.world, product.world.tenant);
        // Whoever owns the tenant alone does not remove it.
        world.store.members().add_to_tenant(&world.operator, tenant, world.manager.id, Role::Owner).await.unwrap();
        let mut owner = product.browser_of(&world.owner).await;
        let mut other = product.browser_of(&world.manager).await;
        let (page, details) = (format!("/admin/t/{tenant}/delete"), format!("/admin/t/{tenant}/details"));
        assert!(owner.get(&page).await.body.contains("Archive it first"));
        assert!(!owner.get(&details).await.body.contains(&page));
        let name = world.tenant_scope(&world.owner).await.tenant().name.clone();
        let named = [("typed", name.as_str())];
        let refused = owner.submit(&page, &named).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("Only an archived tenant can be deleted."));

        // An older tab overwrites nothing that its sender did not see.
        let shown = owner.get(&details).await.body;
        assert!(shown.contains(&format!("name=\"seen_name\" value=\"{name}\"")));
        let domain = world.tenant_scope(&world.owner).await.tenant().domain.clone();
        let seen = [("seen_name", name.as_str()), ("seen_domain", &domain), ("seen_environment", "production")];
        let wanted = |to| [("name", to), ("domain", domain.as_str()), ("environment", "production")];
        let overtaken = owner.submit(&details, &[&wanted("Other")[..], &[("seen_name", "Old")]].concat()).await;
        assert_eq!(overtaken.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(overtaken.body.contains("Somebody changed the details meanwhile") && overtaken.body.contains("value=\"Other\""));
        let wrong = owner.submit(&details, &[&wanted("")[..], &[("seen_name", "Old")]].concat()).await;
        assert!(wrong.body.contains("name=\"seen_name\" value=\"Old\""), "another mistake does not make it seen");
        assert_eq!(owner.submit(&details, &[wanted(&name), seen].concat()).await.status, StatusCode::SEE_OTHER);

        world.store.tenants().set_status(&world.operator, tenant, TenantStatus::Archived).await.unwrap();
        assert!(owner.get(&details).await.body.contains(&page));
        let shown = other.get(&details).await.body;
        assert!(!shown.contains(&page) && shown.contains("An owner of the workspace can delete it for good."));
        assert_eq!(other.get(&page).await.status, StatusCode::FORBIDDEN);
        assert_eq!(other.submit(&page, &named).await.status, StatusCode::FORBIDDEN);
        let denied = "select action from audit_entries where outcome = 'denied'";
        assert_eq!(product.test.texts(denied).await, ["tenant.delete"]);
        let mut stranger = product.browser_of(&world.stranger).await;
        assert_eq!(stranger.get(&page).await.status, StatusCode::NOT_FOUND);

        let unnamed = owner.submit(&page, &[("typed", "another")]).await;
        assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unnamed.body.contains("That is not its name."));
        let started = owner.submit(&page, &named).await;
        assert_eq!(started.status, StatusCode::SEE_OTHER);
        let list = started.location().unwrap().to_owned();
        assert!(list.starts_with("/admin/tenants"));
        assert!(owner.get(&list).await.body.contains("Tenant deletion"));
        let runs = "select count(*) from operation_runs where type = 'tenant_delete' and status = 'queued' and tenant_id is null";
        assert_eq!(product.test.number(runs).await, 1);
        // Until the worker begins it is there.
        assert_eq!(owner.get(&details).await.status, StatusCode::OK);
    })
    .await;
}
