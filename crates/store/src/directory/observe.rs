//! Writing what a sync was told of groups, a portion at a time, under the run's lease.

use std::collections::{BTreeMap, BTreeSet};

use model::directory::{DirectoryKind, GroupChange, tail};
use model::ids::TenantId;
use model::time::Moment;

use super::row::{GroupRow, Said, columns};
use super::{BY_RUN, Directory, blocks, state, statistics};
use crate::access::RunScope;
use crate::bind::storable;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::fold::folded;
use crate::runs::fenced;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;

/// A way through the groups of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// When it began, by the database's clock.
    pub from: Moment,
    /// Whether all groups are told, and not only what changed.
    pub full: bool,
}

/// What writing a portion did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DirectoryEffect {
    /// Seen for the first time.
    pub created: i64,
    /// Changed, or there again.
    pub updated: i64,
    /// As before.
    pub unchanged: i64,
    /// Gone.
    pub deleted: i64,
}

impl Directory<'_> {
    /// Writes what was told. Properties that a change does not mention stay as they are; told for the first time by a full pass,
    /// they are empty. An object that occurs twice is changed twice, in the order given.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; nothing is written then.
    pub async fn observe_groups(&self, run: &RunScope, pass: Pass, changes: Vec<GroupChange>) -> Result<DirectoryEffect> {
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a directory run without a tenant"))?;
        let mut by_id: BTreeMap<String, Vec<GroupChange>> = BTreeMap::new();
        for change in changes {
            by_id.entry(storable(change.object_id.clone())).or_default().push(change);
        }
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let mut known = known(&mut tx, tenant, by_id.keys()).await?;
        let mut effect = DirectoryEffect::default();
        let (mut written, mut same, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        for (id, changes) in by_id {
            let row = known.remove(&id);
            match decide(row.as_ref(), pass, &changes) {
                Some(said) => match row {
                    None => {
                        effect.created += 1;
                        written.push((id, None, said));
                    }
                    Some(row) if row.deleted_at.is_none() && Said::of(&row) == said => {
                        effect.unchanged += 1;
                        same.push(id);
                    }
                    Some(row) => {
                        effect.updated += 1;
                        written.push((id, Some(row.block), said));
                    }
                },
                None if row.is_some_and(|row| row.deleted_at.is_none()) => {
                    effect.deleted += 1;
                    gone.push(id);
                }
                None => {}
            }
        }
        let new = written.iter().filter(|(_, block, _)| block.is_none()).count();
        let first = state::take_numbers(&mut tx, run, tenant, DirectoryKind::Groups, new).await?;
        let mut number = first;
        let mut placed = Vec::with_capacity(written.len());
        let mut touched = BTreeSet::new();
        for (id, block, said) in written {
            let block = block.unwrap_or_else(|| {
                number += 1;
                blocks::of(number - 1)
            });
            touched.insert(block);
            placed.push((id, block, said));
        }
        for chunk in placed.chunks(CHUNK) {
            upsert(&mut tx, run, tenant, chunk).await?;
        }
        for (ids, statement) in [
            (same, "update directory_groups set seen_at = $now where tenant_id = $1 and object_id in "),
            (gone, "update directory_groups set deleted_at = $now, changed_at = $now where tenant_id = $1 and object_id in "),
        ] {
            for chunk in ids.chunks(CHUNK) {
                tx.exec(sql(statement).bind(tenant).push_in("", chunk.iter().map(String::as_str))).await?;
            }
        }
        statistics::follow(&mut tx, self.0.db().is_postgres(), first, number).await?;
        blocks::write(&mut tx, run, tenant, &touched).await?;
        tx.commit_unaudited(BY_RUN).await?;
        Ok(effect)
    }
}

/// What is there after the changes; `None`: nothing.
fn decide(row: Option<&GroupRow>, pass: Pass, changes: &[GroupChange]) -> Option<Said> {
    // The first word of a full pass on an object is all of it; what comes later in the same pass changes it.
    let mut now = row.filter(|row| !pass.full || row.seen_at.0 >= pass.from).map(Said::of);
    let mut there = false;
    for change in changes {
        there = !change.removed;
        if there {
            now = Some(now.unwrap_or_default().with(change));
        }
    }
    if there { now } else { None }
}

async fn known(tx: &mut Tx, tenant: TenantId, ids: impl Iterator<Item = &String>) -> Result<BTreeMap<String, GroupRow>> {
    const KNOWN: &str = concat!("select ", columns!(), " from directory_groups where tenant_id = $1 and object_id in ");
    let ids: Vec<&String> = ids.collect();
    let mut known = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<GroupRow> = tx.all(sql(KNOWN).bind(tenant).push_in("", chunk.iter().map(|id| id.as_str()))).await?;
        known.extend(rows.into_iter().map(|row| (row.object_id.clone(), row)));
    }
    Ok(known)
}

async fn upsert(tx: &mut Tx, run: &RunScope, tenant: TenantId, rows: &[(String, i64, Said)]) -> Result<()> {
    const HEAD: &str =
        "insert into directory_groups (tenant_id, object_id, workspace_id, block, name, name_key, id_tail, security,
        mail_enabled, microsoft365, dynamic, role_assignable, on_premises, membership_rule, first_seen_at, seen_at, changed_at)
      values ";
    const TAIL: &str = " on conflict (tenant_id, object_id) do update set name = excluded.name, name_key = excluded.name_key,
        security = excluded.security, mail_enabled = excluded.mail_enabled, microsoft365 = excluded.microsoft365,
        dynamic = excluded.dynamic, role_assignable = excluded.role_assignable, on_premises = excluded.on_premises,
        membership_rule = excluded.membership_rule, seen_at = excluded.seen_at, changed_at = excluded.changed_at, deleted_at = null";
    let mut statement = sql(HEAD);
    for (i, (id, block, said)) in rows.iter().enumerate() {
        statement = statement
            .push_bind(if i == 0 { "(" } else { ", (" }, tenant)
            .push_bind(", ", id.as_str())
            .push_bind(", ", run.workspace_id())
            .push_bind(", ", *block)
            .push_bind(", ", said.name.as_str())
            .push_bind(", ", folded(&said.name))
            .push_bind(", ", tail(id))
            .push_bind(", ", said.security)
            .push_bind(", ", said.mail_enabled)
            .push_bind(", ", said.microsoft365)
            .push_bind(", ", said.dynamic)
            .push_bind(", ", said.role_assignable)
            .push_bind(", ", said.on_premises)
            .push_bind(", ", said.membership_rule.clone())
            .push(", $now, $now, $now)");
    }
    tx.exec(statement.push(TAIL)).await?;
    Ok(())
}
