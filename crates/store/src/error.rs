//! What can go wrong in the store. Messages hold no row content: a database's own message may quote values, so it is kept as
//! the source and never displayed.

use model::access::{Capability, Denied};
use model::failure::{Code, Failure};

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Unknown, or not theirs; answered as 404.
    #[error("not found")]
    NotVisible,
    /// They see it but may not do this; answered as 403.
    #[error("the capability {0} is missing")]
    Forbidden(Capability),
    /// It is there already, or changed meanwhile.
    #[error("{0}")]
    Conflict(&'static str),
    /// The key of a start was sent before, with another request.
    #[error("this idempotency key was used for another request")]
    KeyMismatch,
    /// The attempt no longer holds its lease: it must stop.
    #[error("the run's lease was lost")]
    LeaseLost,
    /// The database URL or its file cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// The database was written by a newer version.
    #[error("the database schema is newer ({found}) than this binary knows ({known}); upgrade the binary")]
    NewerSchema {
        /// Migration number found.
        found: i64,
        /// Newest migration number that this binary has.
        known: i64,
    },
    /// The schema is older than this binary needs.
    #[error("the database schema is at {found}, this binary needs {known}; run `tenantatlas migrate`")]
    OlderSchema {
        /// Migration number found.
        found: i64,
        /// Newest migration number that this binary has.
        known: i64,
    },
    /// A stored value makes no sense.
    #[error("a stored value is damaged: {0}")]
    Corrupt(&'static str),
    /// The object storage in which contents are cannot be reached: nothing is known of them.
    #[error("{0}")]
    ObjectStorage(&'static str),
    /// The database refused or could not be reached.
    #[error("the database refused or could not be reached ({kind})")]
    Database {
        /// What kind of trouble, without any value.
        kind: String,
        /// The database's own words. Not for display: they may quote values.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let kind = match &error {
            sqlx::Error::Database(e) => format!("code {}", e.code().unwrap_or_default()),
            sqlx::Error::Io(e) => format!("I/O: {}", e.kind()),
            sqlx::Error::PoolTimedOut => "no free connection in time".to_owned(),
            sqlx::Error::PoolClosed => "closed".to_owned(),
            sqlx::Error::RowNotFound => "a row was expected".to_owned(),
            sqlx::Error::ColumnNotFound(name) => format!("column {name} is absent"),
            sqlx::Error::ColumnDecode { index, .. } => format!("column {index} has an unexpected type"),
            sqlx::Error::Tls(_) => "TLS".to_owned(),
            _ => "protocol".to_owned(),
        };
        Self::Database { kind, source: Box::new(error) }
    }
}

impl From<Denied> for StoreError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotVisible => Self::NotVisible,
            Denied::Forbidden(capability) => Self::Forbidden(capability),
        }
    }
}

impl From<&StoreError> for Failure {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Database { .. } => Self::new(Code::StoreUnavailable),
            StoreError::ObjectStorage(_) => Self::new(Code::StorageUnavailable),
            _ => Self::new(Code::Internal),
        }
    }
}
