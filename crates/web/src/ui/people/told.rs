//! What follows a change of roles.

use axum::response::Response;
use model::access::Role;
use model::ids::UserId;
use pages::Toast;

use crate::auth::{Payload, SignedIn};
use crate::error::Error;
use crate::fields::Fields;
use crate::live::Hint;
use crate::respond::see_other;
use crate::state::WebState;
use crate::ui::flash::to_flash;

/// Ends the open streams of the person whose roles changed, and leads on with a message.
pub(super) async fn changed(web: &WebState, by: &SignedIn, whose: UserId, toast: Toast, to: &str) -> Result<Response, Error> {
    web.live().tell(Hint::Standing(whose));
    web.store().sessions().put_flash(&by.who, &to_flash(toast)).await?;
    Ok(see_other(to))
}

/// The role of a field; [`Role::Unknown`] for none of ours, which the store refuses.
pub(super) fn role(fields: &Fields, name: &str) -> Role {
    fields.one(name).map_or(Role::Unknown, Role::from_code)
}

/// A role: the field `role`.
#[derive(Debug)]
pub(crate) struct Chosen(pub(super) Role);

impl Payload for Chosen {
    fn read(fields: &Fields) -> Self {
        Self(role(fields, "role"))
    }
}
