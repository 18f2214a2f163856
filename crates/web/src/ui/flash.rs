//! A message that the next page shows once: kept with the session, because the answer to a form is a redirect.

use model::label::Tone;
use pages::Toast;
use store::Flash;

/// As it is kept.
pub(crate) fn to_flash(toast: Toast) -> Flash {
    let trouble = matches!(toast.tone, Tone::Warning | Tone::Danger);
    Flash { title: toast.title, text: toast.text, link: toast.link, trouble }
}

/// As it is shown.
pub(crate) fn to_toast(flash: Flash) -> Toast {
    let tone = if flash.trouble { Tone::Warning } else { Tone::Info };
    Toast { title: flash.title, text: flash.text, link: flash.link, tone }
}
