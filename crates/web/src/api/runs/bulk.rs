//! Doing something to many runs: one run of its own. All of them are theirs to change, or nothing is done.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use model::audit::AuditEntry;
use model::ids::RunId;
use model::operations::bulk_action::{Act, Arguments};
use model::run::{StartBy, Trigger};
use store::StoreError;

use crate::api::answer::started;
use crate::api::bodies;
use crate::api::body::Body;
use crate::api::coded::Choice;
use crate::api::headers::IdempotencyKey;
use crate::api::query::invalid;
use crate::auth::Manages;
use crate::auth::deeds::{Deed as _, StartBulk};
use crate::error::Error;
use crate::state::WebState;

bodies! {
    /// What is done to which runs.
    BulkActionBody {
        /// What is done to each.
        act: Choice<Act>,
        /// Their ids.
        runs: Vec<RunId> = {"minItems": 1, "maxItems": 1000},
    }
}

/// `POST /api/v1/bulk-actions`
pub(crate) async fn start(
    Manages { member, permit }: Manages<StartBulk>,
    State(web): State<WebState>,
    IdempotencyKey(key): IdempotencyKey,
    Body(wish): Body<BulkActionBody>,
) -> Result<Response, Error> {
    if wish.runs.is_empty() || wish.runs.len() > Arguments::MOST {
        return Err(invalid("`runs` has 1 to 1,000 ids"));
    }
    let runs: Vec<RunId> = wish.runs.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    for run in &runs {
        // Unknown, not theirs and of another workspace are one answer.
        let sight = web.store().access().run(&member.signed.who, *run).await;
        if let Err(StoreError::Forbidden(_)) = &sight {
            let entry = AuditEntry::denied(StartBulk::ACTION);
            web.store().audit().denied_on_run(&member.signed.who, *run, entry).await?;
        }
        if sight?.workspace_id() != member.scope.workspace_id() {
            return Err(Error::NotFound);
        }
    }
    let request = Arguments { act: wish.act.0, runs }.request(member.scope.workspace_id());
    let by = StartBy::from(Trigger::Api).with_key(key);
    started(&web.store().runs().start(&permit, &request, by).await?)
}
