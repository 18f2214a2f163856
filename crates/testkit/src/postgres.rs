//! The PostgreSQL that tests use: the private one that `cargo xtask test` starts, or one that a person names.

use std::sync::OnceLock;

/// The variable with the URL. Its role must be allowed to create databases, and must be neither superuser nor exempt from
/// row-level security: otherwise the tests would prove nothing about isolation.
pub const VARIABLE: &str = "TENANTATLAS_TEST_POSTGRES";

/// The URL of a database on the test server, from which tests create their own databases.
///
/// # Errors
/// The sentence to fail a test with, when no server is named. There is no second way to start one.
pub async fn server() -> Result<&'static str, String> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    let url = URL.get_or_init(|| std::env::var(VARIABLE).ok().filter(|url| !url.is_empty()));
    url.as_deref().ok_or_else(|| format!("no PostgreSQL for this test: run `cargo xtask test` (or set {VARIABLE})"))
}

/// A database of its own on the test server.
#[derive(Debug)]
pub struct Database {
    server: &'static str,
    url: String,
}

impl Database {
    /// Creates an empty one.
    ///
    /// # Panics
    /// With a sentence that tells what to do, when there is no server.
    pub async fn create() -> Self {
        let server = server().await.unwrap_or_else(|what| panic!("{what}"));
        let url = store::testing::create_database(server).await.expect("a database on the test server");
        Self { server, url }
    }

    /// Creates one with today's schema and nothing in it: quicker than migrating an empty one.
    ///
    /// # Panics
    /// As [`Self::create`].
    pub async fn with_schema() -> Self {
        let server = server().await.unwrap_or_else(|what| panic!("{what}"));
        let url = store::testing::create_migrated_database(server).await.expect("a database on the test server");
        Self { server, url }
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Removes it. One that is not dropped goes with the server.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn drop(self) {
        store::testing::drop_database(self.server, &self.url).await.expect("the database is removed");
    }
}
