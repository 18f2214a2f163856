//! The notices of the person who is signed in.

use axum::extract::State;
use axum::response::Response;
use model::access::Can;
use model::notice::Notice;
use model::operations::Operation;
use model::page::Page as Rows;
use pages::notices::{List, NoticeRow};

use crate::auth::SignedIn;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::{At, shell};
use crate::ui::tenant_names::TenantNames;

/// How many of the newest are shown.
const NEWEST: u32 = 100;
/// How many times that an operator opened a workspace of theirs.
const OPENED: u32 = 20;

/// `GET /admin/notices`
pub(crate) async fn list(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    let (home, scope) = signed.workspace(&web, None).await?;
    let mine = home.workspaces.clone();
    let called = |id| mine.iter().find(|workspace| workspace.id == id).map(|workspace| workspace.name.clone());
    let mut around = shell(&web, &signed, At { home, scope: scope.as_ref(), tenant: None }).await?;
    let notices = web.store().notices().newest(&signed.who, NEWEST).await?;
    around.names.learn_ids(&web, &signed, notices.iter().filter_map(|notice| notice.tenant_id)).await?;
    let rows = notices.into_iter().map(|notice| row(notice, &around.names)).collect();
    let told = web.store().notices().break_glass(&signed.who, OPENED).await?;
    let opened = told.into_iter().filter_map(|told| Some((called(told.workspace_id)?, told))).map(|(name, told)| (told, name));
    let expiring = web.store().notices().expiring(&signed.who, OPENED).await?;
    around.names.learn_ids(&web, &signed, expiring.iter().map(|told| told.tenant_id)).await?;
    let expiring = expiring.into_iter().filter_map(|told| {
        let name = around.names.tenant(told.tenant_id)?.name.clone();
        Some((told, name))
    });
    let expiring = expiring.collect();
    let page = List { notices: Rows { rows, next: None, previous: None }, opened: opened.collect(), expiring };
    Ok(around.answer(&page, &web, &signed))
}

fn row(notice: Notice, names: &TenantNames) -> NoticeRow {
    let operation = Operation::ALL.iter().find(|operation| operation.entry().label == notice.label);
    let granted = |can: Can| operation.is_none_or(|operation| can.allows(operation.view_capability()));
    let tenant = notice.tenant_id.and_then(|id| names.tenant(id));
    let may_open = match (notice.tenant_id, tenant) {
        (None, _) => true,
        (Some(_), tenant) => tenant.is_some_and(|tenant| granted(Can::of(tenant.role))),
    };
    NoticeRow { tenant_name: tenant.map(|tenant| tenant.name.clone()), may_open, notice }
}
