//! Making a rollout of a source.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::ids::TenantId;
use model::label::Tone;
use model::restore::Source;
use model::rollout::MAX_TENANTS;
use pages::rollouts::New;
use pages::{Frame, Toast, href};
use store::access::TenantScope;
use store::{CandidateFilter, Choice, NewRollout, StoreError};

use super::shown::onward;
use crate::auth::deeds::CreateRollout;
use crate::auth::{Form, Looks, Manages, Member, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::restores::new::{named, words};
use crate::ui::shell::in_workspace;

/// What the form sends, or the address of the form says.
#[derive(Debug)]
pub(crate) struct Sent(Fields);

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        Self(fields.clone())
    }
}

/// The rings as they were chosen: a tenant, a colon, and the number.
fn rings(fields: &Fields) -> Result<Vec<(TenantId, u32)>, Error> {
    let one = |text: &str| {
        let (tenant, ring) = text.split_once(':')?;
        Some((tenant.parse().ok()?, ring.parse().ok()?))
    };
    let chosen = fields.all("ring").filter(|text| !text.is_empty());
    chosen.map(|text| one(text).ok_or(Error::BadRequest("The form cannot be understood."))).collect()
}

/// The tenant that the source is of, and the source; nothing when none is named.
async fn source(web: &WebState, member: &Member, fields: &Fields) -> Result<Option<(TenantScope, Source)>, Error> {
    let Some(of) = fields.id::<TenantId>("of")? else { return Ok(None) };
    let from = web.store().access().tenant(&member.signed.who, of).await?;
    if from.workspace_id() != member.scope.workspace_id() {
        return Err(Error::NotFound);
    }
    Ok(named(fields, &from)?.map(|source| (from, source)))
}

/// `GET /admin/rollouts/new?of=&set=&item=&version=&at=`
pub(crate) async fn form(
    Looks { member, permit }: Looks<can::RestoreExecute>,
    State(web): State<WebState>,
    query: Fields,
) -> Result<Response, Error> {
    // Who does not see rollouts makes none.
    web.store().rollouts().list(&permit, None, 1).await?;
    answer(&web, &member, StatusCode::OK, &query, None).await
}

/// `POST /admin/rollouts`: makes the restores and leads to the record.
pub(crate) async fn create(
    Manages { member, permit }: Manages<CreateRollout>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let Sent(fields) = sent.into_inner();
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let Some((from, source)) = source(&web, &member, &fields).await? else {
        return answer(&web, &member, refused, &fields, Some("Choose a source first.".to_owned())).await;
    };
    let types: Vec<String> = fields.all("type").map(str::to_owned).collect();
    let choice = match source {
        Source::Version { .. } => Choice::everything(),
        _ if types.is_empty() => {
            let problem = "Choose at least one type of objects.".to_owned();
            return answer(&web, &member, refused, &fields, Some(problem)).await;
        }
        _ => Choice::Matching(CandidateFilter { types, ..CandidateFilter::default() }),
    };
    let name = fields.one("name").unwrap_or_default().to_owned();
    let new = NewRollout { name, source, choice, rings: rings(&fields)? };
    match web.store().rollouts().create(&permit, &member.signed.who, &from, &new).await {
        Err(StoreError::Conflict(words)) => answer(&web, &member, refused, &fields, Some(sentence(words))).await,
        made => {
            let toast =
                Toast::plain("Restores made", "Preview all of them next; nothing is written before you confirm.", Tone::Success);
            onward(&web, &member, toast, &href::rollout(made?)).await
        }
    }
}

async fn answer(
    web: &WebState,
    member: &Member,
    status: StatusCode,
    fields: &Fields,
    problem: Option<String>,
) -> Result<Response, Error> {
    let source = source(web, member, fields).await?;
    let most = u32::try_from(MAX_TENANTS).unwrap_or(u32::MAX);
    let found = web.store().workspaces().find_tenants(&member.scope, None, None, most).await?;
    let chosen: BTreeMap<TenantId, u32> = rings(fields)?.into_iter().collect();
    let (of, source, words, types) = match source {
        Some((from, source)) => {
            let types = match source {
                Source::Version { .. } => Vec::new(),
                _ => web.store().restores().candidate_types(&from, &source).await?,
            };
            (Some(from.tenant().clone()), Some(source), words(web, &from, &source).await?, types)
        }
        None => (None, None, String::new(), Vec::new()),
    };
    let page = New {
        of,
        source,
        words,
        types,
        more: found.next.is_some(),
        tenants: found.rows.into_iter().map(|tenant| (tenant.clone(), chosen.get(&tenant.id).copied())).collect(),
        called: fields.one("name").unwrap_or_default().to_owned(),
        problem,
    };
    let around = in_workspace(web, member).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), member.signed.visit.regions.as_deref()))
}
