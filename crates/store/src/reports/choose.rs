//! Of which tenants a report is: those that were asked for, and that whoever asks may read it of.

use std::collections::VecDeque;

use model::access::Role;
use model::ids::TenantId;
use model::report::{MOST_TENANTS, Period, ReportHead, ReportKind};
use model::tenant::Tenant;
use model::text::number;

use super::Reports;
use super::writing::ReportWriting;
use crate::access::{RunScope, TenantRow, TenantScope, WorkspaceScope};
use crate::db::Result;
use crate::error::StoreError;
use crate::sql::sql;

/// Which report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportAsk {
    /// What it tells.
    pub kind: ReportKind,
    /// About which time, for those that are about one; else it is left aside.
    pub period: Option<Period>,
    /// Of these tenants; empty: of all that the person may read it of, those put away left out.
    pub tenants: Vec<TenantId>,
}

/// Tenants of a report, and whether there are more than it speaks of.
pub(super) struct Chosen {
    pub(super) tenants: Vec<TenantScope>,
    pub(super) more: bool,
}

impl Reports<'_> {
    /// A report, to be read piece by piece.
    ///
    /// # Errors
    /// [`StoreError::NotVisible`] when a tenant is not there or the person is not entitled to it; [`StoreError::Forbidden`] where they
    /// lack what the kind asks for in a tenant that they named, or in every one.
    pub async fn write(&self, scope: &WorkspaceScope, ask: &ReportAsk) -> Result<ReportWriting> {
        let capability = ask.kind.capability();
        for &tenant in &ask.tenants {
            scope.role_in(tenant).ok_or(StoreError::NotVisible)?;
            if !scope.may_open(Some(tenant), capability) {
                return Err(StoreError::Forbidden(capability));
            }
        }
        let chosen = self.chosen(scope, &ask.tenants).await?;
        let named = !ask.tenants.is_empty();
        if named && chosen.tenants.len() < ask.tenants.len() {
            return Err(StoreError::NotVisible);
        }
        let sees = |tenant: &TenantScope| tenant.can().allows(capability);
        let (may, not): (Vec<_>, Vec<_>) = chosen.tenants.into_iter().partition(sees);
        if may.is_empty() && !not.is_empty() {
            return Err(StoreError::Forbidden(capability));
        }
        let every = !named && scope.entitled().is_none();
        self.of(ask.kind, ask.period, Chosen { tenants: may, more: chosen.more }, every).await
    }

    /// The report that a run makes: of its tenant, or of all tenants of its workspace.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn write_for_run(&self, run: &RunScope, kind: ReportKind, period: Option<Period>) -> Result<ReportWriting> {
        let chosen = match (run.looking(), run.looking_everywhere()) {
            (Some(tenant), _) => Chosen { tenants: vec![tenant], more: false },
            (None, Some(scope)) => self.chosen(&scope, &[]).await?,
            (None, None) => return Err(StoreError::NotVisible),
        };
        self.of(kind, period, chosen, run.tenant_id().is_none()).await
    }

    async fn of(&self, kind: ReportKind, period: Option<Period>, chosen: Chosen, every: bool) -> Result<ReportWriting> {
        let made_at = self.0.now().await?;
        let many = number(i64::try_from(chosen.tenants.len()).unwrap_or(i64::MAX));
        let subject = match chosen.tenants.as_slice() {
            [one] if !every => one.tenant().name.clone(),
            [_] => "all tenants (1)".to_owned(),
            _ if every => format!("all tenants ({many})"),
            _ => format!("{many} tenants"),
        };
        let usual = || Period::before(made_at, model::report::USUAL_DAYS);
        let period = kind.has_period().then(|| period.unwrap_or_else(usual));
        let head = ReportHead { kind, subject, period, made_at };
        Ok(ReportWriting::new(self.0.clone(), head, VecDeque::from(chosen.tenants), chosen.more))
    }

    /// Tenants of a workspace by name: these, or all that are not put away.
    async fn chosen(&self, scope: &WorkspaceScope, ids: &[TenantId]) -> Result<Chosen> {
        const TENANTS: &str = "select id, workspace_id, name, domain, entra_tenant_id, environment, status,
          cast($2 as text) as workspace_role, cast(null as text) as tenant_role from tenants where workspace_id = $1";
        // The role is that of whoever asks: `at_tenant` puts it there.
        let mut statement = sql(TENANTS).bind(scope.workspace_id()).bind(Role::Owner.code());
        if ids.is_empty() {
            statement = statement.push(" and status <> 'archived'");
            if let Some(entitled) = scope.entitled() {
                statement = statement.push_in(" and id in ", entitled);
            }
        } else {
            statement = statement.push_in(" and id in ", ids.iter().copied());
        }
        let most = u32::try_from(MOST_TENANTS).unwrap_or(u32::MAX);
        let mut db = self.0.db().read(scope.grant().reach()).await?;
        let rows: Vec<TenantRow> = db.all(statement.push_bind(" order by name_key, id limit ", most + 1)).await?;
        db.end().await?;
        let more = rows.len() > MOST_TENANTS;
        let tenants = rows.into_iter().take(MOST_TENANTS).filter_map(TenantRow::entitled);
        Ok(Chosen { tenants: tenants.filter_map(|tenant: Tenant| scope.at_tenant(tenant)).collect(), more })
    }
}
