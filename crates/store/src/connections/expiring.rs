//! Telling people that a credential expires: 30, 7 and 1 days ahead, and when it is over.

use std::time::Duration;

use model::alert::AlertEvent;
use model::audit::{Action, AuditEntry};
use model::connection::{Expiry, ExpiryNotice, WARN_DAYS};
use model::ids::{ConnectionId, TenantId, WorkspaceId};
use uuid::Uuid;

use crate::access::SignedIn;
use crate::alerts::raise;
use crate::audit::{Actor, ActorKind};
use crate::bind::DbTime;
use crate::connections::Connections;
use crate::db::{Result, Tx};
use crate::notices::Notices;
use crate::reach::Reach;
use crate::sql::sql;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Connections that one look tells of; the others follow at the next.
const AT_ONCE: u32 = 50;

/// The stage that is reached and was not told yet. `$1` to `$3` are 30, 7 and 1 days.
const DUE: &str = "select c.id, c.workspace_id, c.tenant_id, c.credential_expires_at, $now
  from provider_connections c where c.credential_expires_at <= $after(1)
    and (case when c.credential_expires_at <= $now then 0 when c.credential_expires_at <= $after(3) then 1
      when c.credential_expires_at <= $after(2) then 7 else 30 end) < coalesce(c.warned_days, 1000)
  order by c.credential_expires_at, c.id limit $4";

/// Owners and managers of the tenant: those of the workspace, and those who are it in the tenant alone.
const TELL: &str = "insert into connection_notices (connection_id, user_id, workspace_id, tenant_id, expires_at, at)
  select $1, m.user_id, $2, $3, $4, $now from workspace_members m where m.workspace_id = $2
    and (m.role in ('owner', 'manager')
      or exists (select 1 from tenant_members t where t.tenant_id = $3 and t.user_id = m.user_id and t.role in ('owner', 'manager')))
  on conflict (connection_id, user_id) do update set expires_at = excluded.expires_at, at = excluded.at, read_at = null";

/// Whoever was told that a credential ends which was replaced need not be told of it any more.
pub(super) async fn forget_told(tx: &mut Tx, tenant: TenantId) -> Result<u64> {
    tx.exec(sql("delete from connection_notices where tenant_id = $1").bind(tenant)).await
}

/// The same where the end was told that the credential does not have, as it is known now.
pub(super) async fn forget_other_ends(tx: &mut Tx, tenant: TenantId) -> Result<u64> {
    const FORGET: &str =
        "delete from connection_notices where tenant_id = $1 and not exists (select 1 from provider_connections c
      where c.id = connection_notices.connection_id and c.credential_expires_at = connection_notices.expires_at)";
    tx.exec(sql(FORGET).bind(tenant)).await
}

type Due = (Uuid, Uuid, Uuid, DbTime, DbTime);
type Row = (Uuid, Uuid, DbTime, DbTime, Option<DbTime>);

impl Connections<'_> {
    /// Tells the owners and managers of tenants whose credential expires, once for each stage. Any number of processes may look at once.
    /// Says of how many connections it told.
    ///
    /// # Errors
    /// When the database refuses; what was told until then stays.
    pub async fn tell_expiring(&self) -> Result<u32> {
        let days = |count: i64| DAY * u32::try_from(count).unwrap_or(0);
        let [month, week, day, _] = WARN_DAYS.map(days);
        let mut db = self.0.db().read(&Reach::system()).await?;
        let due: Vec<Due> = db.all(sql(DUE).bind(month).bind(week).bind(day).bind(AT_ONCE)).await?;
        db.end().await?;
        let mut told = 0;
        for one in due {
            told += u32::from(self.tell(one).await?);
        }
        Ok(told)
    }

    /// Whether it was this process that told of it.
    async fn tell(&self, (id, workspace, tenant, ends, now): Due) -> Result<bool> {
        const CLAIM: &str = "update provider_connections set warned_days = $2
          where id = $1 and credential_expires_at = $3 and coalesce(warned_days, 1000) > $2";
        let Some(stage) = Expiry::of(Some(ends.0), now.0).stage() else { return Ok(false) };
        let (id, workspace, tenant) =
            (ConnectionId::from_uuid(id), WorkspaceId::from_uuid(workspace), TenantId::from_uuid(tenant));
        let mut tx = self.0.db().write(&Reach::system()).await?;
        if tx.exec(sql(CLAIM).bind(id).bind(stage).bind(ends.0)).await? == 0 {
            return Ok(false);
        }
        tx.exec(sql(TELL).bind(id).bind(workspace).bind(tenant).bind(ends.0)).await?;
        raise(&mut tx, workspace, &[AlertEvent::credential(tenant, id.uuid(), ends.0, stage)]).await?;
        let entry = AuditEntry::done(Action::ConnectionWarn).on("connection", id.uuid()).with("days", stage);
        let actor = Actor { kind: ActorKind::System, workspace_id: Some(workspace), tenant_id: Some(tenant), token: None };
        tx.commit(&actor, entry).await?;
        Ok(true)
    }
}

/// Of what was told (`n`), what is still of their tenants: who is not their owner or manager any more neither sees nor counts it.
pub(crate) const STILL_THEIRS: &str = " and exists (select 1 from workspace_members m
    where m.workspace_id = n.workspace_id and m.user_id = n.user_id and (m.role in ('owner', 'manager')
      or exists (select 1 from tenant_members t where t.tenant_id = n.tenant_id and t.user_id = n.user_id
        and t.role in ('owner', 'manager'))))";

impl Notices<'_> {
    /// What the person was told of credentials that expire, in tenants of which they are still owner or manager; newest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn expiring(&self, who: &SignedIn, limit: u32) -> Result<Vec<ExpiryNotice>> {
        const TOLD: &str =
            "select n.connection_id, n.tenant_id, n.expires_at, n.at, n.read_at from connection_notices n where n.user_id = $1";
        let told = sql(TOLD).bind(who.user().id).push(STILL_THEIRS);
        // Membership decides, so the statement runs as the system; it returns only what this person was told.
        let mut db = self.0.db().read(&Reach::system()).await?;
        let rows: Vec<Row> = db.all(told.push_bind(" order by n.at desc, n.connection_id limit ", limit)).await?;
        db.end().await?;
        let notice = |(connection, tenant, expires, at, read): Row| ExpiryNotice {
            connection_id: ConnectionId::from_uuid(connection),
            tenant_id: TenantId::from_uuid(tenant),
            expires_at: expires.0,
            at: at.0,
            read: read.is_some(),
        };
        Ok(rows.into_iter().map(notice).collect())
    }
}
