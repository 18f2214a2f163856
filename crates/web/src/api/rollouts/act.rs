//! Making, showing, previewing, confirming and ending rollouts.

use crate::api::page_query::PageQuery;
use axum::extract::{RawPathParams, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::access::can;
use model::ids::RolloutId;
use model::restore::{Decision, MAX_REASON, Source};
use model::run::{StartBy, Trigger};
use store::access::{Confirmed, Permit};
use store::{CandidateFilter, Choice, NewRollout};

use super::shapes::{
    AskRolloutApprovalBody, CreateRolloutBody, DecideRolloutApprovalBody, ExecuteRolloutBody, Rollout, RolloutDetail,
    RolloutTenant,
};
use crate::api::answer::{self, json, nothing, ok, set, started};
use crate::api::body::Body;
use crate::api::headers::IdempotencyKey;
use crate::api::inventory::keys;
use crate::api::query::{self, Query, invalid};
use crate::api::shape::Whole;
use crate::auth::deeds::{AskRolloutApproval, CreateRollout, DecideRolloutApproval, EndRollout, ExecuteRollout, PreviewRollout};
use crate::auth::extract::path_id;
use crate::auth::{Looks, Manages};
use crate::error::Error;
use crate::state::WebState;
use crate::ui::rollouts::confirm::removals;

async fn detail(web: &WebState, permit: &Permit<can::RestoreExecute>, id: RolloutId) -> Result<RolloutDetail, Error> {
    let rollouts = web.store().rollouts();
    let rollout = rollouts.find(permit, id).await?;
    let targets = rollouts.targets(permit, id).await?;
    let (needs_approval, approval) = rollouts.approval(permit, id).await?;
    Ok(RolloutDetail {
        plan: rollouts.plan(&targets),
        removals: removals(&targets),
        needs_approval,
        approval: approval.map(Into::into),
        tenants: targets.into_iter().map(RolloutTenant::from).collect(),
        rollout: rollout.into(),
    })
}

/// `GET /api/v1/rollouts?limit=&cursor=`
pub(crate) async fn list(
    Looks { permit, .. }: Looks<can::RestoreExecute>,
    State(web): State<WebState>,
    query: Query<PageQuery>,
) -> Result<Response, Error> {
    let (rows, cursor) = (query::rows(query.wanted.limit)?, query::cursor(query.wanted.cursor.as_deref())?);
    let found = web.store().rollouts().list(&permit, cursor.as_ref(), rows).await?;
    answer::page(&query, found.map(Rollout::from))
}

/// `GET /api/v1/rollouts/{rollout}`
pub(crate) async fn show(
    Looks { permit, .. }: Looks<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    ok(&detail(&web, &permit, path_id(&params, "rollout")?).await?)
}

/// `POST /api/v1/rollouts`
pub(crate) async fn create(
    Manages { member, permit }: Manages<CreateRollout>,
    State(web): State<WebState>,
    Body(wish): Body<CreateRolloutBody>,
) -> Result<Response, Error> {
    // Who does not see rollouts makes none.
    web.store().rollouts().list(&permit, None, 1).await?;
    let from = web.store().access().tenant(&member.signed.who, wish.of).await?;
    let source = match (wish.backup, wish.item, wish.version, wish.at) {
        (Some(set), None, None, None) => Source::BackupSet { set },
        (None, Some(item), Some(Whole(number)), None) => Source::Version { item, number: number.into() },
        (None, None, None, Some(at)) => Source::Instant { tenant: from.tenant_id(), at },
        _ => return Err(invalid("exactly one of `backup`, `item` with `version`, and `at` is wanted")),
    };
    let name = wish.name.unwrap_or_default();
    if name.chars().count() > 100 {
        return Err(invalid("`name` has 100 characters at most"));
    }
    if wish.rings.is_empty() || wish.rings.len() > 9 {
        return Err(invalid("`rings` has 1 to 9 rings"));
    }
    let choice = match wish.types {
        None => Choice::everything(),
        // An empty list is no way to say "everything".
        Some(types) if types.is_empty() => return Err(invalid("`types` has at least one key")),
        Some(types) => {
            Choice::Matching(CandidateFilter { types: keys(types)?.into_iter().collect(), ..CandidateFilter::default() })
        }
    };
    let rings = (1_u32..).zip(wish.rings).flat_map(|(ring, tenants)| tenants.into_iter().map(move |tenant| (tenant, ring)));
    let new = NewRollout { name, source, choice, rings: rings.collect() };
    let id = web.store().rollouts().create(&permit, &member.signed.who, &from, &new).await?;
    let mut response = json(StatusCode::CREATED, &detail(&web, &permit, id).await?)?;
    set(&mut response, header::LOCATION, &format!("/api/v1/rollouts/{id}"));
    Ok(response)
}

/// `POST /api/v1/rollouts/{rollout}/preview`
pub(crate) async fn preview(
    Manages { permit, .. }: Manages<PreviewRollout>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Response, Error> {
    let id = path_id(&params, "rollout")?;
    started(&web.store().rollouts().start_preview(&permit, id, StartBy::from(Trigger::Api).with_key(key)).await?)
}

/// `POST /api/v1/rollouts/{rollout}/execute`: who carries it out names the plans, the rollout, and how much is removed.
pub(crate) async fn execute(
    Manages { member, permit }: Manages<ExecuteRollout>,
    State(web): State<WebState>,
    params: RawPathParams,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<ExecuteRolloutBody>,
) -> Result<Response, Error> {
    let rollouts = web.store().rollouts();
    let rollout = rollouts.find(&permit, path_id(&params, "rollout")?).await?;
    let removed = removals(&rollouts.targets(&permit, rollout.id).await?);
    if rollout.state.is_open() && removed != wish.removals.map_or(0, |number| i64::from(number.0)) {
        return Err(invalid("`removals` is the number of objects that the plans remove"));
    }
    let again = member.scope.permit()?;
    let confirmed =
        Confirmed::typed(again, &rollout, &wish.confirm).map_err(|_| invalid("`confirm` is the name of the rollout"))?;
    started(&rollouts.execute(&confirmed, &wish.plan, StartBy::from(Trigger::Api).with_key(key)).await?)
}

/// `POST /api/v1/rollouts/{rollout}/approval`
pub(crate) async fn ask_approval(
    Manages { member, permit }: Manages<AskRolloutApproval>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<AskRolloutApprovalBody>,
) -> Result<Response, Error> {
    let rollout = web.store().rollouts().find(&permit, path_id(&params, "rollout")?).await?;
    let again = member.scope.permit()?;
    let confirmed =
        Confirmed::typed(again, &rollout, &wish.confirm).map_err(|_| invalid("`confirm` is the name of the rollout"))?;
    web.store().rollouts().ask_approval(&confirmed, &wish.plan).await?;
    ok(&detail(&web, &permit, rollout.id).await?)
}

/// `POST /api/v1/rollouts/{rollout}/decision`
pub(crate) async fn decide(
    Manages { permit, .. }: Manages<DecideRolloutApproval>,
    State(web): State<WebState>,
    params: RawPathParams,
    Body(wish): Body<DecideRolloutApprovalBody>,
) -> Result<Response, Error> {
    let id = path_id(&params, "rollout")?;
    if wish.reason.trim().is_empty() || wish.reason.chars().count() > MAX_REASON {
        return Err(invalid("`reason` has 1 to 500 characters, and not only blanks"));
    }
    let decision = if wish.approve { Decision::Approved } else { Decision::Declined };
    web.store().rollouts().decide_approval(&permit, id, &wish.plan, decision, &wish.reason).await?;
    ok(&detail(&web, &permit, id).await?)
}

/// `POST /api/v1/rollouts/{rollout}/cancel`
pub(crate) async fn end(
    Manages { permit, .. }: Manages<EndRollout>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    web.store().rollouts().end(&permit, path_id(&params, "rollout")?).await?;
    Ok(nothing())
}
