//! Toasts: what the last action led to.

use maud::{Markup, html};
use model::label::Tone;
use model::run::{Run, Started, Status};

use crate::components::badge::tone;
use crate::components::icon::{Icon, icon};
use crate::page::{Fragment, View};
use crate::{href, text};

/// A short message that goes away by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// What happened.
    pub title: String,
    /// What that means.
    pub text: String,
    /// Words and address of the way on.
    pub link: Option<(String, String)>,
    /// Its colour.
    pub tone: Tone,
}

impl Toast {
    /// What became of a start.
    #[must_use]
    pub fn started(started: &Started) -> Self {
        match started {
            Started::Accepted(run) => {
                Self::of(run, format!("{} queued", run.label()), "Running in the background.", Tone::Success)
            }
            Started::Deduplicated(run) => Self::reused(run),
            Started::ScopeBusy(run) => {
                let text = format!("{} is writing to this tenant. Start again once it has ended.", run.label());
                Self::of(run, "Another operation is at work".to_owned(), &text, Tone::Warning)
            }
            Started::Blocked(run) => {
                let text = crate::runs::reason_words(run).unwrap_or_else(|| "A prerequisite is missing.".to_owned());
                let toast = Self::of(run, format!("{} blocked", run.label()), &text, Tone::Warning);
                // Where it can be mended is of more use than the record of what did not happen.
                let step = crate::runs::step_link(run);
                Self { link: step.or(toast.link), ..toast }
            }
        }
    }

    /// The start of what is queued or running already.
    #[must_use]
    pub fn reused(run: &Run) -> Self {
        let (state, text) = match run.status {
            Status::Running => ("is already running", "Nothing new was started."),
            // The same click once more: what it started has ended meanwhile.
            Status::Completed => ("was started already", "It has ended meanwhile. Nothing new was started."),
            Status::Queued | Status::Unknown => ("is already queued", "Nothing new was started."),
        };
        Self::of(run, format!("{} {state}", run.label()), text, Tone::Info)
    }

    /// A run that did not stop was ended.
    #[must_use]
    pub fn forced(run: &Run) -> Self {
        let text = "Its record is closed as cancelled. Whatever its worker still writes is refused.";
        Self::of(run, format!("{} was ended by force", run.label()), text, Tone::Info)
    }

    /// A run was asked to stop.
    #[must_use]
    pub fn cancelling(run: &Run) -> Self {
        let text = if run.status == Status::Completed { "It had not begun." } else { "It stops at the next safe point." };
        Self::of(run, format!("{} is being cancelled", run.label()), text, Tone::Info)
    }

    /// A message without a link.
    #[must_use]
    pub fn plain(title: impl Into<String>, text: impl Into<String>, tone: Tone) -> Self {
        Self { title: title.into(), text: text.into(), link: None, tone }
    }

    fn of(run: &Run, title: String, text: &str, tone: Tone) -> Self {
        Self { title, text: text.to_owned(), link: Some(("View run".to_owned(), href::run(run.id))), tone }
    }
}

impl Fragment for Toast {
    fn markup(&self, _: &View<'_>) -> Markup {
        let picture = match self.tone {
            Tone::Success => Icon::Check,
            Tone::Warning => Icon::Warning,
            Tone::Danger => Icon::Cross,
            Tone::Neutral | Tone::Info => Icon::Info,
        };
        html! {
            div class={ "toast " (tone(self.tone)) } data-toast {
                (icon(picture))
                div.toast-words {
                    p.toast-title { (text::shown(&self.title, text::NAME)) }
                    p { (text::shown(&self.text, 2 * text::NAME)) }
                }
                @if let Some((label, href)) = &self.link { a.button.small href=(href) { (label) } }
                button.icon-button.needs-script type="button" data-dismiss aria-label="Dismiss" { (icon(Icon::Close)) }
            }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("queued", Self::started(&Started::Accepted(crate::samples::run::queued()))),
            ("reused", Self::reused(&crate::samples::run::running())),
            ("busy", Self::started(&Started::ScopeBusy(crate::samples::run::running()))),
            ("blocked", Self::started(&Started::Blocked(crate::samples::run::blocked()))),
            ("hostile", Self::plain(crate::samples::HOSTILE, crate::samples::HOSTILE, Tone::Danger)),
        ]
    }
}

/// The place of toasts: always there, so that what comes later is read out.
pub(super) fn region(toast: Option<&Toast>, view: &View<'_>) -> Markup {
    html! {
        div id="toasts" data-live="toasts" class="toasts" role="status" aria-live="polite" aria-atomic="false" {
            @if let Some(toast) = toast { (toast.markup(view)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_answered_in_the_agreed_words() {
        let accepted = Toast::started(&Started::Accepted(crate::samples::run::queued()));
        assert_eq!((accepted.title.as_str(), accepted.text.as_str()), ("Inventory sync queued", "Running in the background."));
        let again = Toast::started(&Started::Deduplicated(crate::samples::run::running()));
        assert_eq!(again.title, "Inventory sync is already running");
        assert_eq!(again.link.map(|(label, _)| label).as_deref(), Some("View run"));
        assert_eq!(Toast::reused(&crate::samples::run::succeeded()).title, "Inventory sync was started already");
        assert_eq!(Toast::reused(&crate::samples::run::queued()).title, "Inventory sync is already queued");
    }
}
