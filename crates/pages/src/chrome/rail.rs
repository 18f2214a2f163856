//! The rail: workspace, tenant, and where one can go.

use maud::{Markup, html};
use model::label::Labelled;
use model::tenant::Tenant;

use super::{COUNTED_FINDINGS, Shell};
use crate::components::badge::{environment, environment_class, environment_dot};
use crate::components::form;
use crate::components::icon::{Icon, icon};
use crate::components::menu::menu;
use crate::page::{Destination, Place, View};
use crate::text::{self, NAMELESS};
use crate::{assets, href};

const fn picture(destination: Destination) -> Icon {
    match destination {
        Destination::Overview => Icon::Overview,
        Destination::Dashboard => Icon::Dashboard,
        Destination::Inventory => Icon::Inventory,
        Destination::Versions | Destination::Schedules => Icon::Clock,
        Destination::Operations => Icon::Operations,
        Destination::Restores | Destination::Rollouts | Destination::Drift | Destination::Incidents => Icon::Sync,
        Destination::Directory | Destination::Members | Destination::TenantMembers | Destination::TenantGroups => Icon::Group,
        Destination::Tenants | Destination::TenantDetails => Icon::Globe,
        Destination::Roles | Destination::Connection => Icon::Lock,
        Destination::Alerts => Icon::Bell,
        Destination::Workspace => Icon::Workspace,
        Destination::TenantSettings | Destination::Settings => Icon::Pencil,
        Destination::Audit | Destination::Backups | Destination::Reports => Icon::Archive,
        Destination::Tokens => Icon::Lock,
        Destination::Coverage | Destination::Baselines => Icon::Check,
        Destination::Help => Icon::Question,
    }
}

/// The whole rail. On a narrow screen it is a panel that the button in the top bar opens, without script.
pub(super) fn rail(shell: &Shell, view: &View<'_>, place: &Place) -> Markup {
    let tenant = shell.tenant.as_ref().map(|tenant| tenant.id);
    let entry = |destination: Destination| {
        html! {
            @if let Some(href) = destination.href(tenant) {
                @let current = (place.destination == Some(destination)).then_some("page");
                li { a href=(href) aria-current=[current] {
                    (icon(picture(destination))) (destination.label())
                    @if destination == Destination::Drift { (open(shell.open_findings)) }
                } }
            }
        }
    };
    html! {
        nav.rail #rail popover="auto" aria-label="Main" {
            div.rail-head {
                a.brand href=(href::HOME) { img src=(assets::mark()) width="24" height="24" alt=""; span { "TenantAtlas" } }
                button.icon-button.rail-close type="button" popovertarget="rail" popovertargetaction="hide" aria-label="Close navigation" {
                    (icon(Icon::Close))
                }
            }
            div.switchers {
                (workspaces(shell, view))
                (tenants(shell))
            }
            ul.rail-list { (entry(Destination::Overview)) }
            @if tenant.is_some() {
                p.rail-label #rail-tenant { "Tenant" }
                ul.rail-list aria-labelledby="rail-tenant" {
                    (entry(Destination::Dashboard)) (entry(Destination::Inventory)) (entry(Destination::Versions)) (entry(Destination::Backups))
                    (entry(Destination::Schedules)) (entry(Destination::Restores)) (entry(Destination::Drift)) (entry(Destination::Directory))
                    (entry(Destination::TenantMembers)) (entry(Destination::TenantDetails)) (entry(Destination::TenantSettings))
                    (entry(Destination::Connection))
                }
            }
            @if let Some(workspace) = &shell.workspace {
                p.rail-label #rail-workspace { "Workspace" }
                ul.rail-list aria-labelledby="rail-workspace" {
                    (entry(Destination::Tenants)) (entry(Destination::TenantGroups)) (entry(Destination::Baselines))
                    (entry(Destination::Reports))
                    @if Destination::Rollouts.open_to(Some(workspace.role)) { (entry(Destination::Rollouts)) }
                }
            }
            p.rail-label #rail-monitoring { "Monitoring" }
            ul.rail-list aria-labelledby="rail-monitoring" {
                @if shell.workspace.is_some() { (entry(Destination::Incidents)) }
                (entry(Destination::Operations)) (entry(Destination::Coverage))
                @if Destination::Alerts.open_to(shell.workspace.as_ref().map(|workspace| workspace.role)) { (entry(Destination::Alerts)) }
            }
            @if let Some(workspace) = &shell.workspace {
                p.rail-label #rail-settings { "Settings" }
                ul.rail-list aria-labelledby="rail-settings" {
                    (entry(Destination::Members)) (entry(Destination::Roles)) (entry(Destination::Workspace))
                    @if Destination::Audit.open_to(Some(workspace.role)) { (entry(Destination::Audit)) }
                    (entry(Destination::Settings)) (entry(Destination::Tokens))
                }
            }
            ul.rail-list.rail-help { (entry(Destination::Help)) }
        }
    }
}

/// How many findings are open; nothing where there are none.
fn open(findings: i64) -> Markup {
    html! {
        @if findings > 0 {
            span.count {
                @if findings >= COUNTED_FINDINGS { (COUNTED_FINDINGS - 1) "+" } @else { (findings) }
                span.unseen { " open" }
            }
        }
    }
}

fn workspaces(shell: &Shell, view: &View<'_>) -> Markup {
    let current = shell.workspace.as_ref();
    let name = current.map_or("No workspace".into(), |workspace| text::name(&workspace.name, NAMELESS));
    let face = html! {
        (icon(Icon::Workspace))
        span.switcher-words { span.switcher-kind { "Workspace" } span.switcher-name { (name) } }
        (icon(Icon::ChevronDown))
    };
    let panel = html! {
        p.panel-title { "Workspaces" }
        @if shell.workspaces.is_empty() { p.panel-empty { "You are not a member of any workspace." } }
        (form::post(view, href::SWITCH, &html! {
            ul.choices {
                @for workspace in &shell.workspaces {
                    @let here = current.is_some_and(|c| c.id == workspace.id);
                    li { button type="submit" name="workspace" value=(workspace.id) aria-current=[here.then_some("true")] {
                        span { (text::name(&workspace.name, NAMELESS)) }
                        span.quiet { (workspace.role.badge().word) @if workspace.archived { " · archived" } }
                    } }
                }
            }
        }))
        p.panel-foot { a href=(href::WORKSPACES) { "All workspaces" } }
    };
    menu("workspace-menu", "switcher", None, &face, &panel)
}

fn tenants(shell: &Shell) -> Markup {
    let colour = shell.tenant.as_ref().map_or("", |tenant| environment_class(tenant.environment));
    let face = html! {
        @match &shell.tenant {
            Some(tenant) => {
                (icon(Icon::Globe))
                span.switcher-words {
                    span.switcher-kind { "Tenant" (environment(tenant.environment)) }
                    span.switcher-name { (text::name(&tenant.name, NAMELESS)) }
                }
            },
            None => {
                (icon(Icon::Globe))
                span.switcher-words { span.switcher-kind { "Tenant" } span.switcher-name { "Choose a tenant" } }
            },
        }
        (icon(Icon::ChevronDown))
    };
    let panel = html! {
        form.switcher-search method="get" action=(href::HOME) role="search" {
            label.unseen for="switcher-q" { "Search tenants" }
            input #switcher-q type="search" name="q" placeholder="Search tenants" autocomplete="off" data-narrows="switcher-tenants" maxlength="200";
        }
        ul.choices #switcher-tenants {
            @for tenant in &shell.tenants { li { (choice(tenant, shell.tenant.as_ref())) } }
        }
        @if shell.tenants.is_empty() { p.panel-empty { "You are not entitled to any tenant of this workspace." } }
        p.panel-foot {
            a href=(href::HOME) { @if shell.more_tenants { "All tenants (more than listed here)" } @else { "All tenants" } }
        }
    };
    menu("tenant-menu", &format!("switcher tenant-switcher {colour}"), None, &face, &panel)
}

fn choice(tenant: &Tenant, current: Option<&Tenant>) -> Markup {
    let here = current.is_some_and(|c| c.id == tenant.id);
    html! {
        a href=(href::tenant(tenant.id)) aria-current=[here.then_some("true")] {
            (environment_dot(tenant.environment))
            span { (text::name(&tenant.name, NAMELESS)) }
            span.quiet { (text::name(&tenant.domain, "")) }
        }
    }
}
