//! `tenantatlas tenant export`: all that is recorded of a tenant as one file.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use model::json::Json;
use ops::archive::{self, Identity, Key, Limits, WITHHELD};
use store::Store;
use testkit::stores::{TEST_KEY, options};
use testkit::world::{CANARY_SECRET, World};

const KEY: &str = "AGE-SECRET-KEY-1EV89A7US9UPRR0V05DNMYE8JC9YKQVFF97V5H5YSZWS4NZF63QWSUPKZXK";
/// A value that the contract of its type names as a secret.
const SECRET: &str = "canary-oma-value-55d1";

/// Runs the command on a database: whether it went well, and what it said.
fn tenantatlas(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let key: String = TEST_KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantatlas"));
    command.env_clear().env("TENANTATLAS_DATABASE_URL", "sqlite:test.db").env("TENANTATLAS_SECRETS_KEY", key);
    let done = command.current_dir(folder).args(arguments).stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.success(), text(done.stdout) + &text(done.stderr))
}

fn files(path: &Path, key: Option<&Key>) -> BTreeMap<String, String> {
    let mut source = archive::open(path, key, &Limits::default()).unwrap();
    let listed = source.files().to_vec();
    let text = |source: &mut dyn archive::Source, n| String::from_utf8(source.read(n, 16 << 20).unwrap()).unwrap();
    listed.into_iter().enumerate().map(|(n, file)| (file.path, text(&mut *source, n))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_a_tenant_is_written_to_one_file_and_secrets_to_an_encrypted_one_only() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let opened = Store::open(&url, options(None)).await.unwrap();
    let world = World::build(&opened.store, &std::sync::Arc::new(opened.operator)).await;
    opened.store.close().await;
    drop(opened.store);
    // What was imported is recorded, too, and has contents.
    let imported = folder.path().join("in/Device Configurations");
    std::fs::create_dir_all(&imported).unwrap();
    let policy = format!(
        r##"{{"@odata.type":"#microsoft.graph.windows10CustomConfiguration","id":"00000000-0000-4000-8000-000000000001","displayName":"OMA",
            "omaSettings":[{{"@odata.type":"#microsoft.graph.omaSettingString","omaUri":"./a","isEncrypted":true,"value":"{SECRET}"}}]}}"##
    );
    std::fs::write(imported.join("OMA.json"), policy).unwrap();
    let (good, said) = tenantatlas(folder.path(), &["backup", "import", "--tenant", "Contoso", "in"]);
    assert!(good, "{said}");

    let export = |more: &[&str]| {
        let arguments = [&["tenant", "export", "--tenant", "Contoso"], more].concat();
        tenantatlas(folder.path(), &arguments)
    };
    let (good, said) = export(&["--out", "open.zip"]);
    assert!(good && said.contains("1 contents to open.zip") && said.contains("1 secrets were left out"), "{said}");
    let open = files(&folder.path().join("open.zip"), None);
    let all: String = open.values().map(String::as_str).collect();
    assert!(!all.contains(SECRET) && !all.contains(CANARY_SECRET) && all.contains(WITHHELD));
    let manifest = Json::parse(open["manifest.json"].as_bytes()).unwrap();
    assert_eq!(manifest.get("tenant").and_then(|tenant| tenant.get("name")).and_then(Json::as_str), Some("Contoso"));
    let tables = manifest.get("tables").and_then(Json::as_object).unwrap();
    for (table, rows) in tables {
        let lines = &open[&format!("records/{table}/0001.jsonl")];
        assert_eq!(i64::try_from(lines.lines().count()).unwrap(), rows.as_i64().unwrap(), "{table}");
        assert!(lines.lines().all(|line| Json::parse(line.as_bytes()).is_ok()), "{table}");
    }
    let connection = &open["records/provider_connections/0001.jsonl"];
    assert!(connection.contains("client_id") && !connection.contains("sealed_secret"), "{connection}");
    assert!(!all.contains(&world.foreign_tenant.to_string()), "nothing of others");

    // Encrypted: with what is secret in contents, and still without credentials.
    let identity: Identity = KEY.parse().unwrap();
    let recipient = identity.recipient().unwrap().to_string();
    let (good, said) = export(&["--out", "sealed.age", "--recipient", &recipient]);
    assert!(good, "{said}");
    let sealed = files(&folder.path().join("sealed.age"), Some(&Key::Identity(identity)));
    let all: String = sealed.values().map(String::as_str).collect();
    assert!(all.contains(SECRET) && !all.contains(CANARY_SECRET));

    // Refused: what is there already, and a tenant that is not there; nothing is left behind.
    let (good, said) = export(&["--out", "open.zip"]);
    assert!(!good && said.contains("is there already"), "{said}");
    let (good, said) = tenantatlas(folder.path(), &["tenant", "export", "--tenant", "Nobody", "--out", "nobody.zip"]);
    assert!(!good && said.contains("there is no tenant Nobody") && !folder.path().join("nobody.zip").exists(), "{said}");
    let left = std::fs::read_dir(folder.path()).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with(".tmp")
    });
    assert_eq!(left.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_put_away_and_removed_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let opened = Store::open(&url, options(None)).await.unwrap();
    World::build(&opened.store, &std::sync::Arc::new(opened.operator)).await;
    opened.store.close().await;
    drop(opened.store);
    let tenant = |arguments: &[&str]| tenantatlas(folder.path(), &[&["tenant"], arguments].concat());
    let delete = |confirm: &str| tenant(&["delete", "--tenant", "Contoso", "--confirm", confirm]);
    let refused = |(good, said): (bool, String), why: &str| assert!(!good && said.contains(why), "{said}");
    refused(delete("Contoso"), "only an archived tenant can be deleted");
    refused(tenant(&["archive", "--tenant", "Contoso", "--undo"]), "");
    assert_eq!(tenant(&["archive", "--tenant", "Contoso"]), (true, "Contoso is archived.\n".to_owned()));
    assert_eq!(tenant(&["archive", "--tenant", "Contoso", "--undo"]), (true, "Contoso is in use again.\n".to_owned()));
    assert!(tenant(&["archive", "--tenant", "Contoso"]).0);
    refused(delete("contoso"), "--confirm has to be the name of the tenant, Contoso");
    let (good, said) = delete(" Contoso ");
    assert!(good && said.starts_with("Workers remove Contoso and all that is recorded of it, as run "), "{said}");
    // Asking again is the same wish, and not a second run.
    assert_eq!(delete("Contoso"), (true, said));
}
