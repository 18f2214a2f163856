//! Which objects a sync has to look at.
//!
//! The details of an object whose list does not tell whether it changed may be left out when the log of its tenant was just read, and
//! [`TenantEvents::changed_since`], asked with the moment at which the latest complete sync of the type asked the log, does not concern
//! it. An event that arrives late, or by another run while that sync was under way, is named by the first sync after its arrival; and
//! everything is read again every few days in any case.

use std::time::Duration;

use model::attribution::Changes;
use model::time::Moment;

use super::TenantEvents;
use crate::access::RunScope;
use crate::db::Result;
use crate::sql::sql;

/// A transaction that wrote an event may have ended so much later than the moment that stands in it.
const IN_FLIGHT: Duration = Duration::from_secs(600);

impl TenantEvents<'_> {
    /// What events of the run's tenant name that are newer than that moment, or arrived here later; what failed is left out. A few from
    /// shortly before it are among them.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn changed_since(&self, run: &RunScope, since: Moment) -> Result<Changes> {
        const NEWER: &str =
            "select distinct r.object_id, r.kind from tenant_audit_events e join tenant_audit_resources r on r.event = e.id
          where e.tenant_id = $1 and e.at > $2 and e.took_effect";
        const LATER: &str =
            "select distinct r.object_id, r.kind from tenant_audit_events e join tenant_audit_resources r on r.event = e.id
          where e.tenant_id = $1 and e.arrived_at > $2 and e.took_effect";
        const MORE: &str = "select exists (select 1 from tenant_audit_events
          where tenant_id = $1 and names_more and took_effect and (at > $2 or arrived_at > $2))";
        let since = since.minus(IN_FLIGHT);
        let mut named: Vec<(String, String)> = Vec::new();
        let mut db = self.0.db().read(run.grant().reach()).await?;
        for text in [NEWER, LATER] {
            let rows: Vec<(String, String)> = db.all(sql(text).bind(run.tenant_id()).bind(since)).await?;
            named.extend(rows);
        }
        let (more,): (bool,) = db.one(sql(MORE).bind(run.tenant_id()).bind(since)).await?;
        db.end().await?;
        let changes = Changes::of(named);
        Ok(if more { changes.and_more() } else { changes })
    }
}
