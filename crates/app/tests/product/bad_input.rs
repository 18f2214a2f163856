//! What an operator may get wrong: each is one clear line and an exit code, names no secret, and spoils nothing.

use std::path::Path;

use model::ids::EntraTenantId;
use testkit::postgres;
use testkit::process::Ended;
use testkit::stores;

use crate::installation::{Installation, number};

const CANARY: &str = "canary-db-password";

/// Asserts that a command was refused in one line with these words.
#[track_caller]
fn refused(what: &str, ended: &Ended, words: &[&str]) {
    let lines: Vec<&str> = ended.err.lines().collect();
    println!("{what}: exit {:?}: {}", ended.code, ended.err);
    assert!(ended.code.is_some_and(|code| code != 0), "{what} ended with {:?}: {}", ended.code, ended.err);
    assert_eq!(lines.len(), 1, "{what}: one line, not\n{}", ended.err);
    assert!(lines[0].starts_with("error: "), "{what}: {}", lines[0]);
    for word in words {
        assert!(lines[0].contains(word), "{what}: no word of {word}: {}", lines[0]);
    }
    for never in ["panicked", "backtrace", CANARY, "canary"] {
        assert!(!format!("{}{}", ended.out, ended.err).contains(never), "{what}: {}", ended.err);
    }
}

/// An installation that logs nothing beside what a command says itself.
async fn quiet() -> Installation {
    let mut place = Installation::sqlite().await;
    place.set("LOG_FILTER", "off");
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_database_url_is_told_without_its_password() {
    let mut place = quiet().await;
    let good = postgres::server().await.unwrap();
    let (scheme, rest) = good.split_once("://").unwrap();
    let (_, host) = rest.rsplit_once('@').unwrap();
    for (url, words) in [
        ("mysql://atlas:canary-db-password@127.0.0.1/x".to_owned(), &["sqlite: or postgres://"][..]),
        ("postgres://atlas:canary-db-password@127.0.0.1:no-port/x".to_owned(), &["PostgreSQL URL"]),
        ("postgres://atlas:canary-db-password@127.0.0.1:1/x".to_owned(), &["could not be reached"]),
        (format!("{scheme}://nobody:{CANARY}@{host}"), &["refuse"]),
        (format!("{good}_absent"), &[]),
        ("sqlite:".to_owned(), &["names no file"]),
        (format!("sqlite:{}/no/such/folder/x.db", place.folder.path().display()), &["folder", "does not exist"]),
    ] {
        place.set("DATABASE_URL", &url);
        // Whoever cannot reach a server tries for a while: once is enough.
        let commands = if url.contains(":1/") { &["check"][..] } else { &["serve", "migrate", "check"] };
        for command in commands {
            let ended = place.run(&[command], "").await;
            refused(&format!("{command} with {}", url.replace(CANARY, "***")), &ended, words);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_the_database_is_named() {
    let mut place = quiet().await;
    let garbage = place.folder.path().join("garbage.db");
    std::fs::write(&garbage, "this is no database, though it is as long as the head of one would be").unwrap();
    // A folder in which nobody may make a file, whoever runs the tests.
    let sealed = Path::new("/proc/tenantatlas.db");
    for file in [&garbage, sealed] {
        place.set("DATABASE_URL", &format!("sqlite:{}", file.display()));
        refused("migrate", &place.run(&["migrate"], "").await, &[&file.display().to_string()]);
    }
    assert!(std::fs::read_to_string(&garbage).unwrap().starts_with("this is no database"), "it is left as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_left_alone() {
    for mut place in [quiet().await, Installation::postgres().await] {
        place.set("LOG_FILTER", "off");
        place.set_up().await;
        let store = stores::options(None);
        let store = store::Store::open(&place.url, store::Options { migrate: false, ..store }).await.unwrap().store;
        let column = if place.url.starts_with("sqlite") { "x'00'" } else { "'\\x00'" };
        let newer = format!(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'later', true, {column}, 0)"
        );
        store::testing::execute(&store, &newer).await.unwrap();
        let tables = number(&store, "select count(*) from users").await;
        store.close().await;
        drop(store);
        for command in ["serve", "worker", "migrate", "check"] {
            refused(command, &place.run(&[command], "").await, &["newer (9999)", "upgrade the binary"]);
        }
        assert_eq!(tables, 1);
        place.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_schema_asks_for_the_migration() {
    let place = Installation::postgres().await;
    let added = place.run(&["user", "add", "--email", "a@example.test", "--name", "A"], "long enough a password").await;
    refused("user add before migrate", &added, &["tenantatlas migrate"]);
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_named_and_the_next_start_works() {
    let mut place = quiet().await;
    place.set_up().await;
    let taken = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    place.set("SERVER_LISTEN", &address);
    refused("serve", &place.run(&["serve"], "").await, &[&address, "in use", "--listen"]);
    refused("demo", &place.run(&["demo", "--listen", &address], "").await, &[&address, "in use"]);
    drop(taken);
    let serve = place.start(&["serve"]);
    assert_eq!(serve.ready().await, format!("http://{address}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_a_sqlite_file_is_refused_and_the_first_goes_on() {
    let place = quiet().await;
    place.set_up().await;
    let serve = place.start(&["serve"]);
    let base = serve.ready().await;
    for command in ["serve", "worker", "migrate"] {
        refused(command, &place.run(&[command], "").await, &["another TenantAtlas process", "PostgreSQL"]);
    }
    // What only looks works beside it.
    let check = place.run(&["check"], "").await;
    assert_eq!(check.code, Some(0), "{}{}", check.out, check.err);
    place.owner_at(&base).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_settings_are_errors() {
    let mut place = quiet().await;
    let file = place.folder.path().join("atlas.toml");
    std::fs::write(&file, "[server]\nlissten = '127.0.0.1:1'\n").unwrap();
    let file = file.display().to_string();
    refused("a key", &place.run(&["check", "--config", &file], "").await, &["lissten"]);
    std::fs::write(&file, "[secrets]\nkey = 'canary\n").unwrap();
    refused("a broken file", &place.run(&["check", "--config", &file], "").await, &["line 2"]);
    refused("no file", &place.run(&["check", "--config", "/no/such/file.toml"], "").await, &["/no/such/file.toml"]);
    place.set("SERVER_LISSTEN", "x");
    refused("a variable", &place.run(&["check"], "").await, &["lissten"]);
    let mut place = quiet().await;
    place.set("SECRETS_KEY", "canary");
    refused("a short key", &place.run(&["migrate"], "").await, &["64 hexadecimal digits"]);
    let mut place = quiet().await;
    place.set("SERVER_LISTEN", "0.0.0.0:0");
    refused("open without TLS", &place.run(&["serve"], "").await, &["TLS", "server.secure"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_tenants_are_not_added_by_halves() {
    for mut place in [quiet().await, Installation::postgres().await] {
        place.set("LOG_FILTER", "off");
        place.set_up().await;
        let add = ["user", "add", "--email", "b@example.test", "--name", "B", "--workspace", "Northwind Services"];
        refused("a short password", &place.run(&add, "canary").await, &["12"]);
        refused("no password", &place.run(&add, "").await, &["12"]);
        let unknown = [&add[..], &["--role", "emperor"]].concat();
        refused("an unknown role", &place.run(&unknown, "long enough a password").await, &["owner, manager"]);
        let mut twice = add;
        twice[3] = "OWNER@example.test";
        refused("a mail address twice", &place.run(&twice, "long enough a password").await, &["already"]);
        let wrong = [&add[..3], &["not a mail address"], &add[4..]].concat();
        refused("no mail address", &place.run(&wrong, "long enough a password").await, &["mail"]);

        let secret = place.folder.path().join("client-secret");
        std::fs::write(&secret, "canary-client-secret").unwrap();
        let (secret, id) = (secret.display().to_string(), EntraTenantId::generate().to_string());
        let tenant = |workspace: &'static str, id: &str, secret: &str| -> Vec<String> {
            let pairs = [["tenant", "add"], ["--workspace", workspace], ["--name", "Contoso"], ["--domain", "c.example"]];
            let more = [["--entra-tenant-id", id], ["--client-id", "client-1"], ["--client-secret-file", secret]];
            pairs.concat().into_iter().chain(more.concat()).map(str::to_owned).collect()
        };
        let run = async |arguments: Vec<String>| {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            place.run(&arguments, "").await
        };
        refused("an unknown workspace", &run(tenant("Nobody", &id, &secret)).await, &["no workspace named Nobody"]);
        refused("no id", &run(tenant("Northwind Services", "contoso", &secret)).await, &["--entra-tenant-id"]);
        refused("no secret", &run(tenant("Northwind Services", &id, "/no/such/secret")).await, &["/no/such/secret"]);
        assert_eq!(run(tenant("Northwind Services", &id, &secret)).await.code, Some(0));
        refused("a tenant twice", &run(tenant("Northwind Services", &id, &secret)).await, &["already"]);

        let store = place.store().await;
        assert_eq!(number(&store, "select count(*) from users").await, 1);
        assert_eq!(number(&store, "select count(*) from tenants").await, 1);
        assert_eq!(number(&store, "select count(*) from workspaces").await, 1);
        store.close().await;
        place.remove().await;
    }
}
