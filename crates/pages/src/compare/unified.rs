//! Both states as JSON, line by line, and as a JSON Patch.

use maud::{Markup, html};
use model::canonical::laid_out;
use model::diff::{Effort, lines, patch, patch_json};
use model::json::Json;
use model::label::Tone;
use model::resource_types::ResourceType;

use super::text_diff::text_diff;
use crate::components::callout::callout;
use crate::text;

/// Lines that a page shows at most.
const MOST_LINES: usize = 1_500;
/// Characters of a patch that a page shows at most.
const MOST_PATCH: usize = 150_000;
/// Places of secrets that a page shows at most.
const MOST_HIDDEN: usize = 100;

/// The lines of both; lists without order are in one order, so that only what differs differs.
pub(super) fn unified(kind: Option<&ResourceType>, before: &Json, after: &Json) -> Markup {
    let (old, new) = (laid_out(kind, before).to_pretty(), laid_out(kind, after).to_pretty());
    let diff = lines(&old, &new, MOST_LINES, &mut Effort::default());
    let (removed, added) = (i64::try_from(diff.removed).unwrap_or(i64::MAX), i64::try_from(diff.added).unwrap_or(i64::MAX));
    html! {
        p.quiet { (text::counted(removed, "line", "lines")) " removed, " (text::counted(added, "line", "lines")) " added. Volatile fields are left out, secrets are hidden." }
        (text_diff(&diff, "Lines of both states as JSON"))
    }
}

/// The patch as it is shown, and beside it what is not in it because it holds a secret.
pub(super) fn as_patch(before: &Json, after: &Json, download: &str) -> Markup {
    let patch = patch(before, after);
    let text = patch_json(&patch.operations).to_pretty();
    let length = text.chars().count();
    html! {
        p.quiet {
            (text::counted(i64::try_from(patch.operations.len()).unwrap_or(i64::MAX), "operation", "operations"))
            " of JSON Patch (RFC 6902) make the state before the state after. The order of lists counts. "
            a href=(download) { "Download" }
        }
        @if !patch.hidden.is_empty() {
            (callout(Tone::Warning, "Secrets are left out", &html! {
                p { "The values at these places hold a secret, so that no operation sets them. Set them by hand after the patch was applied." }
                ul { @for path in patch.hidden.iter().take(MOST_HIDDEN) { li { code.wrap { (text::shown(path, 400)) } } } }
                @if patch.hidden.len() > MOST_HIDDEN { p { "And " (text::number(i64::try_from(patch.hidden.len() - MOST_HIDDEN).unwrap_or(i64::MAX))) " more." } }
            }))
        }
        @if length > MOST_PATCH { p.quiet { "Only the beginning is shown; the file has all of it." } }
        pre.code tabindex="0" aria-label="JSON Patch" { (text::shown(&text, MOST_PATCH)) }
    }
}
