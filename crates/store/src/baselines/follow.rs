//! Baselines that follow a tenant: its golden tenant. What that tenant has is what is right.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::baseline::MOST_ITEMS;
use model::ids::BaselineId;
use model::tenant::TenantStatus;
use serde_json::json;
use uuid::Uuid;

use super::Baselines;
use super::edit::make_active;
use super::row::hold;
use crate::access::{Permit, RunScope, TenantScope};
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::DbJson;
use crate::runs::fenced;
use crate::sql::sql;

/// What came of bringing a baseline up to its tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// It is as the tenant is.
    Same,
    /// A new version is active.
    Version {
        /// Its number.
        number: i64,
        /// How many objects it has.
        items: u64,
    },
    /// It has a draft, which somebody is at.
    Draft,
    /// It does not follow the tenant any more.
    NoLonger,
    /// The tenant has more objects than a baseline holds.
    TooLarge,
}

impl Baselines<'_> {
    /// Has a baseline follow a tenant from its next complete reading on, with objects of these types (none: all), or no longer.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] for a baseline that the workspace does not have, and a tenant of another one; [`StoreError::Conflict`]
    /// when it was changed meanwhile, or baseline or tenant is archived.
    pub async fn follow(
        &self,
        permit: &Permit<can::WorkspaceBaselinesManage>,
        id: BaselineId,
        revision: i64,
        golden: Option<(&TenantScope, &[String])>,
    ) -> Result<()> {
        const FOLLOW: &str = "update baselines set follows_tenant_id = $2, follows_types = $3 where id = $1";
        let grant = permit.grant();
        if golden.is_some_and(|(scope, _)| scope.workspace_id() != grant.workspace_id()) {
            return Err(StoreError::NotVisible);
        }
        if golden.is_some_and(|(scope, _)| scope.tenant().status == TenantStatus::Archived) {
            return Err(StoreError::Conflict("the tenant is archived"));
        }
        let mut tx = self.0.db().write(grant.reach()).await?;
        hold(&mut tx, grant, id, Some(revision)).await?;
        let (tenant, types) = golden.map_or((None, &[][..]), |(scope, types)| (Some(scope.tenant_id()), types));
        tx.exec(sql(FOLLOW).bind(id).bind(tenant).bind(json!(types))).await?;
        let entry = AuditEntry::done(Action::BaselineFollow).on("baseline", id.uuid());
        let entry = if let Some(tenant) = tenant { entry.with("tenant", tenant.uuid()) } else { entry };
        tx.commit(grant.actor(), entry).await
    }

    /// The baselines that follow the run's tenant, and what they are called.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn followers(&self, run: &RunScope) -> Result<Vec<(BaselineId, String)>> {
        const FIND: &str = "select id, name from baselines where follows_tenant_id = $1 and archived_at is null order by id";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let rows: Vec<(Uuid, String)> = db.all(sql(FIND).bind(run.tenant_id())).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(id, name)| (BaselineId::from_uuid(id), name)).collect())
    }

    /// Makes and activates a version that has what the run's tenant has: of types whose newest reading is complete the objects of that
    /// reading, of the others what the active version has. What does not matter stays so.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when the attempt no longer holds its lease.
    pub async fn follow_on(&self, run: &RunScope, id: BaselineId) -> Result<Followed> {
        // A write that changes nothing waits for an edit beside this one, on both databases.
        const HOLD: &str =
            "update baselines set revision = revision where id = $1 and follows_tenant_id = $2 and archived_at is null
          returning active_number, follows_types";
        const NUMBERS: &str = "select coalesce(max(number), 0), max(case when state = 'draft' then number end) from baseline_versions where baseline_id = $1";
        const CHANGED: &str = "update baselines set revision = revision + 1, updated_at = $now where id = $1";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        let held: Option<(Option<i64>, Option<DbJson>)> = tx.optional(sql(HOLD).bind(id).bind(run.tenant_id())).await?;
        let Some((active, types)) = held else { return Ok(Followed::NoLonger) };
        let (latest, draft): (i64, Option<i64>) = tx.one(sql(NUMBERS).bind(id)).await?;
        // A first draft is what following begins with; any other somebody is at.
        if draft.is_some() {
            return Ok(Followed::Draft);
        }
        let types: Vec<String> = types.and_then(|types| serde_json::from_value(types.0).ok()).unwrap_or_default();
        let of = Versions { id, active, number: latest + 1 };
        let items = of.fill(&mut tx, run, &types).await?;
        if items == 0 || of.same(&mut tx).await? {
            return Ok(Followed::Same);
        }
        if items > MOST_ITEMS as u64 {
            return Ok(Followed::TooLarge);
        }
        make_active(&mut tx, id, of.number).await?;
        tx.exec(sql(CHANGED).bind(id)).await?;
        let entry = AuditEntry::done(Action::BaselineActivate).on("baseline", id.uuid()).with("version", of.number);
        tx.commit(run.grant().actor(), entry).await?;
        Ok(Followed::Version { number: of.number, items })
    }
}

/// The active version, and the one that is to follow it.
struct Versions {
    id: BaselineId,
    active: Option<i64>,
    number: i64,
}

impl Versions {
    /// Writes the new version; how many objects it has.
    async fn fill(&self, tx: &mut Tx, run: &RunScope, types: &[String]) -> Result<u64> {
        const VERSION: &str =
            "insert into baseline_versions (baseline_id, number, workspace_id, state, extras, source, source_tenant_id,
            created_by, created_by_name, created_at)
          select b.id, $2, b.workspace_id, 'draft', coalesce(v.extras, false), 'tenant', b.follows_tenant_id, null, 'TenantAtlas', $now
          from baselines b left join baseline_versions v on v.baseline_id = b.id and v.number = $3 where b.id = $1";
        const COLUMNS: &str = "insert into baseline_items (baseline_id, number, resource_type, object_id, workspace_id, name, name_key,
            home_tenant_id, content_tenant_id, content_hash, semantic_hash, body_hash, assignments_hash, scope_tags_hash, ignored) select ";
        const HAS: &str =
            ", i.resource_type, i.object_id, v.workspace_id, v.name, i.name_key, v.tenant_id, v.tenant_id, v.content_hash,
            v.semantic_hash, v.body_hash, v.assignments_hash, v.scope_tags_hash, coalesce(was.ignored, '[]')
          from inventory_items i join policy_versions v on v.item_id = i.id and v.number = i.latest_version
          join inventory_coverage c on c.tenant_id = i.tenant_id and c.resource_type = i.resource_type
          left join baseline_items was on was.resource_type = i.resource_type and was.object_id = i.object_id and was.baseline_id = ";
        const NOW: &str =
            " where v.content_hash is not null and c.complete_at is not null and c.state = 'complete' and i.tenant_id = ";
        const HAD: &str =
            ", resource_type, object_id, workspace_id, name, name_key, home_tenant_id, content_tenant_id, content_hash,
            semantic_hash, body_hash, assignments_hash, scope_tags_hash, ignored
          from baseline_items i where i.baseline_id = ";
        const UNREAD: &str = " and not exists (select 1 from inventory_coverage c where c.resource_type = i.resource_type
          and c.complete_at is not null and c.state = 'complete' and c.tenant_id = ";
        tx.exec(sql(VERSION).bind(self.id).bind(self.number).bind(self.active)).await?;
        let only = |statement: crate::sql::Sql| {
            if types.is_empty() {
                statement
            } else {
                statement.push_in(" and i.resource_type in ", types.iter().map(String::as_str))
            }
        };
        let into = || sql(COLUMNS).push_bind("", self.id).push_bind(", ", self.number);
        let has = into()
            .push(HAS)
            .push_bind("", self.id)
            .push_bind(" and was.number = ", self.active.unwrap_or(0))
            .push_bind(NOW, run.tenant_id());
        let mut items = tx.exec(only(has)).await?;
        if let Some(active) = self.active {
            let had =
                into().push(HAD).push_bind("", self.id).push_bind(" and i.number = ", active).push_bind(UNREAD, run.tenant_id());
            items += tx.exec(only(had.push(")"))).await?;
        }
        Ok(items)
    }

    /// Whether both versions say the same.
    async fn same(&self, tx: &mut Tx) -> Result<bool> {
        const ONE_SIDE: &str = "select 1 from baseline_items a left join baseline_items b on b.baseline_id = a.baseline_id and b.number = $3
            and b.resource_type = a.resource_type and b.object_id = a.object_id and b.semantic_hash = a.semantic_hash and b.name = a.name
          where a.baseline_id = $1 and a.number = $2 and b.object_id is null limit 1";
        let Some(active) = self.active else { return Ok(false) };
        for (one, other) in [(self.number, active), (active, self.number)] {
            let differs: Option<(i32,)> = tx.optional(sql(ONE_SIDE).bind(self.id).bind(one).bind(other)).await?;
            if differs.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
