//! All workspaces, by name and counts, and a new one with its first owner.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::label::Tone;
use model::page::PAGE_ROWS;
use model::user::normal_email;
use pages::system::Workspaces;
use pages::{Toast, href};
use store::FirstOwner;

use super::audit::cursor;
use crate::auth::deeds::FoundWorkspace;
use crate::auth::{Form, Operates, OperatesTo, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct New {
    name: String,
    owner: String,
}

impl Payload for New {
    fn read(fields: &Fields) -> Self {
        let text = |name, most| fields.one(name).unwrap_or_default().trim().chars().take(most).collect();
        Self { name: text("name", 100), owner: text("owner", 254) }
    }
}

/// `GET /system/workspaces?cursor=`
pub(crate) async fn list(operates: Operates, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let page = page(&web, &operates, &query).await?;
    operates.answer(&web, &page).await
}

async fn page(web: &WebState, operates: &Operates, query: &Fields) -> Result<Workspaces, Error> {
    let rows = web.store().platform().workspaces(&operates.scope, cursor(query).as_ref(), PAGE_ROWS).await?;
    Ok(Workspaces { rows, name: String::new(), owner: String::new(), name_problem: None, owner_problem: None })
}

/// `POST /system/workspaces`
pub(crate) async fn create(
    guard: OperatesTo<FoundWorkspace>,
    State(web): State<WebState>,
    form: Form<New>,
) -> Result<Response, Error> {
    let New { name, owner } = form.into_inner();
    let name_problem = name.is_empty().then(|| "Give it a name.".to_owned());
    let mut owner_problem = None;
    match normal_email(&owner) {
        Err(_) => owner_problem = Some("That is no mail address.".to_owned()),
        Ok(email) if name_problem.is_none() => {
            match web.store().platform().create_workspace(&guard.operates.scope, &name, &email).await? {
                FirstOwner::Named(_) => {
                    let toast = Toast::plain("Workspace created", format!("{email} is its owner."), Tone::Success);
                    guard.operates.tell(&web, toast).await?;
                    return Ok(see_other(href::SYSTEM_WORKSPACES));
                }
                FirstOwner::Nobody => owner_problem = Some("Nobody in this installation has that mail address.".to_owned()),
            }
        }
        Ok(_) => {}
    }
    let page = Workspaces { name, owner, name_problem, owner_problem, ..page(&web, &guard.operates, &Fields::default()).await? };
    guard.operates.answer_with(&web, StatusCode::UNPROCESSABLE_ENTITY, &page).await
}
