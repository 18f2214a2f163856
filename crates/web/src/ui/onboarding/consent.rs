//! Where Microsoft sends the browser back to after the question for admin consent. What it says is shown, and changes nothing: whether
//! consent was given is found by the check.

use axum::extract::State;
use axum::response::Response;
use model::ids::EntraTenantId;
use model::time::Moment;
use pages::onboarding::{Consent, Said};

use crate::auth::extract::By;
use crate::auth::{InTenant, SignedIn, consent_state};
use crate::error::Error;
use crate::fields::Fields;
use crate::state::WebState;
use crate::ui::shell::in_tenant;

/// Somebody else's question, or none.
const NOT_ASKED: Error = Error::BadRequest("This answer belongs to no question that was asked from this browser.");

/// What goes with the question of the session that asks.
///
/// # Errors
/// [`Error::SignedOut`] for a program, which gets no pages.
pub(super) fn state_of(guard: &InTenant, now: Moment) -> Result<String, Error> {
    match &guard.signed.by {
        By::Session(secret) => Ok(consent_state::of(secret, guard.scope.tenant_id(), now)),
        By::Token(_) => Err(Error::SignedOut),
    }
}

/// `GET /admin/onboarding/consent?tenant=&admin_consent=&state=`, or with `error=` in place of the consent. Only the session that asked
/// gets an answer.
pub(crate) async fn consent(signed: SignedIn, State(web): State<WebState>, query: Fields) -> Result<Response, Error> {
    let (now, state) = (web.store().now().await?, query.one("state").unwrap_or_default());
    let tenant = match &signed.by {
        By::Session(secret) => consent_state::asked(secret, state, now).ok_or(NOT_ASKED)?,
        By::Token(_) => return Err(NOT_ASKED),
    };
    let scope = web.store().access().tenant(&signed.who, tenant).await?;
    let answered = query.one("tenant").and_then(|id| id.parse::<EntraTenantId>().ok());
    let granted =
        query.one("admin_consent").is_some_and(|word| word.eq_ignore_ascii_case("true")) && query.one("error").is_none();
    let said = match (granted, answered) {
        (_, Some(id)) if id != scope.tenant().entra_tenant_id => Said::OtherTenant,
        (true, _) => Said::Granted,
        (false, _) => Said::Refused,
    };
    let guard = InTenant { signed, scope };
    let (around, _) = in_tenant(&web, &guard).await?;
    let page = Consent { tenant: guard.scope.tenant().clone(), said };
    Ok(around.answer(&page, &web, &guard.signed))
}
