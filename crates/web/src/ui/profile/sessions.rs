//! Where the person is signed in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::ids::SessionId;
use model::label::Tone;
use pages::profile::{SessionRow, Sessions};
use pages::{Toast, href};

use super::show::{back, in_shell};
use crate::auth::{Form, Payload, SignedIn};
use crate::error::Error;
use crate::fields::Fields;
use crate::live::Hint;
use crate::state::WebState;

/// `GET /admin/profile/sessions`
pub(crate) async fn list(signed: SignedIn, State(web): State<WebState>) -> Result<Response, Error> {
    let sessions = web.store().sessions().own(&signed.who).await?;
    let row = |view: store::SessionView| SessionRow {
        id: view.id,
        browser: view.browser,
        since: view.since,
        last_seen: view.last_seen,
        this: view.this,
    };
    let page = Sessions { rows: sessions.into_iter().map(row).collect() };
    in_shell(&web, &signed, &page, StatusCode::OK).await
}

/// What the form sends: a session, or none for all others.
#[derive(Debug)]
pub(crate) struct Which(Result<Option<SessionId>, Error>);

impl Payload for Which {
    fn read(fields: &Fields) -> Self {
        Self(fields.id("session"))
    }
}

/// `POST /admin/profile/sessions/end`
pub(crate) async fn end(signed: SignedIn, State(web): State<WebState>, form: Form<Which>) -> Result<Response, Error> {
    let (ended, toast) = match form.into_inner().0? {
        Some(session) => {
            if session == signed.who.session() || !web.store().sessions().revoke(&signed.who, session).await? {
                return Err(Error::NotFound);
            }
            (vec![session], Toast::plain("Session ended", "Its next request asks to sign in.", Tone::Success))
        }
        None => {
            let ended = web.store().sessions().revoke_others(&signed.who).await?;
            let words = if ended.is_empty() { "There was no other." } else { "Only this one is left." };
            (ended, Toast::plain("Other sessions ended", words, Tone::Success))
        }
    };
    ended.into_iter().for_each(|session| web.live().tell(Hint::SessionEnded(session)));
    back(&web, &signed, href::PROFILE_SESSIONS, toast).await
}
