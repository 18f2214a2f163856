//! How much a finding matters where a workspace says nothing else: by the type of the object, what kind of deviation it is and the property, out of one data file.

use std::sync::LazyLock;

use serde::Deserialize;

use super::FindingKind;
use crate::codes::codes;
use crate::resource_types::{self, Category};

codes! {
    /// How much a finding matters.
    Severity {
        /// Look at it when there is time.
        Low = "low",
        /// Look at it this month.
        Medium = "medium",
        /// Look at it this week.
        High = "high",
        /// Look at it today.
        Critical = "critical",
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    due_days: DueDays,
    otherwise: String,
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DueDays {
    low: u32,
    medium: u32,
    high: u32,
    critical: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    properties: Vec<String>,
    severity: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // The table is part of the program; a test reads it.
    toml::from_str(include_str!("severity.toml")).unwrap_or_else(|error| panic!("finding/severity.toml: {error}"))
});

impl Rule {
    fn fits(&self, resource_type: &str, category: Option<Category>, kind: FindingKind, property: &str) -> bool {
        let any = |list: &[String], value: &str| list.is_empty() || list.iter().any(|one| one == value);
        any(&self.types, resource_type)
            && any(&self.categories, category.map_or("", Category::code))
            && any(&self.kinds, kind.code())
            && any(&self.properties, property)
    }
}

/// What a rule of the table names; of each list one fits, an empty one fits everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// Keys of types.
    pub types: &'static [String],
    /// Codes of categories.
    pub categories: &'static [String],
    /// Codes of kinds.
    pub kinds: &'static [String],
    /// Properties.
    pub properties: &'static [String],
}

/// How much a deviation of that kind in that property of an object of that type matters: what the first rule says that fits.
#[must_use]
pub fn severity(resource_type: &str, kind: FindingKind, property: &str) -> Severity {
    built_in(resource_type, kind, property).0
}

/// The same, and the rule; `None`: none fits.
pub(super) fn built_in(resource_type: &str, kind: FindingKind, property: &str) -> (Severity, Option<Built>) {
    let category = resource_types::find(resource_type).map(|found| found.category);
    let rule = TABLE.rule.iter().find(|rule| rule.fits(resource_type, category, kind, property));
    let severity = Severity::from_code(rule.map_or(TABLE.otherwise.as_str(), |rule| rule.severity.as_str()));
    let names = |rule: &'static Rule| Built {
        types: &rule.types,
        categories: &rule.categories,
        kinds: &rule.kinds,
        properties: &rule.properties,
    };
    (severity, rule.map(names))
}

/// Days until something is to be done about a finding, from when it was found, where nobody chose others.
pub(super) fn due_days(severity: Severity) -> u32 {
    let days = &TABLE.due_days;
    match severity {
        Severity::Low | Severity::Unknown => days.low,
        Severity::Medium => days.medium,
        Severity::High => days.high,
        Severity::Critical => days.critical,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_table_says_something_that_can_be() {
        let categories: Vec<&str> = Category::ALL.iter().map(|category| category.code()).collect();
        for rule in &TABLE.rule {
            for key in &rule.types {
                assert!(resource_types::find(key).is_some(), "no such type: {key}");
            }
            assert!(rule.categories.iter().all(|code| categories.contains(&code.as_str())), "{:?}", rule.categories);
            assert!(rule.kinds.iter().all(|code| FindingKind::from_code(code) != FindingKind::Unknown), "{:?}", rule.kinds);
            assert_ne!(Severity::from_code(&rule.severity), Severity::Unknown, "{}", rule.severity);
        }
        assert_ne!(Severity::from_code(&TABLE.otherwise), Severity::Unknown);
    }

    #[test]
    fn type_kind_and_property_decide() {
        use FindingKind::{AssignmentChanged, Changed, ReferenceDangling, Removed, ScopeTagChanged, Unused};
        assert_eq!(severity("conditional_access_policy", Changed, "state"), Severity::Critical);
        assert_eq!(severity("conditional_access_policy", Changed, "displayName"), Severity::Low);
        assert_eq!(severity("conditional_access_policy", Removed, ""), Severity::Critical);
        assert_eq!(severity("compliance_policy", AssignmentChanged, "assignments"), Severity::High);
        assert_eq!(severity("settings_catalog_policy", Changed, "settings"), Severity::Medium);
        assert_eq!(severity("settings_catalog_policy", ScopeTagChanged, "roleScopeTagIds"), Severity::Low);
        assert_eq!(severity("conditional_access_policy", ReferenceDangling, "group g"), Severity::High);
        assert_eq!(severity("device_script", ReferenceDangling, "group g"), Severity::Medium);
        assert_eq!(severity("conditional_access_policy", Unused, ""), Severity::Low);
        assert_eq!(severity("a_type_of_tomorrow", Changed, "x"), Severity::Medium);
    }
}
