//! The second step: the application in Microsoft's portal, and the consent to it.

use maud::{Markup, html};
use model::connection::client_id;
use model::onboarding::{Draft, Step, wanted};

use super::portal::{by_hand, consent};
use super::script::{azure_cli, powershell};
use crate::components::field::{FieldProblem, checked};
use crate::components::form;
use crate::components::header::card;
use crate::href;
use crate::page::View;
use crate::text::counted;

/// What the step shows beside the draft.
#[derive(Debug, Clone, Default)]
pub(super) struct Portal<'a> {
    /// Where Microsoft sends the browser back to; `None` where the installation does not know its own address.
    pub(super) redirect: Option<&'a str>,
    /// Goes with the question for consent.
    pub(super) state: &'a str,
}

pub(super) fn step(draft: &Draft, portal: &Portal<'_>, problem: Option<&FieldProblem>, view: &View<'_>) -> Markup {
    let answers = &draft.answers;
    let roles = wanted(answers.features());
    let (tenant, cloud) = (draft.tenant.entra_tenant_id, answers.cloud());
    let count = counted(i64::try_from(roles.len()).unwrap_or(0), "permission", "permissions");
    html! {
        (card("features", "What it shall be able to do", &html! {}, &form::post(view, &href::of_onboarding(draft.tenant.id, "features"), &html! {
            fieldset {
                legend { "Permissions to ask for" }
                div.check { input type="radio" id="f-inventory" name="restore" value="no" checked[!answers.restore]; label for="f-inventory" { "Inventory only: it reads the configuration and can change nothing" } }
                div.check { input type="radio" id="f-restore" name="restore" value="yes" checked[answers.restore]; label for="f-restore" { "Inventory and restore: it can write configuration back as well" } }
            }
            div.form-actions { button.button type="submit" { "Show what this needs" } }
        })))
        (card("register", "Register the application", &html! { span.quiet { (count) } }, &html! {
            details open { summary { "By hand, in Microsoft's portal" } (by_hand(cloud, portal.redirect)) }
            details { summary { "With the Azure CLI" } pre tabindex="0" { code { (azure_cli(tenant, cloud, &roles)) } } }
            details { summary { "With PowerShell" } pre tabindex="0" { code { (powershell(tenant, cloud, &roles)) } } }
            details { summary { "The " (count) } ul { @for role in &roles { li { code { (role.name) } " " span.quiet { (role.id) } } } } }
        }))
        (form::post(view, &href::of_onboarding(draft.tenant.id, "application"), &html! {
            (card("client", "The application's ID", &html! {}, &html! {
                div.fields { (checked("text", "client_id", "Application (client) ID", &answers.client_id, 100, problem)) }
                (consent_link(draft, portal))
            }))
            (super::wizard::moves(draft.tenant.id, Step::Application, "Save and go on"))
        }))
    }
}

fn consent_link(draft: &Draft, portal: &Portal<'_>) -> Markup {
    let (answers, tenant) = (&draft.answers, draft.tenant.entra_tenant_id);
    // What was refused is no ID to ask consent for.
    let known = client_id(&answers.client_id).is_ok();
    let link = portal.redirect.filter(|_| known);
    let link = link.and_then(|redirect| consent(answers.cloud(), tenant, &answers.client_id, redirect, portal.state));
    html! {
        @match link {
            Some(link) => p { a.button href=(link) rel="noreferrer" { "Ask for admin consent at Microsoft" } " " span.quiet { "Microsoft asks an administrator of the tenant, and sends the browser back here." } },
            None if !known => p.quiet { "Once the ID is saved, a link to Microsoft's page for admin consent stands here." },
            None => p.quiet { "Grant admin consent in the portal: this installation has no address to come back to, or the cloud has no page for it." },
        }
    }
}
