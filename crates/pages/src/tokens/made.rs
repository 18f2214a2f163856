//! The secret of a new token: shown here, once.

use maud::{Markup, html};
use model::api_token::ApiToken;
use model::label::Tone;

use super::tokens;
use crate::components::callout::callout;
use crate::components::header::header;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples, when};

/// A token that was made. The secret is for its holder's eyes; nothing but this page holds it.
#[derive(Clone)]
pub struct Made {
    /// The token.
    pub token: ApiToken,
    /// Its secret.
    pub secret: String,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Made").field("token", &self.token).finish_non_exhaustive()
    }
}

impl Page for Made {
    const NAME: &'static str = "tokens-made";

    fn title(&self) -> String {
        "Token made".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("API tokens", tokens(self.token.workspace_id))];
        Place { destination: Some(Destination::Tokens), tenant: None, crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let lead = html! { (name(&self.token.name, NAMELESS)) ", good until " (when::at(self.token.expires_at)) "." };
        html! {
            (header("Token made", &html! {}, &lead, &html! {}))
            (callout(Tone::Warning, "Copy it now: it is not shown again.", &html! {
                p { "It is stored nowhere. Whoever has it can do what you gave it; if it gets lost, revoke it and make another." }
            }))
            div.card {
                div.field {
                    label for="secret" { "The token" }
                    input #secret type="text" readonly value=(self.secret) size=(self.secret.len()) autocomplete="off" spellcheck="false";
                }
                p { "Send it with each request:" }
                pre.code tabindex="0" aria-label="A request" { code { "curl -H \"Authorization: Bearer $TOKEN\" https://…/api/v1/me" } }
                div.form-actions {
                    a.button.primary href=(tokens(self.token.workspace_id)) { "I have copied it" }
                    a.button href=(href::API) { "About the API" }
                }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::token::made()
    }
}
