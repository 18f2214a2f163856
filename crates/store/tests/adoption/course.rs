//! One adoption of a database of full size: what it says, what it writes, what it leaves out.

use std::collections::BTreeSet;

use testkit::postgres::Database;
use testkit::stores::{TestStore, on_both};

use super::older::{CANARY, ODD_ADOPTED, ODD_RUNS};
use super::{FULL, adopt, fates, number, older_of, try_adopt};
use store::{AdoptionReport, Backend, LegacyRow};

/// What the older database holds, so that a change to it is noticed.
async fn fingerprint(older: &Database) -> i64 {
    const ALL: &str = "select (select count(*) from operation_runs) + (select coalesce(sum(id), 0)::bigint from findings)
      + (select count(*) from inventory_sync_runs) * 7 + (select count(*) from pg_class where relkind = 'r')
      + (select sum(hashtext(o::text)::bigint)::bigint from operation_runs o) + (select sum(hashtext(s::text)::bigint)::bigint from backup_schedules s)";
    number(older, ALL).await
}

fn says(report: &AdoptionReport) {
    let table = |name: &str| report.tables.get(name).unwrap_or_else(|| panic!("{name} is not in the report"));
    for (name, table) in &report.tables {
        let skipped: u64 = table.skipped.values().sum();
        assert_eq!(table.read, table.adopted + table.known + skipped, "{name}: {table:?}");
    }
    let read_and_adopted = |name: &str| (table(name).read, table(name).adopted);
    assert_eq!(read_and_adopted("workspaces"), (3, 3));
    assert_eq!(read_and_adopted("users"), (6, 6));
    assert_eq!(read_and_adopted("workspace_memberships"), (6, 5));
    assert_eq!(read_and_adopted("tenants"), (14, 12));
    assert_eq!(read_and_adopted("tenant_memberships"), (1, 1));
    assert_eq!(read_and_adopted("provider_connections"), (12, 12));
    assert_eq!(read_and_adopted("backup_schedules"), (12, 12));
    assert_eq!(read_and_adopted("operation_runs"), (FULL.runs + ODD_RUNS, FULL.runs + ODD_ADOPTED));
    let skipped = &table("operation_runs").skipped;
    for why in [
        "workspace and tenant do not belong together",
        "neither a workspace nor a tenant",
        "its tenant is not here",
        "an outcome that is not known",
        "a type that is no code",
    ] {
        assert_eq!(skipped.get(why), Some(&1), "{why}: {skipped:?}");
    }
    assert_eq!(table("operation_runs").notes.get("was active, ended as failed"), Some(&2));
    assert_eq!(table("operation_runs").notes.get("a restore that had not begun, ended as cancelled"), Some(&1));
    assert_eq!(table("operation_runs").notes.get("scheduled, and its schedule is not here: no fire is recorded"), Some(&1));
    let unknown = (1..=FULL.runs).filter(|n| n % 11 == 10).count();
    assert_eq!(report.unknown_types.get("legacy.cleanup"), Some(&u64::try_from(unknown).unwrap()));
    assert_eq!(report.unknown_types.len(), 1, "{:?}", report.unknown_types);
    // A finding refers to two runs.
    for (name, count, references) in [("inventory_items", FULL.items, 1), ("findings", FULL.findings, 2)] {
        let (_, mapped, mut null) = fates(count);
        null.values_mut().for_each(|count| *count *= references);
        assert_eq!(read_and_adopted(name), (count, count));
        assert_eq!((table(name).mapped, &table(name).null_references), (mapped * references, &null), "{name}");
    }
    assert_eq!((table("policies").read, table("policies").known, table("policy_versions").adopted), (60, 54, 162));
    assert_eq!(read_and_adopted("backup_sets"), (12, 12));
    assert_eq!(read_and_adopted("backup_items"), (60, 60));
    assert_eq!(read_and_adopted("restore_runs"), (4, 3));
    assert_eq!(read_and_adopted("entra_groups"), (120, 0));
    assert_eq!(table("entra_groups").skipped.get("the first sync of groups reads it"), Some(&120));
    assert_eq!(read_and_adopted("entra_role_definitions"), (24, 24));
    for (name, count) in [
        ("inventory_sync_runs", FULL.syncs),
        ("entra_group_sync_runs", FULL.group_syncs),
        ("backup_schedule_runs", FULL.schedule_runs),
    ] {
        let legacy = &report.legacy[name];
        assert_eq!((legacy.read, legacy.with_run, legacy.without_run), (count, count / 2, count / 2), "{name}");
    }
    assert_eq!(report.unknown_columns.iter().map(String::as_str).collect::<Vec<_>>(), ["tenants.favourite_colour"]);
    assert!(report.absent.contains("tenants.archived_at"), "{:?}", report.absent);
    assert_eq!(report.without_owner.iter().map(String::as_str).collect::<Vec<_>>(), ["Workspace 3"]);
    assert_eq!(report.credentials_to_enter.len(), 12);
    assert_eq!(report.colliding_numbers, 0);
}

/// Nothing of the older database's secrets and free texts is anywhere in the new one.
async fn has_no_canary(t: &TestStore) {
    if t.store.backend() == Backend::Sqlite {
        let path = t.url.strip_prefix("sqlite:").unwrap();
        for end in ["", "-wal"] {
            let bytes = std::fs::read(format!("{path}{end}")).unwrap_or_default();
            let found = bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
            assert!(!found, "a canary in the file{end}");
        }
        return;
    }
    let tables = t
        .texts(
            "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname = 'public'",
        )
        .await;
    assert!(tables.len() > 50);
    for table in tables {
        assert_eq!(t.number(&format!("select count(*) from {table} x where x::text like '%{CANARY}%'")).await, 0, "{table}");
    }
}

async fn runs_are_as_they_should(t: &TestStore) {
    let count = async |query: &str| t.number(query).await;
    assert_eq!(count("select count(*) from operation_runs where status <> 'completed'").await, 0);
    assert_eq!(
        count("select count(*) from operation_runs where type like '%.%' and type <> 'legacy.cleanup'").await,
        0,
        "folded"
    );
    assert_eq!(
        count("select count(*) from operation_runs where reason_code = 'run.adopted_while_active' and outcome = 'failed'").await,
        2
    );
    assert_eq!(
        count("select count(*) from operation_runs where reason_code = 'run.adopted_unstarted' and outcome = 'cancelled'").await,
        1
    );
    let folded = |rest: u64| i64::try_from((1..=FULL.runs).filter(|n| n % 11 == rest).count()).unwrap();
    for (trigger, rest, odd) in [("manual", 4, 0), ("retry", 5, 0), ("schedule", 6, 2)] {
        let query = format!("select count(*) from operation_runs where type = 'backup_schedule_run' and trigger = '{trigger}'");
        assert_eq!(count(&query).await, folded(rest) + odd, "{trigger}");
    }
    assert_eq!(
        count("select count(*) from schedule_fires where run_id is not null").await,
        folded(6) + 1,
        "each scheduled one fired"
    );
    assert_eq!(count("select count(*) from schedules where enabled or next_fire_at is not null").await, 0);
    assert_eq!(
        count(
            "select count(*) from operation_runs r join tenants t on t.id = r.tenant_id where t.workspace_id <> r.workspace_id"
        )
        .await,
        0
    );
    assert_eq!(
        count("select count(*) from inventory_items i join operation_runs r on r.id = i.last_seen_operation_run_id where r.tenant_id <> i.tenant_id")
            .await,
        0
    );
    assert_eq!(count("select count(*) from restores where state = 'previewed' and plan_hash is null").await, 1);
    assert_eq!(count("select count(*) from restores where state = 'failed'").await, 1);
    assert_eq!(count("select count(*) from inventory_items where latest_version = 3").await, 54);
    assert_eq!(count("select count(*) from users where password_hash is not null").await, 0);
    assert_eq!(count("select count(*) from notices").await, 0, "nobody is told of what was long ago");
    assert_eq!(count("select count(*) from audit_entries where action in ('workspace.adopt', 'tenant.adopt')").await, 15);
}

/// Each reference leads to the very run that its own column names, or else its older run's; all others are null.
async fn references_lead_to_their_runs(t: &TestStore) {
    // Own columns name the run of the row's number, mappings the one of the older run's number.
    let wanted = |count: u64| -> BTreeSet<String> {
        let leads = |n: &u64| n.is_multiple_of(5) || (n % 5 == 1 && n % 2 == 1);
        let run = |n: u64| if n.is_multiple_of(5) { n } else { (n - 1) % FULL.syncs + 1 };
        (1..=count).filter(leads).map(|n| format!("object-{n} {}", run(n))).collect()
    };
    let columns = [
        ("inventory_items", "last_seen_operation_run_id", FULL.items),
        ("findings", "baseline_operation_run_id", FULL.findings),
        ("findings", "current_operation_run_id", FULL.findings),
    ];
    for (table, column, count) in columns {
        let query = format!(
            "select x.object_id || ' ' || a.old_id from {table} x join adopted_records a on a.new_id = x.{column} and a.kind = 'operation_runs'"
        );
        let found: BTreeSet<String> = t.texts(&query).await.into_iter().collect();
        assert_eq!(found, wanted(count), "{table}.{column}");
        let not_null = t.number(&format!("select count(*) from {table} where {column} is not null")).await;
        assert_eq!(usize::try_from(not_null).unwrap(), found.len(), "{table}.{column}");
    }
    let of_restores = "select r.name || ' ' || a.old_id from restores r join adopted_records a on a.new_id = r.operation_run_id
      and a.kind = 'operation_runs' order by 1";
    let restores = t.texts(of_restores).await;
    assert_eq!(restores, ["Adopted restore 1 100002", "Adopted restore 2 100003", "Adopted restore 3 12"]);
}

/// What an adoption cannot know whole says so.
async fn records_are_no_more_than_records(t: &TestStore) {
    let none = [
        "select count(*) from operation_runs where id not in (select new_id from adopted_records where kind = 'operation_runs')",
        "select count(*) from backup_sets where status <> 'partial'",
        "select count(*) from backup_set_types",
        "select count(*) from directory_groups",
        "select count(*) from restores where plan_hash is not null or items <> 0 or confirmed_at is not null",
        "select count(*) from restore_items",
        "select count(*) from provider_connections where enabled or credential_expires_at > created_at",
        "select count(*) from findings where cause is not null or fold is not null or name <> 'Item ' || substr(object_id, 8)",
    ];
    for query in none {
        assert_eq!(t.number(query).await, 0, "{query}");
    }
    let evidence = t.texts("select distinct cast(evidence as text) from findings").await;
    let read: Vec<model::drift::Evidence> = evidence.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    assert_eq!(read, [model::drift::Evidence::default()], "nothing is quoted");
    let by_mapping = "select s.name || ' ' || f.local_occurrence from schedule_fires f join schedules s on s.id = f.schedule_id
      join adopted_records a on a.new_id = f.run_id and a.kind = 'operation_runs' where a.old_id = '100011'";
    assert_eq!(t.texts(by_mapping).await, ["Nightly 11 2024-12-21T02:30"], "as the older run table says");
    let behind = "select count(*) from schedules s where exists (select 1 from schedule_fires f where f.schedule_id = s.id
      and (s.last_fired_at is null or s.last_fired_at < f.scheduled_for))";
    assert_eq!(t.number(behind).await, 0, "the latest fire of a schedule is known");
}

/// The file of rows that are not copied: one per row, with the run here that it names, and no free text.
async fn rows_of_older_run_tables(t: &TestStore, rows: &[LegacyRow]) {
    let id_of = async |number: &str| {
        super::ids(t, "new_id", &format!("adopted_records where kind = 'operation_runs' and old_id = '{number}'")).await[0]
    };
    let row = |table: &str, id: &str| {
        let found = rows.iter().map(LegacyRow::values).find(|row| row[0] == table && row[1] == id);
        found.unwrap_or_else(|| panic!("{table} {id}"))
    };
    let cell = |name: &str| LegacyRow::HEADER.iter().position(|have| *have == name).unwrap();
    let mapped = row("inventory_sync_runs", "1");
    let cells = ["tenant_id", "user_id", "status", "started_at", "operation_run_id"].map(|name| mapped[cell(name)].as_str());
    assert_eq!(cells, ["2", "1", "success", "2025-01-10T00:00:00.000000Z", "1"]);
    assert_eq!(mapped[cell("adopted_run")], id_of("1").await.to_string());
    let unmapped = row("inventory_sync_runs", "2");
    assert_eq!((unmapped[cell("operation_run_id")].as_str(), unmapped[cell("adopted_run")].as_str()), ("", ""));
    assert_eq!(row("entra_group_sync_runs", "3")[cell("status")], "", "a free text is left out");
    let of_schedule = row("backup_schedule_runs", "11");
    assert_eq!(of_schedule[cell("scheduled_for")], "2024-12-21T01:30:00.000000Z");
    assert_eq!(of_schedule[cell("adopted_run")], id_of("100011").await.to_string());
}

#[tokio::test]
async fn a_database_of_full_size_is_adopted_and_a_second_time_adds_nothing() {
    let older = older_of(FULL).await;
    let before = fingerprint(&older).await;
    let url = older.url().to_owned();
    on_both(|t: TestStore| {
        let url = url.clone();
        async move {
            let url = url.as_str();
            let tried = try_adopt(&t, url, "older", true).await.unwrap();
            assert_eq!(t.number("select count(*) from operation_runs").await, 0, "a dry run writes nothing");
            assert_eq!(t.number("select count(*) from adoption_sources").await, 0);
            let done = try_adopt(&t, url, "older", false).await.unwrap();
            says(&done.report);
            assert_eq!(AdoptionReport { dry_run: false, ..tried.report }, done.report, "and says the same");
            assert_eq!(tried.legacy, done.legacy);
            let named = done.legacy.iter().filter(|row| !row.values()[11].is_empty()).count();
            assert_eq!((done.legacy.len(), named), (5_000, 2_500));
            let told = format!("{}{}{:?}", done.report, serde_json::to_string(&done.report).unwrap(), done.legacy);
            assert!(!told.contains(CANARY), "the report quotes the older database");
            runs_are_as_they_should(&t).await;
            references_lead_to_their_runs(&t).await;
            records_are_no_more_than_records(&t).await;
            rows_of_older_run_tables(&t, &done.legacy).await;
            has_no_canary(&t).await;

            let all = super::everything(&t).await;
            let again = adopt(&t, url).await;
            assert_eq!(again.adopted(), 0, "{again}");
            assert!(again.tables.values().all(|table| table.mapped == 0 && table.null_references.is_empty()));
            assert_eq!(super::everything(&t).await, all);
        }
    })
    .await;
    assert_eq!(fingerprint(&older).await, before, "the older database is as it was");
    older.drop().await;
}
