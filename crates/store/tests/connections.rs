//! Provider connections: sealed at rest, open only to a run.

use std::path::Path;

use model::connection::Cloud;
use model::failure::Code;
use model::ids::TenantId;
use secrecy::{ExposeSecret as _, SecretString};
use store::sealed::{KEY_LEN, Keyring};
use store::{Backend, NewConnection, OpenCredential, Options, Store, StoreError};
use testkit::stores::{TestStore, on_both, options};
use testkit::world::{CANARY_SECRET, World, connection};

/// All that the database holds, as text: the bytes of SQLite's files, every row of PostgreSQL's tables.
pub(crate) async fn everything(t: &TestStore) -> String {
    match t.store.backend() {
        Backend::Sqlite => {
            let file = Path::new(t.url.trim_start_matches("sqlite:"));
            let folder = std::fs::read_dir(file.parent().expect("a folder")).expect("readable");
            let mut all = String::new();
            for entry in folder {
                let bytes = std::fs::read(entry.expect("an entry").path()).expect("readable");
                all.push_str(&String::from_utf8_lossy(&bytes));
            }
            all
        }
        Backend::Postgres => {
            let mut all = String::new();
            for table in t.texts("select tablename::text from pg_tables where schemaname = 'public'").await {
                all.push_str(&t.texts(&format!("select r::text from {table} r")).await.join("\n"));
            }
            all
        }
    }
}

/// The client secret in clear.
fn secret_of(open: OpenCredential) -> String {
    let OpenCredential::Secret(secret) = open else { panic!("{open:?}") };
    secret.expose_secret().to_owned()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_nowhere_in_the_database() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        world.attempt(&["scope_tag"]).await;
        let all = everything(&t).await;
        assert!(all.contains("client-1"), "the search finds what is stored in clear");
        assert!(!all.contains(CANARY_SECRET), "the secret is stored in clear");
        assert!(!all.contains(&hex(CANARY_SECRET)), "the secret is stored as bytes");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_opens_the_secret_of_its_own_tenant() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let (found, open) = t.store.connections().for_run(&scope).await.expect("opens");
        assert!(!format!("{open:?}").contains("canary"));
        assert_eq!(secret_of(open), CANARY_SECRET);
        assert_eq!((found.tenant_id, found.client_id.as_str(), found.enabled), (world.tenant, "client-1", true));
        assert_eq!(found.entra_tenant_id, world.tenant_scope(&world.owner).await.tenant().entra_tenant_id);
        assert!(!format!("{found:?} {scope:?}").contains("canary"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_again_replaces_the_credentials_and_raises_the_revision() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let connections = t.store.connections();
        let scope = world.attempt(&["scope_tag"]).await;
        connections.set_enabled(&t.operator, world.tenant, false).await.unwrap();
        let secret = SecretString::from("another secret \u{1f511}");
        let new = NewConnection::with_secret(Cloud::China, "client-2", secret);
        connections.save(&t.operator, world.tenant, &new).await.unwrap();
        let (found, open) = connections.for_run(&scope).await.expect("saving enables");
        assert_eq!(secret_of(open), "another secret \u{1f511}");
        assert_eq!((found.cloud, found.client_id.as_str(), found.revision), (Cloud::China, "client-2", 2));
        let lost = connections.save(&t.operator, TenantId::generate(), &connection()).await;
        assert!(matches!(lost, Err(StoreError::NotVisible)), "{lost:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_or_missing_connection_opens_for_nobody() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let connections = t.store.connections();
        let scope = world.attempt(&["scope_tag"]).await;
        connections.set_enabled(&t.operator, world.tenant, false).await.unwrap();
        assert_eq!(connections.for_run(&scope).await.expect_err("disabled").code(), Code::ConnectionDisabled);
        connections.set_enabled(&t.operator, world.tenant, true).await.unwrap();
        assert!(connections.for_run(&scope).await.is_ok());
        t.execute("delete from provider_connections").await;
        assert_eq!(connections.for_run(&scope).await.expect_err("missing").code(), Code::ConnectionMissing);
        let lost = connections.set_enabled(&t.operator, world.tenant, true).await;
        assert!(matches!(lost, Err(StoreError::NotVisible)), "{lost:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_the_workspace_has_no_connection() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let run = world.queued(&["scope_tag"]).await;
        t.execute("update operation_runs set tenant_id = null").await;
        let claim = world.claim(&store::runs::WorkerId::new("test")).await;
        assert_eq!((claim.run.id, claim.run.tenant_id), (run.id, None));
        let scope = world.admit(&claim).await;
        assert_eq!(t.store.connections().for_run(&scope).await.expect_err("no tenant").code(), Code::RunContextMissing);
    })
    .await;
}

async fn with_keys(t: &TestStore, keys: &[[u8; KEY_LEN]]) -> Store {
    let keyring = Keyring::new(keys.iter().map(|key| &key[..])).expect("valid keys");
    let options = Options { exclusive: false, migrate: false, keyring, ..options(Some(t.clock.clone())) };
    Store::open(&t.url, options).await.expect("opens").store
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_key_opens_nothing_and_an_older_key_still_does() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let fresh = Keyring::generate_key().unwrap();
        assert_ne!(fresh, Keyring::generate_key().unwrap());
        let wrong = with_keys(&t, &[fresh]).await;
        let failure = wrong.connections().for_run(&scope).await.expect_err("another key");
        assert_eq!(failure.code(), Code::CredentialsInvalid);
        assert!(!failure.message().contains("canary"));
        let rotated = with_keys(&t, &[fresh, testkit::stores::TEST_KEY]).await;
        assert!(rotated.connections().for_run(&scope).await.is_ok());
        for store in [wrong, rotated] {
            store.close().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_secret_cannot_be_moved_to_another_tenant_or_altered() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.attempt(&["scope_tag"]).await;
        let (here, there) = (t.literal(world.tenant.uuid()), t.literal(world.foreign_tenant.uuid()));
        t.execute(&format!(
            "update provider_connections set sealed_secret =
               (select sealed_secret from provider_connections where tenant_id = {there}) where tenant_id = {here}"
        ))
        .await;
        let moved = t.store.connections().for_run(&scope).await.expect_err("it belongs to another row");
        assert_eq!(moved.code(), Code::CredentialsInvalid);
        let damaged = if t.store.backend() == Backend::Sqlite { "x'00'" } else { "'\\x00'::bytea" };
        t.execute(&format!("update provider_connections set sealed_secret = {damaged}")).await;
        assert_eq!(t.store.connections().for_run(&scope).await.expect_err("damaged").code(), Code::CredentialsInvalid);
    })
    .await;
}
