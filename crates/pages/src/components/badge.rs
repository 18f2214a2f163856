//! Badges: icon, word and colour, in this order of importance.

use maud::{Markup, html};
use model::label::{Labelled, Tone};
use model::tenant::Environment;

use super::icon::icon;

/// The class of a colour.
pub(crate) const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "neutral",
        Tone::Info => "info",
        Tone::Success => "success",
        Tone::Warning => "warning",
        Tone::Danger => "danger",
    }
}

/// The badge of a value of the catalogue in `model::label`.
pub(crate) fn badge(value: &impl Labelled) -> Markup {
    let badge = value.badge();
    let spins = badge.icon == model::label::Icon::Spinner;
    html! { span class={ "badge " (tone(badge.tone)) @if spins { " running" } } { (icon(badge.icon)) (badge.word) } }
}

/// The badge of a value with how many there are of it.
pub(crate) fn how_many(count: impl std::fmt::Display, of: &impl Labelled) -> Markup {
    let badge = of.badge();
    html! { span class={ "badge " (tone(badge.tone)) } { (count) " " (badge.word) } }
}

/// A badge with words of the page's own.
pub(crate) fn worded(colour: Tone, picture: super::icon::Icon, words: &str) -> Markup {
    html! { span class={ "badge " (tone(colour)) } { (icon(picture)) (words) } }
}

/// The mark of a tenant's environment, in full.
pub(crate) fn environment(environment: Environment) -> Markup {
    html! { span class={ "environment " (environment_class(environment)) } { (environment.badge().word) } }
}

/// The mark of a tenant's environment where there is room for a dot only; the word is read out.
pub(crate) fn environment_dot(environment: Environment) -> Markup {
    let word = environment.badge().word;
    html! { span class={ "environment-dot " (environment_class(environment)) } title=(word) { span.unseen { (word) } } }
}

/// The class that colours what belongs to an environment.
pub(crate) const fn environment_class(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "production",
        Environment::Staging => "staging",
        Environment::Development => "development",
        Environment::Unknown => "unknown",
    }
}
