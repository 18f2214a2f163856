//! The top bar: where one is, search, what runs, notices, theme, account.

use maud::{Markup, html};

use super::activity::Bell;
use super::{Shell, Theme};
use crate::components::badge::{environment_class, environment_dot};
use crate::components::form;
use crate::components::icon::{Icon, icon};
use crate::components::menu::menu;
use crate::href;
use crate::page::{Destination, Fragment, Place, View};
use crate::search::tenant_hit;
use crate::text::{self, NAMELESS};

/// The bar. In a tenant it carries the colour of its environment.
pub(super) fn topbar(shell: &Shell, view: &View<'_>, place: &Place, title: &str) -> Markup {
    let colour = shell.tenant.as_ref().map_or("", |tenant| environment_class(tenant.environment));
    html! {
        header class={ "topbar " (colour) } {
            button.icon-button.rail-open type="button" popovertarget="rail" aria-label="Open navigation" { (icon(Icon::Menu)) }
            (breadcrumb(shell, place, title))
            div.topbar-tools {
                a.search-opener href=(href::SEARCH) data-palette aria-keyshortcuts="Control+K Meta+K" {
                    (icon(Icon::Search)) span.search-words { "Search" } kbd.needs-script { "Ctrl K" }
                }
                (shell.activity.markup(view))
                (Bell { unread: shell.unread }.markup(view))
                (themes(shell, view))
                (account(shell, view))
            }
        }
    }
}

fn breadcrumb(shell: &Shell, place: &Place, title: &str) -> Markup {
    let tenant = place.tenant.and(shell.tenant.as_ref());
    html! {
        nav.crumbs aria-label="Breadcrumb" {
            ol {
                @if let Some(workspace) = &shell.workspace { li { a href=(href::HOME) { (text::name(&workspace.name, NAMELESS)) } } }
                @if let Some(tenant) = tenant {
                    li { a href=(href::tenant(tenant.id)) { (environment_dot(tenant.environment)) (text::name(&tenant.name, NAMELESS)) } }
                }
                @for crumb in &place.crumbs { li { a href=(crumb.href) { (text::name(&crumb.label, NAMELESS)) } } }
                @if !matches!(place.destination, Some(Destination::Overview)) {
                    // A dashboard is called as its tenant, which the step before names already.
                    @let here = if place.destination == Some(Destination::Dashboard) { Destination::Dashboard.label() } else { title };
                    li { span aria-current="page" { (text::name(here, NAMELESS)) } }
                }
            }
        }
    }
}

fn themes(shell: &Shell, view: &View<'_>) -> Markup {
    let face = icon(theme_face(shell.theme).0);
    let panel = form::post(
        view,
        href::THEME,
        &html! {
            input type="hidden" name="back" value=(view.here);
            ul.choices {
                @for theme in Theme::ALL {
                    @let current = (theme == shell.theme).then_some("true");
                    @let (picture, words) = theme_face(theme);
                    li { button type="submit" name="theme" value=(theme.code()) aria-current=[current] { (icon(picture)) span { (words) } } }
                }
            }
        },
    );
    menu("theme-menu", "end theme", Some("Theme"), &face, &panel)
}

const fn theme_face(theme: Theme) -> (Icon, &'static str) {
    match theme {
        Theme::System => (Icon::Screen, "As the system"),
        Theme::Light => (Icon::Sun, "Light"),
        Theme::Dark => (Icon::Moon, "Dark"),
    }
}

fn account(shell: &Shell, view: &View<'_>) -> Markup {
    let name = text::name(&shell.user.name, "You");
    let initials: String =
        name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).take(2).collect();
    let face = html! { span.avatar { (initials.to_uppercase()) } span.unseen { ", account of " (name) } };
    let panel = html! {
        div.account-who { p.panel-title { (name) } p.quiet { (text::name(&shell.user.email, "")) } }
        ul.choices { li { a href=(href::PROFILE_SETTINGS) { (icon(Icon::Pencil)) span { "Your settings" } } } }
        ul.choices { li { a href=(href::PROFILE) { (icon(Icon::User)) span { "Your profile" } } } }
        (form::post(view, href::SIGN_OUT, &html! {
            ul.choices { li { button type="submit" { (icon(Icon::SignOut)) span { "Sign out" } } } }
        }))
    };
    menu("account-menu", "end account", None, &face, &panel)
}

const PALETTE_WORDS: &str = "Search pages, tenants and policies, or paste a run id";

/// The command palette: opened by the script over the search page, filled with the places to go until somebody types.
pub(super) fn palette(shell: &Shell, place: &Place) -> Markup {
    let tenant = place.tenant.or_else(|| shell.tenant.as_ref().map(|tenant| tenant.id));
    let role = shell.workspace.as_ref().map(|workspace| workspace.role);
    let open = Destination::ALL.iter().filter(|destination| destination.open_to(role));
    let places = open.filter_map(|d| Some((d.label(), d.href(tenant)?)));
    html! {
        dialog.palette #palette aria-label="Search" {
            form method="get" action=(href::SEARCH) role="search" {
                (icon(Icon::Search))
                label.unseen for="palette-q" { (PALETTE_WORDS) }
                input #palette-q type="text" inputmode="search" name="q" placeholder=(PALETTE_WORDS) autocomplete="off" spellcheck="false" maxlength="200";
                kbd { "Esc" }
            }
            div.palette-results #palette-results aria-live="polite" {
                p.result-kind { "Go to" }
                ul.results {
                    @for (label, href) in places { li { a href=(href) { (icon(Icon::Arrow)) span { (label) } } } }
                }
                @if !shell.tenants.is_empty() {
                    p.result-kind { "Tenants" }
                    ul.results {
                        @for tenant in shell.tenants.iter().take(5) {
                            li { (tenant_hit(tenant)) }
                        }
                    }
                }
            }
        }
    }
}
