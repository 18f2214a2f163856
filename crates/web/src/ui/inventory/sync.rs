//! "Sync now": choosing what, and starting it.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::operations::Operation;
use model::operations::inventory_sync::{Arguments, InvalidArguments};
use model::run::{StartBy, StartKey, Trigger};
use pages::inventory::SyncForm;
use pages::{Frame, Toast, href};

use crate::auth::deeds::StartSync;
use crate::auth::{Authorized, Form, InTenant, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::local_path::local_path;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::{Surroundings, in_tenant};
use crate::ui::start_key::start_key;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Choice {
    types: BTreeSet<String>,
    read_everything: bool,
    back: Option<String>,
    key: Result<Option<StartKey>, Error>,
}

impl Payload for Choice {
    fn read(fields: &Fields) -> Self {
        Self {
            types: fields.all("types").map(str::to_owned).collect(),
            read_everything: fields.one("read_everything") == Some("yes"),
            back: fields.one("back").or(fields.one("next")).and_then(local_path).map(str::to_owned),
            key: start_key(fields),
        }
    }
}

/// `GET /admin/t/{tenant}/inventory/sync`: shown to everybody who sees the tenant, disabled without the capability.
pub(crate) async fn choose(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let (around, _) = in_tenant(&web, &guard).await?;
    let page = sync_form(&web, &guard, &around, None, None).await?;
    Ok(around.answer(&page, &web, &guard.signed))
}

/// `POST /admin/t/{tenant}/inventory/sync`: writes the run and leads back; nothing here waits for it.
pub(crate) async fn start(
    Authorized { tenant: guard, permit }: Authorized<StartSync>,
    State(web): State<WebState>,
    form: Form<Choice>,
) -> Result<Response, Error> {
    let Choice { types, read_everything, back, key } = form.into_inner();
    let tenant = guard.scope.tenant_id();
    let arguments = match Arguments::only(&types) {
        Ok(arguments) => arguments.reading_everything(read_everything),
        Err(invalid) => return refused(&web, &guard, (types, read_everything), invalid).await,
    };
    let started =
        web.store().runs().start(&permit, &arguments.request(tenant), StartBy::from(Trigger::Manual).with_key(key?)).await?;
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(Toast::started(&started))).await?;
    Ok(see_other(&back.unwrap_or_else(|| href::tenant(tenant))))
}

async fn refused(
    web: &WebState,
    guard: &InTenant,
    chosen: (BTreeSet<String>, bool),
    invalid: InvalidArguments,
) -> Result<Response, Error> {
    let problem = match invalid {
        InvalidArguments::Empty => "Choose at least one resource type.",
        InvalidArguments::UnknownType => "One of the chosen resource types is not known. Choose from the list below.",
    };
    let (around, _) = in_tenant(web, guard).await?;
    let page = sync_form(web, guard, &around, Some(chosen), Some(problem)).await?;
    let regions = guard.signed.visit.regions.as_deref();
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page, &Frame::from(around.shell), regions))
}

async fn sync_form(
    web: &WebState,
    guard: &InTenant,
    around: &Surroundings,
    chosen: Option<(BTreeSet<String>, bool)>,
    problem: Option<&str>,
) -> Result<SyncForm, Error> {
    let active = around.shell.activity.runs.iter().find(|row| row.run.operation == Some(Operation::InventorySync));
    Ok(SyncForm {
        tenant: guard.scope.tenant().clone(),
        can: guard.scope.can(),
        read_everything: chosen.as_ref().is_some_and(|(_, read_everything)| *read_everything),
        chosen: chosen.map(|(types, _)| types),
        summary: web.store().inventory().summary(&guard.scope).await?,
        active: active.cloned(),
        problem: problem.map(str::to_owned),
    })
}
