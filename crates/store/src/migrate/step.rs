//! What a migration does to processes of the version before, which its name says: `0039_expand_….sql` leaves all that they use as it is,
//! `0050_contract_….sql` takes away what only they used. The name is stored with it, so that an older process can read it.

use sqlx::migrate::{Migration, Migrator};

/// The first migration whose name says it. Those before came before the first release: they are taken together.
pub(super) const FIRST_NAMED: i64 = 39;

/// How the description of one that only adds begins.
pub(super) const EXPAND: &str = "expand ";
/// How the description of one that takes away begins.
pub(super) const CONTRACT: &str = "contract ";

/// Whether it takes away what the version before may use.
pub(super) fn contracts(migration: &Migration) -> bool {
    migration.version >= FIRST_NAMED && migration.description.starts_with(CONTRACT)
}

/// Those of a list that are applied now: all of them, or all that take nothing away.
pub(super) fn chosen(all: &Migrator, contract: bool) -> Migrator {
    let chosen = all.iter().filter(|migration| contract || !contracts(migration)).cloned().collect();
    let mut chosen = Migrator::with_migrations(chosen);
    // What a newer version added is none of ours; what it took away was looked for before.
    chosen.set_ignore_missing(true);
    chosen
}

#[cfg(test)]
mod tests {
    use sqlx::SqlSafeStr as _;
    use sqlx::migrate::MigrationType;

    use super::*;

    fn migration(version: i64, description: &'static str) -> Migration {
        Migration::new(version, description.into(), MigrationType::Simple, "select 1".into_sql_str(), false)
    }

    fn versions(migrator: &Migrator) -> Vec<i64> {
        migrator.iter().map(|migration| migration.version).collect()
    }

    #[test]
    fn what_takes_away_is_applied_only_when_that_was_asked_for() {
        let all = Migrator::with_migrations(vec![
            migration(27, "contract of old"),
            migration(41, "expand a"),
            migration(42, "contract b"),
            migration(43, "expand c"),
        ]);
        assert_eq!(versions(&chosen(&all, false)), [27, 41, 43]);
        assert_eq!(versions(&chosen(&all, true)), [27, 41, 42, 43]);
    }
}
