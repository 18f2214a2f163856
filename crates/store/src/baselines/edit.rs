//! Drafts: making one out of the active version, changing it, activating it.

use std::collections::BTreeSet;

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::baseline::{ItemKey, VersionSource, VersionState};
use model::ids::BaselineId;
use serde_json::json;

use super::Baselines;
use super::capture::author;
use super::row::hold;
use crate::access::{Grant, Permit};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::sql::sql;

/// A change of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaselineEdit {
    /// Takes an object out.
    Remove(ItemKey),
    /// Says which properties of an object do not matter ([`model::baseline::ignored`]).
    Ignore(ItemKey, BTreeSet<String>),
    /// Says whether objects of its types that it does not have are findings.
    Extras(bool),
}

impl Baselines<'_> {
    /// Begins a draft with what the active version has; its number.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a baseline that the workspace does not have; [`StoreError::Conflict`] when it was changed
    /// meanwhile, is archived, or has a draft.
    pub async fn draft(&self, permit: &Permit<can::WorkspaceBaselinesManage>, id: BaselineId, revision: i64) -> Result<i64> {
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let held = hold(&mut tx, grant, id, Some(revision)).await?;
        if held.draft.is_some() {
            return Err(StoreError::Conflict("the baseline has a draft already"));
        }
        let active = held.active.ok_or(StoreError::Conflict("the baseline has no active version"))?;
        let number = held.latest + 1;
        copy(&mut tx, grant, id, (active, number), (VersionState::Draft, VersionSource::Version)).await?;
        let entry = AuditEntry::done(Action::BaselineEdit).on("baseline", id.uuid()).with("version", number);
        tx.commit(grant.actor(), entry).await?;
        Ok(number)
    }

    /// Changes the draft.
    ///
    /// # Errors
    /// As [`Baselines::draft`]; [`StoreError::Conflict`] where there is no draft, it does not have the object, or an object was to be taken
    /// out of a baseline that follows a tenant.
    pub async fn edit(
        &self,
        permit: &Permit<can::WorkspaceBaselinesManage>,
        id: BaselineId,
        revision: i64,
        edit: &BaselineEdit,
    ) -> Result<()> {
        const REMOVE: &str =
            "delete from baseline_items where baseline_id = $1 and number = $2 and resource_type = $3 and object_id = $4";
        const IGNORE: &str = "update baseline_items set ignored = $5 where baseline_id = $1 and number = $2 and resource_type = $3 and object_id = $4";
        const EXTRAS: &str = "update baseline_versions set extras = $3 where baseline_id = $1 and number = $2";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let held = hold(&mut tx, grant, id, Some(revision)).await?;
        let draft = held.draft.ok_or(StoreError::Conflict("only a draft can be changed; begin one"))?;
        let of =
            |text, key: &ItemKey| sql(text).bind(id).bind(draft).bind(key.resource_type.as_str()).bind(key.object_id.as_str());
        if held.follows && matches!(edit, BaselineEdit::Remove(_)) {
            return Err(StoreError::Conflict("the baseline follows a tenant, and has the objects of that"));
        }
        let changed = match edit {
            BaselineEdit::Remove(key) => tx.exec(of(REMOVE, key)).await?,
            BaselineEdit::Ignore(key, ignored) => tx.exec(of(IGNORE, key).bind(json!(ignored))).await?,
            BaselineEdit::Extras(extras) => tx.exec(sql(EXTRAS).bind(id).bind(draft).bind(*extras)).await?,
        };
        if changed == 0 {
            return Err(StoreError::Conflict("the draft does not have the object any more"));
        }
        let entry = AuditEntry::done(Action::BaselineEdit).on("baseline", id.uuid()).with("version", draft);
        tx.commit(grant.actor(), entry).await
    }

    /// Activates the draft: it never changes again, and tenants that are not pinned to a version are held against it from now on. Its
    /// number.
    ///
    /// # Errors
    /// As [`Baselines::edit`]; [`StoreError::Conflict`] for a draft without objects.
    pub async fn activate(&self, permit: &Permit<can::WorkspaceBaselinesManage>, id: BaselineId, revision: i64) -> Result<i64> {
        const ANY: &str = "select 1 from baseline_items where baseline_id = $1 and number = $2 limit 1";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let held = hold(&mut tx, grant, id, Some(revision)).await?;
        let draft = held.draft.ok_or(StoreError::Conflict("there is no draft to activate"))?;
        let any: Option<(i32,)> = tx.optional(sql(ANY).bind(id).bind(draft)).await?;
        any.ok_or(StoreError::Conflict("the draft has no objects"))?;
        make_active(&mut tx, id, draft).await?;
        let entry = AuditEntry::done(Action::BaselineActivate).on("baseline", id.uuid()).with("version", draft);
        tx.commit(grant.actor(), entry).await?;
        Ok(draft)
    }
}

/// Makes a version with what another one has.
pub(super) async fn copy(
    tx: &mut Tx,
    grant: &Grant,
    id: BaselineId,
    (from, to): (i64, i64),
    (state, source): (VersionState, VersionSource),
) -> Result<()> {
    const VERSION: &str =
        "insert into baseline_versions (baseline_id, number, workspace_id, state, extras, source, source_tenant_id,
        created_by, created_by_name, created_at)
      select baseline_id, $3, workspace_id, $4, extras, $5, source_tenant_id, $6, $7, $now from baseline_versions
      where baseline_id = $1 and number = $2";
    const ITEMS: &str = "insert into baseline_items (baseline_id, number, resource_type, object_id, workspace_id, name, name_key,
        home_tenant_id, content_tenant_id, content_hash, semantic_hash, body_hash, assignments_hash, scope_tags_hash, ignored)
      select baseline_id, $3, resource_type, object_id, workspace_id, name, name_key, home_tenant_id, content_tenant_id, content_hash,
        semantic_hash, body_hash, assignments_hash, scope_tags_hash, ignored from baseline_items where baseline_id = $1 and number = $2";
    let (by, by_name) = author(grant);
    let version = sql(VERSION).bind(id).bind(from).bind(to).bind(state.code()).bind(source.code()).bind(by).bind(by_name);
    tx.exec(version).await?;
    tx.exec(sql(ITEMS).bind(id).bind(from).bind(to)).await?;
    Ok(())
}

pub(super) async fn make_active(tx: &mut Tx, id: BaselineId, number: i64) -> Result<()> {
    const READY: &str =
        "update baseline_versions set state = 'ready', activated_at = $now where baseline_id = $1 and number = $2";
    const ACTIVE: &str = "update baselines set active_number = $2 where id = $1";
    tx.exec(sql(READY).bind(id).bind(number)).await?;
    tx.exec(sql(ACTIVE).bind(id).bind(number)).await?;
    Ok(())
}
