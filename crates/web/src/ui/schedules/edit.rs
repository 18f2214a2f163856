//! Making a schedule and changing it.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::ScheduleId;
use model::label::Tone;
use model::operations::Operation;
use model::schedule::{NewSchedule, Timetable};
use model::settings::{Key, Level};
use pages::schedules::{Form as Page, Input};
use pages::{Frame, Toast, href};
use store::StoreError;

use super::show::UPCOMING;
use crate::auth::deeds::{CreateSchedule, EditSchedule};
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form, InTenant, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::in_tenant;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    input: Input,
    revision: i64,
    preview: bool,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let text = |name: &str| fields.one(name).unwrap_or_default().to_owned();
        let all = |name: &str| fields.all(name).map(str::to_owned).collect();
        let input = Input {
            name: text("name"),
            operation: text("operation"),
            kind: text("kind"),
            at: text("at"),
            days: all("days"),
            cron: text("cron"),
            zone: text("zone"),
            catch_up: text("catch_up"),
            bound: text("bound"),
            types: all("types"),
            keep_last: text("keep_last"),
            keep_days: text("keep_days"),
            trust_list: fields.one("trust_list") == Some("yes"),
        };
        let revision = fields.one("revision").and_then(|text| text.parse().ok()).unwrap_or(0);
        Self { input, revision, preview: fields.one("preview").is_some() }
    }
}

/// `GET /admin/t/{tenant}/schedules/new`: shown to everybody who sees the tenant, disabled without the capability.
pub(crate) async fn new(guard: InTenant, State(web): State<WebState>) -> Result<Response, Error> {
    let chosen = web.store().settings().of_tenant(&guard.scope).await?.stored;
    let zone = chosen.find(Key::TimeZone, Level::Tenant.path()).value.to_string();
    answer(&web, &guard, StatusCode::OK, form(&guard, Input { zone, ..Input::proposed() })).await
}

/// `POST /admin/t/{tenant}/schedules`
pub(crate) async fn create(
    Authorized { tenant: guard, permit }: Authorized<CreateSchedule>,
    State(web): State<WebState>,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let Sent { input, preview, .. } = sent.into_inner();
    let page = form(&guard, input);
    let new = match page.input.read() {
        Err(problem) => return refused(&web, &guard, page, problem).await,
        Ok(new) if preview => return previewed(&web, &guard, page, &new).await,
        Ok(new) => new,
    };
    match web.store().schedules().create(&permit, &new).await {
        Err(StoreError::Conflict(problem)) => refused(&web, &guard, page, sentence(problem)).await,
        made => {
            let toast = Toast::plain("Schedule made", "It is switched on.", Tone::Success);
            done(&web, &guard, made?.id, toast).await
        }
    }
}

/// `GET /admin/t/{tenant}/schedules/{schedule}/edit`
pub(crate) async fn edit(guard: InTenant, State(web): State<WebState>, params: RawPathParams) -> Result<Response, Error> {
    let schedule = web.store().schedules().find(&guard.scope, path_id(&params, "schedule")?).await?;
    let page = Page { editing: Some((schedule.id, schedule.revision)), ..form(&guard, Input::of(&schedule)) };
    answer(&web, &guard, StatusCode::OK, page).await
}

/// `POST /admin/t/{tenant}/schedules/{schedule}/edit`
pub(crate) async fn save(
    Authorized { tenant: guard, permit }: Authorized<EditSchedule>,
    State(web): State<WebState>,
    params: RawPathParams,
    sent: Form<Sent>,
) -> Result<Response, Error> {
    let id: ScheduleId = path_id(&params, "schedule")?;
    let before = web.store().schedules().find(&guard.scope, id).await?;
    if before.operation() == Some(Operation::ReportGenerate) {
        return Err(Error::BadRequest("A schedule of reports is ended and made anew where reports are."));
    }
    let Sent { input, revision, preview } = sent.into_inner();
    let page = Page { editing: Some((id, revision)), ..form(&guard, input) };
    let new = match page.input.read() {
        Err(problem) => return refused(&web, &guard, page, problem).await,
        Ok(new) if preview => return previewed(&web, &guard, page, &new).await,
        Ok(new) => new,
    };
    match web.store().schedules().edit(&permit, id, revision, &new).await {
        Err(StoreError::Conflict(problem)) => refused(&web, &guard, page, sentence(problem)).await,
        saved => {
            let toast = Toast::plain("Schedule saved", "Times that are past are not made up for.", Tone::Success);
            done(&web, &guard, saved?.id, toast).await
        }
    }
}

fn form(guard: &InTenant, input: Input) -> Page {
    let (tenant, can) = (guard.scope.tenant().clone(), guard.scope.can());
    Page { tenant, can, input, editing: None, problem: None, upcoming: Vec::new() }
}

async fn previewed(web: &WebState, guard: &InTenant, page: Page, new: &NewSchedule) -> Result<Response, Error> {
    let upcoming = Timetable::new(&new.cadence, &new.zone).upcoming(web.store().now().await?, UPCOMING);
    answer(web, guard, StatusCode::OK, Page { upcoming, ..page }).await
}

async fn refused(web: &WebState, guard: &InTenant, page: Page, problem: String) -> Result<Response, Error> {
    answer(web, guard, StatusCode::UNPROCESSABLE_ENTITY, Page { problem: Some(problem), ..page }).await
}

async fn answer(web: &WebState, guard: &InTenant, status: StatusCode, page: Page) -> Result<Response, Error> {
    let (around, _) = in_tenant(web, guard).await?;
    Ok(page_with(status, &page, &Frame::from(around.shell), guard.signed.visit.regions.as_deref()))
}

/// Back to the schedule, with a message.
pub(super) async fn done(web: &WebState, guard: &InTenant, id: ScheduleId, toast: Toast) -> Result<Response, Error> {
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::schedule(guard.scope.tenant_id(), id)))
}

fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", chars.as_str())
}
