//! How a connection stands, in badges and words.

use maud::{Markup, html};
use model::connection::{Connection, CredentialKind, Expiry};
use model::label::Tone;
use model::time::Moment;

use crate::components::badge::worded;
use crate::components::icon::Icon;
use crate::text::counted;

/// Whether it may be used, and how near the end of its credential is.
pub(super) fn badges(connection: &Connection, now: Moment) -> Markup {
    html! {
        @if connection.enabled { (worded(Tone::Success, Icon::Check, "Enabled")) }
        @else { (worded(Tone::Warning, Icon::Ban, "Disabled")) }
        @if let Some((tone, words)) = expiry(connection, now) { (worded(tone, Icon::Warning, &words)) }
    }
}

/// What is to be said of its end: nothing while more than 30 days are left.
pub(super) fn expiry(connection: &Connection, now: Moment) -> Option<(Tone, String)> {
    match Expiry::of(connection.credential_expires_at, now) {
        Expiry::Unknown | Expiry::Far => None,
        Expiry::Over => Some((Tone::Danger, "Expired".to_owned())),
        Expiry::Days(0) => Some((Tone::Danger, "Expires within a day".to_owned())),
        Expiry::Days(days) => {
            let tone = if days <= 7 { Tone::Danger } else { Tone::Warning };
            Some((tone, format!("Expires in {}", counted(days, "day", "days"))))
        }
    }
}

/// What a credential is called in a sentence.
pub(super) const fn noun(kind: CredentialKind) -> &'static str {
    match kind {
        CredentialKind::ClientSecret => "client secret",
        CredentialKind::Certificate => "certificate",
        CredentialKind::Federated => "token of the federated issuer",
        CredentialKind::Unknown => "credential",
    }
}
