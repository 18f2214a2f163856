//! Starting by hand what a schedule starts.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::ids::ScheduleId;
use model::run::{StartBy, StartKey, Trigger};
use pages::Toast;

use super::edit::done;
use crate::auth::deeds::RunSchedule;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::start_key::start_key;

/// What the form sends: its key.
#[derive(Debug)]
pub(crate) struct Click(pub(super) Result<Option<StartKey>, Error>);

impl Payload for Click {
    fn read(fields: &Fields) -> Self {
        Self(start_key(fields))
    }
}

/// `POST /admin/t/{tenant}/schedules/{schedule}/run`
pub(crate) async fn run(
    Authorized { tenant: guard, permit }: Authorized<RunSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Click>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    let by = StartBy::from(Trigger::Manual).with_key(form.into_inner().0?);
    let started = web.store().schedules().run_now(&permit, &guard.scope, id, by).await?;
    done(&web, &guard, id, Toast::started(&started)).await
}
