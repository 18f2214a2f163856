//! Settings by their pages: what is chosen holds, what is wrong is said, who may not sees why.

use axum::http::StatusCode;
use testkit::stores::on_both;

use crate::browser::{Browser, Product};

const OF_WORKSPACE: &str = "/admin/settings";
const OF_PERSON: &str = "/admin/profile/settings";

/// The revision that the page carries for a setting.
async fn revision(browser: &mut Browser, page: &str, code: &str) -> String {
    let body = browser.get(page).await.body;
    let (_, rest) = body.split_once(&format!("name=\"revision.{code}\" value=\"")).expect("the field");
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn times_are_shown_as_the_person_chose_else_as_the_workspace_did() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let run = format!("/admin/operations/{}", product.world.queued(&["scope_tag"]).await.id);
        // The clock of the test stands at 08:00 UTC on the first of March.
        let shown = owner.get(&run).await.body;
        assert!(shown.contains("1 Mar 2026, 08:00 UTC") && shown.contains("data-local=\"minute\""));
        let zone = |zone: &'static str| [("own", "time_zone"), ("time_zone", zone), ("revision.time_zone", "0")];
        let saved = owner.submit(OF_WORKSPACE, &zone("Europe/Berlin")).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        assert!(owner.get(saved.location().unwrap()).await.body.contains("Settings saved"));
        assert!(owner.get(&run).await.body.contains("1 Mar 2026, 09:00 CET"));
        let mut operator = product.browser_of(&product.world.operator_member).await;
        assert!(operator.get(&run).await.body.contains("1 Mar 2026, 09:00 CET"));
        let own = [zone("Asia/Tokyo").as_slice(), &[("own", "date_format"), ("date_format", "iso")]].concat();
        assert_eq!(operator.submit(OF_PERSON, &own).await.status, StatusCode::SEE_OTHER);
        let shown = operator.get(&run).await.body;
        assert!(shown.contains("2026-03-01 17:00 JST") && shown.contains("title=\"2026-03-01 08:00:00 UTC\""));
        assert!(!shown.contains("data-local"), "the script leaves it as it is");
        assert!(owner.get(&run).await.body.contains("09:00 CET"), "only for themselves");
        // New schedules begin with the tenant's zone.
        let tenant = format!("/admin/t/{}", product.world.tenant);
        assert!(owner.get(&format!("{tenant}/schedules/new")).await.body.contains("name=\"zone\" value=\"Europe/Berlin\""));
        owner.submit(&format!("{tenant}/settings"), &zone("America/New_York")).await;
        assert!(owner.get(&format!("{tenant}/schedules/new")).await.body.contains("name=\"zone\" value=\"America/New_York\""));
    })
    .await;
}

#[tokio::test]
async fn a_tenant_inherits_overrides_and_resets() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let page = format!("/admin/t/{}/settings", product.world.tenant);
        assert!(owner.get(&page).await.body.contains("Otherwise as the workspace, which has the default: 90 days"));
        let days = |days: &'static str, revision: &'static str| {
            [("own", "runs.keep_days"), ("runs.keep_days", days), ("revision.runs.keep_days", revision)]
        };
        owner.submit(OF_WORKSPACE, &days("30", "0")).await;
        let shown = owner.get(&page).await.body;
        assert!(shown.contains("Otherwise as in the workspace: 30 days") && !shown.contains(">Reset<"), "{shown}");
        owner.submit(&page, &days("365", "0")).await;
        let shown = owner.get(&page).await.body;
        assert!(
            shown.contains("name=\"runs.keep_days\" value=\"365\"") && shown.contains("name=\"reset\" value=\"runs.keep_days\"")
        );
        let reset = [("reset", "runs.keep_days"), ("revision.runs.keep_days", "1")];
        assert_eq!(owner.submit(&page, &reset).await.status, StatusCode::SEE_OTHER);
        let shown = owner.get(&page).await.body;
        assert!(shown.contains("name=\"runs.keep_days\" value=\"30\"") && !shown.contains("name=\"reset\""));
        assert_eq!(revision(&mut owner, &page, "runs.keep_days").await, "2");
        // The page of the limits speaks of the same setting.
        assert!(owner.get("/admin/operations/queue").await.body.contains("name=\"keep_days\" value=\"30\""));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_and_nothing_is_saved() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        for (code, value, words) in [
            ("time_zone", "Mars/Olympus", "There is no time zone of that name"),
            ("runs.keep_days", "6", "From 7 to 3650 days."),
            ("runs.keep_days", "ninety", "From 7 to 3650 days."),
            ("date_format", "american", "Choose one from the list."),
            ("notices.outcomes", "pending", "Choose from the ends in the list."),
        ] {
            let refused = owner.submit(OF_WORKSPACE, &[("own", code), (code, value)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{code} {value}");
            assert!(refused.body.contains(words), "{code} {value}");
        }
        for fields in [[("own", "future.code"), ("future.code", "1")], [("reset", "future.code"), ("x", "y")]] {
            assert_eq!(owner.submit(OF_WORKSPACE, &fields).await.status, StatusCode::BAD_REQUEST);
        }
        let not_theirs = owner.submit(OF_PERSON, &[("own", "runs.keep_days"), ("runs.keep_days", "30")]).await;
        assert_eq!(not_theirs.status, StatusCode::BAD_REQUEST, "no setting of a person");
        assert_eq!(product.test.number("select count(*) from settings").await, 0);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_save_at_once_the_second_sees_that_it_changed() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let mut manager = product.browser_of(&product.world.manager).await;
        let days = |days: &'static str| [("own", "runs.keep_days"), ("runs.keep_days", days), ("revision.runs.keep_days", "0")];
        assert_eq!(owner.submit(OF_WORKSPACE, &days("30")).await.status, StatusCode::SEE_OTHER);
        let late = manager.submit(OF_WORKSPACE, &days("60")).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("That has changed meanwhile"));
        assert!(manager.get(OF_WORKSPACE).await.body.contains("name=\"runs.keep_days\" value=\"30\""));
    })
    .await;
}

#[tokio::test]
async fn who_may_not_change_them_sees_them_disabled() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let of_tenant = format!("/admin/t/{}/settings", product.world.tenant);
        let mut reader = product.browser_of(&product.world.readonly).await;
        for page in [OF_WORKSPACE, of_tenant.as_str()] {
            let shown = reader.get(page).await;
            assert_eq!(shown.status, StatusCode::OK);
            assert!(shown.body.contains("<fieldset class=\"cards\" disabled>") && shown.body.contains("Insufficient permission"));
            let refused = reader.submit(page, &[("own", "runs.keep_days"), ("runs.keep_days", "30")]).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN);
        }
        let denied = product.test.texts("select action from audit_entries where outcome = 'denied'").await;
        assert_eq!(denied, ["settings.change", "settings.change"]);
        let mut stranger = product.browser_of(&product.world.stranger).await;
        assert_eq!(stranger.get(&of_tenant).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
