//! What tokens are in words.

use maud::Markup;
use model::api_token::ApiToken;
use model::label::Tone;
use model::time::Moment;

use crate::components::badge::worded;
use crate::components::icon::Icon;

/// Whether it is good.
pub(super) fn state(token: &ApiToken, now: Moment) -> Markup {
    if token.revoked_at.is_some() {
        worded(Tone::Neutral, Icon::Ban, "Revoked")
    } else if token.is_good(now) {
        worded(Tone::Success, Icon::Check, "Good")
    } else {
        worded(Tone::Neutral, Icon::Clock, "Expired")
    }
}
