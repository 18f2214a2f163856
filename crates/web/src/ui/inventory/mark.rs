//! A note and a pin on a version.

use axum::extract::{RawPathParams, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::InventoryItemId;
use model::label::Tone;
use model::version::{Mark, NewMark, NoteTooLong};
use pages::{Frame, Toast, href};

use super::version::shown;
use crate::auth::deeds::MarkVersion;
use crate::auth::extract::path_id;
use crate::auth::{Authorized, Form, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Sent {
    note: String,
    pinned: bool,
    /// That of what was seen; a form of ours always has it.
    revision: Option<i64>,
    mark: Result<NewMark, NoteTooLong>,
}

impl Payload for Sent {
    fn read(fields: &Fields) -> Self {
        let (note, pinned) = (fields.one("note").unwrap_or_default(), fields.one("pinned") == Some("yes"));
        let revision = fields.one("revision").map(|text| text.parse().unwrap_or(0));
        Self { note: note.to_owned(), pinned, revision, mark: NewMark::new(note, pinned) }
    }
}

/// `POST /admin/t/{tenant}/inventory/{item}/versions/{version}/mark`
pub(crate) async fn mark(
    Authorized { tenant: guard, permit }: Authorized<MarkVersion>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Sent>,
) -> Result<Response, Error> {
    let item: InventoryItemId = path_id(&params, "item")?;
    let number: i64 = path_id(&params, "version")?;
    let Sent { note, pinned, revision, mark } = form.into_inner();
    let revision = match revision {
        Some(revision) => revision,
        None => web.store().policy_versions().find(&guard.scope, item, number).await?.version.mark_revision,
    };
    let mark = match mark {
        Ok(mark) => mark,
        Err(problem) => {
            // What was typed is shown again.
            let (around, mut page) = shown(&web, &guard, item, number).await?;
            page.version.mark =
                Some(Mark { note, pinned, at: web.store().now().await?, by: Some(guard.signed.who.user().name.clone()) });
            // It was written from what was seen then, not from what stands now.
            page.version.mark_revision = revision;
            page.problem = Some(problem.to_string());
            let regions = guard.signed.visit.regions.as_deref();
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page, &Frame::from(around.shell), regions));
        }
    };
    web.store().policy_versions().mark(&permit, item, number, revision, &mark).await?;
    let toast = Toast::plain("Saved", "The note and the pin stand on the version.", Tone::Success);
    web.store().sessions().put_flash(&guard.signed.who, &to_flash(toast)).await?;
    Ok(see_other(&href::version(guard.scope.tenant_id(), item, number)))
}
