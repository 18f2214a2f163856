//! What is known of the readiness of a tenant, read together: a few rows of each list.

use model::backup::Selection;
use model::coverage::TypeState;
use model::label::Labelled;
use model::report::Block;
use model::report::configuration::{name_of, type_label};
use model::report::readiness::{Readiness, blocks};

use crate::access::TenantScope;
use crate::bind::DbTime;
use crate::db::Result;
use crate::inventory::{items, synced_at};
use crate::open::Store;
use crate::overview::{FROM, HEALTH, health};
use crate::sql::sql;

/// Rows of each list.
const ROWS: u32 = 10;

/// The document of a tenant, but for its heading.
pub(super) async fn of(store: &Store, scope: &TenantScope, anchor: &str) -> Result<Vec<Block>> {
    let now = store.now().await?;
    let mut known = figures(store, scope).await?;
    let coverage = store.inventory().coverage(scope).await?;
    let complete = coverage.iter().filter(|one| one.state == TypeState::Complete).count();
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    known.types = (count(complete), count(coverage.len()));
    let unread = coverage.iter().filter(|one| one.state != TypeState::Complete);
    known.unread = unread.map(|one| (type_label(&one.resource_type), one.state.words().to_owned())).collect();
    for set in store.backups().list(scope, None, None, ROWS).await?.rows {
        let when = set.completed_at.unwrap_or(set.started_at);
        known.backups.push((name_of(&set.name), when, set.status.badge().word.to_owned(), set.items));
    }
    for drill in store.restores().drills(scope, None, ROWS).await?.rows {
        let readiness = drill.figures.readiness;
        known.drills.push((drill.at, drill.score, readiness.objects, readiness.verified, name_of(&drill.set_name)));
    }
    for restore in store.restores().list(scope, None, ROWS).await?.rows {
        let state = restore.state.badge().word.to_owned();
        known.restores.push((restore.created_at, name_of(&restore.name), state, restore.rehearsal_run.is_some()));
    }
    Ok(blocks(&known, now, anchor))
}

/// What is worked out in statements of its own.
async fn figures(store: &Store, scope: &TenantScope) -> Result<Readiness> {
    const COMPLETE: &str = "select completed_at, items from backup_sets where tenant_id = $1 and status = 'complete'
      and origin is null and holds = $2 order by completed_at desc, id desc limit 1";
    let standing = items(synced_at(sql("select ")).push(" as synced_at, "))
        .push(" as items, ")
        .push(HEALTH)
        .push(" as health, c.credential_expires_at")
        .push(FROM)
        .push_bind(" where t.id = ", scope.tenant_id());
    let mut db = store.db().read(scope.grant().reach()).await?;
    let (synced, objects, place, ends): (Option<DbTime>, Option<i64>, i64, Option<DbTime>) = db.one(standing).await?;
    let complete = sql(COMPLETE).bind(scope.tenant_id()).bind(Selection::All.words());
    let complete: Option<(DbTime, i64)> = db.optional(complete).await?;
    db.end().await?;
    Ok(Readiness {
        connection: health(place).badge().word.to_owned(),
        credential_ends: ends.map(|at| at.0),
        synced_at: synced.map(|at| at.0),
        objects: objects.unwrap_or(0),
        complete: complete.map(|(at, objects)| (at.0, objects)),
        ..Readiness::default()
    })
}
