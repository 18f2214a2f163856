//! Who a version is by, as far as is known.

use maud::{Markup, html};
use model::attribution::{ActorKind, Attribution, By};

use crate::components::icon::{Icon, icon};
use crate::{text, when};

/// For a table cell.
pub(crate) fn by(attribution: &Attribution) -> Markup {
    let named = attribution.named();
    html! {
        @if named.is_empty() {
            @if let Some((words, why)) = attribution.gap() { span.quiet title=(why) { (words) } }
        } @else {
            @match attribution.gap() {
                Some((_, why)) => span.quiet title=(why) { (attribution.lead()) },
                None => (attribution.lead()),
            }
            @for (i, one) in named.iter().take(3).enumerate() { @if i > 0 { ", " } (by_one(one)) }
            @if named.len() > 3 { " and " (named.len() - 3) " more" }
        }
    }
}

/// One actor, with when and what.
pub(crate) fn by_one(by: &By) -> Markup {
    let picture = if by.actor.kind == ActorKind::Application { Icon::Device } else { Icon::User };
    html! {
        span title={ (text::shown(&by.activity, 120)) ", " (when::hint(by.at)) } { (icon(picture)) " " (text::shown(&by.actor.words(), 160)) }
    }
}
