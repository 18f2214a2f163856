//! Why a sign-in by a provider came to nothing.

use maud::{Markup, html};
use model::sign_in::Problem;

use super::bare_card;
use crate::chrome::Frame;
use crate::page::{Page, Place, View};
use crate::{href, samples, text};

/// The page. Nothing of what the provider said is on it but which of our checks it failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What went wrong.
    pub problem: Problem,
    /// What the provider is called.
    pub provider: String,
}

/// What happened, and what to do.
const fn words(problem: Problem) -> (&'static str, &'static str) {
    const LATER: &str = "Try again in a few minutes. If it goes on, tell an operator of this installation the code below.";
    const OPERATOR: &str =
        "Tell an operator of this installation the code below; it is their setting, or the provider's, that has to change.";
    const AGAIN: &str = "Begin again from the sign-in page.";
    const OWNER: &str = "Ask an owner of your workspace, or whoever looks after groups in your organisation.";
    match problem {
        Problem::Unreachable => ("The provider cannot be reached.", LATER),
        Problem::Slow => ("The provider did not answer within ten seconds.", LATER),
        Problem::Answer => ("The provider answered with an error, or with something that is no answer.", LATER),
        Problem::TooLarge => ("The provider answered with more than is read.", OPERATOR),
        Problem::Discovery => ("What the provider says of itself does not fit what is configured here.", OPERATOR),
        Problem::Client => {
            ("The provider does not accept this installation: its client id, its secret, or its address.", OPERATOR)
        }
        Problem::Declined => ("The provider says that the sign-in was declined or cancelled.", AGAIN),
        Problem::Refused => ("The provider refused the sign-in.", AGAIN),
        Problem::State => {
            ("This browser began no such sign-in, or it was finished already, or took longer than ten minutes.", AGAIN)
        }
        Problem::Issuer => ("The answer is of another provider than the one that was asked.", OPERATOR),
        Problem::Audience => ("The answer was made for another application.", OPERATOR),
        Problem::Nonce => ("The answer belongs to another sign-in.", AGAIN),
        Problem::Signature => ("The answer's signature is wrong, or of a kind that is not accepted.", OPERATOR),
        Problem::Key => ("The answer was signed with a key that the provider does not publish.", LATER),
        Problem::Expired => ("The answer had expired: it came too late, or one of the two clocks is wrong.", OPERATOR),
        Problem::Early => ("The answer is not valid yet: one of the two clocks is wrong.", OPERATOR),
        Problem::Malformed => ("The answer lacks something that it has to say.", OPERATOR),
        Problem::Groups => {
            ("You are in more groups than the provider tells, so that what you may do here cannot be known.", OPERATOR)
        }
        Problem::NoEmail => ("The provider told no mail address for you.", OPERATOR),
        Problem::EmailTaken => (
            "An account with your mail address exists here already and is not linked with the provider.",
            "Sign in with its password. An operator of this installation can let the provider open it.",
        ),
        Problem::Disabled => ("Your account here is disabled.", "Ask an operator of this installation."),
        Problem::NoMembership => ("You are no member of any workspace here, and none of your groups gives you one.", OWNER),
        Problem::Unknown => ("The sign-in came to nothing.", AGAIN),
    }
}

impl Page for Trouble {
    const NAME: &'static str = "sign-in-trouble";

    fn title(&self) -> String {
        "You are not signed in".to_owned()
    }

    fn place(&self) -> Place {
        Place::default()
    }

    fn body(&self, _: &View<'_>) -> Markup {
        let (what, remedy) = words(self.problem);
        bare_card(
            &self.title(),
            &html! {
                p { (what) }
                p { (remedy) }
                p.quiet { "Sign-in with " (text::name(&self.provider, "a provider")) ", code " code { (self.problem.code()) } }
                a.button.wide href=(href::SIGN_IN) { "Go to sign-in" }
            },
        )
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let mut all: Vec<_> = Problem::ALL
            .iter()
            .chain(&[Problem::Unknown])
            .map(|problem| (problem.code(), Self { problem: *problem, provider: "Microsoft".to_owned() }))
            .collect();
        all.push(("hostile", Self { problem: Problem::Declined, provider: samples::HOSTILE.to_owned() }));
        all
    }

    fn sample_frame(&self) -> Frame {
        samples::bare_frame()
    }
}
