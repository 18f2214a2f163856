//! The canonical page of a run.

use axum::extract::State;
use axum::response::Response;
use model::access::Capability;
use model::coverage::Reading;
use model::operations::Operation;
use model::page::{Cursor, PAGE_ROWS};
use model::run::{ItemStatus, Run, Status};
use pages::runs::{Detail, Items, Requests};
use store::access::RunSight;

use crate::auth::OfRun;
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::of_run;

/// How many events of the timeline are shown.
const EVENTS: u32 = 500;
/// How many requests are shown one by one.
const REQUESTS: u32 = 100;

/// `GET /admin/operations/{run}?items=&cursor=`
pub(crate) async fn show(guard: OfRun, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let OfRun { signed, sight } = guard;
    let runs = web.store().runs();
    let run = runs.find(&sight).await?;
    let (around, scope) = of_run(&web, &signed, &sight).await?;
    let mut events = runs.events(&sight, EVENTS + 1).await?;
    let more_events = events.len() > EVENTS as usize;
    events.truncate(EVENTS as usize);
    let over = run.status == Status::Completed;
    let page = Detail {
        tenant: sight.tenant().cloned(),
        can: sight.can(),
        events,
        more_events,
        waiting: runs.waiting(&sight, &run, around.shell.now).await?,
        items: items(&web, &sight, &query).await?,
        readings: readings(&web, &sight, &run).await?,
        requests: requests(&web, &sight).await?,
        previous: if over { runs.previous(&sight, &run).await? } else { None },
        repeated_by: if over { runs.repeated_by(&sight).await? } else { None },
        manages: scope.can().allows(Capability::WorkspaceSettingsManage),
        run,
    };
    Ok(around.answer(&page, &web, &signed))
}

/// What a sync read of each type; other runs read none, so nothing is asked for them.
async fn readings(web: &WebState, sight: &RunSight, run: &Run) -> Result<Vec<Reading>, Error> {
    if run.operation != Some(Operation::InventorySync) {
        return Ok(Vec::new());
    }
    Ok(web.store().inventory().readings(sight).await?)
}

/// `None` for a run without items.
async fn items(web: &WebState, sight: &RunSight, query: &Fields) -> Result<Option<Items>, Error> {
    let status = query.one("items").and_then(|code| ItemStatus::ALL.iter().copied().find(|status| status.code() == code));
    let cursor = query.one("cursor").and_then(|token| Cursor::parse(token).ok());
    let rows = web.store().runs().items(sight, status, cursor.as_ref(), PAGE_ROWS).await?;
    let any = status.is_some() || cursor.is_some() || !rows.rows.is_empty();
    Ok(any.then_some(Items { rows, status }))
}

/// `None` for a run that asked nothing of Microsoft Graph.
async fn requests(web: &WebState, sight: &RunSight) -> Result<Option<Requests>, Error> {
    let totals = web.store().runs().call_totals(sight).await?;
    if totals.is_empty() {
        return Ok(None);
    }
    let page = web.store().runs().calls(sight, false, None, REQUESTS).await?;
    Ok(Some(Requests { totals, more: page.next.is_some(), calls: page.rows }))
}
