//! A tenant itself: what it is called, and where it is in its life.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::tenant::{Tenant, TenantMove, TenantStatus};

use super::TenantInput;
use crate::components::badge::{badge, environment};
use crate::components::field::FieldProblem;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::forbidden_button;
use crate::page::{Destination, Page, Place, View};
use crate::text::{self, NAMELESS};
use crate::{href, samples};

/// The tenant.
#[derive(Debug, Clone)]
pub struct Details {
    /// The tenant.
    pub tenant: Tenant,
    /// What the viewer may do there.
    pub can: Can,
    /// Whether they may remove it for good, once it is archived.
    pub deletes: bool,
    /// What stands in the form.
    pub input: TenantInput,
    /// What the tenant was when whoever fills in the form saw it.
    pub seen: TenantInput,
    /// Its tags, with commas between them.
    pub tags: String,
    /// What was wrong with what was sent.
    pub problem: Option<FieldProblem>,
}

impl Page for Details {
    const NAME: &'static str = "places-tenant";

    fn title(&self) -> String {
        "Tenant details".to_owned()
    }

    fn place(&self) -> Place {
        Place { destination: Some(Destination::TenantDetails), tenant: Some(self.tenant.id), crumbs: Vec::new() }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let tenant = &self.tenant;
        let marks = html! { (environment(tenant.environment)) (badge(&tenant.status)) };
        html! {
            (header(&text::name(&tenant.name, NAMELESS), &marks, &html! { (text::name(&tenant.domain, "")) }, &html! {}))
            (card("names", "Name and environment", &html! {}, &self.edit(view)))
            (card("tags", "Tags", &html! {}, &self.tags(view)))
            (card("life", "State", &html! {}, &self.life(view)))
            p.quiet { "Tenant id of Microsoft Entra: " code.wrap { (tenant.entra_tenant_id) } }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::places::details()
    }
}

impl Details {
    fn edit(&self, view: &View<'_>) -> Markup {
        let may = self.can.allows(Capability::TenantSettingsManage);
        form::post(
            view,
            &href::of_tenant(self.tenant.id, "details"),
            &html! {
                // What the sender saw: who was overtaken is told, and overwrites nothing unseen.
                input type="hidden" name="seen_name" value=(self.seen.name);
                input type="hidden" name="seen_domain" value=(self.seen.domain);
                input type="hidden" name="seen_environment" value=(self.seen.environment);
                fieldset disabled[!may] { legend.unseen { "Name and environment" } (self.input.fields(false, &html! {}, self.problem.as_ref())) }
                div.form-actions {
                    @if may { button.button.primary type="submit" { "Save" } } @else { (forbidden_button("why-no-edit", "button primary", &html! { "Save" })) }
                }
            },
        )
    }

    fn tags(&self, view: &View<'_>) -> Markup {
        let problem = self.problem.as_ref().filter(|problem| problem.field == "tags");
        html! {
            p { "Short words by which the tenant is found in the overview: at most 20, with commas between them." }
            @if self.can.allows(Capability::TenantSettingsManage) {
                (form::post(view, &href::of_tenant(self.tenant.id, "tags"), &html! {
                    div.field {
                        label for="f-tags" { "Tags" }
                        input type="text" id="f-tags" name="tags" value=(self.tags) maxlength="1200" autocomplete="off"
                            aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| "why-tags")];
                        @if let Some(problem) = problem { p.field-problem id="why-tags" { (text::shown(&problem.words, 200)) } }
                    }
                    div.form-actions { button.button type="submit" { "Save the tags" } }
                }))
            } @else {
                @if self.tags.is_empty() { p.quiet { "None." } } @else { p { (text::shown(&self.tags, 1200)) } }
                (forbidden_button("why-no-tags", "button", &html! { "Save the tags" }))
            }
        }
    }

    fn life(&self, view: &View<'_>) -> Markup {
        let status = self.tenant.status;
        let forward = status.forward();
        html! {
            p { (meaning(status)) }
            @if let Some(step) = forward { (self.forward(step, view)) }
            @if status == TenantStatus::Active || status == TenantStatus::Archived { (self.archive(view)) }
            @if status == TenantStatus::Archived { (self.delete()) }
        }
    }

    fn forward(&self, step: TenantMove, view: &View<'_>) -> Markup {
        let words = if step == TenantMove::Onboard { "Begin onboarding" } else { "Take into use" };
        html! {
            @if self.can.allows(Capability::TenantSettingsManage) {
                (form::post(view, &href::of_tenant(self.tenant.id, "advance"), &html! {
                    input type="hidden" name="to" value=(step.to().code());
                    button.button.primary type="submit" { (words) }
                }))
            } @else { (forbidden_button("why-no-step", "button primary", &html! { (words) })) }
        }
    }

    fn archive(&self, view: &View<'_>) -> Markup {
        let to = href::of_tenant(self.tenant.id, "archive");
        let away = self.tenant.status == TenantStatus::Archived;
        let words = if away { "Take it out again" } else { "Archive…" };
        html! {
            @if !self.can.allows(Capability::TenantDangerZone) { (forbidden_button("why-no-archive", "button danger", &html! { (words) })) }
            @else if away {
                (form::post(view, &to, &html! {
                    input type="hidden" name="away" value="no";
                    button.button type="submit" { (words) }
                }))
            } @else { a.button.danger href=(to) { (words) } }
        }
    }

    fn delete(&self) -> Markup {
        html! {
            @if self.deletes { p { a.button.danger href=(href::of_tenant(self.tenant.id, "delete")) { "Delete for good…" } } }
            @else { p.quiet { "An owner of the workspace can delete it for good." } }
        }
    }
}

const fn meaning(status: TenantStatus) -> &'static str {
    match status {
        TenantStatus::Draft => "A draft: it is known here, and nothing is connected yet.",
        TenantStatus::Onboarding => "It is being onboarded: its connection to Microsoft is made and checked.",
        TenantStatus::Active => "It is in use.",
        TenantStatus::Archived => "It is archived: nothing is started in it. What is recorded can be looked at.",
        TenantStatus::Unknown => "It is in a state that this version does not know.",
    }
}
