//! Making a draft from a source.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::backup::BackupStatus;
use model::ids::{RestoreId, TenantId};
use model::restore::{Purpose, RestoreState, Source};
use uuid::Uuid;

use super::Restores;
use super::choose::take;
use super::place::set_of;
use super::{Choice, state};
use crate::access::{Grant, Permit, TenantScope};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// The longest name of a restore, in characters.
const MAX_NAME: usize = 100;

/// A restore that is to be made.
pub(super) struct Draft<'a> {
    pub(super) name: &'a str,
    pub(super) purpose: Purpose,
    pub(super) source: Source,
    pub(super) words: &'a str,
    pub(super) source_tenant: Option<TenantId>,
    pub(super) parent: Option<RestoreId>,
}

/// Makes a draft; while it can still be executed, its set stays.
pub(super) async fn insert(tx: &mut Tx, grant: &Grant, draft: &Draft<'_>) -> Result<RestoreId> {
    const INSERT: &str =
        "insert into restores (id, workspace_id, tenant_id, name, purpose, state, revision, source, source_words,
        source_tenant_id, set_id, parent_restore_id, prune, prune_types, items, executions, created_by, created_by_name,
        created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $10, $11, $12, $13, 0, 0, $14, $15, $now, $now)";
    const USE: &str = "insert into backup_set_uses (set_id, used_by, workspace_id, tenant_id, kind, created_at)
      select s.id, $2, s.workspace_id, s.tenant_id, 'restore', $now from backup_sets s where s.id = $1 on conflict do nothing
      returning set_id";
    let id = RestoreId::generate();
    let tenant = grant.tenant_id().ok_or(StoreError::NotVisible)?;
    let name: String = draft.name.trim().chars().filter(|c| *c != '\0').take(MAX_NAME).collect();
    let set = set_of(&draft.source);
    let insert = sql(INSERT)
        .bind(id)
        .bind(grant.workspace_id())
        .bind(tenant)
        .bind(if name.is_empty() { draft.words.to_owned() } else { name })
        .bind(draft.purpose.code())
        .bind(RestoreState::Draft.code())
        .bind(serde_json::json!(draft.source))
        .bind(draft.words)
        .bind(draft.source_tenant)
        .bind(set)
        .bind(draft.parent)
        .bind(false)
        .bind(serde_json::json!([]))
        .bind(grant.user().map(|user| user.id))
        .bind(grant.user().map_or("Command line", |user| user.name.as_str()));
    tx.exec(insert).await?;
    if let Some(set) = set {
        // The set may be another tenant's, which this transaction does not see; its own scope was asked before.
        tx.all_as_system::<(Uuid,)>(sql(USE).bind(set).bind(id)).await?;
    }
    Ok(id)
}

/// A restore needs its set no longer.
pub(super) async fn let_go(tx: &mut Tx, id: RestoreId) -> Result<()> {
    let gone = sql("delete from backup_set_uses where used_by = $1 returning set_id").bind(id);
    tx.all_as_system::<(Uuid,)>(gone).await?;
    Ok(())
}

impl Restores<'_> {
    /// Makes a draft out of a source. `from` is the tenant that the source is of: the permit's own, or another one of its workspace. A
    /// version is its one object; of anything else objects are chosen next.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when there is no such source, or it is of another workspace; [`StoreError::Conflict`] when it holds
    /// nothing that could be restored.
    pub async fn create(
        &self,
        permit: &Permit<can::RestoreExecute>,
        from: &TenantScope,
        source: &Source,
        name: &str,
    ) -> Result<RestoreId> {
        let grant = permit.grant();
        if from.workspace_id() != grant.workspace_id() {
            return Err(StoreError::NotVisible);
        }
        let words = self.words(from, source).await?;
        let own = grant.tenant_id() == Some(from.tenant_id());
        let words = if own { words } else { format!("{words} of {}", from.tenant().name) };
        let taken = match source {
            Source::Version { .. } => self.chosen(from, source, &Choice::everything()).await?,
            _ => Vec::new(),
        };
        let mut tx = self.0.db().write(grant.reach()).await?;
        let draft = Draft {
            name,
            purpose: Purpose::Restore,
            source: *source,
            words: &words,
            source_tenant: Some(from.tenant_id()),
            parent: None,
        };
        let id = insert(&mut tx, grant, &draft).await?;
        if !taken.is_empty() {
            let mut held = state::hold(&mut tx, grant, id).await?;
            take(&mut tx, grant, id, &taken).await?;
            held.back_to(&mut tx, RestoreState::Scoped).await?;
        }
        tx.commit(grant.actor(), AuditEntry::done(Action::RestoreCreate).on("restore", id.uuid())).await?;
        Ok(id)
    }

    /// What a source is called.
    pub(super) async fn words(&self, from: &TenantScope, source: &Source) -> Result<String> {
        match source {
            Source::BackupSet { set } => {
                let set = self.0.backups().find(from, *set).await?;
                match set.status {
                    BackupStatus::Complete | BackupStatus::Partial => Ok(format!("Backup set “{}”", set.name)),
                    _ => Err(StoreError::Conflict("the backup set is not finished, or holds nothing")),
                }
            }
            Source::Version { item, number } => {
                let found = self.0.policy_versions().find(from, *item, *number).await?;
                match found.content {
                    Some(_) => Ok(format!("Version {number} of “{}”", found.version.name)),
                    None => Err(StoreError::Conflict("this version says that the object had disappeared")),
                }
            }
            Source::Instant { tenant, .. } if *tenant != from.tenant_id() => Err(StoreError::NotVisible),
            Source::Instant { at, .. } => {
                if *at > self.0.now().await? {
                    return Err(StoreError::Conflict("nothing is known of the future"));
                }
                Ok(format!("The tenant as it was at {at}"))
            }
            Source::Undo { .. } => Err(StoreError::Conflict("an undo is made from the restore that it undoes")),
        }
    }

    /// Gives a restore up that was not executed.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`]; [`StoreError::Conflict`] when it was executed, or changed meanwhile.
    pub async fn give_up(&self, permit: &Permit<can::RestoreExecute>, id: RestoreId, revision: i64) -> Result<()> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let mut held = state::hold(&mut tx, grant, id).await?;
        held.editable(revision)?;
        held.become_(&mut tx, RestoreState::Cancelled).await?;
        tx.exec(sql("update restores set completed_at = $now where id = $1").bind(id)).await?;
        super::secrets::forget(&mut tx, id).await?;
        let_go(&mut tx, id).await?;
        tx.commit(grant.actor(), AuditEntry::done(Action::RestoreGiveUp).on("restore", id.uuid())).await
    }
}
