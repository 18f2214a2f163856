//! Changing a baseline.

use axum::extract::{RawPathParams, State};
use axum::response::Response;
use model::baseline::{ItemKey, ignored};
use model::ids::BaselineId;
use store::{BaselineEdit, StoreError};

use super::show::came_of;
use crate::auth::deeds::{ActivateBaseline, ArchiveBaseline, EditBaseline};
use crate::auth::extract::path_id;
use crate::auth::{Form, Manages, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;

/// The revision that was seen.
#[derive(Debug)]
pub(crate) struct Seen(i64);

impl Payload for Seen {
    fn read(fields: &Fields) -> Self {
        Self(revision(fields))
    }
}

pub(super) fn revision(fields: &Fields) -> i64 {
    fields.one("revision").and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// A change of the draft.
#[derive(Debug)]
pub(crate) struct Edit {
    revision: i64,
    edit: Result<BaselineEdit, &'static str>,
}

impl Payload for Edit {
    fn read(fields: &Fields) -> Self {
        let text = |name: &str| fields.one(name).unwrap_or_default().chars().take(400).collect::<String>();
        let key = ItemKey { resource_type: text("type"), object_id: text("object") };
        let edit = match fields.one("act") {
            Some("remove") => Ok(BaselineEdit::Remove(key)),
            Some("ignore") => ignored(fields.one("ignored").unwrap_or_default().split(','))
                .map(|names| BaselineEdit::Ignore(key, names))
                .map_err(|_| "name at most 50 properties, each of at most 200 characters"),
            Some("extras") => Ok(BaselineEdit::Extras(fields.one("extras") == Some("yes"))),
            _ => Err("there is nothing of that name to be done with an object"),
        };
        Self { revision: revision(fields), edit }
    }
}

/// `POST /admin/baselines/{baseline}/draft?workspace=`
pub(crate) async fn draft(
    Manages { member: guard, permit }: Manages<EditBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Seen>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let done = web.store().baselines().draft(&permit, id, form.into_inner().0).await;
    came_of(&web, &guard, id, done, ("Draft begun", "Nothing is held against it until it is activated.")).await
}

/// `POST /admin/baselines/{baseline}/edit?workspace=`
pub(crate) async fn edit(
    Manages { member: guard, permit }: Manages<EditBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Edit>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let Edit { revision, edit } = form.into_inner();
    let done = match edit {
        Ok(edit) => web.store().baselines().edit(&permit, id, revision, &edit).await,
        Err(why) => Err(StoreError::Conflict(why)),
    };
    came_of(&web, &guard, id, done, ("Draft changed", "It counts once the draft is activated.")).await
}

/// `POST /admin/baselines/{baseline}/activate?workspace=`
pub(crate) async fn activate(
    Manages { member: guard, permit }: Manages<ActivateBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Seen>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let done = web.store().baselines().activate(&permit, id, form.into_inner().0).await;
    came_of(&web, &guard, id, done, ("Activated", "Tenants that are not pinned are held against it from now on.")).await
}

/// `POST /admin/baselines/{baseline}/archive?workspace=`
pub(crate) async fn archive(
    Manages { member: guard, permit }: Manages<ArchiveBaseline>,
    State(web): State<WebState>,
    params: RawPathParams,
    form: Form<Seen>,
) -> Result<Response, Error> {
    let id: BaselineId = path_id(&params, "baseline")?;
    let done = web.store().baselines().archive(&permit, id, form.into_inner().0).await;
    came_of(&web, &guard, id, done, ("Archived", "No tenant is held against it any more.")).await
}
