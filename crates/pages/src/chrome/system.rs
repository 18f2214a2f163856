//! The surroundings of the pages for operators of the installation: no workspace, no tenant, and the banner of what is open.

use maud::{Markup, html};
use model::platform::BreakGlass;
use model::time::{Moment, duration_words};

use super::{Theme, Toast, toast};
use crate::components::form;
use crate::components::icon::{Icon, icon};
use crate::page::{Page, View};
use crate::text::{self, NAMELESS};
use crate::{assets, href, when};

/// The surroundings for an operator of the installation.
#[derive(Debug, Clone)]
pub struct SystemShell {
    /// What the operator is called.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// Whether this installation lets operators open workspaces.
    pub may_open: bool,
    /// What they have open.
    pub open: Option<BreakGlass>,
    /// The token against forged requests.
    pub csrf: String,
    /// Light or dark.
    pub theme: Theme,
    /// What the last action led to, shown once.
    pub toast: Option<Toast>,
    /// The moment for which the page is made.
    pub now: Moment,
    /// Path and query of this page.
    pub here: String,
}

const PLACES: [(&str, &str, Icon); 5] = [
    (href::SYSTEM, "Health", Icon::Dashboard),
    (href::SYSTEM_WORKERS, "Workers", Icon::Operations),
    (href::SYSTEM_WORKSPACES, "Workspaces", Icon::Workspace),
    (href::SYSTEM_OPERATORS, "Operators", Icon::User),
    (href::SYSTEM_AUDIT, "Audit", Icon::Inventory),
];

const INSIDE: [(&str, &str, Icon); 4] = [
    (href::BREAK_GLASS_WORKSPACE, "Tenants and members", Icon::Globe),
    (href::BREAK_GLASS_RUNS, "Operations", Icon::Operations),
    (href::BREAK_GLASS_AUDIT, "Audit", Icon::Inventory),
    (href::BREAK_GLASS_OWNER, "Name an owner", Icon::User),
];

/// A page of the platform.
pub(super) fn around<P: Page>(page: &P, shell: &SystemShell, view: &View<'_>) -> Markup {
    html! {
        body data-now=(shell.now) {
            a.skip href="#main" { "Skip to content" }
            div.app {
                (rail(shell))
                div.stage {
                    (topbar(&page.title(), shell, view))
                    @if let Some(open) = &shell.open { (banner(open, view)) }
                    main #main tabindex="-1" { (page.body(view)) (when::zone_note()) }
                }
            }
            (toast::region(shell.toast.as_ref(), view))
        }
    }
}

fn rail(shell: &SystemShell) -> Markup {
    let path = shell.here.split('?').next().unwrap_or_default();
    let entry = |(to, label, picture): (&str, &str, Icon)| {
        let below =
            path.strip_prefix(to).is_some_and(|rest| rest.starts_with('/')) && ![href::SYSTEM, href::BREAK_GLASS].contains(&to);
        html! { li { a href=(to) aria-current=[(path == to || below).then_some("page")] { (icon(picture)) (label) } } }
    };
    html! {
        nav.rail #rail popover="auto" aria-label="Main" {
            div.rail-head {
                a.brand href=(href::SYSTEM) { img src=(assets::mark()) width="24" height="24" alt=""; span { "TenantAtlas" } }
                button.icon-button.rail-close type="button" popovertarget="rail" popovertargetaction="hide" aria-label="Close navigation" {
                    (icon(Icon::Close))
                }
            }
            p.rail-label #rail-system { "Installation" }
            ul.rail-list aria-labelledby="rail-system" {
                @for place in PLACES { (entry(place)) }
                @if shell.may_open { (entry((href::BREAK_GLASS, "Break-glass", Icon::Lock))) }
            }
            @if shell.open.is_some() {
                p.rail-label #rail-open { "Open workspace" }
                ul.rail-list aria-labelledby="rail-open" { @for place in INSIDE { (entry(place)) } }
            }
        }
    }
}

fn topbar(title: &str, shell: &SystemShell, view: &View<'_>) -> Markup {
    html! {
        header.topbar {
            button.icon-button.rail-open type="button" popovertarget="rail" aria-label="Open navigation" { (icon(Icon::Menu)) }
            nav.crumbs aria-label="Breadcrumb" {
                ol {
                    li { a href=(href::SYSTEM) { "Installation" } }
                    li { span aria-current="page" { (text::name(title, NAMELESS)) } }
                }
            }
            div.topbar-tools {
                span.quiet title=(text::name(&shell.email, "")) { (text::name(&shell.name, "Operator")) }
                (form::post(view, href::SYSTEM_SIGN_OUT, &html! {
                    button.button.small type="submit" { (icon(Icon::SignOut)) "Sign out" }
                }))
            }
        }
    }
}

/// Stands on every page while something is open.
fn banner(open: &BreakGlass, view: &View<'_>) -> Markup {
    let left = duration_words(std::time::Duration::from_secs(open.expires_at.since(view.now).as_secs()));
    html! {
        div.glass-banner role="status" {
            (icon(Icon::Warning))
            p {
                strong { "Break-glass: " a href=(href::BREAK_GLASS_WORKSPACE) { (text::name(&open.workspace_name, NAMELESS)) } }
                " is open to you, read-only, for another " (left) ", until " (when::at(open.expires_at)) ". Its owners know."
            }
            (form::post(view, href::BREAK_GLASS_EXIT, &html! { button.button.small type="submit" { "Close it" } }))
        }
    }
}
