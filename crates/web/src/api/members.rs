//! The members of the workspace.

use axum::extract::State;
use axum::response::Response;

use super::account::Person;
use super::answer::whole;
use crate::auth::Member;
use crate::error::Error;
use crate::state::WebState;

/// How many are listed.
const LISTED: u32 = 1_000;

/// `GET /api/v1/members`
pub(crate) async fn list(member: Member, State(web): State<WebState>) -> Result<Response, Error> {
    let people = web.store().members().people(&member.scope, LISTED).await?;
    whole(people.into_iter().map(Person::from).collect())
}
