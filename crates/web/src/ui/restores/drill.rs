//! The drills of a tenant: starting one, and what came of them.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use model::ids::DrillId;
use model::operations::{Operation, restore_drill};
use model::page::{Cursor, Page};
use model::run::{StartBy, Trigger};
use pages::restores::{DrillView, DrilledType, Drills};
use pages::{Toast, href};
use store::Drill;

use super::sent::{Sent, onward};
use crate::auth::deeds::StartDrill;
use crate::auth::{Authorized, Form, InTenant};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::connection_check::show::latest as latest_run;
use crate::ui::shell::in_tenant;
use crate::ui::start_key::start_key;

/// Drills on a page.
const ROWS: u32 = 20;

/// `GET /admin/t/{tenant}/restores/drill?drill=&cursor=`: the latest drill, or the one that is asked for.
pub(crate) async fn show(
    Authorized { tenant: guard, .. }: Authorized<StartDrill>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    let restores = web.store().restores();
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let wanted = match query.one("drill") {
        Some(id) => Some(id.parse::<DrillId>().map_err(|_| Error::NotFound)?),
        None => None,
    };
    let shown = match wanted {
        Some(id) => Some((restores.drill(&guard.scope, id).await?.0, None)),
        None => restores.latest_drill(&guard.scope).await?,
    };
    let drill = match shown {
        Some((drill, before)) => {
            let (_, types) = restores.drill(&guard.scope, drill.id).await?;
            let types = types.into_iter().map(|one| DrilledType {
                resource_type: one.resource_type,
                readiness: one.readiness,
                reasons: one.reasons.into_iter().map(|reason| (reason.code, reason.count)).collect(),
            });
            Some((view(drill, before), types.collect()))
        }
        None => None,
    };
    let history: Page<Drill> = restores.drills(&guard.scope, cursor.as_ref(), ROWS).await?;
    let (around, _) = in_tenant(&web, &guard).await?;
    let page = Drills {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        run: latest_run(&web, &guard, Operation::RestoreDrill).await?,
        drill,
        history: history.map(|drill| view(drill, None)),
    };
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `POST /admin/t/{tenant}/restores/drill`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<StartDrill>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let sent = sent.into_inner();
    let tenant = guard.scope.tenant_id();
    let by = StartBy::from(Trigger::Manual).with_key(start_key(&sent.fields)?);
    let started = web.store().runs().start(&permit, &restore_drill::request(tenant), by).await?;
    onward(&web, &guard, Toast::started(&started), &href::drills(tenant)).await
}

/// The latest drill of the tenant.
pub(super) async fn latest(web: &WebState, guard: &InTenant) -> Result<Option<DrillView>, Error> {
    Ok(web.store().restores().latest_drill(&guard.scope).await?.map(|(drill, before)| view(drill, before)))
}

fn view(drill: Drill, before: Option<i64>) -> DrillView {
    DrillView {
        id: drill.id,
        set_name: drill.set_name,
        taken_at: drill.taken_at,
        at: drill.at,
        readiness: drill.figures.readiness,
        took: Duration::from_millis(u64::try_from(drill.figures.takes_ms).unwrap_or(0)),
        requests: drill.figures.requests,
        placeholders: drill.figures.placeholders,
        before,
    }
}
