//! Both databases have the same schema: the same migrations, tables, columns, keys, constraints and indexes.
//!
//! Structure is read from the catalogues; what a catalogue stores in words of its own (conditions of checks and partial
//! indexes) is compared in the migrations' texts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use store::Backend;
use testkit::stores::{TestStore, on_both};

fn folder(backend: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(backend)
}

/// Name → text, comments left out, every run of white space one space.
fn migrations(backend: &str) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder(backend)).expect("the folder of the migrations");
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let code: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap_or("").trim()).collect();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, code.join(" ").split_whitespace().collect::<Vec<_>>().join(" "))
    };
    files.map(read).collect()
}

#[test]
fn migrations_have_the_same_numbers_and_names_without_gaps() {
    let (sqlite, postgres) = (migrations("sqlite"), migrations("postgres"));
    let names: Vec<&String> = sqlite.keys().collect();
    assert_eq!(names, postgres.keys().collect::<Vec<_>>());
    for (i, name) in names.iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}_", i + 1)) && name.ends_with(".sql"), "{name} is not number {}", i + 1);
    }
}

/// The statements of a backend that begin so, with the one literal that is written in two ways made equal.
fn statements(backend: &str, beginnings: &[&str]) -> BTreeSet<String> {
    let texts = migrations(backend);
    let all = texts.values().flat_map(|text| text.split(';')).map(str::trim);
    let zero = ["x'00000000000000000000000000000000'", "'00000000-0000-0000-0000-000000000000'::uuid"];
    all.filter(|statement| beginnings.iter().any(|beginning| statement.starts_with(beginning)))
        .map(|statement| zero.iter().fold(statement.to_owned(), |text, zero| text.replace(zero, "ZERO")))
        .collect()
}

#[test]
fn indexes_are_written_with_the_same_columns_and_conditions() {
    let of = |backend| statements(backend, &["create index", "create unique index"]);
    let (sqlite, postgres) = (of("sqlite"), of("postgres"));
    assert!(sqlite.len() > 20, "the search finds them");
    assert_eq!(sqlite, postgres);
}

#[test]
fn checks_are_written_with_the_same_conditions() {
    let of = |backend: &str| -> BTreeSet<String> {
        let tables = statements(backend, &["create table"]);
        let checks = tables.iter().flat_map(|table| table.split("constraint ").skip(1).map(str::to_owned).collect::<Vec<_>>());
        checks
            .map(|check| check.trim_end_matches(") strict").split(") with (").next().unwrap_or("").to_owned())
            .map(ends)
            .collect()
    };
    /// Up to the parenthesis that closes the condition.
    fn ends(check: String) -> String {
        let mut depth = 0_i32;
        for (at, c) in check.char_indices() {
            depth += i32::from(c == '(') - i32::from(c == ')');
            if c == ')' && depth == 0 {
                return check[..=at].to_owned();
            }
        }
        check
    }
    let (sqlite, postgres) = (of("sqlite"), of("postgres"));
    assert!(sqlite.iter().any(|check| check.starts_with("outcome_fits_status check (")), "the search finds them: {sqlite:?}");
    assert_eq!(sqlite, postgres);
}

/// What the catalogues say, one query per kind of thing and database; each row one line.
const CATALOGUES: [(&str, &str, &str); 6] = [
    (
        "columns",
        r#"select m.name || '.' || p.name || ' ' || lower(p.type) || case p."notnull" when 1 then ' not null' else '' end
             || coalesce(' default ' || p.dflt_value, '') || case when p.hidden > 1 then ' generated' else '' end
           from sqlite_master m join pragma_table_xinfo(m.name) p
           where m.type = 'table' and m.name not like 'sqlite_%' and m.name <> '_sqlx_migrations'"#,
        "select c.relname || '.' || a.attname || ' ' || case format_type(a.atttypid, a.atttypmod)
             when 'uuid' then 'blob' when 'bytea' then 'blob' when 'bigint' then 'integer' when 'boolean' then 'integer'
             when 'timestamp with time zone' then 'text' when 'jsonb' then 'text' else format_type(a.atttypid, a.atttypmod) end
             || case when a.attnotnull then ' not null' else '' end
             || case when a.attgenerated <> '' then ' generated' else coalesce(' default ' || replace(pg_get_expr(d.adbin, d.adrelid), '::text', ''), '') end
           from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
           left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
           where n.nspname = 'public' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and c.relname <> '_sqlx_migrations'",
    ),
    (
        "primary keys",
        "select m.name || ' ' || (select group_concat(name, ', ') from
             (select name from pragma_table_info(m.name) where pk > 0 order by pk))
           from sqlite_master m where m.type = 'table' and m.name not like 'sqlite_%' and m.name <> '_sqlx_migrations'",
        "select k.conrelid::regclass::text || ' ' || (select string_agg(a.attname, ', ' order by u.n)
             from unnest(k.conkey) with ordinality u(col, n) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.col)
           from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace s on s.oid = c.relnamespace
           where k.contype = 'p' and s.nspname = 'public' and c.relname <> '_sqlx_migrations'",
    ),
    (
        "unique constraints",
        "select m.name || ' ' || (select group_concat(name, ', ') from (select name from pragma_index_info(i.name) order by seqno))
           from sqlite_master m join pragma_index_list(m.name) i where m.type = 'table' and i.origin = 'u'",
        "select k.conrelid::regclass::text || ' ' || (select string_agg(a.attname, ', ' order by u.n)
             from unnest(k.conkey) with ordinality u(col, n) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.col)
           from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace s on s.oid = c.relnamespace
           where k.contype = 'u' and s.nspname = 'public'",
    ),
    (
        "foreign keys",
        r#"select m.name || ' ' || (select group_concat(f, ', ') from (select "from" as f from pragma_foreign_key_list(m.name) g
                where g.id = k.id order by g.seq)) || ' -> ' || k."table" || ' ' || (select group_concat(t, ', ') from
                (select "to" as t from pragma_foreign_key_list(m.name) g where g.id = k.id order by g.seq))
             || ' on delete ' || lower(k.on_delete)
           from sqlite_master m join pragma_foreign_key_list(m.name) k where m.type = 'table' and k.seq = 0"#,
        "select k.conrelid::regclass::text || ' ' || (select string_agg(a.attname, ', ' order by u.n)
             from unnest(k.conkey) with ordinality u(col, n) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.col)
             || ' -> ' || k.confrelid::regclass::text || ' ' || (select string_agg(a.attname, ', ' order by u.n)
             from unnest(k.confkey) with ordinality u(col, n) join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.col)
             || ' on delete ' || case k.confdeltype when 'a' then 'no action' when 'c' then 'cascade' when 'n' then 'set null' end
           from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace s on s.oid = c.relnamespace
           where k.contype = 'f' and s.nspname = 'public'",
    ),
    (
        "indexes",
        r#"select m.name || ' ' || i.name || case i."unique" when 1 then ' unique' else '' end
             || case i.partial when 1 then ' partial' else '' end || ' ' || (select group_concat(col, ', ') from
               (select coalesce(x.name, 'expression') || case x.desc when 1 then ' desc' else '' end as col
                from pragma_index_xinfo(i.name) x where x.key = 1 order by x.seqno))
           from sqlite_master m join pragma_index_list(m.name) i where m.type = 'table' and i.origin = 'c'"#,
        "select i.indrelid::regclass::text || ' ' || c.relname || case when i.indisunique then ' unique' else '' end
             || case when i.indpred is not null then ' partial' else '' end || ' ' || (select string_agg(
               coalesce(a.attname, 'expression') || case when i.indoption[u.n - 1] & 1 = 1 then ' desc' else '' end, ', ' order by u.n)
               from unnest(i.indkey::int2[]) with ordinality u(col, n)
               left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.col and u.col > 0)
           from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace s on s.oid = c.relnamespace
           where s.nspname = 'public' and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))",
    ),
    (
        "triggers' tables",
        "select distinct tbl_name from sqlite_master where type = 'trigger'",
        "select distinct tgrelid::regclass::text from pg_trigger where not tgisinternal",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn both_catalogues_tell_the_same_schema() {
    static SEEN: Mutex<Vec<BTreeMap<&str, BTreeSet<String>>>> = Mutex::new(Vec::new());
    on_both(async |t: TestStore| {
        let mut schema = BTreeMap::new();
        for (kind, sqlite, postgres) in CATALOGUES {
            let query = if t.store.backend() == Backend::Sqlite { sqlite } else { postgres };
            schema.insert(kind, t.texts(query).await.into_iter().collect::<BTreeSet<_>>());
        }
        SEEN.lock().unwrap().push(schema);
    })
    .await;
    let mut seen = SEEN.lock().unwrap().clone();
    let (postgres, sqlite) = (seen.pop().expect("both"), seen.pop().expect("both"));
    for (kind, lines) in &sqlite {
        assert!(!lines.is_empty(), "no {kind} found");
        let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
        let other = &postgres[kind];
        assert_eq!((only(lines, other), only(other, lines)), (vec![], vec![]), "{kind} only on SQLite, and only on PostgreSQL");
    }
    assert!(sqlite["columns"].contains("operation_runs.lease_token integer not null"), "{:?}", sqlite["columns"]);
    assert!(
        sqlite["foreign keys"]
            .contains("inventory_items workspace_id, content_hash -> blobs workspace_id, hash on delete no action")
    );
    assert!(sqlite["indexes"].contains("operation_runs operation_runs_queue partial workspace_id, queue_rank, id"));
}
