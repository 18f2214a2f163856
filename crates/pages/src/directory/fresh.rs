//! How fresh the cache is, in words, and reading it anew.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::directory::{DirectoryKind, DirectoryState, Freshness};
use model::failure::{Code, Failure};
use model::ids::TenantId;
use model::label::Tone;

use crate::components::badge::worded;
use crate::components::callout::callout;
use crate::components::form;
use crate::components::icon::{Icon, icon};
use crate::components::permission::{barred, barred_button};
use crate::page::View;
use crate::{href, text, when};

/// `last synced 2 h ago`, with a mark when that is too long ago.
pub(crate) fn synced_words(state: &DirectoryState, view: &View<'_>) -> Markup {
    match state.freshness(view.now) {
        Freshness::Never => html! { "never synced" },
        Freshness::Fresh(at) => html! { "last synced " (when::ago(at, view.now)) },
        Freshness::Stale(at) => html! {
            "last synced " (when::ago(at, view.now)) " " (worded(Tone::Warning, Icon::Clock, "Stale"))
        },
    }
}

/// What is known of a kind: how many, when, by which run, and what went wrong since.
pub(crate) fn fresh(state: &DirectoryState, can: Can, view: &View<'_>) -> Markup {
    let failure = state.failure_code.as_deref().map(|code| Failure::new(Code::from_code(code)).message());
    html! {
        p.quiet {
            (text::number(state.objects)) " known, " (synced_words(state, view)) "."
            @if let Some(run) = state.run {
                @if can.allows(Capability::DirectorySync) { " " a href=(href::run(run)) { "View run" } }
            } @else if state.complete_at.is_some() { " Run no longer recorded." }
        }
        @if let Some(failure) = failure {
            (callout(Tone::Warning, "The latest sync failed", &html! { p { (failure) " What is shown is what was known before." } }))
        }
    }
}

/// "Sync now" for a kind; `full` offers to read everything again as well.
pub(crate) fn sync_button(tenant: TenantId, kind: DirectoryKind, full: bool, can: Can, view: &View<'_>) -> Markup {
    let face = html! { (icon(Icon::Sync)) "Sync now" };
    html! {
        @if let Some(why) = barred(can, Capability::DirectorySync, view) {
            (barred_button("why-no-directory-sync", "button primary", &face, why))
        } @else {
            @if full {
                (form::post_in_place(view, &href::directory_sync(tenant), &html! {
                    input type="hidden" name="back" value=(view.here);
                    input type="hidden" name="full" value="yes";
                    button.button type="submit" name="sync" value=(kind.code()) { "Read everything again" }
                }))
            }
            (form::post_in_place(view, &href::directory_sync(tenant), &html! {
                input type="hidden" name="back" value=(view.here);
                button.button.primary type="submit" name="sync" value=(kind.code()) { (face) }
            }))
        }
    }
}
