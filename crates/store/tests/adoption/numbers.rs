//! The numbers of older runs, and schedules that are switched on after an adoption.

use std::time::Duration;

use model::ids::{ScheduleId, TenantId};
use store::StoreError;
use testkit::stores::{TestStore, on_both};

use super::older::Size;
use super::{adopt, ids, older_of, person, try_adopt};

#[tokio::test]
async fn an_older_number_leads_to_its_run_for_whoever_may_see_it() {
    let (older, other) = (older_of(Size::SMALL).await, older_of(Size::SMALL).await);
    store::testing::run_on(other.url(), "update workspaces set created_at = '2024-01-01'").await.unwrap();
    let (url, second) = (older.url().to_owned(), other.url().to_owned());
    on_both(|t: TestStore| {
        let (url, second) = (url.clone(), second.clone());
        async move {
            adopt(&t, &url).await;
            let access = t.store.access();
            let owner = person(&t, 1).await;
            // Run 12 is of tenant 1 in workspace 1, run 1 of tenant 2 in workspace 2.
            let sight = access.run_numbered(&owner, 12).await.unwrap();
            let run = t.store.runs().find(&sight).await.unwrap();
            assert_eq!((run.type_code.as_str(), &run.context["adopted_id"]), ("inventory_sync", &serde_json::json!("12")));
            assert_eq!(access.run(&owner, run.id).await.unwrap().run_id(), run.id);
            assert!(access.run_numbered(&person(&t, 6).await, 12).await.is_ok(), "an operator of the tenant");
            for (who, number) in [(2, 12), (4, 12), (5, 12), (1, 1), (1, 999_999), (1, 0), (1, u64::MAX), (1, 100_004)] {
                let hidden = access.run_numbered(&person(&t, who).await, number).await;
                assert!(matches!(hidden, Err(StoreError::NotVisible)), "{number} for person {who}: {hidden:?}");
            }
            // A run of the workspace itself, which a second database of the same shape has, too.
            assert!(access.run_numbered(&owner, 100_008).await.is_ok());
            let report = try_adopt(&t, &second, "other", false).await.unwrap().report;
            assert_eq!(report.colliding_numbers, 1, "{report}");
            assert!(matches!(access.run_numbered(&owner, 100_008).await, Err(StoreError::NotVisible)), "it is one of two");
            assert!(access.run_numbered(&owner, 12).await.is_ok());
            t.execute("delete from operation_runs").await;
            assert!(matches!(access.run_numbered(&owner, 12).await, Err(StoreError::NotVisible)), "it was removed");
        }
    })
    .await;
    older.drop().await;
    other.drop().await;
}

#[tokio::test]
async fn a_schedule_that_is_switched_on_makes_up_for_nothing_that_the_earlier_installation_fired() {
    let older = older_of(Size::SMALL).await;
    let url = older.url().to_owned();
    on_both(|t: TestStore| {
        let url = url.clone();
        async move {
            adopt(&t, &url).await;
            let owner = person(&t, 1).await;
            let of_first = "tenants where name = 'Tenant 1'";
            let tenant = TenantId::from_uuid(ids(&t, "id", of_first).await[0]);
            let schedule = ids(&t, "id", &format!("schedules where tenant_id = {}", t.literal(tenant.uuid()))).await[0];
            let fires = "select count(*) from schedule_fires";
            let before = t.number(fires).await;
            assert!(before > 0);
            t.execute("update schedules set catch_up = 'all', catch_up_bound = 50").await;
            assert_eq!(t.store.queue().fire_due(50).await.unwrap().runs, 0, "they are off");
            let scope = t.store.access().tenant(&owner, tenant).await.unwrap();
            t.store.schedules().switch(&scope.permit().unwrap(), ScheduleId::from_uuid(schedule), true).await.unwrap();
            assert_eq!(t.store.queue().fire_due(50).await.unwrap().runs, 0, "nothing that was due before");
            assert_eq!(t.number(fires).await, before);
            t.clock.advance(Duration::from_secs(24 * 3600));
            assert_eq!(t.store.queue().fire_due(50).await.unwrap().runs, 1, "the next night");
            assert_eq!(t.number(fires).await, before + 1);
            assert_eq!(adopt(&t, &url).await.adopted(), 0);
            assert_eq!(t.number("select count(*) from schedules where enabled").await, 1, "a second adoption switches nothing");
        }
    })
    .await;
    older.drop().await;
}
