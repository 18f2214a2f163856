//! The page where an administrator consents to an app: it asks nobody, and sends back at once.

use crate::ledger::EntryKind;
use crate::message::{Request, Response};
use crate::query::{decode, encode};
use crate::sim::{Sim, tenant_named};
use crate::token::TokenError;

/// What an administrator answers when asked to consent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Consent {
    /// Yes: what the app requested is granted.
    #[default]
    Granted,
    /// No.
    Denied,
}

/// The tenant's part of `/{tenant}/adminconsent`.
pub(crate) fn asks_consent(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('/')?;
    let tenant = rest.strip_suffix("/v2.0/adminconsent").or_else(|| rest.strip_suffix("/adminconsent"))?;
    (!tenant.is_empty() && !tenant.contains('/')).then_some(tenant)
}

impl Sim {
    pub(crate) fn ask_consent(&self, request: &Request, name: &str) -> Response {
        let stamp = self.stamp(request);
        let field = |name: &str| {
            let mut parts = request.query().split('&').filter_map(|part| part.split_once('='));
            parts.find(|(known, _)| *known == name).map(|(_, raw)| decode(&raw.replace('+', " ")))
        };
        let (client, redirect, state) = (field("client_id").unwrap_or_default(), field("redirect_uri"), field("state"));
        let tenant = tenant_named(&self.tenants_ref(), name).map(|tenant| tenant.profile.id);
        let known = tenant.is_some_and(|tenant| {
            self.tenants_ref()
                .get(&tenant)
                .is_some_and(|tenant| tenant.profile.apps.iter().any(|app| app.client_id.eq_ignore_ascii_case(&client)))
        });
        let redirect = redirect.filter(|uri| uri.starts_with("http://") || uri.starts_with("https://"));
        let response = match (tenant, known, redirect) {
            (None, ..) => TokenError::NO_TENANT.response(&stamp),
            (_, false, _) => TokenError::NO_APP.response(&stamp),
            (_, _, None) => {
                TokenError::new(400, "invalid_request", 50011, "The redirect URI specified in the request does not match.")
                    .response(&stamp)
            }
            (Some(tenant), true, Some(redirect)) => {
                let granted = self.settings().consent == Consent::Granted;
                if granted {
                    // The tenant was there a moment ago; one that was removed since has nobody to grant to.
                    let _ = self.change_apps(tenant, |apps| {
                        for app in apps.iter_mut().filter(|app| app.client_id.eq_ignore_ascii_case(&client)) {
                            app.roles.extend(app.requested.iter().cloned());
                            app.refusal = app.refusal.filter(|refusal| *refusal != crate::identity::TokenRefusal::NoConsent);
                        }
                    });
                }
                let answer = if granted {
                    format!("tenant={tenant}&admin_consent=True")
                } else {
                    let words = encode("AADSTS65004: The resource owner or authorization server denied the request.");
                    format!("error=permission_denied&error_description={words}&tenant={tenant}")
                };
                let state = state.map(|state| format!("&state={}", encode(&state))).unwrap_or_default();
                let joint = if redirect.contains('?') { '&' } else { '?' };
                Response::empty(302).header("Location", &format!("{redirect}{joint}{answer}{state}"))
            }
        };
        self.record(request, "/{tenant}/adminconsent", tenant, EntryKind::Consent, response.status);
        response
    }
}
