//! What a person chooses for themselves.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::label::Tone;
use model::settings::Level;
use pages::settings::{Form as Page, Owner};
use pages::{Frame, Toast};

use super::sent::{Meant, Sent, form};
use crate::auth::{Form, SignedIn};
use crate::error::Error;
use crate::respond::{page_with, see_other};
use crate::state::WebState;
use crate::ui::flash::to_flash;
use crate::ui::shell::{At, shell};

/// `GET /admin/profile/settings`
pub(crate) async fn show(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    let (_, scope) = signed.workspace(&web, None).await?;
    let choices = web.store().settings().of_person(&signed.who, scope.as_ref()).await?;
    answer(&web, &signed, StatusCode::OK, &form(Owner::Person, &choices, true)).await
}

/// `POST /admin/profile/settings`
pub(crate) async fn save(signed: SignedIn, State(web): State<WebState>, sent: Form<Sent>) -> Result<Response, Error> {
    let (_, scope) = signed.workspace(&web, None).await?;
    let choices = web.store().settings().of_person(&signed.who, scope.as_ref()).await?;
    match sent.into_inner().meant(Level::Person, &choices)? {
        Meant::Again(fields) => {
            let page = Page { owner: Owner::Person, fields, may: true };
            answer(&web, &signed, StatusCode::UNPROCESSABLE_ENTITY, &page).await
        }
        Meant::Save(new) => {
            web.store().settings().save_person(&signed.who, &new).await?;
            let toast = Toast::plain("Settings saved", "They hold from now on.", Tone::Success);
            web.store().sessions().put_flash(&signed.who, &to_flash(toast)).await?;
            Ok(see_other(pages::href::PROFILE_SETTINGS))
        }
    }
}

async fn answer(web: &WebState, signed: &SignedIn, status: StatusCode, page: &Page) -> Result<Response, Error> {
    let (home, scope) = signed.workspace(web, None).await?;
    let around = shell(web, signed, At { home, scope: scope.as_ref(), tenant: None }).await?;
    Ok(page_with(status, page, &Frame::from(around.shell), signed.visit.regions.as_deref()))
}
