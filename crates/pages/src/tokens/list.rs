//! The tokens of the person, or of everybody for an owner.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::api_token::ApiToken;
use model::ids::WorkspaceId;

use super::words::state;
use super::{new_token, revoke};
use crate::components::empty::empty;
use crate::components::header::header;
use crate::components::icon::{Icon, icon};
use crate::components::permission::forbidden_in_workspace;
use crate::components::table::{Column, cell, head, row, table};
use crate::page::{Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples, when};

/// The list.
#[derive(Debug, Clone)]
pub struct List {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do in it.
    pub can: Can,
    /// The tokens, newest first: the viewer's own, or everybody's where they may see these.
    pub tokens: Vec<ApiToken>,
}

impl Page for List {
    const NAME: &'static str = "tokens-list";

    fn title(&self) -> String {
        "API tokens".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::Tokens), ..Place::default() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let everybody = self.can.allows(Capability::WorkspaceMembersManage);
        let lead = html! {
            @if everybody { "Tokens of everybody in this workspace. " } @else { "Your tokens in this workspace. " }
            "A program that holds one can do what it was given, and never more than its holder can. "
            a href=(href::API) { "About the API" }
        };
        html! {
            (header("API tokens", &html! {}, &lead, &self.new_button()))
            @if self.tokens.is_empty() { (self.nothing()) } @else { (self.table(view, everybody)) }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::token::lists()
    }
}

impl List {
    fn new_button(&self) -> Markup {
        let face = html! { "New token" };
        html! {
            @if self.can.allows(Capability::WorkspaceApiTokensManage) { a.button.primary href=(new_token(self.workspace)) { (face) } }
            @else { (forbidden_in_workspace("why-no-token", "button primary", &face)) }
        }
    }

    fn nothing(&self) -> Markup {
        let next = html! { @if self.can.allows(Capability::WorkspaceApiTokensManage) {
            a.button href=(new_token(self.workspace)) { (icon(Icon::Lock)) "Make the first one" }
        } };
        empty(
            Icon::Lock,
            "No tokens yet",
            "A token lets a script or another system use TenantAtlas for you, until a day that you choose.",
            &next,
        )
    }

    fn table(&self, view: &View<'_>, everybody: bool) -> Markup {
        let mut columns = vec![Column("Token", false), Column("State", false)];
        if everybody {
            columns.push(Column("Holder", false));
        }
        columns.extend([Column("May", false), Column("Last used", false), Column("Expires", false), Column("Action", false)]);
        let rows = html! {
            @for token in &self.tokens {
                (row(token.id, &html! {
                    (head(&html! { (name(&token.name, NAMELESS)) }))
                    (cell("State", &state(token, view.now)))
                    @if everybody { (cell("Holder", &html! { (name(&token.holder, NAMELESS)) })) }
                    (cell("May", &may(token)))
                    (cell("Last used", &html! { @match token.last_used_at { Some(at) => (when::ago(at, view.now)), None => span.quiet { "Never" } } }))
                    (cell("Expires", &when::at(token.expires_at)))
                    (cell("Action", &html! { @if token.is_good(view.now) {
                        a.button.small href=(revoke(self.workspace, token.id)) { "Revoke" span.unseen { " " (name(&token.name, NAMELESS)) } }
                    } }))
                }))
            }
        };
        table("API tokens", &columns, &rows)
    }
}

fn may(token: &ApiToken) -> Markup {
    let codes = token.capabilities.codes();
    html! {
        details {
            summary { (codes.len()) " " (if codes.len() == 1 { "capability" } else { "capabilities" }) }
            ul.plain { @for code in &codes { li { code { (code) } } } }
        }
        span.quiet { @match &token.tenants {
            None => "all tenants of its holder",
            Some(tenants) => { (tenants.len()) " " (if tenants.len() == 1 { "tenant" } else { "tenants" }) },
        } }
    }
}
