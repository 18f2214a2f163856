//! Letting a report be made and kept.

use axum::extract::State;
use axum::response::Response;
use model::access::can;
use model::audit::{Action, AuditEntry};
use model::ids::TenantId;
use model::operations::report_generate::Arguments;
use model::report::{MOST_DAYS, ReportKind};
use model::run::{StartBy, StartKey, Started, Trigger};
use pages::Toast;
use pages::href::{self, Query};
use store::StoreError;

use crate::auth::deeds::MakeReport;
use crate::auth::{AcrossTenants, Form, Member, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::start_key::start_key;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    kind: ReportKind,
    tenant: Option<Result<TenantId, Error>>,
    days: Option<u32>,
    keep_days: Option<u32>,
    key: Result<Option<StartKey>, Error>,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let days = |name: &str| fields.one(name).and_then(|text| text.parse().ok()).filter(|days| (1..=MOST_DAYS).contains(days));
        Self {
            kind: ReportKind::from_code(fields.one("kind").unwrap_or_default()),
            tenant: fields.one("tenant").map(|id| id.parse().map_err(|_| Error::NotFound)),
            days: days("days"),
            keep_days: days("keep_days"),
            key: start_key(fields),
        }
    }
}

/// `POST /admin/reports/make?workspace=`
pub(crate) async fn make(
    AcrossTenants { member: guard, .. }: AcrossTenants<MakeReport>,
    State(web): State<WebState>,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let sent = form.into_inner();
    if sent.kind == ReportKind::Unknown {
        return Err(Error::BadRequest("Choose a report."));
    }
    let report = Arguments::new(sent.kind, sent.days, sent.keep_days);
    let by = StartBy::from(Trigger::Manual).with_key(sent.key?);
    let started = start(&web, &guard, sent.tenant.transpose()?, &report, by).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&String::from(Query::new(href::REPORTS).with("workspace", guard.scope.workspace_id()))))
}

/// Starts the run, for pages and programs alike. What is refused goes on record.
///
/// # Errors
/// As `reports().make` and `reports().make_of_all`.
pub(crate) async fn start(
    web: &WebState,
    guard: &Member,
    tenant: Option<TenantId>,
    report: &Arguments,
    by: StartBy,
) -> Result<Started, Error> {
    let reports = web.store().reports();
    let Some(tenant) = tenant else {
        let started = reports.make_of_all(&guard.scope, report, by).await;
        if matches!(started, Err(StoreError::Forbidden(_))) {
            web.store().audit().denied_in_workspace(&guard.scope, AuditEntry::denied(Action::RunStart)).await?;
        }
        return Ok(started?);
    };
    // Of this workspace, for this person.
    guard.scope.role_in(tenant).ok_or(Error::NotFound)?;
    let scope = web.store().access().tenant(&guard.signed.who, tenant).await?;
    if scope.workspace_id() != guard.scope.workspace_id() {
        return Err(Error::NotFound);
    }
    let started = match scope.permit::<can::TenantView>() {
        Ok(permit) => reports.make(&permit, &scope, report, by).await,
        Err(refused) => Err(refused),
    };
    if matches!(started, Err(StoreError::Forbidden(_))) {
        web.store().audit().denied_in_tenant(&scope, AuditEntry::denied(Action::RunStart)).await?;
    }
    Ok(started?)
}
