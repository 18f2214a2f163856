//! The form of a new token.

use std::collections::BTreeSet;

use maud::{Markup, html};
use model::access::{Can, Capability, Plane};
use model::api_token::ApiToken;
use model::ids::{TenantId, WorkspaceId};
use model::label::Tone;

use super::tokens;
use crate::components::callout::callout;
use crate::components::field::{checkbox, line, number};
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::forbidden_in_workspace;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::samples;
use crate::text::{NAMELESS, name};

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// What the token is called.
    pub name: String,
    /// For how many days it is good.
    pub days: u32,
    /// What it may do.
    pub capabilities: BTreeSet<&'static str>,
    /// In which tenants; none: in all.
    pub tenants: BTreeSet<TenantId>,
}

impl Input {
    /// What a new form proposes: looking around, for a month and a half.
    #[must_use]
    pub fn proposed() -> Self {
        let looks =
            [Capability::WorkspaceView, Capability::WorkspaceOperationsView, Capability::TenantView, Capability::PoliciesView];
        Self { name: String::new(), days: 45, capabilities: looks.map(Capability::code).into(), tenants: BTreeSet::new() }
    }
}

/// The form.
#[derive(Debug, Clone)]
pub struct Form {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What the viewer may do in it.
    pub can: Can,
    /// What the viewer holds, here or in a tenant, and so may hand on.
    pub offered: Vec<Capability>,
    /// The tenants that can be chosen: id and name.
    pub tenants: Vec<(TenantId, String)>,
    /// What stands in it.
    pub input: Input,
    /// What was wrong with what was sent, in a sentence.
    pub problem: Option<String>,
}

impl Page for Form {
    const NAME: &'static str = "tokens-form";

    fn title(&self) -> String {
        "New API token".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("API tokens", tokens(self.workspace))];
        Place { destination: Some(Destination::Tokens), tenant: None, crumbs }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let lead = html! { "It opens this workspace only. When you lose a role, your tokens lose with you." };
        let may = self.can.allows(Capability::WorkspaceApiTokensManage);
        html! {
            (header(&self.title(), &html! {}, &lead, &html! {}))
            @if let Some(problem) = &self.problem { (callout(Tone::Danger, problem, &html! {})) }
            (form::post(view, &tokens(self.workspace), &html! {
                fieldset.cards disabled[!may] {
                    legend.unseen { "Token" }
                    (card("token", "Token", &html! {}, &html! {
                        div.fields {
                            (line("t-name", "name", "What it is for", &self.input.name, ApiToken::MAX_NAME))
                            (number("t-days", "days", "Days until it expires", self.input.days, &(1..=ApiToken::MAX_DAYS), !may))
                        }
                    }))
                    (card("may", "What it may do", &html! {}, &self.capabilities()))
                    (card("where", "In which tenants", &html! {}, &self.where_()))
                }
                div.form-actions {
                    @if may { button.button.primary type="submit" { "Make the token" } }
                    @else { (forbidden_in_workspace("why-no-new-token", "button primary", &html! { "Make the token" })) }
                    a.button href=(tokens(self.workspace)) { "Back" }
                }
            }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::token::forms()
    }
}

impl Form {
    fn capabilities(&self) -> Markup {
        html! {
            div.choose {
                @for (plane, legend) in [(Plane::Workspace, "In the workspace"), (Plane::Tenant, "In its tenants")] {
                    fieldset {
                        legend { (legend) }
                        @for one in self.offered.iter().copied().filter(|one| one.plane() == plane) {
                            (checkbox(&format!("may-{one}"), "capabilities", one.code(), self.input.capabilities.contains(one.code()),
                                &html! { (one.sentence()) " " span.quiet { (one) } }))
                        }
                    }
                }
            }
        }
    }

    fn where_(&self) -> Markup {
        html! {
            p.quiet { "Choose none for all tenants that you are entitled to, now and later." }
            div.choose {
                fieldset {
                    legend.unseen { "Only these tenants" }
                    @for (id, called) in &self.tenants {
                        (checkbox(&format!("in-{id}"), "tenants", &id.to_string(), self.input.tenants.contains(id), &html! { (name(called, NAMELESS)) }))
                    }
                }
            }
        }
    }
}
