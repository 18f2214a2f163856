//! Choosing another workspace.

use axum::extract::State;
use axum::response::Response;
use model::ids::WorkspaceId;

use crate::auth::{Form, Payload, SignedIn};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;

/// What the form sends; `None`: no id.
#[derive(Debug)]
pub(crate) struct Choice(Option<WorkspaceId>);

impl Payload for Choice {
    fn read(fields: &Fields) -> Self {
        Self(fields.id("workspace").ok().flatten())
    }
}

/// `POST /admin/switch`
pub(crate) async fn switch(signed: SignedIn, State(web): State<WebState>, form: Form<Choice>) -> Result<Response, Error> {
    let id = form.into_inner().0.ok_or(Error::NotFound)?;
    let workspace = web.store().access().workspace(&signed.who, id).await?;
    web.store().sessions().choose_workspace(&signed.who, &workspace).await?;
    Ok(see_other(pages::href::HOME))
}
