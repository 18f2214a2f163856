//! A credential as somebody entered it, in a form or through the API: made clean and checked, or refused beside the field.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::connection::{Connection, CredentialKind, Expiry, TokenFileName, client_secret};
use model::time::Moment;
use pages::FieldProblem;
use pages::connections::Input;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use store::{CertificatePair, CertificateProblem, MAX_CERTIFICATE_FILE, NewCredential};

use crate::error::Error;

/// What was entered. `Debug` shows nothing of it.
#[derive(Debug, Default)]
pub(crate) struct Entered {
    /// Code of the kind.
    pub(crate) kind: String,
    /// A client secret.
    pub(crate) secret: SecretString,
    /// The day on which it ends, `2026-03-01`, or empty.
    pub(crate) expires: String,
    /// Certificate and key as text.
    pub(crate) pem: SecretString,
    /// Certificate and key as a file, in base64.
    pub(crate) file: SecretString,
    /// What opens the file or the key.
    pub(crate) password: SecretString,
    /// Name of a token file.
    pub(crate) token_file: String,
}

/// What was refused: beside a field, or as a whole.
pub(crate) enum Refused {
    /// Beside a field.
    Field(FieldProblem),
    /// Something of ours went wrong.
    Failed(Error),
}

fn at(field: &'static str, words: impl ToString) -> Refused {
    Refused::Field(FieldProblem::new(field, words.to_string()))
}

impl Entered {
    /// The credential, as it is at `now`.
    pub(crate) async fn read(self, now: Moment) -> Result<NewCredential, Refused> {
        match CredentialKind::from_code(&self.kind) {
            CredentialKind::ClientSecret => {
                let secret = client_secret(&self.secret).map_err(|problem| at("secret", problem))?;
                Ok(NewCredential::Secret { secret, expires_at: day(&self.expires, now)? })
            }
            CredentialKind::Certificate => self.certificate(now).await.map(NewCredential::Certificate),
            CredentialKind::Federated => {
                TokenFileName::parse(&self.token_file).map(NewCredential::Federated).map_err(|problem| at("token_file", problem))
            }
            CredentialKind::Unknown => Err(at("kind", "Choose by what the application signs in.")),
        }
    }

    async fn certificate(self, now: Moment) -> Result<CertificatePair, Refused> {
        let (text, file) = (!self.pem.expose_secret().trim().is_empty(), !self.file.expose_secret().is_empty());
        if text && file {
            return Err(at("file", "Enter the text or choose a file, not both."));
        }
        let field = if file { "file" } else { "pem" };
        // Base64 takes four letters for three bytes.
        if self.file.expose_secret().len() > MAX_CERTIFICATE_FILE / 3 * 4 + 8 {
            return Err(at(field, CertificateProblem::TooLarge));
        }
        // Deriving the key of a file takes up to a second: that blocks no other request.
        let reading = tokio::task::spawn_blocking(move || {
            if !file {
                return CertificatePair::from_pem(&self.pem, &self.password, now);
            }
            let bytes = STANDARD.decode(self.file.expose_secret().trim()).map_err(|_| CertificateProblem::UnreadablePkcs12)?;
            CertificatePair::from_file(&SecretSlice::from(bytes), &self.password, now)
        });
        let read = reading.await.map_err(|error| {
            tracing::error!(%error, "reading a certificate ended early");
            Refused::Failed(Error::Internal("a certificate could not be read".into()))
        })?;
        read.map_err(|problem| at(if problem == CertificateProblem::WrongPassword { "password" } else { field }, problem))
    }
}

/// When the client secret of a connection ends, as somebody entered it who left the credential as it is: the day that stands there already
/// may be past by now. The other kinds say themselves when they end.
pub(crate) fn end_of(connection: &Connection, text: &str, now: Moment) -> Result<Option<Moment>, Refused> {
    let secret = connection.credential_kind == CredentialKind::ClientSecret;
    let unchanged = Input::of(connection).expires == text.trim();
    if unchanged || !secret { Ok(connection.credential_expires_at) } else { day(text, now) }
}

/// The end of a day (UTC), which must not be over.
fn day(text: &str, now: Moment) -> Result<Option<Moment>, Refused> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let end = Moment::parse(&format!("{}T23:59:59Z", text.trim())).map_err(|_| at("expires", "Enter a day, as 2027-03-31."))?;
    if Expiry::of(Some(end), now) == Expiry::Over {
        return Err(at("expires", "That day is past: the secret has expired."));
    }
    Ok(Some(end))
}
