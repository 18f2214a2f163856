//! Both databases, fresh for each test.

use std::future::Future;
use std::sync::Arc;

use model::time::{Clock, FakeClock, Moment};
use model::vault::Vault;
use store::access::Operator;
use store::sealed::{KEY_LEN, Keyring};
use store::{Backend, Options, Store};
use tempfile::TempDir;

use crate::vault::TestVault;

/// A fresh database for one test. Removed at the end of [`on_both`], also when the test fails.
#[derive(Debug, Clone)]
pub struct TestStore {
    /// The database.
    pub store: Store,
    /// The right to act as its operator.
    pub operator: Arc<Operator>,
    /// The clock that tells the time in it; stands still.
    pub clock: Arc<FakeClock>,
    /// The object storage of it, in memory; empty until a test moves contents there.
    pub vault: Arc<TestVault>,
    /// How another process, or a second pool, opens the same database.
    pub url: String,
    /// Whether the clock above tells the time, or the database's own.
    stands_still: bool,
}

impl TestStore {
    /// One that was opened elsewhere, with that clock.
    #[must_use]
    pub(crate) fn of(opened: store::Opened, clock: Arc<FakeClock>, url: String) -> Self {
        Self { store: opened.store, operator: Arc::new(opened.operator), clock, url, stands_still: true, vault: Arc::default() }
    }

    /// A second set of connections to the same database, as another process has. On SQLite it does not lock the file.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn another(&self) -> Store {
        let clock = self.stands_still.then(|| Arc::clone(&self.clock) as Arc<dyn Clock>);
        let vault: Arc<dyn Vault> = Arc::<TestVault>::clone(&self.vault);
        let options = Options { exclusive: false, migrate: false, vault: Some(vault), ..options(clock) };
        Store::open(&self.url, options).await.expect("the database opens again").store
    }

    /// As [`TestStore::another`], with another object storage, or none.
    ///
    /// # Panics
    /// When the database cannot be opened.
    pub async fn another_with(&self, vault: Option<Arc<dyn Vault>>) -> Store {
        let clock = self.stands_still.then(|| Arc::clone(&self.clock) as Arc<dyn Clock>);
        let options = Options { exclusive: false, migrate: false, vault, ..options(clock) };
        Store::open(&self.url, options).await.expect("the database opens again").store
    }

    /// An id as a literal of a raw statement.
    #[must_use]
    pub fn literal(&self, id: uuid::Uuid) -> String {
        store::testing::literal(&self.store, id)
    }

    /// Runs raw statements, as the system.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn execute(&self, text: &str) {
        store::testing::execute(&self.store, text).await.unwrap_or_else(|error| panic!("{text}: {error:?}"));
    }

    /// What the database does by itself some minutes after many rows were written, now.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn settle(&self) {
        store::testing::settle(&self.store).await.expect("the database looks after its tables");
    }

    /// The number that a raw query answers with, as the system.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn number(&self, text: &str) -> i64 {
        store::testing::number(&self.store, text, true).await.unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    /// The texts that a raw query of one column answers with, as the system.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn texts(&self, text: &str) -> Vec<String> {
        store::testing::texts(&self.store, text, true).await.unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }
}

/// Where every test's clock starts.
#[must_use]
pub fn start_of_time() -> Moment {
    Moment::parse("2026-03-01T08:00:00Z").expect("a valid instant")
}

/// The key that seals secrets in tests.
pub const TEST_KEY: [u8; KEY_LEN] = [42; KEY_LEN];

/// Options with a clock that stands still; `None`: the database's own.
#[must_use]
pub fn options(clock: Option<Arc<dyn Clock>>) -> Options {
    Options {
        exclusive: true,
        migrate: true,
        keyring: Keyring::new([&TEST_KEY[..]]).expect("a valid key"),
        clock,
        connections: 12,
        vault: None,
    }
}

/// Runs the test on SQLite and on PostgreSQL, each on an empty database of its own.
///
/// # Panics
/// When the test does, or when a database cannot be had.
pub async fn on_both<F, Fut>(test: F)
where
    F: Fn(TestStore) -> Fut,
    Fut: Future<Output = ()>,
{
    for backend in [Backend::Sqlite, Backend::Postgres] {
        on(backend, true, &test).await;
    }
}

/// As [`on_both`], with the database's own clock.
///
/// # Panics
/// As [`on_both`].
pub async fn on_both_in_real_time<F, Fut>(test: F)
where
    F: Fn(TestStore) -> Fut,
    Fut: Future<Output = ()>,
{
    for backend in [Backend::Sqlite, Backend::Postgres] {
        on(backend, false, &test).await;
    }
}

/// Runs the test on one of them.
///
/// # Panics
/// As [`on_both`].
pub async fn on<F, Fut>(backend: Backend, fake_clock: bool, test: &F)
where
    F: Fn(TestStore) -> Fut,
    Fut: Future<Output = ()>,
{
    eprintln!("--- on {backend:?}");
    let clock = Arc::new(FakeClock::at(start_of_time()));
    let given: Option<Arc<dyn Clock>> = if fake_clock { Some(Arc::clone(&clock) as Arc<dyn Clock>) } else { None };
    let vault = Arc::new(TestVault::default());
    let options = |clock| Options { vault: Some(Arc::<TestVault>::clone(&vault)), ..options(clock) };
    match backend {
        Backend::Sqlite => {
            // Held here and not in the value that the test gets: an `async move` block takes only the fields that it uses, the rest
            // of that value is dropped before the test begins, and SQLite opens connections later, too.
            let folder = TempDir::new().expect("a temporary folder");
            let url = format!("sqlite:{}", folder.path().join("test.db").display());
            let opened = Store::open(&url, options(given)).await.expect("SQLite opens");
            let (store, operator) = (opened.store, Arc::new(opened.operator));
            // On the heap: the steps of a long test would not fit on the stack of its thread, which is small in a debug build.
            Box::pin(test(TestStore { store: store.clone(), operator, clock, url, vault, stands_still: fake_clock })).await;
            store.close().await;
            drop(folder);
        }
        Backend::Postgres => {
            let database = crate::postgres::Database::with_schema().await;
            let opened = Store::open(database.url(), options(given)).await.expect("PostgreSQL opens");
            let (store, operator) = (opened.store, Arc::new(opened.operator));
            let url = database.url().to_owned();
            Box::pin(test(TestStore { store: store.clone(), operator, clock, url, vault, stands_still: fake_clock })).await;
            store.close().await;
            database.drop().await;
        }
    }
}
