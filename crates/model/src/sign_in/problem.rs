//! Why nobody was signed in.

use crate::codes::codes;

codes! {
    /// Why a sign-in by a provider came to nothing. Stored in the audit trail and shown on the page; `docs/SIGN_IN.md` says for each what
    /// to do.
    Problem {
        /// No connection to the provider.
        Unreachable = "provider.unreachable",
        /// The provider did not answer in time.
        Slow = "provider.slow",
        /// The provider answered with an error, or with something that is no answer.
        Answer = "provider.answer",
        /// The provider answered with more than is read.
        TooLarge = "provider.too_large",
        /// The provider's description of itself names another issuer, or cannot be used.
        Discovery = "provider.discovery",
        /// The provider did not accept our client id, secret or address.
        Client = "provider.client",
        /// The person, or the provider for them, said no.
        Declined = "answer.declined",
        /// The provider sent the browser back with another error.
        Refused = "answer.refused",
        /// The answer belongs to no sign-in that this browser began, or to one that is over.
        State = "answer.state",
        /// The token is of another issuer.
        Issuer = "token.issuer",
        /// The token is for another application.
        Audience = "token.audience",
        /// The token belongs to another sign-in.
        Nonce = "token.nonce",
        /// The token's signature is wrong, or of a kind that is not accepted.
        Signature = "token.signature",
        /// The token was signed with a key that the provider does not publish.
        Key = "token.key",
        /// The token has expired.
        Expired = "token.expired",
        /// The token is not valid yet: one of the two clocks is wrong.
        Early = "token.early",
        /// The token lacks something, or is no token.
        Malformed = "token.malformed",
        /// The person is in more groups than the provider puts into a token.
        Groups = "groups.overage",
        /// No mail address was told.
        NoEmail = "account.no_email",
        /// The mail address belongs to an account here that is not linked with the provider.
        EmailTaken = "account.email_taken",
        /// The account is disabled.
        Disabled = "account.disabled",
        /// The person is no member of anything here.
        NoMembership = "account.no_membership",
    }
}

impl Problem {
    /// Whether it is the provider, or the way to it, that has to be looked at.
    #[must_use]
    pub const fn is_of_provider(self) -> bool {
        matches!(self, Self::Unreachable | Self::Slow | Self::Answer | Self::TooLarge | Self::Discovery | Self::Client)
    }
}
