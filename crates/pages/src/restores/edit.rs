//! What the steps of the wizard have in common: their head, the hidden fields of their forms, the buttons at their end.

use maud::{Markup, html};
use model::restore::Purpose;
use model::tenant::Tenant;

use super::Restore;
use super::way::{Step, way};
use crate::components::badge::{badge, environment};
use crate::components::form;
use crate::components::header::header;
use crate::href;
use crate::page::{Crumb, Destination, Place, View};
use crate::text::{NAMELESS, name};

/// Where a page of a restore stands.
pub(super) fn place(tenant: &Tenant, restore: &Restore) -> Place {
    let crumbs = vec![
        Crumb::new("Restores", href::restores(tenant.id)),
        Crumb::new(restore.called(), href::restore(tenant.id, restore.id)),
    ];
    Place { destination: Some(Destination::Restores), tenant: Some(tenant.id), crumbs }
}

/// The head of a step: what is put back where, and the way.
pub(super) fn head(tenant: &Tenant, restore: &Restore, step: Step, view: &View<'_>) -> Markup {
    let lead = html! {
        (restore.source.linked(tenant.id)) " → " strong { (name(&tenant.name, NAMELESS)) }
        ". Nothing is written before the last step, and you can leave at any time and go on later."
    };
    let marks = html! {
        (environment(tenant.environment)) " " (badge(&restore.state))
        @if restore.purpose != Purpose::Restore { " " (badge(&restore.purpose)) }
    };
    let give_up = form::post(
        view,
        &href::of_restore(tenant.id, restore.id, "cancel"),
        &html! { (revision(restore)) button.button type="submit" { "Give up" } },
    );
    html! {
        (header(step.label(), &marks, &lead, &give_up))
        (way(tenant.id, restore, step))
    }
}

/// The revision on which a form was made: one that was overtaken is refused.
pub(super) fn revision(restore: &Restore) -> Markup {
    html! { input type="hidden" name="revision" value=(restore.revision); }
}

/// The links at the end of a step.
pub(super) fn moves(tenant: &Tenant, restore: &Restore, back: Option<Step>, next: Option<(Step, &str)>) -> Markup {
    let to = |step: Step| href::of_restore(tenant.id, restore.id, step.code());
    html! {
        div.form-actions {
            @if let Some((step, words)) = next { a.button.primary href=(to(step)) { (words) } }
            @if let Some(step) = back { a.button href=(to(step)) { "Back" } }
        }
    }
}

/// As [`moves`], where going on does something: it is posted to the next step.
pub(super) fn onward(
    tenant: &Tenant,
    restore: &Restore,
    next: Step,
    act: &str,
    words: &str,
    back: Option<Step>,
    view: &View<'_>,
) -> Markup {
    let to = |step: Step| href::of_restore(tenant.id, restore.id, step.code());
    form::post(
        view,
        &to(next),
        &html! {
            (revision(restore))
            div.form-actions {
                button.button.primary type="submit" name="act" value=(act) { (words) }
                @if let Some(step) = back { a.button href=(to(step)) { "Back" } }
            }
        },
    )
}
