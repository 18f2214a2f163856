//! How far a run is: a bar only when total and processed are both known, never a guess.

use maud::{Markup, html};
use model::run::{CountKey, Run};

use crate::text::number;

/// The bar with its figures; nothing for a run that does not run.
pub(crate) fn progress(run: &Run) -> Markup {
    html! {
        @if let Some(percent) = run.percent() {
            div.progress {
                progress max="100" value=(percent) aria-label={ "Progress of " (run.label()) } { (percent) " %" }
                span.num { (percent) " %" }
            }
        } @else if run.status == model::run::Status::Running {
            div.progress { progress aria-label={ "Progress of " (run.label()) " (not known yet)" } {} }
        }
    }
}

/// `12 of 27` when both are known.
pub(crate) fn figures(run: &Run) -> Option<String> {
    let (processed, total) = (run.counts.get(CountKey::Processed)?, run.counts.get(CountKey::Total)?);
    Some(format!("{} of {}", number(processed), number(total)))
}
