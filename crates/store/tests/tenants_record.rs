//! All that is recorded of a tenant.

use std::collections::BTreeMap;
use std::convert::Infallible;

use model::json::Json;
use store::access::TenantScope;
use store::{Backend, DERIVED_TABLES, RecordPart};
use testkit::stores::{TestStore, on, on_both};
use testkit::world::{CANARY_SECRET, World};

use crate::tenants_delete::{of, tables};

/// Columns that never leave.
const SEALED: [&str; 3] = ["run_identity_hash", "sealed_secret", "sealed_value"];

async fn record(t: &TestStore, scope: &TenantScope) -> Vec<RecordPart> {
    let mut parts = Vec::new();
    let take = |part| {
        parts.push(part);
        Ok::<_, Infallible>(())
    };
    t.store.tenants().record(&t.operator, scope, take).await.unwrap().unwrap();
    parts
}

/// The rows by table; each is the tenant's, and has nothing that is sealed.
fn rows(parts: &[RecordPart], world: &World) -> BTreeMap<&'static str, Vec<Json>> {
    let mut rows: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for part in parts {
        let RecordPart::Row { table, json } = part else { continue };
        let row = Json::parse(json.as_bytes()).unwrap();
        let whose = row.get(if *table == "tenants" { "id" } else { "tenant_id" }).and_then(Json::as_str);
        assert_eq!(whose, Some(world.tenant.to_string().as_str()), "{table}: {json}");
        assert!(SEALED.iter().all(|column| row.get(column).is_none()), "{table}: {json}");
        rows.entry(*table).or_default().push(row);
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn no_table_of_the_schema_is_forgotten_and_nothing_sealed_leaves() {
    let test = async |t: TestStore| {
        let world = crate::rls::full(&t).await;
        let parts = record(&t, &world.tenant_scope(&world.owner).await).await;
        let rows = rows(&parts, &world);
        for table in tables(&t).await {
            let found = rows.get(table.as_str()).map_or(0, Vec::len);
            if DERIVED_TABLES.contains(&table.as_str()) {
                assert_eq!(found, 0, "{table} is made from the others");
                continue;
            }
            let there = of(&t, &table, world.tenant).await;
            assert_eq!(i64::try_from(found).unwrap(), there, "{table}");
            assert!(there > 0 || table == "onboarding_drafts", "{table} has no row, so this proves nothing");
        }
        assert_eq!(rows["tenants"].len(), 1);
        assert!(!format!("{parts:?}").contains(CANARY_SECRET));
        let size = t.store.tenants().record_size(&t.operator, &world.tenant_scope(&world.owner).await).await.unwrap();
        assert!(size > 0, "its contents have a size before they are read");
        // Whatever holds bytes is sealed, a hash of our own, or made from the rest.
        let bytes = format!(
            "select distinct c.column_name::text from information_schema.columns c where c.table_schema = 'public' and c.data_type = 'bytea'
               and c.table_name in (select table_name from information_schema.columns where column_name = 'tenant_id')
               and c.table_name not in ('{}') order by 1",
            DERIVED_TABLES.join("', '")
        );
        assert_eq!(t.texts(&bytes).await, SEALED);
    };
    on(Backend::Postgres, true, &test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_and_contents_are_those_of_the_database() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        crate::backups::captured(&t, &world).await;
        let scope = world.tenant_scope(&world.owner).await;
        let parts = record(&t, &scope).await;
        let rows = rows(&parts, &world);
        for table in tables(&t).await.iter().filter(|table| !DERIVED_TABLES.contains(&table.as_str())) {
            let found = rows.get(table.as_str()).map_or(0, Vec::len);
            assert_eq!(i64::try_from(found).unwrap(), of(&t, table, world.tenant).await, "{table}");
        }
        let item = &rows["inventory_items"][0];
        let listed = crate::inventory::all(&t, &scope).await;
        let id = item.get("id").and_then(Json::as_str).unwrap();
        let listed = listed.iter().find(|one| one.id.to_string() == id).expect("ids have their usual form");
        assert_eq!(item.get("name").and_then(Json::as_str), Some(listed.name.as_str()));
        let mut contents = 0;
        for part in &parts {
            let RecordPart::Content { resource_type, hash, text } = part else { continue };
            let text = text.as_ref().unwrap_or_else(|problem| panic!("{resource_type}/{hash}: {problem:?}"));
            assert!(Json::parse(text.as_bytes()).is_ok(), "{resource_type}/{hash}");
            contents += 1;
        }
        let distinct = "select count(*) from (select distinct resource_type, content_hash from inventory_items) x";
        assert_eq!(contents, t.number(distinct).await);

        // Whoever takes them may stop, and what is damaged is said to be.
        let mut taken = 0;
        let stop = |_| {
            taken += 1;
            if taken == 3 { Err("enough") } else { Ok(()) }
        };
        assert_eq!(t.store.tenants().record(&t.operator, &scope, stop).await.unwrap(), Err("enough"));
        assert_eq!(taken, 3);
        t.execute("update blobs set plain_size = plain_size + 1").await;
        let damaged = record(&t, &scope).await;
        let damaged = damaged.iter().filter(|part| matches!(part, RecordPart::Content { text: Err(_), .. })).count();
        assert_eq!(i64::try_from(damaged).unwrap(), contents);

        t.store.tenants().record_written(&t.operator, &scope).await.unwrap();
        let last = "select action from audit_entries where action = 'tenant.export'";
        assert_eq!(t.texts(last).await.len(), 1);
    })
    .await;
}
