//! Sealing anew under the current key what older keys sealed, so that those can be thrown away.

use std::collections::BTreeMap;

use model::audit::{Action, AuditEntry};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::access::Operator;
use crate::audit::Actor;
use crate::db::Result;
use crate::open::Store;
use crate::reach::Reach;
use crate::sql::sql;

/// Rows of one transaction.
const BATCH: u32 = 100;

/// The statements of one sealed column.
struct Column {
    table: &'static str,
    column: &'static str,
    /// How many rows begin in which way.
    uses: &'static str,
    /// Rows after an id that begin otherwise than `$1`.
    old: &'static str,
    /// Replaces what is still there as it was read.
    replace: &'static str,
}

macro_rules! columns {
    ($(($table:literal, $id:literal, $column:literal)),+ $(,)?) => {
        /// Every column that holds sealed secrets: table and column. A test compares the list with the schema.
        pub const COLUMNS: &[(&str, &str)] = &[$(($table, $column)),+];

        const ALL: &[Column] = &[$(Column {
            table: $table,
            column: $column,
            uses: concat!("select substr(", $column, ", 1, 5), count(*) from ", $table, " group by substr(", $column, ", 1, 5)"),
            old: concat!("select ", $id, ", ", $column, " from ", $table, " where substr(", $column, ", 1, 5) <> $1 and ", $id,
                " > $2 order by ", $id, " limit $3"),
            replace: concat!("update ", $table, " set ", $column, " = $3 where ", $id, " = $1 and ", $column, " = $2"),
        }),+];
    };
}

columns! {
    ("provider_connections", "id", "sealed_secret"),
    ("user_totp", "user_id", "sealed_secret"),
    ("content_secrets", "id", "sealed_value"),
    ("restore_secrets", "id", "sealed_value"),
    ("backup_files", "id", "sealed_secret"),
    ("alert_destinations", "id", "sealed_secret"),
}

/// How many rows a key sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// The key's id, in hexadecimal digits.
    pub key: String,
    /// Whether it is the one that seals now.
    pub current: bool,
    /// Whether it is configured; what other keys sealed cannot be opened.
    pub configured: bool,
    /// How many rows it sealed.
    pub rows: i64,
}

/// What sealing anew came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resealed {
    /// Rows that the current key has sealed now.
    pub rows: u64,
    /// Rows that somebody else changed meanwhile; they are under the current key of whoever did.
    pub passed: u64,
    /// Rows that none of the configured keys opens.
    pub unreadable: u64,
}

/// The keys of secrets at rest.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a>(&'a Store);

impl Store {
    /// The keys of secrets at rest.
    #[must_use]
    pub const fn keys(&self) -> Keys<'_> {
        Keys(self)
    }
}

impl Keys<'_> {
    /// Which keys sealed how many rows: the configured ones in their order, then others.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn status(&self, _: &Operator) -> Result<Vec<KeyUse>> {
        let mut found: BTreeMap<String, i64> = BTreeMap::new();
        let mut db = self.0.db().read(&Reach::system()).await?;
        for column in ALL {
            let rows: Vec<(Vec<u8>, i64)> = db.all(sql(column.uses)).await?;
            for (head, count) in rows {
                let id: String = head.iter().skip(1).map(|byte| format!("{byte:02x}")).collect();
                *found.entry(id).or_default() += count;
            }
        }
        db.end().await?;
        let configured = self.0.keyring().ids();
        let ours = configured.iter().enumerate().map(|(place, key)| KeyUse {
            key: key.clone(),
            current: place == 0,
            configured: true,
            rows: found.remove(key).unwrap_or(0),
        });
        let mut uses: Vec<KeyUse> = ours.collect();
        uses.extend(found.into_iter().map(|(key, rows)| KeyUse { key, current: false, configured: false, rows }));
        Ok(uses)
    }

    /// Seals everything anew that is not under the current key, in batches of 100 rows, each in a transaction of its own: it can be
    /// stopped at any time and begun again, beside servers that are running. `progress` hears of each batch.
    ///
    /// # Errors
    /// When the database refuses; what was done until then stays.
    pub async fn reseal(&self, _: &Operator, progress: &(dyn Fn(Resealed) + Send + Sync)) -> Result<Resealed> {
        let mut total = Resealed::default();
        for column in ALL {
            let mut after = Uuid::nil();
            while let Some(last) = self.batch(column, after, &mut total).await? {
                after = last;
                progress(total);
            }
        }
        Ok(total)
    }

    /// One batch; the id of its last row, `None` when there was none.
    async fn batch(&self, column: &Column, after: Uuid, total: &mut Resealed) -> Result<Option<Uuid>> {
        let keyring = self.0.keyring();
        let mut tx = self.0.db().write(&Reach::system()).await?;
        let rows: Vec<(Uuid, Vec<u8>)> = tx.all(sql(column.old).bind(keyring.head()?).bind(after).bind(BATCH)).await?;
        let Some(last) = rows.last().map(|(id, _)| *id) else { return Ok(None) };
        let mut changed = 0_u32;
        for (id, old) in rows {
            let Ok(plain) = keyring.open(id, &old) else {
                tracing::error!(table = column.table, column = column.column, row = %id, "no configured key opens this");
                total.unreadable += 1;
                continue;
            };
            let new = keyring.seal(id, plain.expose_secret())?;
            match tx.exec(sql(column.replace).bind(id).bind(old).bind(new)).await? {
                0 => total.passed += 1,
                _ => changed += 1,
            }
        }
        total.rows += u64::from(changed);
        if changed > 0 {
            let entry = AuditEntry::done(Action::KeysRotate).with("rows", i64::from(changed));
            tx.commit(&Actor::operator(None, None), entry).await?;
        }
        Ok(Some(last))
    }
}
