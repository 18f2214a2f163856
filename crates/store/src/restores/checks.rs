//! The checks: what stands in the way, found from the database alone.

use std::collections::{BTreeMap, BTreeSet};

use model::access::can;
use model::directory::DirectoryKind;
use model::ids::RestoreId;
use model::json::Json;
use model::resource_types::{self, ResourceType, RestoreMode};
use model::restore::{Check, CheckKind, LockOut, RestoreState, Target, least_seconds, lock_out, missing_secrets};
use serde_json::json;

use super::Restores;
use super::choose::end_edit;
use super::mappings::of_part;
use super::plan::{Through, mapping};
use super::row::RestoreItem;
use super::secret_places::{self, Places};
use crate::access::{Grant, Permit, TenantScope};
use crate::bind::DbTime;
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// Contents that are held at once.
const AT_ONCE: usize = 200;
/// The directory cache is old after this many days.
const OLD_DAYS: u64 = 30;
/// Writes of an object: itself, and its assignments.
const WRITES_EACH: u64 = 2;

impl Restores<'_> {
    /// Finds the references of everything that is chosen, makes the checks, keeps what they found, and moves the restore to the next
    /// step. The answer is the new revision. `from`: the tenant of the restore's source.
    ///
    /// # Errors
    /// As [`Restores::choose`]; [`StoreError::Conflict`] when nothing is chosen.
    pub async fn check(
        &self,
        permit: &Permit<can::RestoreExecute>,
        from: &TenantScope,
        id: RestoreId,
        revision: i64,
    ) -> Result<i64> {
        let grant = permit.grant();
        let revision = self.map_references(permit, from, id, revision).await?;
        let items = self.all_items(grant, id).await?;
        if items.is_empty() {
            return Err(StoreError::Conflict("choose what is to be restored first"));
        }
        let restore = self.one(grant, id).await?;
        let mut places = Places::new();
        let mut checks = self.of_contents(grant, id, &items, &mut places).await?;
        checks.extend(of_types(&items));
        checks.extend(self.of_connection(grant, &items).await?);
        checks.extend(self.of_directory(grant, id).await?);
        if restore.prune && !restore.prune_types.is_empty() {
            checks.extend(Check::about(CheckKind::Prunes, labels(restore.prune_types.iter().map(String::as_str))));
        }
        let writes = items.len() as u64 * WRITES_EACH;
        checks.push(Check::figure(CheckKind::TakesAtLeast, i64::try_from(least_seconds(writes)).unwrap_or(i64::MAX)));
        let (mut tx, mut held) = self.begin_edit(grant, id, revision).await?;
        tx.exec(sql("update restores set checks = $2 where id = $1").bind(id).bind(json!(checks))).await?;
        secret_places::keep(&mut tx, grant, id, &places).await?;
        if held.state == RestoreState::Draft {
            held.become_(&mut tx, RestoreState::Scoped).await?;
        }
        held.become_(&mut tx, RestoreState::Checked).await?;
        end_edit(tx, grant, held).await
    }

    /// What the contents tell: damage, references without a counterpart, secrets, policies that lock somebody out.
    async fn of_contents(&self, grant: &Grant, id: RestoreId, items: &[RestoreItem], places: &mut Places) -> Result<Vec<Check>> {
        let mut db = self.0.db().read(grant.reach()).await?;
        let mapping = mapping(&mut Through::Reader(&mut db), id).await?;
        let entered: Vec<(i64, String)> =
            db.all(sql("select number, place from restore_secrets where restore_id = $1").bind(id)).await?;
        db.end().await?;
        let entered: BTreeSet<(i64, String)> = entered.into_iter().collect();
        let (mut damaged, mut unresolved, mut secrets, mut dropped) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut policies: Vec<(String, Json)> = Vec::new();
        for portion in items.chunks(AT_ONCE) {
            let hashes: Vec<String> = portion.iter().filter_map(|item| item.wanted.clone()).collect();
            let contents = self.contents_of(grant.reach(), grant.workspace_id(), &hashes).await?;
            for item in portion {
                let (Some(hash), Some(kind)) = (&item.wanted, resource_types::find(&item.resource_type)) else { continue };
                let Some(content) = contents.get(hash) else {
                    damaged.push(item.name.clone());
                    continue;
                };
                let targets = of_part(kind, content, &item.part).into_iter().map(|found| mapping.0.get(&found.reference));
                let targets: Vec<Option<&Target>> = targets.collect();
                if targets.iter().any(Option::is_none) {
                    unresolved.push(item.name.clone());
                }
                if targets.iter().any(|target| matches!(target, Some(Target::Dropped { .. }))) {
                    dropped.push(item.name.clone());
                }
                let asked = |place: &str| !entered.contains(&(i64::from(item.number), place.to_owned()));
                let missing = missing_secrets(kind, content, None);
                if missing.iter().any(|secret| secret.needed && asked(&secret.pointer)) {
                    secrets.push(item.name.clone());
                }
                if !missing.is_empty() {
                    places.insert(item.number, missing);
                }
                if item.resource_type == "conditional_access_policy" {
                    policies.push((item.name.clone(), content.clone()));
                }
            }
        }
        let named: Vec<(String, &Json)> = policies.iter().map(|(name, content)| (name.clone(), content)).collect();
        let locked: Vec<String> = lock_out(&named, None, None).into_iter().map(|out: LockOut| out.policy).collect();
        let found = [
            Check::about(CheckKind::Damaged, damaged),
            Check::about(CheckKind::Unresolved, unresolved),
            Check::about(CheckKind::Dropped, dropped),
            Check::about(CheckKind::SecretMissing, secrets),
            Check::about(CheckKind::LockOut, locked),
        ];
        Ok(found.into_iter().flatten().collect())
    }

    /// Whether there is a connection, whether it worked lately, and whether it may write what is chosen.
    async fn of_connection(&self, grant: &Grant, items: &[RestoreItem]) -> Result<Vec<Check>> {
        const ENABLED: &str = "select count(*) from provider_connections where tenant_id = $1 and enabled";
        const LATEST: &str = "select report from connection_checks where tenant_id = $1 order by made_at desc, id desc limit 1";
        let mut db = self.0.db().read(grant.reach()).await?;
        let (enabled,): (i64,) = db.one(sql(ENABLED).bind(grant.tenant_id())).await?;
        let latest: Option<(crate::row::DbJson,)> = db.optional(sql(LATEST).bind(grant.tenant_id())).await?;
        db.end().await?;
        if enabled == 0 {
            return Ok(vec![Check::figure(CheckKind::ConnectionMissing, 1)]);
        }
        let report: Option<model::connection_check::Report> = latest.and_then(|(json,)| serde_json::from_value(json.0).ok());
        let Some(report) = report else { return Ok(vec![Check::figure(CheckKind::PermissionsUnknown, 1)]) };
        let mut found = Vec::new();
        if !report.reaches_the_tenant() {
            found.push(Check::figure(CheckKind::ConnectionFailing, 1));
        }
        match &report.granted {
            None => found.push(Check::figure(CheckKind::PermissionsUnknown, 1)),
            Some(granted) => {
                let sets = kinds(items).filter_map(|kind| kind.permissions.write.as_ref());
                let lacking = sets.filter(|set| !set.satisfied_by(granted.iter().map(String::as_str)));
                let missing: BTreeSet<String> = lacking.map(|set| set.recommended.clone()).collect();
                found.extend(Check::about(CheckKind::PermissionMissing, missing.into_iter().collect()));
            }
        }
        Ok(found)
    }

    /// Whether the names of groups can be relied on, and suggestions that nobody took.
    async fn of_directory(&self, grant: &Grant, id: RestoreId) -> Result<Vec<Check>> {
        const SYNCED: &str = "select complete_at from directory_state where tenant_id = $1 and kind = $2";
        const GROUPS: &str = "select count(*) from restore_mappings where restore_id = $1 and resource_type = 'group'";
        const SUGGESTED: &str = "select name, suggested from restore_mappings where restore_id = $1 and target is null";
        let old = self.0.now().await?.minus(std::time::Duration::from_secs(OLD_DAYS * 86_400));
        let mut db = self.0.db().read(grant.reach()).await?;
        let (groups,): (i64,) = db.one(sql(GROUPS).bind(id)).await?;
        let synced: Option<(Option<DbTime>,)> =
            db.optional(sql(SYNCED).bind(grant.tenant_id()).bind(DirectoryKind::Groups.code())).await?;
        let suggested: Vec<(String, crate::row::DbJson)> = db.all(sql(SUGGESTED).bind(id)).await?;
        db.end().await?;
        let fresh = synced.and_then(|(at,)| at).is_some_and(|at| at.0 >= old);
        let mut found = Vec::new();
        if groups > 0 && !fresh {
            found.push(Check::figure(CheckKind::DirectoryStale, groups));
        }
        let open = suggested.into_iter().filter(|(_, list)| list.0.as_array().is_some_and(|list| !list.is_empty()));
        found.extend(Check::about(CheckKind::Suggested, open.map(|(name, _)| name).collect()));
        Ok(found)
    }
}

fn kinds(items: &[RestoreItem]) -> impl Iterator<Item = &'static ResourceType> {
    let keys: BTreeSet<&str> = items.iter().map(|item| item.resource_type.as_str()).collect();
    keys.into_iter().filter_map(resource_types::find).collect::<Vec<_>>().into_iter()
}

fn labels<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<String> {
    keys.map(|key| resource_types::find(key).map_or_else(|| key.to_owned(), |kind| kind.label.clone())).collect()
}

/// What the types may do.
fn of_types(items: &[RestoreItem]) -> Vec<Check> {
    let mut by: BTreeMap<CheckKind, Vec<String>> = BTreeMap::new();
    for item in items {
        let kind = match resource_types::find(&item.resource_type).map(|kind| kind.restore.mode) {
            Some(RestoreMode::Enabled) => continue,
            Some(RestoreMode::PreviewOnly) => CheckKind::PreviewOnly,
            Some(RestoreMode::MetadataOnly) => CheckKind::MetadataOnly,
            Some(RestoreMode::None) | None => CheckKind::NeverWritten,
        };
        by.entry(kind).or_default().push(item.name.clone());
    }
    by.into_iter().filter_map(|(kind, names)| Check::about(kind, names)).collect()
}
