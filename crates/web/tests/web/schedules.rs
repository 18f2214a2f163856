//! Schedules by their pages.

use axum::http::StatusCode;
use testkit::stores::on_both;

use crate::browser::Product;

const DAILY: [(&str, &str); 7] = [
    ("name", "Nightly"),
    ("kind", "daily"),
    ("at", "02:30"),
    ("zone", "Europe/Berlin"),
    ("catch_up", "latest"),
    ("bound", "1"),
    ("types", "scope_tag"),
];

#[tokio::test]
async fn a_schedule_is_made_looked_at_changed_and_removed() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let list = format!("/admin/t/{}/schedules", product.world.tenant);
        assert!(owner.get(&list).await.body.contains("No schedules yet"));
        assert!(owner.get(&format!("{list}/new")).await.body.contains("Make the schedule"));

        // Looked at first: nothing is made.
        let mut preview = DAILY.to_vec();
        preview.push(("preview", "yes"));
        let shown = owner.submit(&list, &preview).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(
            shown.body.contains("The next times") && shown.body.contains("02:30") && shown.body.contains("value=\"Nightly\"")
        );
        assert_eq!(product.test.number("select count(*) from schedules").await, 0);

        // Wrong: told, and what was typed is still there.
        let mut wrong = DAILY.to_vec();
        wrong[2] = ("at", "26:00");
        let refused = owner.submit(&list, &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("A time of day is written as 02:30") && refused.body.contains("value=\"26:00\""));

        let made = owner.submit(&list, &DAILY).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER);
        let one = made.location().unwrap().to_owned();
        let page = owner.get(&one).await;
        assert!(
            page.body.contains("Schedule made")
                && page.body.contains("Every day at 02:30")
                && page.body.contains("Europe/Berlin")
        );
        assert!(owner.get(&list).await.body.contains("Nightly"));

        // One click is one run.
        let run = format!("{one}/run");
        for _ in 0..2 {
            assert_eq!(owner.submit(&run, &[("key", "k1")]).await.location(), Some(one.as_str()));
        }
        assert_eq!(product.test.number("select count(*) from operation_runs where schedule_id is not null").await, 1);

        let edit = format!("{one}/edit");
        assert!(owner.get(&edit).await.body.contains("name=\"revision\" value=\"1\""));
        let mut weekly = DAILY.to_vec();
        weekly[1] = ("kind", "weekly");
        weekly.extend([("days", "monday"), ("days", "friday"), ("revision", "1")]);
        assert_eq!(owner.submit(&edit, &weekly).await.status, StatusCode::SEE_OTHER);
        assert!(owner.get(&one).await.body.contains("Every Monday and Friday at 02:30"));
        let stale = owner.submit(&edit, &weekly).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stale.body.contains("changed meanwhile"));

        owner.submit(&format!("{one}/switch"), &[("on", "no")]).await;
        assert!(owner.get(&one).await.body.contains("Switch on"));
        assert_eq!(owner.submit(&format!("{one}/switch"), &[("on", "maybe")]).await.status, StatusCode::BAD_REQUEST);
        owner.submit(&format!("{one}/archive"), &[("away", "yes")]).await;
        assert!(owner.get(&one).await.body.contains("Take out again"));
        let purge = format!("{one}/purge");
        let named = [("typed", "Nightly")];
        assert_eq!(owner.submit(&purge, &named).await.status, StatusCode::CONFLICT, "its run is not over");
        product
            .test
            .execute("update operation_runs set status = 'completed', outcome = 'succeeded', completed_at = created_at")
            .await;
        assert!(owner.get(&purge).await.body.contains("Remove it"));
        let unnamed = owner.submit(&purge, &[("typed", "nightly")]).await;
        assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unnamed.body.contains("That is not its name."));
        assert_eq!(owner.submit(&purge, &named).await.location(), Some(list.as_str()));
        let purges = "select count(*) from operation_runs where type = 'backup_schedule_purge' and status = 'queued'";
        assert_eq!(product.test.number(purges).await, 1, "a run of its own removes it");
        assert_eq!(owner.get(&one).await.status, StatusCode::OK, "until then it is there");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_manage_sees_the_schedules_and_why() {
    on_both(async |test| {
        let product = Product::over(test).await;
        let mut owner = product.browser_of(&product.world.owner).await;
        let list = format!("/admin/t/{}/schedules", product.world.tenant);
        let made = owner.submit(&list, &DAILY).await;
        let one = made.location().unwrap().to_owned();
        let mut reader = product.browser_of(&product.world.readonly).await;
        let page = reader.get(&one).await;
        assert!(page.body.contains("Insufficient permission") && !page.body.contains("Switch off"));
        assert_eq!(reader.submit(&list, &DAILY).await.status, StatusCode::FORBIDDEN);
        assert_eq!(reader.submit(&format!("{one}/run"), &[]).await.status, StatusCode::FORBIDDEN);
        let mut operator = product.browser_of(&product.world.operator_member).await;
        assert_eq!(operator.submit(&format!("{one}/run"), &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(operator.submit(&format!("{one}/switch"), &[("on", "no")]).await.status, StatusCode::FORBIDDEN);
        let denied = product.test.texts("select action from audit_entries where outcome = 'denied' order by action").await;
        assert_eq!(denied, ["schedule.create", "schedule.run", "schedule.switch"]);
    })
    .await;
}
