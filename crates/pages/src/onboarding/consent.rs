//! What Microsoft said after the question for admin consent.

use maud::{Markup, html};
use model::label::Tone;
use model::onboarding::Step;
use model::tenant::Tenant;

use crate::components::callout::callout;
use crate::components::header::header;
use crate::page::{Crumb, Destination, Page, Place, View};
use crate::text::{NAMELESS, name};
use crate::{href, samples};

/// The answer, as far as anything of it may be shown: a code of Microsoft's is text from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// An administrator consented.
    Granted,
    /// They refused, or are no administrator.
    Refused,
    /// Another tenant answered than the one that was asked.
    OtherTenant,
}

/// The page to which Microsoft sends the browser back.
#[derive(Debug, Clone)]
pub struct Consent {
    /// The tenant.
    pub tenant: Tenant,
    /// What was said.
    pub said: Said,
}

impl Page for Consent {
    const NAME: &'static str = "onboarding-consent";

    fn title(&self) -> String {
        "Admin consent".to_owned()
    }

    fn place(&self) -> Place {
        let crumbs = vec![Crumb::new("Onboarding", href::onboarding(self.tenant.id))];
        Place { destination: Some(Destination::Tenants), tenant: Some(self.tenant.id), crumbs }
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let (tone, title, words) = match self.said {
            Said::Granted => (
                Tone::Success,
                "Consent was granted",
                "It can take a minute until Microsoft gives tokens with the permissions; the check in a later step shows them.",
            ),
            Said::Refused => (
                Tone::Warning,
                "Consent was not granted",
                "An administrator of the tenant must grant it, by the same link or in Microsoft's portal.",
            ),
            Said::OtherTenant => (
                Tone::Danger,
                "Another tenant answered",
                "The administrator was signed in to another tenant. Ask again, signed in to the right one.",
            ),
        };
        let next = if self.said == Said::Granted { Step::Connection } else { Step::Application };
        html! {
            (header(&self.title(), &html! {}, &html! { "For " (name(&self.tenant.name, NAMELESS)) "." }, &html! {}))
            (callout(tone, title, &html! { p { (words) } }))
            div.form-actions { a.button.primary href=(href::onboarding_step(self.tenant.id, next)) { "Go on with the onboarding" } }
        }
    }

    fn samples() -> Vec<(&'static str, Self)> {
        samples::onboarding::consents()
    }
}
