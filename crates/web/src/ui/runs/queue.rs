//! Queue and workers: the page, and saving the limits on it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::Capability;
use model::label::Tone;
use model::run::RunSettings;
use pages::href::{self, Query};
use pages::runs::Queue;
use pages::{Frame, Toast};

use crate::auth::deeds::SaveRunSettings;
use crate::auth::{Form, Manages, Member, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::{At, Surroundings, shell};

/// How many tenants can be chosen from.
const OFFERED: u32 = 500;

/// `GET /admin/operations/queue?workspace=`
pub(crate) async fn queue(guard: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let (around, page) = read(&web, &guard).await?;
    Ok(around.answer(&page, &web, &guard.signed))
}

/// The limits as they were sent; `None` where a field is no number.
#[derive(Debug)]
pub(crate) struct Limits(Option<RunSettings>);

impl Payload for Limits {
    fn read(fields: &Fields) -> Self {
        let number = |name: &str| fields.one(name).and_then(|text| text.trim().parse().ok());
        let settings = || {
            Some(RunSettings {
                tenant_limit: number("tenant_limit")?,
                workspace_limit: number("workspace_limit")?,
                keep_days: number("keep_days")?,
            })
        };
        Self(settings())
    }
}

/// `POST /admin/operations/queue?workspace=`
pub(crate) async fn save(
    Manages { member, permit }: Manages<SaveRunSettings>,
    State(web): State<WebState>,
    form: Form<Limits>,
) -> Result<Response, Error> {
    let Limits(settings) = form.into_inner();
    if let Some(problem) = problem(settings) {
        let (around, page) = read(&web, &member).await?;
        let page = Queue { problem: Some(problem), settings: settings.unwrap_or(page.settings), ..page };
        let regions = member.signed.visit.regions.as_deref();
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page, &Frame::from(around.shell), regions));
    }
    web.store().runs().save_settings(&permit, settings.unwrap_or_default()).await?;
    done(&web, &member, Toast::plain("Limits saved", "They hold for whatever is picked up next.", Tone::Success)).await
}

fn problem(settings: Option<RunSettings>) -> Option<String> {
    let Some(settings) = settings else { return Some("Limits and days are whole numbers.".to_owned()) };
    let checks = [
        ("Runs of one tenant at a time", settings.tenant_limit, RunSettings::TENANT_LIMIT),
        ("Runs of the workspace at a time", settings.workspace_limit, RunSettings::WORKSPACE_LIMIT),
        ("Days for which ended runs are kept", settings.keep_days, RunSettings::KEEP_DAYS),
    ];
    let wrong = checks.into_iter().find(|(_, value, bounds)| !bounds.contains(value));
    wrong.map(|(what, _, bounds)| format!("{what}: from {} to {}.", bounds.start(), bounds.end()))
}

/// Back to the page, with a message.
pub(super) async fn done(web: &WebState, member: &Member, toast: Toast) -> Result<Response, Error> {
    web.store().sessions().put_flash(&member.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&String::from(Query::new(href::QUEUE).with("workspace", member.scope.workspace_id()))))
}

async fn read(web: &WebState, guard: &Member) -> Result<(Surroundings, Queue), Error> {
    let Member { signed, home, scope } = guard;
    let around = shell(web, signed, At { home: home.clone(), scope: Some(scope), tenant: None }).await?;
    let store = web.store();
    let tenants = store.workspaces().find_tenants(scope, None, None, OFFERED).await?.rows;
    let page = Queue {
        workspace: scope.workspace_id(),
        workers: store.runs().workers(scope).await?,
        depth: store.runs().depth(scope).await?,
        pauses: store.runs().pauses(scope).await?,
        tenants: tenants.into_iter().map(|tenant| (tenant.id, tenant.name)).collect(),
        settings: store.runs().settings(scope).await?,
        manages: scope.can().allows(Capability::WorkspaceSettingsManage),
        problem: None,
    };
    Ok((around, page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_out_of_its_bounds_is_named_with_them() {
        let good = RunSettings::default();
        assert_eq!(problem(Some(good)), None);
        let words = problem(Some(RunSettings { keep_days: 6, ..good })).unwrap();
        assert_eq!(words, "Days for which ended runs are kept: from 7 to 3650.");
        assert!(problem(None).is_some());
    }
}
