//! Adopting more than once: what was removed stays removed, another database needs another name, and what is no older database is refused.

use testkit::postgres::Database;
use testkit::stores::{TestStore, on_both};

use super::older::{ODD_ADOPTED, Size};
use super::{adopt, number, older_of, try_adopt};

#[tokio::test]
async fn what_was_removed_here_does_not_come_back_and_what_is_new_there_does() {
    let older = older_of(Size::SMALL).await;
    let url = older.url().to_owned();
    on_both(|t: TestStore| {
        let url = url.clone();
        async move {
            adopt(&t, &url).await;
            t.execute("delete from findings; delete from workspace_members where role = 'readonly'").await;
            t.execute("delete from operation_runs where outcome = 'failed'").await;
            let left = super::everything(&t).await;
            let again = adopt(&t, &url).await;
            assert_eq!(again.adopted(), 0, "{again}");
            assert_eq!(super::everything(&t).await, left);
            store::testing::run_on(
                &url,
                "insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, created_at, completed_at)
             values (200000, 1, 1, 'inventory.sync', 'completed', 'succeeded', '2025-04-01', '2025-04-01')",
            )
            .await
            .unwrap();
            let more = adopt(&t, &url).await;
            assert_eq!((more.adopted(), more.tables["operation_runs"].adopted), (1, 1), "{more}");
            store::testing::run_on(&url, "delete from operation_runs where id = 200000").await.unwrap();
        }
    })
    .await;
    older.drop().await;
}

#[tokio::test]
async fn what_is_new_there_refers_to_nothing_that_was_removed_here() {
    // Run 7 is of tenant 8 and failed; set 1 is of tenant 2; policy 3 is of tenant 4.
    const NEW: &str = "
      insert into findings (id, tenant_id, finding_type, fingerprint, subject_type, subject_external_id, severity, status,
          baseline_operation_run_id, created_at)
        values (900001, 8, 'drift', 'new', 'deviceConfiguration', 'object-new', 'high', 'new', 7, '2025-04-01');
      insert into inventory_items (id, tenant_id, policy_type, external_id, display_name, last_seen_operation_run_id, created_at)
        values (900001, 8, 'deviceConfiguration', 'object-new', 'New', 7, '2025-04-01');
      insert into policy_versions (id, tenant_id, policy_id, version_number, snapshot, captured_at)
        values (900001, 4, 3, 4, '{\"displayName\": \"Newer\"}', '2025-04-01');
      insert into backup_items (id, tenant_id, backup_set_id, policy_version_id, policy_type, policy_identifier)
        values (900001, 2, 1, 1, 'deviceConfiguration', 'object-new');";
    const GONE: &str = "delete from findings where id = 900001; delete from inventory_items where id = 900001;
      delete from policy_versions where id = 900001; delete from backup_items where id = 900001";
    let older = older_of(Size::SMALL).await;
    let url = older.url().to_owned();
    on_both(|t: TestStore| {
        let url = url.clone();
        async move {
            adopt(&t, &url).await;
            let versions = t.number("select count(*) from policy_versions").await;
            t.execute("delete from operation_runs where outcome = 'failed'; delete from backup_sets where name = 'Set 1'").await;
            t.execute("update inventory_items set observed_at = changed_at where object_id = 'object-3'").await;
            store::testing::run_on(&url, NEW).await.unwrap();
            let more = adopt(&t, &url).await;
            let new = |table: &str| (more.tables[table].adopted, more.tables[table].null_references.get("the run is not here"));
            assert_eq!((new("findings"), new("inventory_items")), ((1, Some(&1)), (1, Some(&1))), "{more}");
            assert_eq!(more.tables["backup_items"].skipped["its backup set is not here"], 1, "{more}");
            assert_eq!(more.tables["policy_versions"].skipped["its policy was observed here since"], 1, "{more}");
            assert_eq!(t.number("select count(*) from policy_versions").await, versions);
            store::testing::run_on(&url, GONE).await.unwrap();
        }
    })
    .await;
    older.drop().await;
}

#[tokio::test]
async fn another_database_of_the_same_name_is_refused_and_its_tenants_are_left_out() {
    let (older, other) = (older_of(Size::SMALL).await, older_of(Size::SMALL).await);
    store::testing::run_on(other.url(), "update workspaces set created_at = '2024-01-01'").await.unwrap();
    let (first, second) = (older.url().to_owned(), other.url().to_owned());
    on_both(|t: TestStore| {
        let (first, second) = (first.clone(), second.clone());
        async move {
            adopt(&t, &first).await;
            let refused = try_adopt(&t, &second, "older", false).await.unwrap_err();
            assert!(refused.to_string().contains("--source"), "{refused}");
            let brought = try_adopt(&t, &second, "other", false).await.unwrap().report;
            assert_eq!(brought.tables["tenants"].adopted, 0, "Microsoft's ids of tenants are bound once");
            assert_eq!(brought.tables["users"].known, 6, "people of the same address are the same");
            assert_eq!(brought.tables["workspaces"].adopted, 3);
            for bad in ["", "a b", "x'y"] {
                assert!(try_adopt(&t, &second, bad, true).await.is_err(), "{bad:?}");
            }
        }
    })
    .await;
    older.drop().await;
    other.drop().await;
}

#[tokio::test]
async fn what_is_no_older_database_is_refused_with_a_reason() {
    let (empty, ours) = (Database::create().await, Database::with_schema().await);
    let urls = [
        empty.url().to_owned(),
        ours.url().to_owned(),
        "sqlite:/nowhere.db".to_owned(),
        "postgres://nobody@127.0.0.1:1/x".to_owned(),
    ];
    on_both(|t: TestStore| {
        let urls = urls.clone();
        async move {
            for (url, words) in urls.iter().zip(["no table workspaces", "of this version", "postgres://", ""]) {
                let refused = try_adopt(&t, url, "older", false).await.unwrap_err().to_string();
                assert!(refused.contains(words) && !refused.contains("nobody"), "{refused}");
            }
            assert_eq!(t.number("select count(*) from adoption_sources").await, 0);
        }
    })
    .await;
    empty.drop().await;
    ours.drop().await;
}

#[tokio::test]
async fn tables_and_columns_that_are_absent_are_told_and_done_without() {
    let older = older_of(Size::SMALL).await;
    let gone = "drop table findings; drop table backup_schedule_runs; alter table inventory_items drop column last_seen_run_id;
      alter table operation_runs drop column initiator_name; alter table tenants drop column status";
    store::testing::run_on(older.url(), gone).await.unwrap();
    assert_eq!(number(&older, "select count(*) from pg_class where relname = 'findings'").await, 0);
    let url = older.url().to_owned();
    on_both(|t: TestStore| {
        let url = url.clone();
        async move {
            let report = adopt(&t, &url).await;
            for absent in
                ["findings", "backup_schedule_runs", "inventory_items.last_seen_run_id", "operation_runs.initiator_name"]
            {
                assert!(report.absent.contains(absent), "{absent}: {:?}", report.absent);
            }
            assert!(!report.tables.contains_key("findings"));
            assert_eq!(report.tables["inventory_items"].mapped, 0);
            assert_eq!(report.tables["operation_runs"].adopted, Size::SMALL.runs + ODD_ADOPTED);
            assert_eq!(t.number("select count(*) from tenants where status <> 'draft'").await, 0);
        }
    })
    .await;
    older.drop().await;
}
