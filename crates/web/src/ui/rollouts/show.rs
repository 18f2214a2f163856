//! The record of a rollout; previewing all of its restores, and ending it.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::access::can;
use model::label::Tone;
use model::run::{StartBy, Trigger};
use pages::rollouts::Record;
use pages::{Frame, Toast, href};
use store::StoreError;
use store::access::Permit;

use super::shown::{brief, found, onward, target};
use crate::auth::deeds::{EndRollout, PreviewRollout};
use crate::auth::{Form, Looks, Manages, Member, Payload};
use crate::error::{Error, sentence};
use crate::fields::Fields;
use crate::respond::page_with;
use crate::state::WebState;
use crate::ui::runs::rows;
use crate::ui::shell::in_workspace;
use crate::ui::start_key::start_key;

/// What a form sends that only presses a button.
#[derive(Debug)]
pub(crate) struct Pressed(pub(super) Fields);

impl Payload for Pressed {
    fn read(fields: &Fields) -> Self {
        Self(fields.clone())
    }
}

/// `GET /admin/rollouts/{rollout}`
pub(crate) async fn show(
    Looks { member, permit }: Looks<can::RestoreExecute>,
    State(web): State<WebState>,
    params: RawPathParams,
) -> Result<Response, Error> {
    answer(&web, &member, &permit, &params, StatusCode::OK, None).await
}

/// `POST /admin/rollouts/{rollout}/preview`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn preview(
    Manages { member, permit }: Manages<PreviewRollout>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Pressed>,
) -> Result<Response, Error> {
    let (rollout, _) = found(&web, &permit, &params).await?;
    let by = StartBy::from(Trigger::Manual).with_key(start_key(&form.into_inner().0)?);
    match web.store().rollouts().start_preview(&permit, rollout.id, by).await {
        Err(StoreError::Conflict(words)) => {
            answer(&web, &member, &permit, &params, StatusCode::CONFLICT, Some(sentence(words))).await
        }
        started => onward(&web, &member, Toast::started(&started?), &href::rollout(rollout.id)).await,
    }
}

/// `POST /admin/rollouts/{rollout}/end`
pub(crate) async fn end(
    Manages { member, permit }: Manages<EndRollout>,
    State(web): State<WebState>,
    params: RawPathParams,
    _: Form<Pressed>,
) -> Result<Response, Error> {
    let (rollout, _) = found(&web, &permit, &params).await?;
    match web.store().rollouts().end(&permit, rollout.id).await {
        Err(StoreError::Conflict(words)) => {
            answer(&web, &member, &permit, &params, StatusCode::CONFLICT, Some(sentence(words))).await
        }
        done => {
            done?;
            let toast = Toast::plain("Ended", "What was not carried out is not, by it.", Tone::Info);
            onward(&web, &member, toast, &href::rollout(rollout.id)).await
        }
    }
}

async fn answer(
    web: &WebState,
    member: &Member,
    permit: &Permit<can::RestoreExecute>,
    params: &RawPathParams,
    status: StatusCode,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (rollout, targets) = found(web, permit, params).await?;
    let (needed, asked) = web.store().rollouts().approval(permit, rollout.id).await?;
    let mut runs = Vec::new();
    for id in [rollout.run, rollout.preview_run].into_iter().flatten() {
        match web.store().access().run(&member.signed.who, id).await {
            Err(StoreError::NotVisible | StoreError::Forbidden(_)) => {}
            sight => runs.push(web.store().runs().find(&sight?).await?),
        }
    }
    let page = Record {
        waits_for_approval: needed && rollout.state.is_open() && asked.is_some_and(|asked| asked.is_open()),
        rollout: brief(rollout),
        targets: targets.into_iter().map(target).collect(),
        runs: rows::in_tenant(runs, "", member.scope.can()),
        problem,
    };
    let around = in_workspace(web, member).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), member.signed.visit.regions.as_deref()))
}
