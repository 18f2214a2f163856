//! Searching the settings of a tenant: "where is BitLocker configured?", now and in all versions.
//!
//! What is searched are contents, once each, however many versions share one. Each content of a tenant has a number; [`letters`] knows
//! which numbers have which three letters in a row, so that a word is looked up by equality, and the settings of the few contents that
//! are left are read ([`lines`]) to see whether one of them has every word. Contents of new versions wait until [`index`] takes them.

mod find;
mod index;
mod letters;
mod lines;
mod read;
mod rebuild;

use model::setting_search::Searchable;
use model::time::Moment;

use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::open::Store;
use crate::sql::sql;

pub use find::SettingPage;

/// The search over settings.
#[derive(Debug, Clone, Copy)]
pub struct SettingSearches<'a>(pub(crate) &'a Store);

impl Store {
    /// The search over settings.
    #[must_use]
    pub const fn setting_search(&self) -> SettingSearches<'_> {
        SettingSearches(self)
    }
}

impl SettingSearches<'_> {
    /// How much of the tenant can be searched.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn searchable(&self, scope: &TenantScope) -> Result<Searchable> {
        const HAVE: &str = "select count(*) from setting_contents where tenant_id = $1";
        const WAIT: &str = "select count(*), min(since) from setting_waiting where tenant_id = $1";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let (contents,): (i64,) = db.one(sql(HAVE).bind(scope.tenant_id())).await?;
        let (waiting, since): (i64, Option<DbTime>) = db.one(sql(WAIT).bind(scope.tenant_id())).await?;
        db.end().await?;
        let until: Option<Moment> = since.map(|since| since.0);
        Ok(Searchable { contents, waiting, until })
    }
}
