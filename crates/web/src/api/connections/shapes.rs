//! How connections are written and read.

use model::connection::{Cloud, CredentialKind, Signature};
use model::ids::{ConnectionId, EntraTenantId, TenantId};
use model::time::Moment;
use secrecy::SecretString;
use serde_json::{Value, json};
use store::NewCredential;

use crate::api::coded::{Choice, Coded};
use crate::api::query::invalid;
use crate::api::shape::{Schemas, Shape, Stated};
use crate::api::{answers, bodies};
use crate::credential::{Entered, Refused};
use crate::error::Error;

/// A text that is taken and never given.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Hidden(pub(crate) SecretString);

impl Shape for Hidden {
    fn schema(_: &mut Schemas) -> Value {
        json!({ "type": "string", "format": "password", "writeOnly": true })
    }
}

answers! {
    /// A tenant's provider connection. Its credential is never shown.
    ConnectionDetail {
        /// Its id.
        id: ConnectionId,
        /// Its tenant.
        tenant_id: TenantId,
        /// Microsoft's id of the tenant.
        entra_tenant_id: EntraTenantId,
        /// In which cloud.
        cloud: Coded<Cloud>,
        /// The application (client) id.
        client_id: String,
        /// By what the application signs in.
        kind: Coded<CredentialKind>,
        /// When the credential ends, where that is known.
        expires_at: Option<Moment>,
        /// SHA-256 of the certificate, or the name of the token file.
        thumbprint: Option<String>,
        /// How assertions are signed with a certificate.
        signature: Coded<Signature>,
        /// What people wrote down about it.
        note: String,
        /// Whether it may be used.
        enabled: bool,
        /// Why it is disabled.
        disabled_reason: Option<String>,
        /// Grows with every change of application or credential.
        revision: i64,
        /// Since when it is.
        created_at: Moment,
        /// When it was changed last.
        updated_at: Moment,
        /// When the credential was replaced last.
        rotated_at: Option<Moment>,
    }
}

bodies! {
    /// A credential. Which members belong to it says `kind`.
    CredentialBody {
        /// By what the application signs in.
        kind: Choice<CredentialKind>,
        /// The client secret's value; with `client_secret`.
        secret: Option<Hidden> = {"maxLength": 512},
        /// The last day (UTC) of the client secret, as the app registration shows it.
        expires_on: Option<String> = {"format": "date"},
        /// Certificate and private key as PEM text; with `certificate`.
        pem: Option<Hidden> = {"maxLength": 65_536},
        /// A PFX or PEM file in base64, in place of `pem`.
        file: Option<Hidden> = {"maxLength": 87_400},
        /// What opens the file or the key.
        password: Option<Hidden> = {"maxLength": 1024},
        /// Name of a token file in the server's folder; with `federated`.
        token_file: Option<String> = {"maxLength": 100},
    }

    /// A connection that is to be added.
    NewConnectionBody {
        /// In which cloud the tenant lives.
        cloud: Choice<Cloud>,
        /// The application (client) id.
        client_id: String = {"format": "uuid"},
        /// By what the application signs in.
        credential: CredentialBody,
        /// How assertions are signed; left out: `ps256`.
        signature: Option<Choice<Signature>>,
        /// What to write down about it.
        note: Option<String> = {"maxLength": 500},
    }

    /// What may be changed of a connection without its credential.
    ConnectionBody {
        /// In which cloud the tenant lives.
        cloud: Choice<Cloud>,
        /// The application (client) id.
        client_id: String = {"format": "uuid"},
        /// How assertions are signed.
        signature: Choice<Signature>,
        /// What to write down about it.
        note: String = {"maxLength": 500},
        /// The last day (UTC) of the client secret; `null` when it is not known. Without meaning for other credentials.
        expires_on: Stated<String> = {"format": "date"},
    }

    /// Whether it may be used.
    SwitchConnectionBody {
        /// Whether it may be used.
        enabled: bool,
        /// Why it is disabled.
        reason: Option<String> = {"maxLength": 500},
    }

    /// The name of the tenant, word for word.
    RemoveConnectionBody {
        /// The name of the tenant, word for word.
        confirm: String,
    }
}

impl CredentialBody {
    /// The credential; read by the same rules as the form.
    ///
    /// # Errors
    /// [`Error::Invalid`] says what is wrong.
    pub(crate) async fn read(self, now: Moment) -> Result<NewCredential, Error> {
        let text = |hidden: Option<Hidden>| hidden.map(|hidden| hidden.0).unwrap_or_default();
        let entered = Entered {
            kind: self.kind.0.code().to_owned(),
            secret: text(self.secret),
            expires: self.expires_on.unwrap_or_default(),
            pem: text(self.pem),
            file: text(self.file),
            password: text(self.password),
            token_file: self.token_file.unwrap_or_default(),
        };
        entered.read(now).await.map_err(error)
    }
}

/// A refusal in the words of the API.
pub(super) fn error(refused: Refused) -> Error {
    match refused {
        Refused::Field(problem) => {
            let field = if problem.field == "expires" { "expires_on" } else { problem.field };
            invalid(&format!("`{field}`: {}", problem.words))
        }
        Refused::Failed(error) => error,
    }
}

impl From<model::connection::Connection> for ConnectionDetail {
    fn from(connection: model::connection::Connection) -> Self {
        Self {
            id: connection.id,
            tenant_id: connection.tenant_id,
            entra_tenant_id: connection.entra_tenant_id,
            cloud: Coded(connection.cloud),
            client_id: connection.client_id,
            kind: Coded(connection.credential_kind),
            expires_at: connection.credential_expires_at,
            thumbprint: connection.thumbprint,
            signature: Coded(connection.signature),
            note: connection.note,
            enabled: connection.enabled,
            disabled_reason: connection.disabled_reason,
            revision: connection.revision,
            created_at: connection.created_at,
            updated_at: connection.updated_at,
            rotated_at: connection.rotated_at,
        }
    }
}
