//! Ending a run that was asked to stop and does not: the question, and the answer to it.

use axum::extract::State;
use axum::response::Response;
use pages::runs::Force;
use pages::{Toast, href};

use crate::auth::deeds::ForceRun;
use crate::auth::form::Empty;
use crate::auth::{Form, ManagesRun};
use crate::error::Error;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::of_run;

/// `GET /admin/operations/{run}/force`
pub(crate) async fn ask(guard: ManagesRun<ForceRun>, State(web): State<WebState>) -> Result<Response, Error> {
    let ManagesRun { signed, sight, .. } = guard;
    let run = web.store().runs().find(&sight).await?;
    let page = Force { run, tenant_name: sight.tenant().map(|tenant| tenant.name.clone()) };
    Ok(of_run(&web, &signed, &sight).await?.0.answer(&page, &web, &signed))
}

/// `POST /admin/operations/{run}/force`
pub(crate) async fn force(guard: ManagesRun<ForceRun>, State(web): State<WebState>, _: Form<Empty>) -> Result<Response, Error> {
    let ManagesRun { signed, sight, permit } = guard;
    let run = web.store().runs().force(&permit, &sight).await?;
    web.store().sessions().put_flash(&signed.who, &to_flash(Toast::forced(&run))).await?;
    Ok(see_other(&href::run(run.id)))
}
