//! Role definitions: written by a sync, read by people.

use std::collections::BTreeMap;

use model::directory::{DirectoryFilter, RoleDefinition, is_object_id, object_id};
use model::page::{Cursor, Direction, Page};

use super::find::{key, read_key};
use super::row::RoleRow;
use super::{BY_RUN, Directory, DirectoryEffect};
use crate::access::{RunScope, TenantScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::fold::folded;
use crate::row::contains_folded;
use crate::runs::fenced;
use crate::sql::sql;

/// Rows per statement; see `blobs`.
const CHUNK: usize = 40;
const SELECT: &str = "select object_id, template_id, name, name_key, description, built_in, enabled, seen_at, deleted_at
  from directory_role_definitions where tenant_id = $1";

impl Directory<'_> {
    /// Writes role definitions as they were seen.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease; nothing is written then.
    pub async fn observe_roles(&self, run: &RunScope, roles: Vec<RoleDefinition>) -> Result<DirectoryEffect> {
        const HEAD: &str =
            "insert into directory_role_definitions (tenant_id, object_id, workspace_id, template_id, name, name_key,
            description, built_in, enabled, seen_at) values ";
        const TAIL: &str = " on conflict (tenant_id, object_id) do update set template_id = excluded.template_id,
            name = excluded.name, name_key = excluded.name_key, description = excluded.description, built_in = excluded.built_in,
            enabled = excluded.enabled, seen_at = excluded.seen_at, deleted_at = null";
        let tenant = run.tenant_id().ok_or(StoreError::Corrupt("a directory run without a tenant"))?;
        let roles: BTreeMap<String, RoleDefinition> = roles.into_iter().map(|role| (role.object_id.clone(), role)).collect();
        let roles: Vec<RoleDefinition> = roles.into_values().collect();
        let mut effect = DirectoryEffect::default();
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        for chunk in roles.chunks(CHUNK) {
            let ids = chunk.iter().map(|role| role.object_id.as_str());
            let known: Vec<RoleRow> = tx.all(sql(SELECT).bind(tenant).push_in(" and object_id in ", ids)).await?;
            let known: BTreeMap<String, RoleDefinition> =
                known.into_iter().map(RoleDefinition::from).map(|role| (role.object_id.clone(), role)).collect();
            let mut statement = sql(HEAD);
            for (i, role) in chunk.iter().enumerate() {
                match known.get(&role.object_id) {
                    None => effect.created += 1,
                    Some(before) if RoleDefinition { seen_at: role.seen_at, ..before.clone() } == *role => effect.unchanged += 1,
                    Some(_) => effect.updated += 1,
                }
                statement = statement
                    .push_bind(if i == 0 { "(" } else { ", (" }, tenant)
                    .push_bind(", ", role.object_id.as_str())
                    .push_bind(", ", run.workspace_id())
                    .push_bind(", ", role.template_id.as_str())
                    .push_bind(", ", role.name.as_str())
                    .push_bind(", ", folded(&role.name))
                    .push_bind(", ", role.description.as_str())
                    .push_bind(", ", role.built_in)
                    .push_bind(", ", role.enabled)
                    .push(", $now)");
            }
            tx.exec(statement.push(TAIL)).await?;
        }
        tx.commit_unaudited(BY_RUN).await?;
        Ok(effect)
    }

    /// A page of role definitions by name. There are some hundreds of them, so that they are sifted one by one.
    ///
    /// # Errors
    /// When the database refuses. A cursor that is not one of this list starts at the beginning.
    pub async fn role_definitions(
        &self,
        scope: &TenantScope,
        filter: &DirectoryFilter,
        cursor: Option<&Cursor>,
        rows: u32,
    ) -> Result<Page<RoleDefinition>> {
        let at = cursor.and_then(|cursor| Some((cursor.direction, read_key(cursor)?)));
        let back = matches!(at, Some((Direction::Backward, _)));
        let mut statement = sql(SELECT).bind(scope.tenant_id());
        statement = statement.push(if filter.gone { " and deleted_at is not null" } else { " and deleted_at is null" });
        let text = filter.text.as_deref().unwrap_or_default().trim();
        if is_object_id(text) {
            statement = statement.push_bind(" and object_id = ", object_id(text));
        } else if !text.is_empty() {
            statement = statement.push_bind(" and name_key like ", contains_folded(&folded(text))).push(" escape '\\'");
        }
        if let Some((_, (id, name))) = at {
            statement = statement
                .push_bind(if back { " and (name_key, object_id) < (" } else { " and (name_key, object_id) > (" }, name)
                .push_bind(", ", id)
                .push(")");
        }
        let order = if back { " order by name_key desc, object_id desc" } else { " order by name_key, object_id" };
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let found: Vec<RoleRow> = db.all(statement.push(order).push_bind(" limit ", rows + 1)).await?;
        db.end().await?;
        let page = crate::runs::page(found, rows, at.is_some(), back, |row| key(&row.object_id, &row.name_key));
        Ok(page.map(RoleDefinition::from))
    }

    /// One role definition, also one that is gone.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the cache has none of that id.
    pub async fn role_definition(&self, scope: &TenantScope, id: &str) -> Result<RoleDefinition> {
        let find = sql(SELECT).bind(scope.tenant_id()).push_bind(" and object_id = ", object_id(id));
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let row: Option<RoleRow> = db.optional(find).await?;
        db.end().await?;
        row.map(RoleDefinition::from).ok_or(StoreError::NotVisible)
    }
}
