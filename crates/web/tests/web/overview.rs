//! The overview: tags and groups are given on pages and by them tenants are found; who may not, is not offered it.

use axum::http::StatusCode;

use crate::browser::{Product, on_sqlite};

#[tokio::test]
async fn tenants_are_tagged_put_into_a_group_and_found_by_both() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let (tenant, other) = (product.world.tenant, product.world.other_tenant);
        let mut owner = product.browser_of(&product.world.owner).await;
        let tags = format!("/admin/t/{tenant}/tags");
        assert_eq!(owner.submit(&tags, &[("tags", " Gold, EU ,gold")]).await.status, StatusCode::SEE_OTHER);
        assert!(owner.get(&format!("/admin/t/{tenant}/details")).await.body.contains("value=\"EU, Gold\""));
        let long = "x".repeat(51);
        let refused = owner.submit(&tags, &[("tags", &long)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("why-tags") && refused.body.contains(&long));

        let groups = format!("/admin/tenant-groups?workspace={}", product.world.workspace);
        assert_eq!(owner.submit(&groups, &[("name", "Retail")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(owner.submit(&groups, &[("name", "retail")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let group = owner.get(&groups).await.body.split("/admin/tenant-groups/").nth(1).unwrap()[..36].to_owned();
        let (first, second) = (tenant.to_string(), other.to_string());
        let members = format!("/admin/tenant-groups/members?workspace={}", product.world.workspace);
        let put = owner.submit(&members, &[("group", &group), ("act", "add"), ("tenant", &second)]).await;
        let found = format!("/admin?group={group}");
        assert_eq!((put.status, put.location()), (StatusCode::SEE_OTHER, Some(found.as_str())));
        let page = owner.get(&found).await.body;
        let row = |id: &str| format!("data-key=\"{id}\"");
        assert!(page.contains(&row(&second)) && !page.contains(&row(&first)), "{page}");
        let page = owner.get("/admin?tag=GOLD&sort=findings&reversed=yes").await.body;
        assert!(page.contains(&row(&first)) && !page.contains(&row(&second)));
        assert!(page.contains("Never drilled") && page.contains("Not known") && page.contains("aria-sort=\"ascending\""));

        let remove = format!("/admin/tenant-groups/{group}/remove?workspace={}", product.world.workspace);
        assert_eq!(owner.submit(&remove, &[("typed", "other")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(owner.submit(&remove, &[("typed", "Retail")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(owner.get(&format!("/admin/tenant-groups/{group}")).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_change_groups_or_tags_is_refused() {
    on_sqlite(async |test| {
        let product = Product::over(test).await;
        let mut reader = product.browser_of(&product.world.readonly).await;
        assert!(!reader.get("/admin").await.body.contains("Put into it"));
        let groups = format!("/admin/tenant-groups?workspace={}", product.world.workspace);
        assert!(reader.get(&groups).await.body.contains("Insufficient permission"));
        for (address, fields) in [(groups, [("name", "x")]), (format!("/admin/t/{}/tags", product.world.tenant), [("tags", "x")])]
        {
            assert_eq!(reader.submit(&address, &fields).await.status, StatusCode::FORBIDDEN, "{address}");
        }
        let elsewhere = format!("/admin/t/{}/tags", product.world.other_tenant);
        assert_eq!(reader.submit(&elsewhere, &[("tags", "x")]).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
