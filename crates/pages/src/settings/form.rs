//! The page of settings.

use maud::{Markup, html};
use model::ids::WorkspaceId;
use model::settings::Level;
use model::tenant::Tenant;

use super::Field;
use crate::components::form;
use crate::components::header::{card, header};
use crate::components::permission::{forbidden_button, forbidden_in_workspace};
use crate::href::{self, Query};
use crate::page::{Destination, Page, Place, View};
use crate::samples;
use crate::text::{NAMELESS, name};

/// Whose settings.
#[derive(Debug, Clone)]
pub enum Owner {
    /// A workspace's.
    Workspace(WorkspaceId),
    /// A tenant's, and whether its audit log may be looked at.
    Tenant(Box<Tenant>, bool),
    /// The viewer's own.
    Person,
}

impl Owner {
    /// On which level they are.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self {
            Self::Workspace(_) => Level::Workspace,
            Self::Tenant(..) => Level::Tenant,
            Self::Person => Level::Person,
        }
    }

    /// Their address, also for the form.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Workspace(id) => Query::new(href::SETTINGS).with("workspace", id).into(),
            Self::Tenant(tenant, _) => href::tenant_settings(tenant.id),
            Self::Person => href::PROFILE_SETTINGS.to_owned(),
        }
    }
}

/// The page.
#[derive(Debug, Clone)]
pub struct Form {
    /// Whose.
    pub owner: Owner,
    /// Each setting.
    pub fields: Vec<Field>,
    /// Whether the viewer may change them.
    pub may: bool,
}

impl Page for Form {
    const NAME: &'static str = "settings-form";

    fn title(&self) -> String {
        match self.owner {
            Owner::Workspace(_) => "Settings".to_owned(),
            Owner::Tenant(..) => "Tenant settings".to_owned(),
            Owner::Person => "Your settings".to_owned(),
        }
    }

    fn place(&self) -> Place {
        match &self.owner {
            Owner::Workspace(_) => Place { destination: Some(Destination::Settings), ..Place::default() },
            Owner::Tenant(tenant, _) => {
                Place { destination: Some(Destination::TenantSettings), tenant: Some(tenant.id), crumbs: Vec::new() }
            }
            Owner::Person => Place::default(),
        }
    }

    fn body(&self, view: &View<'_>) -> Markup {
        let level = self.owner.level();
        let lead = match &self.owner {
            Owner::Workspace(_) => html! { "What holds in this workspace, unless a tenant or a person chooses otherwise." },
            Owner::Tenant(tenant, _) => {
                html! { "What holds in " (name(&tenant.name, NAMELESS)) ". The rest is as in the workspace." }
            }
            Owner::Person => html! { "What holds for you, in every workspace." },
        };
        let tools = html! {
            @if let Owner::Tenant(tenant, true) = &self.owner { a.button href=(href::tenant_audit(tenant.id)) { "Audit log of this tenant" } }
            @if let Owner::Workspace(id) = &self.owner { a.button href=(String::from(Query::new(href::SETTINGS_RATINGS).with("workspace", id))) { "Severity of findings" } }
        };
        html! {
            (header(&self.title(), &html! {}, &lead, &tools))
            (form::post(view, &self.owner.href(), &html! {
                fieldset.cards disabled[!self.may] {
                    legend.unseen { "Settings" }
                    // Where somebody presses Enter the first button counts: it is not one that resets.
                    @if self.may { button.unseen type="submit" tabindex="-1" { "Save" } }
                    @for field in &self.fields {
                        (card(&format!("c-{}", field.key.code().replace(['.', '_'], "-")), field.key.declaration().label, &html! {}, &field.markup(level, view)))
                    }
                }
                div.form-actions {
                    @if self.may { button.button.primary type="submit" { "Save" } }
                    @else if self.owner.level() == Level::Workspace {
                        (forbidden_in_workspace("why-no-settings", "button primary", &html! { "Save" }))
                    }
                    @else { (forbidden_button("why-no-settings", "button primary", &html! { "Save" })) }
                }
            }))
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::settings::forms()
    }
}
