//! Choosing light or dark.

use axum::extract::State;
use axum::response::Response;
use pages::Theme;

use crate::auth::{Form, Payload, SignedIn, cookies};
use crate::fields::Fields;
use crate::local_path::local_path;
use crate::respond::see_other;
use crate::state::WebState;

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Choice {
    theme: Theme,
    back: String,
}

impl Payload for Choice {
    fn read(fields: &Fields) -> Self {
        Self {
            theme: Theme::from_code(fields.one("theme").unwrap_or_default()),
            back: fields.one("back").and_then(local_path).unwrap_or(pages::href::HOME).to_owned(),
        }
    }
}

/// `POST /admin/theme`
pub(crate) async fn theme(_: SignedIn, State(web): State<WebState>, form: Form<Choice>) -> Response {
    let choice = form.into_inner();
    let mut response = see_other(&choice.back);
    cookies::set_theme(&mut response, web.options(), choice.theme);
    response
}
