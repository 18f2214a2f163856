//! Restores as pages and forms.

use axum::http::StatusCode;
use model::ids::RestoreId;
use model::restore::Source;
use testkit::stores::on_both;

use crate::browser::Product;

/// A draft in the first tenant, of what nobody had observed.
async fn a_draft(product: &Product) -> RestoreId {
    let scope = product.world.tenant_scope(&product.world.owner).await;
    let at = model::time::Moment::parse("2025-01-01T00:00:00Z").unwrap();
    let source = Source::Instant { tenant: product.world.tenant, at };
    product.world.store.restores().create(&scope.permit().unwrap(), &scope, &source, "Back").await.unwrap()
}

#[tokio::test]
async fn whoever_may_not_restore_sees_the_list_and_is_told_why_the_rest_is_closed() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let list = format!("/admin/t/{}/restores", product.world.tenant);
        let one = format!("{list}/{}", a_draft(&product).await);
        let mut readonly = product.browser_of(&product.world.readonly).await;
        let seen = readonly.get(&list).await;
        assert!(seen.body.contains("Back") && !seen.body.contains(&format!("href=\"{one}")), "no link to it");
        assert!(seen.body.contains("Insufficient permission – ask a tenant owner."));
        let form = readonly.get(&format!("{list}/new")).await;
        assert!(form.status == StatusCode::OK && form.body.contains("Insufficient permission"));
        for path in ["", "/choose", "/map", "/check", "/preview", "/execute", "/plan", "/items/1"] {
            let refused = readonly.get(&format!("{one}{path}")).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
            assert!(refused.body.contains("tenant.restore.execute"), "{path}");
        }
        assert_eq!(readonly.submit(&list, &[("at", "2025-01-01T00:00")]).await.status, StatusCode::FORBIDDEN);
        let denied = product.test.texts("select action from audit_entries where outcome = 'denied'").await;
        assert_eq!(denied, ["restore.create"], "looking is no attempt");
        let mut stranger = product.browser_of(&product.world.stranger).await;
        assert_eq!(stranger.get(&one).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn the_wizard_goes_on_where_it_was_left_and_refuses_what_was_overtaken() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let list = format!("/admin/t/{}/restores", product.world.tenant);
        let mut owner = product.browser_of(&product.world.owner).await;
        let nothing = owner.get(&list).await.body;
        assert!(nothing.contains("No restores yet"));
        let unnamed = owner.submit(&list, &[("name", "Back")]).await;
        assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unnamed.body.contains("Choose a backup, or give a date and a time."));
        let future = owner.submit(&list, &[("at", "2999-01-01T00:00")]).await;
        assert_eq!(future.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(future.body.contains("Nothing is known of the future"));
        let made = owner.submit(&list, &[("at", "2025-01-01T00:00"), ("name", "Back")]).await;
        let choose = made.location().unwrap().to_owned();
        assert!(choose.ends_with("/choose"));
        let one = choose.trim_end_matches("/choose").to_owned();
        assert!(owner.get(&choose).await.body.contains("Nothing to restore"));
        assert!(owner.get(&list).await.body.contains(&format!("href=\"{choose}\"")), "the list leads to where it goes on");

        // Somebody else decides something meanwhile.
        let mut manager = product.browser_of(&product.world.manager).await;
        manager.get(&choose).await;
        let exactly = [("act", "exactly"), ("exactly", "yes"), ("revision", "1")];
        assert_eq!(manager.submit(&choose, &exactly).await.location(), Some(choose.as_str()));
        let overtaken = owner.submit(&choose, &exactly).await;
        assert_eq!(overtaken.status, StatusCode::CONFLICT);
        assert!(overtaken.body.contains("was changed meanwhile"));
        let blind = owner.submit(&choose, &[("act", "all")]).await;
        assert_eq!(blind.status, StatusCode::BAD_REQUEST, "without a revision");

        // Steps that cannot be taken yet lead nowhere; what narrows the list keeps what was ticked.
        let page = owner.get(&choose).await.body;
        assert!(page.contains("aria-current=\"step\"") && !page.contains(&format!("{one}/map\"")));
        let narrowed = owner.submit(&choose, &[("act", "page:filter"), ("q", " kiosk "), ("revision", "2")]).await;
        assert_eq!(narrowed.location(), Some(format!("{choose}?q=kiosk").as_str()));
        let elsewhere = [("act", "page:next"), ("next", "//evil.example/"), ("revision", "2")];
        assert_eq!(owner.submit(&choose, &elsewhere).await.location(), Some(choose.as_str()));
        let nothing = owner.submit(&choose, &[("act", "page:on"), ("revision", "2")]).await;
        assert_eq!(nothing.status, StatusCode::CONFLICT);
        assert!(nothing.body.contains("Choose at least one object first."));

        assert!(owner.get(&format!("{one}/execute")).await.body.contains("There is no plan that holds"));
        assert_eq!(owner.get(&format!("{one}/plan")).await.status, StatusCode::NOT_FOUND);
        let early = owner.submit(&format!("{one}/preview"), &[("revision", "2")]).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "the checks come first");
        let empty = owner.submit(&format!("{one}/check"), &[("act", "check"), ("revision", "2")]).await;
        assert_eq!(empty.status, StatusCode::CONFLICT, "nothing is chosen");
        for path in ["retry", "undo"] {
            let refused = owner.submit(&format!("{one}/{path}"), &[("revision", "2")]).await;
            assert_eq!(refused.status, StatusCode::CONFLICT, "{path} of what was not executed");
        }
        let typed = owner.submit(&format!("{one}/execute"), &[("typed", "x"), ("plan", ""), ("revision", "2")]).await;
        assert_eq!(typed.status, StatusCode::UNPROCESSABLE_ENTITY);
        let revision = product.test.number("select revision from restores").await.to_string();
        assert_eq!(owner.submit(&format!("{one}/cancel"), &[("revision", &revision)]).await.location(), Some(list.as_str()));
        assert_eq!(owner.get(&choose).await.location(), Some(one.as_str()), "a step of what is over leads to the record");
        assert!(owner.get(&one).await.body.contains("It was given up"));
        assert_eq!(product.test.number("select count(*) from operation_runs").await, 0);
    })
    .await;
}
