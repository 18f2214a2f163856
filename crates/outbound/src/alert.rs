//! Alerts leave the machine: signed webhooks, cards and messages over HTTP, and mail.
//!
//! Nothing is sent to an address that the installation does not allow ([`Networks`]); a name is resolved once and the addresses that
//! were looked at are those that are connected to. No redirect is followed, no proxy is asked, every wait and every answer is bounded.

mod guard;
mod http;
mod mail;
mod networks;
mod sign;

pub use guard::{Lookup, Names, SystemNames};
pub use mail::{MailTo, Mailed, Mailer};
pub use networks::{InvalidNetwork, Networks};
pub use sign::{Signed, sign};

use std::sync::Arc;
use std::time::Duration;

use model::failure::Failure;
use secrecy::{ExposeSecret as _, SecretString};

/// How long a connection may take to stand.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a delivery may take in all.
const WHOLE: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read before the connection is given up.
const MOST_OF_ANSWER: usize = 16 * 1024;
/// Bytes of a message, at most: more is cut before it comes here.
const MOST_OF_MESSAGE: usize = 512 * 1024;

/// What sends alerts.
#[derive(Clone)]
pub struct Courier {
    http: http::Http,
    mail: Mailer,
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Courier").finish_non_exhaustive()
    }
}

impl Courier {
    /// One that asks the machine for names, and sends to what these networks allow.
    #[must_use]
    pub fn new(networks: Networks) -> Self {
        Self::asking(networks, Arc::new(SystemNames))
    }

    /// As [`Courier::new`], asking somebody else for names.
    #[must_use]
    pub fn asking(networks: Networks, names: Arc<dyn Names>) -> Self {
        let guard = guard::Guard::new(networks, names);
        Self { http: http::Http::new(guard.clone()), mail: Mailer::new(guard) }
    }

    /// The same, trusting this authority (PEM) beside those of the machine when mail is sent.
    #[must_use]
    pub fn trusting(mut self, authority: Vec<u8>) -> Self {
        self.mail = self.mail.trusting(authority);
        self
    }

    /// Sends a signed request, by the Standard Webhooks scheme.
    ///
    /// # Errors
    /// A [`Failure`] of the codes `alert.…`.
    pub async fn webhook(&self, address: &SecretString, signed: &Signed, body: String) -> Result<(), Failure> {
        self.http.post(address.expose_secret(), &signed.headers(), body).await
    }

    /// Sends a message to a workflow of Microsoft Teams, or an incoming webhook of Slack.
    ///
    /// # Errors
    /// A [`Failure`] of the codes `alert.…`.
    pub async fn message(&self, address: &SecretString, body: String) -> Result<(), Failure> {
        self.http.post(address.expose_secret(), &[], body).await
    }

    /// Sends mail.
    ///
    /// # Errors
    /// A [`Failure`] of the codes `alert.…`.
    pub async fn mail(&self, to: &MailTo<'_>) -> Result<Mailed, Failure> {
        match tokio::time::timeout(WHOLE * 2, self.mail.send(to)).await {
            Ok(sent) => sent,
            Err(_) => Err(Failure::new(model::failure::Code::AlertTimeout)),
        }
    }
}
