//! Signing out.

use axum::extract::State;
use axum::response::Response;
use pages::href::{self, Query};

use crate::auth::cookies::{self, Cookie};
use crate::auth::form::Empty;
use crate::auth::{Form, SignedIn};
use crate::error::Error;
use crate::live::Hint;
use crate::respond::see_other;
use crate::state::WebState;

/// `POST /sign-out`
pub(crate) async fn sign_out(signed: SignedIn, State(web): State<WebState>, _: Form<Empty>) -> Result<Response, Error> {
    web.store().sessions().end(&signed.who).await?;
    web.live().tell(Hint::SessionEnded(signed.who.session()));
    let mut response = see_other(&String::from(Query::new(href::SIGN_IN).with("out", 1)));
    Cookie::Session.clear(&mut response, web.options());
    cookies::set_recent(&mut response, web.options(), "");
    Ok(response)
}
