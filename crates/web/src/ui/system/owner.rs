//! Naming an owner of the open workspace.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::label::Tone;
use model::user::normal_email;
use pages::system::NameOwner as Page;
use pages::{Toast, href};
use store::StoreError;

use crate::auth::deeds::NameOwner;
use crate::auth::{Form, GlassTo, Payload};
use crate::error::Error;
use crate::fields::Fields;
use crate::respond::see_other;
use crate::state::WebState;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Named {
    email: String,
    typed: String,
}

impl Payload for Named {
    fn read(fields: &Fields) -> Self {
        let text = |name| fields.one(name).unwrap_or_default().trim().chars().take(254).collect();
        Self { email: text("email"), typed: text("typed") }
    }
}

fn empty(workspace: &str) -> Page {
    Page { workspace: workspace.to_owned(), email: String::new(), email_problem: None, typed_problem: None }
}

/// `GET /system/break-glass/owner`
pub(crate) async fn form(guard: GlassTo<NameOwner>, State(web): State<WebState>) -> Result<Response, Error> {
    let page = empty(&guard.inside.glass.glass().workspace_name);
    guard.inside.operates.answer(&web, &page).await
}

/// `POST /system/break-glass/owner`
pub(crate) async fn name(guard: GlassTo<NameOwner>, State(web): State<WebState>, form: Form<Named>) -> Result<Response, Error> {
    let Named { email, typed } = form.into_inner();
    let workspace = &guard.inside.glass.glass().workspace_name;
    let mut page = Page { email, ..empty(workspace) };
    if typed != workspace.trim() {
        page.typed_problem = Some("That is not its name.".to_owned());
    }
    match normal_email(&page.email) {
        Err(_) => page.email_problem = Some("That is no mail address.".to_owned()),
        Ok(email) if page.typed_problem.is_none() => match web.store().glass().name_owner(&guard.inside.glass, &email).await {
            Ok(()) => {
                let toast = Toast::plain("Owner named", "The workspace's trail says so.", Tone::Success);
                guard.inside.operates.tell(&web, toast).await?;
                return Ok(see_other(href::BREAK_GLASS_WORKSPACE));
            }
            Err(StoreError::Conflict(_)) => {
                page.email_problem = Some("Nobody has that mail address, or they are an owner already.".to_owned());
            }
            Err(other) => return Err(other.into()),
        },
        Ok(_) => {}
    }
    guard.refused(&web).await?;
    guard.inside.operates.answer_with(&web, StatusCode::UNPROCESSABLE_ENTITY, &page).await
}
