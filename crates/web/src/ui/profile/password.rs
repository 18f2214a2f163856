//! Changing one's own password.

use axum::extract::State;
use axum::response::Response;
use model::label::Tone;
use pages::Toast;
use pages::profile::Wrong;
use secrecy::{ExposeSecret as _, SecretString};

use super::show::{answer, done};
use crate::auth::cookies::Cookie;
use crate::auth::password::MAX_BYTES;
use crate::auth::{Form, Payload, SignedIn};
use crate::error::Error;
use crate::fields::Fields;
use crate::live::Hint;
use crate::state::{ClientAddress, WebState};

/// What the form sends.
#[derive(Debug)]
pub(crate) struct Change {
    old: SecretString,
    new: SecretString,
    same: bool,
}

impl Payload for Change {
    fn read(fields: &Fields) -> Self {
        let new = fields.one("password").unwrap_or_default();
        Self {
            old: SecretString::from(fields.one("old").unwrap_or_default()),
            new: SecretString::from(new),
            same: fields.one("again").unwrap_or_default() == new,
        }
    }
}

/// Whether it is the person's password. Counts as a try to sign in.
pub(super) async fn is_theirs(
    web: &WebState,
    signed: &SignedIn,
    address: std::net::IpAddr,
    password: SecretString,
) -> Result<bool, Error> {
    let email = signed.who.user().email.as_str();
    web.limiter().check(address, email).map_err(Error::TooMany)?;
    if password.expose_secret().len() > MAX_BYTES {
        return Ok(false);
    }
    let record = web.store().users().for_sign_in(email).await?;
    web.passwords().check(record.and_then(|record| record.password_hash), password).await
}

/// `POST /admin/profile/password`
pub(crate) async fn password(
    signed: SignedIn,
    State(web): State<WebState>,
    ClientAddress(address): ClientAddress,
    form: Form<Change>,
) -> Result<Response, Error> {
    let Change { old, new, same } = form.into_inner();
    if !is_theirs(&web, &signed, address, old).await? {
        return answer(&web, &signed, Some(Wrong::OldPassword)).await;
    }
    if !same {
        return answer(&web, &signed, Some(Wrong::Password("The two passwords are not the same.".to_owned()))).await;
    }
    let hash = match web.passwords().hash(&signed.who.user().email, new).await? {
        Ok(hash) => hash,
        Err(problem) => return answer(&web, &signed, Some(Wrong::Password(problem.sentence()))).await,
    };
    let changed = web.store().passwords().change(&signed.who, &hash).await?;
    for session in changed.ended {
        web.live().tell(Hint::SessionEnded(session));
    }
    let toast = Toast::plain("Password changed", "Your other sessions were ended.", Tone::Success);
    let mut response = done(&web, &signed, toast).await?;
    Cookie::Session.set(&mut response, web.options(), &changed.token);
    Ok(response)
}
