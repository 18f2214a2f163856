//! Cancelling a run: the question, and the answer to it. Who may look at a run of its type may cancel it.

use axum::extract::State;
use axum::response::Response;
use pages::runs::Cancel;
use pages::{Toast, href};

use crate::auth::deeds::CancelRun;
use crate::auth::form::Empty;
use crate::auth::{Form, OfRun, OnRun};
use crate::error::Error;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::of_run;

/// `GET /admin/operations/{run}/cancel`
pub(crate) async fn ask(OfRun { signed, sight }: OfRun, State(web): State<WebState>) -> Result<Response, Error> {
    let run = web.store().runs().find(&sight).await?;
    let page = Cancel { run, tenant_name: sight.tenant().map(|tenant| tenant.name.clone()) };
    Ok(of_run(&web, &signed, &sight).await?.0.answer(&page, &web, &signed))
}

/// `POST /admin/operations/{run}/cancel`
pub(crate) async fn cancel(
    OnRun { signed, sight, .. }: OnRun<CancelRun>,
    State(web): State<WebState>,
    _: Form<Empty>,
) -> Result<Response, Error> {
    let run = web.store().runs().cancel(&sight).await?;
    web.store().sessions().put_flash(&signed.who, &to_flash(Toast::cancelling(&run))).await?;
    Ok(see_other(&href::run(run.id)))
}
