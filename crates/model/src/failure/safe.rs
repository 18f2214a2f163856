//! Values that may stand in a failure: nothing that came from outside as free text.

use std::fmt;
use std::time::Duration;

use super::GraphCode;
use crate::access::{Capability, Role};
use crate::resource_types::ResourceType;
use crate::settings::{Key, Value};
use crate::time::duration_words;

/// A value that is safe to store and show, by its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SafeValue {
    /// A number.
    Number(i64),
    /// A length of time.
    Duration(Duration),
    /// An id of ours.
    Id(uuid::Uuid),
    /// The label of a resource type of the catalogue.
    ResourceType(&'static str),
    /// A Graph error code from the allow-list.
    GraphCode(GraphCode),
    /// A capability.
    Capability(Capability),
    /// A type of operation.
    Operation(&'static str),
    /// A role.
    Role(Role),
    /// A setting.
    Setting(Key),
    /// What was chosen for a setting, checked by its declaration; `None`: nothing.
    Chosen(Option<Value>),
    /// Where a finding stands.
    Finding(crate::finding::FindingState),
    /// What a report tells.
    ReportKind(crate::report::ReportKind),
    /// As what a report is had.
    ReportFormat(crate::report::ReportFormat),
    /// Why a sign-in came to nothing.
    SignIn(crate::sign_in::Problem),
}

impl fmt::Display for SafeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => value.fmt(f),
            Self::Duration(value) => f.write_str(&duration_words(*value)),
            Self::Id(value) => value.fmt(f),
            Self::ResourceType(label) => f.write_str(label),
            Self::GraphCode(GraphCode::Unknown) => f.write_str("other"),
            Self::GraphCode(code) => f.write_str(code.code()),
            Self::Capability(capability) => f.write_str(capability.code()),
            Self::Operation(code) => f.write_str(code),
            Self::Role(role) => f.write_str(role.code()),
            Self::Setting(key) => f.write_str(key.code()),
            Self::Chosen(Some(value)) => value.fmt(f),
            Self::Chosen(None) => f.write_str("-"),
            Self::Finding(state) => f.write_str(state.code()),
            Self::ReportKind(kind) => f.write_str(kind.code()),
            Self::ReportFormat(format) => f.write_str(format.code()),
            Self::SignIn(problem) => f.write_str(problem.code()),
        }
    }
}

impl From<crate::operations::Operation> for SafeValue {
    fn from(value: crate::operations::Operation) -> Self {
        Self::Operation(value.code())
    }
}

impl From<crate::report::ReportKind> for SafeValue {
    fn from(kind: crate::report::ReportKind) -> Self {
        Self::ReportKind(kind)
    }
}

impl From<crate::report::ReportFormat> for SafeValue {
    fn from(format: crate::report::ReportFormat) -> Self {
        Self::ReportFormat(format)
    }
}

impl From<crate::finding::FindingState> for SafeValue {
    fn from(value: crate::finding::FindingState) -> Self {
        Self::Finding(value)
    }
}

impl From<crate::sign_in::Problem> for SafeValue {
    fn from(value: crate::sign_in::Problem) -> Self {
        Self::SignIn(value)
    }
}

impl From<uuid::Uuid> for SafeValue {
    fn from(value: uuid::Uuid) -> Self {
        Self::Id(value)
    }
}

impl From<i64> for SafeValue {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<u16> for SafeValue {
    fn from(value: u16) -> Self {
        Self::Number(value.into())
    }
}

impl From<Duration> for SafeValue {
    fn from(value: Duration) -> Self {
        Self::Duration(value)
    }
}

impl From<GraphCode> for SafeValue {
    fn from(value: GraphCode) -> Self {
        Self::GraphCode(value)
    }
}

impl From<Role> for SafeValue {
    fn from(value: Role) -> Self {
        Self::Role(value)
    }
}

impl From<Capability> for SafeValue {
    fn from(value: Capability) -> Self {
        Self::Capability(value)
    }
}

impl From<&'static ResourceType> for SafeValue {
    fn from(value: &'static ResourceType) -> Self {
        Self::ResourceType(&value.label)
    }
}

impl From<Key> for SafeValue {
    fn from(value: Key) -> Self {
        Self::Setting(value)
    }
}

impl From<Option<Value>> for SafeValue {
    fn from(value: Option<Value>) -> Self {
        Self::Chosen(value)
    }
}
