//! Cancelling, repeating and ending runs.

use axum::extract::State;
use axum::response::Response;
use store::runs::Again;

use super::shapes::Run;
use crate::api::answer::{ok, started};
use crate::api::bodies;
use crate::api::body::Body;
use crate::api::coded::Choice;
use crate::api::headers::IdempotencyKey;
use crate::auth::deeds::{CancelRun, ForceRun, RepeatRun};
use crate::auth::{ManagesRun, OnRun};
use crate::error::Error;
use crate::state::WebState;

bodies! {
    /// What of a run is started again.
    RepeatRunBody {
        /// All of it, or the items that failed.
        what: Choice<Again>,
    }
}

/// `POST /api/v1/runs/{run}/cancel`: at once while it is queued, else at the next safe point.
pub(crate) async fn cancel(guard: OnRun<CancelRun>, State(web): State<WebState>) -> Result<Response, Error> {
    ok(&Run::from(&web.store().runs().cancel(&guard.sight).await?))
}

/// `POST /api/v1/runs/{run}/retry`
pub(crate) async fn retry(
    guard: OnRun<RepeatRun>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<RepeatRunBody>,
) -> Result<Response, Error> {
    started(&web.store().runs().retry(&guard.sight, wish.what.0, key).await?)
}

/// `POST /api/v1/runs/{run}/force`: a run that was asked to stop and does not.
pub(crate) async fn force(guard: ManagesRun<ForceRun>, State(web): State<WebState>) -> Result<Response, Error> {
    ok(&Run::from(&web.store().runs().force(&guard.permit, &guard.sight).await?))
}
