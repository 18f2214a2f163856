//! One of the two states that are compared.

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::inventory::InventoryItem;
use model::json::Json;
use model::tenant::Tenant;
use model::version::PolicyVersion;

use crate::text::{self, NAMELESS};
use crate::{href, when};

/// A state of an item.
#[derive(Debug, Clone)]
pub struct Side {
    /// Its tenant.
    pub tenant: Tenant,
    /// The item as it is now.
    pub item: InventoryItem,
    /// The version that is compared.
    pub version: PolicyVersion,
    /// Its content, secrets covered; `None` where the object had disappeared.
    pub content: Option<Json>,
    /// Names of objects that it refers to, by Microsoft's id.
    pub names: BTreeMap<String, String>,
    /// How many masked values of the version are kept, sealed.
    pub sealed_values: usize,
    /// The latest versions of the item, newest first, to choose from.
    pub versions: Vec<PolicyVersion>,
}

impl Side {
    /// Whose version it is and of when.
    pub(super) fn told(&self, with_tenant: bool) -> Markup {
        let version = &self.version;
        html! {
            a href=(href::version(self.tenant.id, self.item.id, version.number)) { "Version " (version.number) }
            " · " (when::at(version.captured_at))
            @match self.sealed_values {
                0 => {},
                1 => span.below { "Sealed value kept: Microsoft masks it, and it is not compared" },
                many => span.below { (many) " sealed values kept: Microsoft masks them, and they are not compared" },
            }
            @if with_tenant { span.below { (text::name(&version.name, NAMELESS)) " · " (text::name(&self.tenant.name, NAMELESS)) } }
        }
    }

    /// The versions to choose from: number and words.
    pub(super) fn choices(&self) -> Vec<(String, String)> {
        let mut numbers: Vec<(i64, String)> = self
            .versions
            .iter()
            .map(|version| (version.number, format!("Version {} · {}", version.number, version.words())))
            .collect();
        if numbers.iter().all(|(number, _)| *number != self.version.number) {
            numbers.push((self.version.number, format!("Version {}", self.version.number)));
        }
        numbers.into_iter().map(|(number, words)| (number.to_string(), words)).collect()
    }
}

/// How a comparison is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// Each change with its name, before and after.
    #[default]
    SideBySide,
    /// The lines of both as JSON.
    Unified,
    /// As a JSON Patch.
    Patch,
}

impl View {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SideBySide, Self::Unified, Self::Patch];

    /// Its code in an address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SideBySide => "changes",
            Self::Unified => "unified",
            Self::Patch => "patch",
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::SideBySide => "Side by side",
            Self::Unified => "Unified",
            Self::Patch => "JSON Patch",
        }
    }
}
