//! Provider connections. The credential goes in sealed and comes out only for a run.

mod certificate;
mod credential;
mod edit;
mod expiring;
mod for_run;
mod row;
mod save;
mod show;

pub use certificate::{CertificatePair, CertificateProblem, MAX_CERTIFICATE_FILE};
pub use credential::{NewCredential, OpenCredential};
pub use edit::ConnectionEdit;
pub(crate) use expiring::STILL_THEIRS;

use model::connection::{Cloud, Signature};
use secrecy::SecretString;

use crate::open::Store;

/// Provider connections.
#[derive(Debug, Clone, Copy)]
pub struct Connections<'a>(pub(crate) &'a Store);

/// A connection to be saved.
#[derive(Debug)]
pub struct NewConnection {
    /// In which cloud the tenant lives.
    pub cloud: Cloud,
    /// The application (client) id.
    pub client_id: String,
    /// By what the application signs in.
    pub credential: NewCredential,
    /// How assertions are signed, where the credential is a certificate.
    pub signature: Signature,
    /// What people wrote down about it.
    pub note: String,
}

impl NewConnection {
    /// A connection with that credential, signed as Microsoft recommends, without a note.
    #[must_use]
    pub fn new(cloud: Cloud, client_id: &str, credential: NewCredential) -> Self {
        Self { cloud, client_id: client_id.to_owned(), credential, signature: Signature::Ps256, note: String::new() }
    }

    /// A connection with a client secret of which nobody said when it ends.
    #[must_use]
    pub fn with_secret(cloud: Cloud, client_id: &str, secret: SecretString) -> Self {
        Self::new(cloud, client_id, NewCredential::Secret { secret, expires_at: None })
    }
}
