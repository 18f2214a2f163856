//! A box that says one thing that matters now.

use maud::{Markup, html};
use model::label::Tone;

use super::badge::tone;
use super::icon::{Icon, icon};
use crate::text;

/// A box: what happened, then what to do.
pub(crate) fn callout(colour: Tone, title: &str, content: &Markup) -> Markup {
    let picture = match colour {
        Tone::Neutral | Tone::Info => Icon::Info,
        Tone::Success => Icon::Check,
        Tone::Warning => Icon::Warning,
        Tone::Danger => Icon::Cross,
    };
    html! {
        div class={ "callout " (tone(colour)) } {
            (icon(picture))
            div { p.callout-title { (text::shown(title, text::NAME)) } (content) }
        }
    }
}
