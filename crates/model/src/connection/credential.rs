//! By what an application proves who it is.

use crate::codes::codes;

codes! {
    /// The kinds of credentials that Microsoft's sign-in takes from an application.
    CredentialKind {
        /// A text that both sides know.
        ClientSecret = "client_secret",
        /// A private key, of which Microsoft knows the certificate.
        Certificate = "certificate",
        /// A token of another issuer that Microsoft trusts for this application (workload identity federation).
        Federated = "federated",
    }
}

impl CredentialKind {
    /// The name by which people know it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ClientSecret => "Client secret",
            Self::Certificate => "Certificate",
            Self::Federated => "Workload identity federation",
            Self::Unknown => "Unknown",
        }
    }
}

codes! {
    /// How an assertion is signed with the key of a certificate.
    Signature {
        /// RSASSA-PSS with SHA-256, the certificate named by its SHA-256 thumbprint: what Microsoft recommends.
        Ps256 = "ps256",
        /// RSASSA-PKCS1-v1_5 with SHA-256, the certificate named by its SHA-1 thumbprint as well: the older form.
        Rs256 = "rs256",
    }
}

impl Signature {
    /// The name by which people know it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ps256 => "PS256 (recommended)",
            Self::Rs256 => "RS256 (older)",
            Self::Unknown => "Unknown",
        }
    }
}
