//! The question before a token is revoked.

use maud::{Markup, html};
use model::api_token::ApiToken;

use super::words::state;
use super::{revoke, tokens};
use crate::components::{form, header};
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{samples, when};

/// Asks whether to revoke it.
#[derive(Debug, Clone)]
pub struct Revoke {
    /// The token.
    pub token: ApiToken,
}

impl Page for Revoke {
    const NAME: &'static str = "tokens-revoke";

    fn title(&self) -> String {
        format!("Revoke “{}”?", name(&self.token.name, NAMELESS))
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("API tokens", tokens(self.token.workspace_id))];
        Place { destination: Some(Destination::Tokens), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let (token, back) = (&self.token, tokens(self.token.workspace_id));
        html! {
            (header::header(&self.title(), &state(token, view.now), &html! { "Of " (name(&token.holder, NAMELESS)) "." }, &html! {}))
            div.card.narrow {
                p {
                    "Programs that use it are refused from the next request on. What they have started goes on. "
                    @match token.last_used_at {
                        Some(at) => { "It was last used " (when::ago(at, view.now)) "." },
                        None => "It was never used.",
                    }
                }
                (form::post(view, &revoke(token.workspace_id, token.id), &html! {
                    div.form-actions {
                        button.button.danger type="submit" { "Revoke it" }
                        a.button href=(back) { "Keep it" }
                    }
                }))
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::token::revokes()
    }
}
