//! Mail by an SMTP server, with lettre: it writes the headers, so that no name can add one.

use std::net::IpAddr;

use lettre::address::Envelope;
use lettre::message::{Attachment, Mailbox, MultiPart, header};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use model::alert::{Letter, Mail, MailSecurity};
use model::failure::{Code, Failure};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpStream;

use super::guard::Guard;
use super::{CONNECT, WHOLE};

/// Sends mail.
#[derive(Clone)]
pub struct Mailer {
    guard: Guard,
    /// An authority that is trusted beside those of the machine, PEM.
    authority: Option<Vec<u8>>,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").finish_non_exhaustive()
    }
}

/// A mail and where it goes.
#[derive(Debug)]
pub struct MailTo<'a> {
    /// The server, the sender and the recipients.
    pub mail: &'a Mail,
    /// The password; empty: nobody signs in.
    pub password: &'a SecretString,
    /// What is said.
    pub letter: &'a Letter,
    /// The id of the message, the same however often it is sent.
    pub id: &'a str,
}

/// A mail that was taken, for all who were to get it or for some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mailed {
    /// For how many it was refused.
    pub refused: usize,
}

impl Mailer {
    pub(super) const fn new(guard: Guard) -> Self {
        Self { guard, authority: None }
    }

    pub(super) fn trusting(mut self, authority: Vec<u8>) -> Self {
        self.authority = Some(authority);
        self
    }

    pub(super) async fn send(&self, to: &MailTo<'_>) -> Result<Mailed, Failure> {
        let message = message(to)?;
        let protected = to.mail.security() != MailSecurity::None;
        // Resolved once: what is connected to is one of the addresses that were looked at; the name is for the certificate.
        let addresses = self.guard.addresses(&to.mail.host, protected).await?;
        // Another address is tried only where nobody answers: who was reached may have taken it, or refused it.
        for address in addresses.into_iter().take(4) {
            #[allow(clippy::disallowed_methods, reason = "this crate leaves the machine; the address was looked at above")]
            let reached = tokio::time::timeout(CONNECT, TcpStream::connect((address, to.mail.port))).await;
            if !reached.is_ok_and(|reached| reached.is_ok()) {
                continue;
            }
            let transport = self.transport(to, address)?;
            return match transport.send(message.clone()).await {
                Ok(_) => Ok(Mailed { refused: 0 }),
                Err(error) if to.mail.to.len() > 1 && judge(&error) == Code::AlertMailRefused => {
                    one_by_one(&transport, to, &message).await
                }
                Err(error) => Err(failed(&error)),
            };
        }
        Err(Failure::new(Code::AlertUnreachable))
    }

    fn transport(&self, to: &MailTo<'_>, address: IpAddr) -> Result<AsyncSmtpTransport<Tokio1Executor>, Failure> {
        let tls = || {
            let mut parameters = TlsParameters::builder(to.mail.host.clone());
            if let Some(authority) = &self.authority {
                let authority = Certificate::from_pem(authority).map_err(|_| Failure::new(Code::AlertUnprotected))?;
                parameters = parameters.add_root_certificate(authority);
            }
            parameters.build_rustls().map_err(|_| Failure::new(Code::AlertUnprotected))
        };
        let tls = match to.mail.security() {
            MailSecurity::StartTls => Tls::Required(tls()?),
            MailSecurity::Tls => Tls::Wrapper(tls()?),
            MailSecurity::None => Tls::None,
            MailSecurity::Unknown => return Err(Failure::new(Code::AlertUnprotected)),
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.to_string())
            .port(to.mail.port)
            .hello_name(ClientId::Domain("tenantatlas.invalid".to_owned()))
            .timeout(Some(WHOLE))
            .tls(tls);
        // Never over an open way, whatever was stored.
        if to.mail.user.is_empty() || to.mail.security() == MailSecurity::None {
            return Ok(builder.build());
        }
        let credentials = Credentials::new(to.mail.user.clone(), to.password.expose_secret().to_owned());
        Ok(builder.credentials(credentials).build())
    }
}

/// Sends to each recipient for itself, so that one whom the server does not know takes the mail from nobody else. It failed where nobody
/// got it; then the first reason counts.
async fn one_by_one(
    transport: &AsyncSmtpTransport<Tokio1Executor>,
    to: &MailTo<'_>,
    message: &Message,
) -> Result<Mailed, Failure> {
    let (mut mailed, mut first) = (Mailed { refused: 0 }, None);
    for recipient in &to.mail.to {
        let envelope = recipient.parse().ok().and_then(|one| Envelope::new(message.envelope().from().cloned(), vec![one]).ok());
        let envelope = envelope.ok_or(Failure::new(Code::AlertMailRefused))?;
        if let Err(error) = transport.send_raw(&envelope, &message.formatted()).await {
            mailed.refused += 1;
            first.get_or_insert(failed(&error));
        }
    }
    match first {
        Some(failure) if mailed.refused == to.mail.to.len() => Err(failure),
        _ => Ok(mailed),
    }
}

/// What an error means, and a line of it in the log.
fn failed(error: &Error) -> Failure {
    let failure = Failure::new(judge(error));
    tracing::info!(code = failure.code().code(), cause = %cause(error), "an alert could not be mailed");
    failure
}

fn message(to: &MailTo<'_>) -> Result<Message, Failure> {
    let refused = || Failure::new(Code::AlertMailRefused);
    let mailbox = |text: &str, name: Option<&str>| {
        let address: Address = text.parse().map_err(|_| refused())?;
        Ok(Mailbox::new(name.map(str::to_owned), address))
    };
    let domain = to.mail.from.rsplit_once('@').map_or("tenantatlas.invalid", |(_, domain)| domain);
    let mut builder = Message::builder()
        .from(mailbox(&to.mail.from, Some("TenantAtlas"))?)
        .message_id(Some(format!("<{}@{domain}>", to.id)))
        .header(header::MIME_VERSION_1_0)
        .subject(to.letter.subject.clone());
    for recipient in &to.mail.to {
        builder = builder.to(mailbox(recipient, None)?);
    }
    let body = MultiPart::alternative_plain_html(to.letter.text.clone(), to.letter.html.clone());
    if to.letter.files.is_empty() {
        return builder.multipart(body).map_err(|_| refused());
    }
    let mut whole = MultiPart::mixed().multipart(body);
    for file in &to.letter.files {
        let kind = header::ContentType::parse(file.media_type).map_err(|_| refused())?;
        whole = whole.singlepart(Attachment::new(file.name.clone()).body(file.text.clone(), kind));
    }
    builder.multipart(whole).map_err(|_| refused())
}

/// What an error means. 4xx may be over later, 5xx is final.
fn judge(error: &Error) -> Code {
    let status = error.status().map_or(0, u16::from);
    if error.is_tls() || fails_handshake(error) {
        return Code::AlertUnprotected;
    }
    match status {
        530 | 534 | 535 | 538 => Code::AlertSignInRefused,
        // 454 among them: signing in is not possible for now.
        400..=499 => Code::AlertServerError,
        500..=599 => Code::AlertMailRefused,
        _ if error.is_timeout() => Code::AlertTimeout,
        // The server offers nothing that is needed, for example no STARTTLS.
        _ if error.is_client() => Code::AlertUnprotected,
        _ => Code::AlertUnreachable,
    }
}

/// Whether the way could not be protected: what is said is no TLS, or the certificate is not valid. lettre tells it as a lost connection.
fn fails_handshake(error: &Error) -> bool {
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        if cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        next = cause.source();
    }
    false
}

/// The cause for the log, without what the server said: that may hold addresses.
fn cause(error: &Error) -> String {
    let kinds = [
        (error.is_tls(), "tls"),
        (error.is_timeout(), "timeout"),
        (error.is_client(), "client"),
        (error.is_permanent(), "permanent"),
        (error.is_transient(), "transient"),
        (error.is_response(), "response"),
    ];
    let kind = kinds.iter().find(|(is, _)| *is).map_or("connection", |(_, kind)| kind);
    error.status().map_or_else(|| kind.to_owned(), |status| format!("{kind} {}", u16::from(status)))
}
