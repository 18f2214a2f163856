//! Notes and pins.

use maud::{Markup, html};
use model::access::{Can, Capability};
use model::ids::TenantId;
use model::label::Tone;
use model::version::{LONGEST_NOTE, Mark, PolicyVersion};

use crate::components::badge::worded;
use crate::components::field::{checkbox, problem as told};
use crate::components::form;
use crate::components::icon::{Icon, icon};
use crate::components::permission::INSUFFICIENT;
use crate::page::View;
use crate::{href, text, when};

/// For a table cell: whether it is pinned, and the beginning of the note.
pub(crate) fn mark_of(mark: Option<&Mark>) -> Markup {
    html! {
        @if let Some(mark) = mark {
            @if mark.pinned { (worded(Tone::Info, Icon::Lock, "Pinned")) " " }
            @if !mark.note.is_empty() { span.below { (text::shown(&mark.note, 120)) } }
        }
    }
}

/// What is written on a version, and the form that changes it for those who may. `typed`: what was sent and is too long.
pub(crate) fn mark_form(tenant: TenantId, version: &PolicyVersion, can: Can, problem: Option<&str>, view: &View<'_>) -> Markup {
    let mark = version.mark.as_ref();
    let (note, pinned) = mark.map_or(("", false), |mark| (mark.note.as_str(), mark.pinned));
    html! {
        @if let Some(mark) = mark {
            p.quiet { "Last changed " (when::at(mark.at)) " by " (mark.by.as_deref().map_or("somebody no longer known".to_owned(), |by| text::shown(by, text::NAME))) "." }
        }
        @if can.allows(Capability::BackupsRun) {
            (told(problem))
            (form::post(view, &href::version_mark(tenant, version.item_id, version.number), &html! {
                // Whoever else wrote since is not written over.
                input type="hidden" name="revision" value=(version.mark_revision);
                div.field {
                    label for="f-note" { "Note" }
                    textarea id="f-note" name="note" rows="4" maxlength=(LONGEST_NOTE) { (text::shown(note, 5 * LONGEST_NOTE)) }
                }
                (checkbox("f-pinned", "pinned", "yes", pinned, &html! { "Pin: it is marked in every list, and found by \"Pinned\" among the changes" }))
                button.button type="submit" { "Save" }
            }))
        } @else {
            @if pinned { p { (worded(Tone::Info, Icon::Lock, "Pinned")) } }
            @if note.is_empty() { p.quiet { "No note." } } @else { p.description { (text::shown(note, LONGEST_NOTE)) } }
            p.forbidden-why { (icon(Icon::Lock)) (INSUFFICIENT) }
        }
    }
}
