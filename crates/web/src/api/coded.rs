//! Values out of a list, by their stored codes.

use std::fmt;
use std::marker::PhantomData;

use model::access::{Capability, Role};
use model::audit::AuditOutcome;
use model::comparison::{Difference, Part};
use model::connection::{Cloud, CredentialKind, Signature};
use model::links::{EndState, LinkKind, OrphanKind, WhyUntold};
use model::operations::Operation;
use model::operations::bulk_action::Act;
use model::overview::{ConnectionHealth, OverviewSort, Trouble};
use model::report::ReportKind;
use model::resource_types::{Category, Platform};
use model::run::{ItemStatus, Outcome, Status, Trigger};
use model::schedule::{CatchUp, Omission};
use model::tenant::{Environment, TenantStatus};
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use store::runs::{Again, RunTab};

use super::shape::{Schemas, Shape};

/// A type whose values have codes.
pub(crate) trait Codes: Copy + 'static {
    /// What can be chosen.
    fn all() -> Vec<Self>;
    /// The code.
    fn code(self) -> &'static str;
}

/// That types have codes that are all known: each has `ALL` and `code`.
macro_rules! codes {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::api::coded::Codes for $type {
            fn all() -> Vec<Self> {
                Self::ALL.to_vec()
            }

            fn code(self) -> &'static str {
                <$type>::code(self)
            }
        }
    )+};
}

pub(crate) use codes;

codes!(
    Act,
    AuditOutcome,
    Capability,
    CatchUp,
    Cloud,
    ConnectionHealth,
    CredentialKind,
    Difference,
    EndState,
    Environment,
    ItemStatus,
    LinkKind,
    Omission,
    Operation,
    OrphanKind,
    Outcome,
    OverviewSort,
    Part,
    Platform,
    ReportKind,
    Role,
    WhyUntold,
    Signature,
    Status,
    TenantStatus,
    Trigger,
    Trouble
);

impl Codes for Again {
    fn all() -> Vec<Self> {
        vec![Self::Whole, Self::Failed]
    }

    fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Failed => "failed",
        }
    }
}

impl Codes for RunTab {
    fn all() -> Vec<Self> {
        vec![Self::All, Self::Active, Self::Attention, Self::Succeeded]
    }

    fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Active => "active",
            Self::Attention => "attention",
            Self::Succeeded => "succeeded",
        }
    }
}

impl Codes for Category {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn code(self) -> &'static str {
        Category::code(self)
    }
}

/// A value that is answered: its code, `unknown` for what this version does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Coded<T>(pub(crate) T);

impl<T: Codes> Serialize for Coded<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.code())
    }
}

impl<T: Codes> Shape for Coded<T> {
    fn schema(_: &mut Schemas) -> Value {
        let mut codes: Vec<&str> = T::all().into_iter().map(T::code).collect();
        if !codes.contains(&"unknown") {
            codes.push("unknown");
        }
        json!({ "type": "string", "enum": codes })
    }
}

/// A value that is asked for: one of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice<T>(pub(crate) T);

impl<T: Codes> Shape for Choice<T> {
    fn schema(_: &mut Schemas) -> Value {
        let codes: Vec<&str> = T::all().into_iter().map(T::code).collect();
        json!({ "type": "string", "enum": codes })
    }
}

struct OneOf<T>(PhantomData<T>);

impl<T: Codes> Visitor<'_> for OneOf<T> {
    type Value = Choice<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes: Vec<&str> = T::all().into_iter().map(T::code).collect();
        write!(f, "one of {}", codes.join(", "))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Choice<T>, E> {
        let found = T::all().into_iter().find(|value| value.code() == text);
        found.map(Choice).ok_or_else(|| E::invalid_value(de::Unexpected::Other("another value"), &self))
    }
}

impl<'de, T: Codes> Deserialize<'de> for Choice<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(OneOf(PhantomData))
    }
}
