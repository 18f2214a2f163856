//! Small pictures of figures, drawn as SVG. Each has its figures as text as well.

use maud::{Markup, html};
use model::time::Moment;

use crate::text::{counted, number};
use crate::when;

/// How many runs ended on a day (UTC), by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutcomeDay {
    /// A moment of that day.
    pub day: Moment,
    /// Runs that succeeded.
    pub succeeded: i64,
    /// Runs that succeeded in part, or were blocked.
    pub attention: i64,
    /// Runs that failed.
    pub failed: i64,
    /// Runs that were cancelled.
    pub cancelled: i64,
}

impl OutcomeDay {
    const fn parts(&self) -> [(i64, &'static str, &'static str); 4] {
        [
            (self.succeeded, "success", "succeeded"),
            (self.attention, "warning", "partially succeeded or blocked"),
            (self.failed, "danger", "failed"),
            (self.cancelled, "neutral", "cancelled"),
        ]
    }

    fn total(&self) -> i64 {
        self.parts().iter().map(|(n, ..)| n).sum()
    }

    fn words(&self) -> String {
        let parts: Vec<String> =
            self.parts().iter().filter(|(n, ..)| *n > 0).map(|(n, _, word)| format!("{} {word}", number(*n))).collect();
        let parts = if parts.is_empty() { "no runs".to_owned() } else { parts.join(", ") };
        format!("{}: {parts}", when::day(self.day))
    }
}

/// Stacked bars, one for each day, oldest first.
pub(crate) fn outcomes(days: &[OutcomeDay]) -> Markup {
    const HEIGHT: i64 = 64;
    const STEP: usize = 12;
    let most = days.iter().map(OutcomeDay::total).max().unwrap_or(0).max(1);
    let all: i64 = days.iter().map(OutcomeDay::total).sum();
    html! {
        figure.chart {
            svg.bars viewBox={ "0 0 " (days.len() * STEP) " " (HEIGHT) } preserveAspectRatio="none" role="img"
                aria-label={ "Runs that ended on each of the last " (days.len()) " days: " (counted(all, "run", "runs")) } {
                @for (i, day) in days.iter().enumerate() {
                    g {
                        title { (day.words()) }
                        rect.slot x=(i * STEP) y="0" width=(STEP) height=(HEIGHT) {}
                        @for (class, y, height) in stack(day, most, HEIGHT) {
                            rect class=(class) x=(i * STEP + 2) y=(y) width=(STEP - 4) height=(height) {}
                        }
                    }
                }
            }
            figcaption {
                @if let (Some(first), Some(last)) = (days.first(), days.last()) { span { (when::day(first.day)) } span { (when::day(last.day)) } }
            }
        }
    }
}

/// The pieces of a bar from the bottom up: class, top, height. A day with few of something still shows a line of it.
fn stack(day: &OutcomeDay, most: i64, height: i64) -> Vec<(&'static str, i64, i64)> {
    let mut top = height;
    let mut pieces = Vec::new();
    for (n, class, _) in day.parts() {
        if n > 0 {
            let piece = (n * height / most).max(2).min(top);
            top -= piece;
            pieces.push((class, top, piece));
        }
    }
    pieces
}

/// A bar in a table: how much of the most this is.
pub(crate) fn share(value: i64, most: i64) -> Markup {
    let width = (value.max(0) * 100 / most.max(1)).clamp(0, 100);
    html! {
        svg.share viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.track x="0" y="0" width="100" height="6" {}
            rect.fill x="0" y="0" width=(width) height="6" {}
        }
    }
}
