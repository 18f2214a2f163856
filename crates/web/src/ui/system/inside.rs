//! What an operator sees of the workspace that they opened.

use axum::extract::State;
use axum::response::Response;
use model::page::PAGE_ROWS;
use pages::system::{Inside, Member, Run, Runs, Tenant, Trail, TrailRow};

use super::audit::cursor;
use crate::auth::InGlass;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// `GET /system/break-glass/workspace`
pub(crate) async fn workspace(inside: InGlass, State(web): State<WebState>) -> Result<Response, Error> {
    let glass = web.store().glass();
    let tenants = glass.tenants(&inside.glass).await?.into_iter().map(|tenant| Tenant {
        name: tenant.name,
        domain: tenant.domain,
        environment: tenant.environment,
        status: tenant.status,
    });
    let members = glass.members(&inside.glass).await?.into_iter().map(|member| Member {
        name: member.name,
        email: member.email,
        role: member.role,
        tenants: member.tenants,
    });
    let page = Inside { tenants: tenants.collect(), members: members.collect() };
    inside.operates.answer(&web, &page).await
}

/// `GET /system/break-glass/runs?cursor=`
pub(crate) async fn runs(inside: InGlass, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let runs = web.store().glass().runs(&inside.glass, cursor(&query).as_ref(), PAGE_ROWS).await?.map(|run| Run {
        id: run.id.to_string(),
        label: run.label,
        status: run.status,
        outcome: run.outcome,
        tenant: run.tenant,
        initiator: run.initiator,
        created_at: run.created_at,
        failures: run.failures,
    });
    inside.operates.answer(&web, &Runs { runs }).await
}

/// `GET /system/break-glass/audit?cursor=`
pub(crate) async fn audit(inside: InGlass, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let entries = web.store().glass().trail(&inside.glass, cursor(&query).as_ref(), PAGE_ROWS).await?.map(|entry| TrailRow {
        id: entry.id.to_string(),
        at: entry.at,
        actor_kind: entry.actor_kind,
        actor: entry.actor,
        action: entry.action,
        outcome: entry.outcome,
        subject: entry.subject,
        tenant: entry.tenant,
    });
    inside.operates.answer(&web, &Trail { entries }).await
}
