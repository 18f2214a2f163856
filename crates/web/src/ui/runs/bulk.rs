//! Doing something to every run of a list: one parent run, of the runs that were counted when it was confirmed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::operations::bulk_action::{Act, Arguments};
use model::run::{CountKey, Run, StartBy, StartKey, Status, Trigger};
use pages::runs::{Bulk, Filter};
use pages::{Frame, Toast, href};
use store::access::WorkspaceScope;

use super::list::{filter, of_theirs, wanted};
use crate::auth::deeds::StartBulk;
use crate::auth::{Form, Manages, Member, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::{At, shell};
use crate::ui::start_key::start_key;

/// Rows that are read to count what matches.
const READ: u32 = 50_000;

/// `GET /admin/operations/bulk?…`: the parameters of the list.
pub(crate) async fn ask(guard: Member, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let filter = filter(&query)?;
    of_theirs(&web, &guard, filter.tenant).await?;
    let matching = matching(&web, &guard.scope, &filter).await?;
    answer(&web, &guard, filter, &matching, None).await
}

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Wish {
    act: Option<Act>,
    typed: String,
    key: Result<Option<StartKey>, Error>,
}

impl Payload for Wish {
    fn read(fields: &Fields) -> Self {
        let act = fields.one("act").and_then(|code| Act::ALL.into_iter().find(|act| act.code() == code));
        Self { act, typed: fields.one("typed").unwrap_or_default().trim().to_owned(), key: start_key(fields) }
    }
}

/// `POST /admin/operations/bulk?…`
pub(crate) async fn start(
    Manages { member, permit }: Manages<StartBulk>,
    State(web): State<WebState>,
    query: Fields,
    form: Form<Wish>,
) -> Result<Response, Error> {
    let filter = filter(&query)?;
    of_theirs(&web, &member, filter.tenant).await?;
    let Wish { act, typed, key } = form.into_inner();
    let act = act.ok_or(Error::BadRequest("Choose what to do from the list."))?;
    let matching = matching(&web, &member.scope, &filter).await?;
    let runs: Vec<_> = matching.runs.iter().filter(|run| fits(act, run)).map(|run| run.id).collect();
    if matching.too_many || runs.is_empty() {
        return answer(&web, &member, filter, &matching, Some("Nothing was done.".to_owned())).await;
    }
    if typed != runs.len().to_string() {
        let problem = format!("Type {} to confirm. Nothing was done.", runs.len());
        return answer(&web, &member, filter, &matching, Some(problem)).await;
    }
    let request = Arguments { act, runs }.request(member.scope.workspace_id());
    let started = web.store().runs().start(&permit, &request, StartBy::from(Trigger::Manual).with_key(key?)).await?;
    web.store().sessions().put_flash(&member.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&href::run(started.run().id)))
}

struct Matching {
    runs: Vec<Run>,
    too_many: bool,
}

/// Those that match and that the person may change.
async fn matching(web: &WebState, scope: &WorkspaceScope, filter: &Filter) -> Result<Matching, Error> {
    let wanted = wanted(filter, web.store().now().await?);
    let most = u32::try_from(Arguments::MOST).unwrap_or(u32::MAX);
    let found = web.store().runs().list_reading(scope, &wanted, None, most, READ).await?;
    let may = |run: &Run| run.operation.is_some_and(|operation| scope.may_open(run.tenant_id, operation.entry().capability));
    let too_many = found.page.next.is_some() || found.further.is_some();
    Ok(Matching { runs: found.page.rows.into_iter().filter(may).collect(), too_many })
}

fn fits(act: Act, run: &Run) -> bool {
    match act {
        Act::Cancel => run.is_active(),
        Act::Retry => run.status == Status::Completed,
        Act::RetryFailed => run.status == Status::Completed && run.counts.get(CountKey::Failed).is_some_and(|failed| failed > 0),
    }
}

async fn answer(
    web: &WebState,
    guard: &Member,
    filter: Filter,
    matching: &Matching,
    problem: Option<String>,
) -> Result<Response, Error> {
    let Member { signed, home, scope } = guard;
    let around = shell(web, signed, At { home: home.clone(), scope: Some(scope), tenant: None }).await?;
    let runs = |act: Act| matching.runs.iter().filter(|run| fits(act, run)).count();
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let acts = Act::ALL.into_iter().map(|act| (act, runs(act))).collect();
    let page = Bulk { filter, acts, too_many: matching.too_many, problem };
    Ok(page_with(status, &page, &Frame::from(around.shell), signed.visit.regions.as_deref()))
}
