//! Properties that the service gave to every object of a type, or took from every one.

use model::drift::ServiceFields;
use model::ids::RunId;
use model::time::Moment;
use uuid::Uuid;

use super::{BY_RUN, Findings};
use crate::access::{RunScope, TenantScope};
use crate::bind::DbTime;
use crate::db::Result;
use crate::runs::fenced;
use crate::sql::sql;

/// A property that the service gave to every object of a type, or took from every one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownServiceField {
    /// Key of the type.
    pub resource_type: String,
    /// The property.
    pub property: String,
    /// `+` where it came, `-` where it went, and its value.
    pub whole: String,
    /// How many objects.
    pub objects: i64,
    /// When a check noticed it.
    pub seen_at: Moment,
    /// That check, while it is recorded.
    pub run: Option<RunId>,
}

/// How many a page shows.
const MOST: u32 = 100;

impl Findings<'_> {
    /// Keeps what the service did to so many objects of a type.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`](crate::StoreError::LeaseLost) when the attempt no longer holds its lease.
    pub async fn service_did(&self, run: &RunScope, resource_type: &str, fields: &ServiceFields, objects: i64) -> Result<()> {
        const KEEP: &str = "insert into drift_service_fields (tenant_id, resource_type, property, whole, workspace_id, objects, seen_at,
            operation_run_id) values ($1, $2, $3, $4, $5, $6, $now, $7)
          on conflict (tenant_id, resource_type, property, whole) do update set objects = excluded.objects, seen_at = excluded.seen_at,
            operation_run_id = excluded.operation_run_id";
        let (mut tx, _) = fenced(self.0.db(), run).await?;
        for field in fields.all() {
            let keep = sql(KEEP)
                .bind(run.tenant_id())
                .bind(resource_type)
                .bind(field.property.as_str())
                .bind(field.whole.as_str())
                .bind(run.workspace_id())
                .bind(objects)
                .bind(run.run_id());
            tx.exec(keep).await?;
        }
        tx.commit_unaudited(BY_RUN).await
    }

    /// What the service did in a tenant, the latest first, at most 100.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn service_fields(&self, scope: &TenantScope) -> Result<Vec<KnownServiceField>> {
        type Row = (String, String, String, i64, DbTime, Option<Uuid>);
        const READ: &str = "select resource_type, property, whole, objects, seen_at, operation_run_id from drift_service_fields
          where tenant_id = $1 and (decision is null or decision = 'service') order by seen_at desc, resource_type, property, whole limit $2";
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<Row> = db.all(sql(READ).bind(scope.tenant_id()).bind(MOST)).await?;
        db.end().await?;
        let known = |(resource_type, property, whole, objects, at, run): Row| KnownServiceField {
            resource_type,
            property,
            whole,
            objects,
            seen_at: at.0,
            run: run.map(RunId::from_uuid),
        };
        Ok(rows.into_iter().map(known).collect())
    }
}
