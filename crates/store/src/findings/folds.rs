//! What is told together: a property that came to many objects at once, or went from many, while no audit event says who did it. Somebody
//! says once whose doing that is.

use model::access::can;
use model::audit::{Action, AuditEntry};
use model::drift::{Evidence, FoldedFindings, ServiceField};
use model::finding::{FindingState, HistoryEvent};
use model::ids::FindingId;
use uuid::Uuid;

use super::history::{Line, tell};
use super::{Findings, MOST_AT_ONCE};
use crate::access::{Permit, RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::row::DbJson;
use crate::sql::{Sql, sql};

/// So many objects are many.
pub const MANY_OBJECTS: u32 = 10;
/// Cards that a page shows.
const MOST: u32 = 20;

/// Whose doing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// The service's: it is no drift, now and whenever it happens again in this tenant.
    Service,
    /// Not known, or somebody's: each finding is told by itself.
    Apart,
}

impl Doing {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Service, Self::Apart];

    /// Its code, for forms, the API and the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Apart => "apart",
        }
    }
}

#[derive(sqlx::FromRow)]
struct CardRow {
    id: Uuid,
    name: String,
    resource_type: String,
    property: String,
    fold: String,
    evidence: DbJson,
    objects: i64,
    found_at: DbTime,
}

/// Findings `f` of a type of which somebody may have said nothing yet, and no audit event since the version that they are held against.
const NOBODYS: &str =
    " f.tenant_id = $1 and f.resource_type = $2 and f.against = 'previous' and f.state = 'new' and f.shape is not null
  and not exists (select 1 from drift_service_fields s where s.tenant_id = f.tenant_id and s.resource_type = f.resource_type
    and s.property = f.property and s.whole = f.shape and s.decision is not null)
  and not exists (select 1 from tenant_audit_resources r join tenant_audit_events e on e.id = r.event
    join policy_versions v on v.item_id = f.item_id and v.number = f.base_version
    where r.tenant_id = f.tenant_id and r.object_id = lower(f.object_id) and e.took_effect and r.at >= v.captured_at)";

/// Folds what belongs together of a type, and takes apart what does not any more.
pub(super) async fn fold(tx: &mut Tx, run: &RunScope, resource_type: &str) -> Result<()> {
    const APART: &str = "update findings set fold = null where tenant_id = $1 and resource_type = $2 and fold is not null";
    let of = |statement: Sql| statement.bind(run.tenant_id()).bind(resource_type);
    tx.exec(of(sql(APART))).await?;
    let many = of(sql("select f.property, f.shape from findings f where"))
        .push(NOBODYS)
        .push_bind(" group by f.property, f.shape having count(*) >= ", MANY_OBJECTS)
        .push_bind(" limit ", MOST_AT_ONCE);
    for (property, shape) in tx.all::<(String, String)>(many).await? {
        let together = of(sql("update findings set fold = shape where id in (select f.id from findings f where"))
            .push(NOBODYS)
            .push_bind(" and f.property = ", property)
            .push_bind(" and f.shape = ", shape)
            .push(")");
        tx.exec(together).await?;
    }
    Ok(())
}

impl Findings<'_> {
    /// What is told together in a tenant, the latest first, at most 20.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn folds(&self, scope: &TenantScope) -> Result<Vec<FoldedFindings>> {
        const CARDS: &str = "select id, name, resource_type, property, fold, evidence, objects, found_at from
          (select f.id, f.name, f.resource_type, f.property, f.fold, f.evidence,
             count(*) over (partition by f.resource_type, f.property, f.fold) as objects,
             max(f.opened_at) over (partition by f.resource_type, f.property, f.fold) as found_at,
             row_number() over (partition by f.resource_type, f.property, f.fold order by f.name_key, f.id) as place
           from findings f where f.tenant_id = $1 and f.fold is not null and f.state = 'new') as cards
          where place = 1 order by found_at desc, id limit $2";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<CardRow> = db.all(sql(CARDS).bind(scope.tenant_id()).bind(MOST)).await?;
        db.end().await?;
        let card = |row: CardRow| FoldedFindings {
            one: FindingId::from_uuid(row.id),
            name: row.name,
            resource_type: row.resource_type,
            property: row.property,
            came: row.fold.starts_with('+'),
            evidence: serde_json::from_value::<Evidence>(row.evidence.0).unwrap_or_default(),
            objects: row.objects,
            found_at: row.found_at.0,
        };
        Ok(rows.into_iter().map(card).collect())
    }

    /// Says whose doing what a finding shows is: of it and of all others that show the same of the same property of the same type, at most
    /// [`MOST_AT_ONCE`]; how many. What is said of the service holds for good in this tenant.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when the tenant has no such finding; [`StoreError::Conflict`] when it does not show a property that came
    /// or went as a whole.
    pub async fn classify(&self, permit: &Permit<can::FindingsTriage>, id: FindingId, doing: Doing) -> Result<i64> {
        const FIND: &str = "select resource_type, property, shape from findings where tenant_id = $1 and id = $2";
        const SAY: &str =
            "insert into drift_service_fields (tenant_id, resource_type, property, whole, workspace_id, objects, seen_at,
            decision, decided_by) values ($1, $2, $3, $4, $5, $6, $now, $7, $8)
          on conflict (tenant_id, resource_type, property, whole) do update set decision = excluded.decision,
            decided_by = excluded.decided_by, objects = excluded.objects, seen_at = excluded.seen_at";
        let grant = permit.grant();
        let mut tx = self.0.db().write(grant.reach()).await?;
        let find = sql(FIND).bind(grant.tenant_id()).bind(id.uuid());
        let row: Option<(String, String, Option<String>)> = tx.optional(find).await?;
        let (resource_type, property, shape) = row.ok_or(StoreError::NotVisible)?;
        let shape = shape.ok_or(StoreError::Conflict("it is not a property that came or went as a whole"))?;
        let same = |statement: &'static str| {
            sql(statement)
                .push_bind(" where f.tenant_id = ", grant.tenant_id())
                .push_bind(" and f.resource_type = ", resource_type.as_str())
                .push_bind(" and f.property = ", property.as_str())
                .push_bind(" and f.shape = ", shape.as_str())
                .push_bind(" and f.against = 'previous' and f.state in ('new', 'triaged', 'in_progress') limit ", MOST_AT_ONCE)
                .push(") returning id")
        };
        let rows: Vec<(Uuid,)> = match doing {
            Doing::Service => {
                const OVER: &str =
                    "update findings set state = 'resolved', resolution = 'service', fold = null, accepted_until = null,
                    accepted_reason = null, state_at = $now, revision = revision + 1 where id in (select f.id from findings f";
                tx.all(same(OVER)).await?
            }
            Doing::Apart => tx.all(same("update findings set fold = null where id in (select f.id from findings f")).await?,
        };
        if doing == Doing::Service {
            let line = |(id,): &(Uuid,)| Line::of(FindingId::from_uuid(*id), HistoryEvent::Classified, FindingState::Resolved);
            let lines: Vec<Line<'_>> = rows.iter().map(line).collect();
            tell(&mut tx, grant, None, &lines).await?;
        }
        let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let say = sql(SAY)
            .bind(grant.tenant_id())
            .bind(resource_type.as_str())
            .bind(property.as_str())
            .bind(shape.as_str())
            .bind(grant.workspace_id())
            .bind(count)
            .bind(doing.code())
            .bind(grant.user().map(|user| user.id));
        tx.exec(say).await?;
        let entry = AuditEntry::done(Action::FindingClassify).on("finding", id.uuid()).with("findings", count);
        tx.commit(grant.actor(), entry).await?;
        Ok(count)
    }

    /// What somebody said to be the service's doing in objects of a type: no check finds it again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn said_to_be_services(&self, run: &RunScope, resource_type: &str) -> Result<Vec<ServiceField>> {
        const SAID: &str = "select property, whole from drift_service_fields
          where tenant_id = $1 and resource_type = $2 and decision = 'service' order by property, whole limit $3";
        let mut db = self.0.db().read(run.grant().reach()).await?;
        let said = sql(SAID).bind(run.tenant_id()).bind(resource_type).bind(MOST_AT_ONCE);
        let rows: Vec<(String, String)> = db.all(said).await?;
        db.end().await?;
        Ok(rows.into_iter().map(|(property, whole)| ServiceField { property, whole }).collect())
    }
}
