//! A rule: new, changed, removed.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::alert::RuleKind;
use model::ids::AlertRuleId;
use model::label::Tone;
use pages::alerts::{RuleForm, RuleInput};
use pages::{FieldProblem, Toast};
use store::StoreError;
use store::access::Permit;

use super::sent::{SentRule, Typed};
use super::{answer, done};
use crate::auth::deeds::{CreateAlertRule, DeleteAlertRule, EditAlertRule};
use crate::auth::extract::path_id;
use crate::auth::{Form, Looks, Manages, Member};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::runs::list::OFFERED;

/// `GET /admin/alerts/rules/new?workspace=&kind=`
pub(crate) async fn new(
    Looks { member, permit }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    let kind = RuleKind::from_code(query.one("kind").unwrap_or(RuleKind::RunFailed.code()));
    if kind == RuleKind::Unknown {
        return Err(Error::NotFound);
    }
    form(&web, &member, &permit, Shown { rule: None, input: RuleInput::proposed(kind, "UTC"), problem: None, typed: None }).await
}

/// `POST /admin/alerts/rules?workspace=`
pub(crate) async fn create(
    Manages { member, permit }: Manages<CreateAlertRule>,
    State(web): State<WebState>,
    sent: Form<SentRule>,
) -> Result<Response, Error> {
    let sent = sent.into_inner();
    let problem = match sent.rule() {
        Err(problem) => problem,
        Ok(rule) => match web.store().alerts().create_rule(&permit, &rule).await {
            Err(StoreError::Conflict(problem)) => sentence(problem),
            made => {
                made?;
                let toast = Toast::plain("Rule made", "It tells of what happens from now on.", Tone::Success);
                return done(&web, &member, toast).await;
            }
        },
    };
    form(&web, &member, &permit, Shown { rule: None, input: sent.input, problem: Some(problem), typed: None }).await
}

/// `GET /admin/alerts/rules/{alert_rule}?workspace=`
pub(crate) async fn show(
    Looks { member, permit }: Looks<can::WorkspaceAlertsManage>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    let rule = web.store().alerts().rule(&permit, path_id(&params, "alert_rule")?).await?;
    let shown = Shown { rule: Some((rule.id, rule.revision)), input: RuleInput::of(&rule.says), problem: None, typed: None };
    form(&web, &member, &permit, shown).await
}

/// `POST /admin/alerts/rules/{alert_rule}?workspace=`
pub(crate) async fn edit(
    Manages { member, permit }: Manages<EditAlertRule>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<SentRule>,
) -> Result<Response, Error> {
    let (id, sent) = (path_id(&params, "alert_rule")?, sent.into_inner());
    // What is not theirs is not there, whatever was sent.
    web.store().alerts().rule(&permit, id).await?;
    let problem = match sent.rule() {
        Err(problem) => problem,
        Ok(rule) => match web.store().alerts().edit_rule(&permit, id, sent.revision, &rule).await {
            Err(StoreError::Conflict(problem)) => sentence(problem),
            saved => {
                saved?;
                return done(&web, &member, Toast::plain("Rule saved", "It holds from now on.", Tone::Success)).await;
            }
        },
    };
    let shown = Shown { rule: Some((id, sent.revision)), input: sent.input, problem: Some(problem), typed: None };
    form(&web, &member, &permit, shown).await
}

/// `POST /admin/alerts/rules/{alert_rule}/remove?workspace=`
pub(crate) async fn remove(
    Manages { member, permit }: Manages<DeleteAlertRule>,
    State(web): State<WebState>,
    params: RawPathParams,
    typed: Form<Typed>,
) -> Result<Response, Error> {
    let rule = web.store().alerts().rule(&permit, path_id(&params, "alert_rule")?).await?;
    if typed.into_inner().0 != rule.says.name {
        let typed = Some(FieldProblem::new("typed", "That is not its name."));
        let shown = Shown { rule: Some((rule.id, rule.revision)), input: RuleInput::of(&rule.says), problem: None, typed };
        return form(&web, &member, &permit, shown).await;
    }
    web.store().alerts().delete_rule(&permit, rule.id).await?;
    done(&web, &member, Toast::plain("Rule removed", "Its lines in the log stay.", Tone::Success)).await
}

struct Shown {
    rule: Option<(AlertRuleId, i64)>,
    input: RuleInput,
    problem: Option<String>,
    typed: Option<FieldProblem>,
}

async fn form(
    web: &WebState,
    guard: &Member,
    permit: &Permit<can::WorkspaceAlertsManage>,
    Shown { rule, input, problem, typed }: Shown,
) -> Result<Response, Error> {
    let tenants = web.store().workspaces().find_tenants(&guard.scope, None, None, OFFERED).await?.rows;
    let groups = web.store().tenant_groups().list(&guard.scope).await?;
    let now = match rule {
        Some((id, _)) => Some(web.store().alerts().rule(permit, id).await?),
        None => None,
    };
    let reach_name = now.filter(|now| now.says.reach == input.reach).and_then(|now| now.reach_name);
    let wrong = problem.is_some() || typed.is_some();
    let page = RuleForm {
        workspace: guard.scope.workspace_id(),
        rule,
        input,
        destinations: web.store().alerts().destinations(permit).await?,
        tenants: tenants.into_iter().map(|tenant| (tenant.id, tenant.name)).collect(),
        groups: groups.into_iter().map(|group| (group.id, group.name)).collect(),
        reach_name,
        problem,
        typed,
    };
    answer(web, guard, if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page).await
}
