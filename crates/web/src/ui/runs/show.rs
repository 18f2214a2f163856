//! The canonical page of a run.

use axum::extract::State;
use axum::response::Response;
use pages::runs::Detail;

use crate::auth::OfRun;
use crate::error::Error;
use crate::state::WebState;
use crate::ui::shell::of_run;

/// How many events of the timeline are shown.
const EVENTS: u32 = 500;

/// `GET /admin/operations/{run}`
pub(crate) async fn show(OfRun { signed, sight }: OfRun, State(web): State<WebState>) -> Result<Response, Error> {
    let runs = web.store().runs();
    let run = runs.find(&sight).await?;
    let mut events = runs.events(&sight, EVENTS + 1).await?;
    let more_events = events.len() > EVENTS as usize;
    events.truncate(EVENTS as usize);
    let page = Detail { run, tenant: sight.tenant().cloned(), can: sight.can(), events, more_events };
    Ok(of_run(&web, &signed, &sight).await?.answer(&page, &web, &signed))
}
