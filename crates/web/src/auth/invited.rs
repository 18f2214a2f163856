//! Whoever holds the link of an invitation, signed in or not.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use secrecy::SecretString;

use super::extract::{Guard, SignedIn, path_param};
use crate::error::Error;
use crate::state::WebState;

/// The holder of the link of the path (`{token}`), while it can be accepted. One that was used, was taken back, is too old or never
/// was one is answered alike.
#[derive(Debug)]
pub struct Invited {
    pub(crate) token: SecretString,
    pub(crate) invited: store::Invited,
    pub(crate) signed: Option<SignedIn>,
}

impl Guard for Invited {
    const NAME: &'static str = "Invited";
}

/// Whether it can be a token of ours: 64 hexadecimal digits.
pub(crate) fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

impl FromRequestParts<WebState> for Invited {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &WebState) -> Result<Self, Error> {
        let token: String = path_param(parts, "token").await.map_err(|_| Error::NoInvitation)?;
        if !is_token(&token) {
            return Err(Error::NoInvitation);
        }
        let token = SecretString::from(token);
        let invited = web.store().invitations().find(&token).await?.ok_or(Error::NoInvitation)?;
        let signed = match SignedIn::from_request_parts(parts, web).await {
            Ok(signed) => Some(signed),
            Err(Error::SignedOut) => None,
            Err(other) => return Err(other),
        };
        Ok(Self { token, invited, signed })
    }
}
