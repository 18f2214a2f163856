//! What a workspace says itself of how much findings matter, and until when something is to be done about them.
//!
//! Of the workspace's rules the one counts that says most: one that names the type before one that names only the property, that before
//! one that names only the kind. Where none fits the table of the program decides.

use std::collections::BTreeMap;
use std::time::Duration;

use super::severity::{Built, built_in, due_days};
use super::{FindingKind, Severity};
use crate::resource_types;

/// The most rules that a workspace can have.
pub const MAX_RATING_RULES: usize = 200;
/// The most days until something is to be done.
pub const MAX_DUE_DAYS: u32 = 366;
/// The longest name of a property in a rule, in characters.
pub const LONGEST_PROPERTY: usize = 200;

const DAY: u64 = 86_400;

/// What a rule fits; what is not named is any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Fits {
    /// Key of the type.
    pub resource_type: Option<String>,
    /// The property.
    pub property: Option<String>,
    /// The kind.
    pub kind: Option<FindingKind>,
}

/// A rule cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRule {
    /// It fits everything.
    #[error("A rule names a type, a kind or a property.")]
    Nothing,
    /// There is no such type.
    #[error("There is no such type.")]
    Type,
    /// There is no such kind.
    #[error("There is no such kind.")]
    Kind,
    /// A property has a name, and what is added or removed is no property.
    #[error("A property has a name of at most 200 characters, and what is added or removed has none.")]
    Property,
    /// There is no such severity.
    #[error("There is no such severity.")]
    Severity,
    /// There are too many.
    #[error("A workspace has at most 200 rules.")]
    TooMany,
    /// Days are out of bounds.
    #[error("Something is due in 1 to 366 days.")]
    Days,
}

impl Fits {
    /// What a rule names, when it can.
    ///
    /// # Errors
    /// [`NoRule`] says why not.
    pub fn new(resource_type: Option<&str>, kind: Option<FindingKind>, property: Option<&str>) -> Result<Self, NoRule> {
        let named = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let fits = Self { resource_type: named(resource_type), property: named(property), kind };
        if fits == Self::default() {
            return Err(NoRule::Nothing);
        }
        if fits.resource_type.as_deref().is_some_and(|key| resource_types::find(key).is_none()) {
            return Err(NoRule::Type);
        }
        if fits.kind == Some(FindingKind::Unknown) {
            return Err(NoRule::Kind);
        }
        let wrong = |name: &String| name.chars().count() > LONGEST_PROPERTY || name.chars().any(char::is_control);
        if fits.property.as_ref().is_some_and(wrong)
            || (fits.property.is_some() && fits.kind.is_some_and(FindingKind::is_presence))
        {
            return Err(NoRule::Property);
        }
        Ok(fits)
    }

    fn fits(&self, resource_type: &str, kind: FindingKind, property: &str) -> bool {
        self.resource_type.as_deref().is_none_or(|one| one == resource_type)
            && self.kind.is_none_or(|one| one == kind)
            && self.property.as_deref().is_none_or(|one| one == property)
    }

    /// How much it says: its type counts more than its property, that more than its kind.
    fn weight(&self) -> u8 {
        u8::from(self.resource_type.is_some()) * 4 + u8::from(self.property.is_some()) * 2 + u8::from(self.kind.is_some())
    }
}

/// What a workspace says itself. Without rules and days everything is as in the table of the program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ratings {
    rules: BTreeMap<Fits, Severity>,
    days: BTreeMap<Severity, u32>,
}

/// Which rule decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decides {
    /// One of the workspace.
    Own(Fits),
    /// One of the table of the program: what it names, each a list of which one fits.
    BuiltIn(Built),
    /// None: what the table says otherwise.
    Otherwise,
}

impl Ratings {
    /// The workspace's rules.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = (&Fits, Severity)> {
        self.rules.iter().map(|(fits, severity)| (fits, *severity))
    }

    /// The days that the workspace chose.
    pub fn own_days(&self, severity: Severity) -> Option<u32> {
        self.days.get(&severity).copied()
    }

    /// Days until something is to be done about a finding of that severity.
    #[must_use]
    pub fn days(&self, severity: Severity) -> u32 {
        self.own_days(severity).unwrap_or_else(|| due_days(severity))
    }

    /// The same as a length of time.
    #[must_use]
    pub fn due_after(&self, severity: Severity) -> Duration {
        Duration::from_secs(u64::from(self.days(severity)) * DAY)
    }

    /// How much a deviation matters.
    #[must_use]
    pub fn severity(&self, resource_type: &str, kind: FindingKind, property: &str) -> Severity {
        self.decides(resource_type, kind, property).0
    }

    /// The same, and which rule says so.
    #[must_use]
    pub fn decides(&self, resource_type: &str, kind: FindingKind, property: &str) -> (Severity, Decides) {
        let fitting = self.rules.iter().filter(|(fits, _)| fits.fits(resource_type, kind, property));
        if let Some((fits, severity)) = fitting.max_by_key(|(fits, _)| fits.weight()) {
            return (*severity, Decides::Own(fits.clone()));
        }
        match built_in(resource_type, kind, property) {
            (severity, Some(rule)) => (severity, Decides::BuiltIn(rule)),
            (severity, None) => (severity, Decides::Otherwise),
        }
    }

    /// Adds a rule, or changes what the one says that fits the same.
    ///
    /// # Errors
    /// [`NoRule`] for a severity that there is not, and for too many rules.
    pub fn set(&mut self, fits: Fits, severity: Severity) -> Result<(), NoRule> {
        if severity == Severity::Unknown {
            return Err(NoRule::Severity);
        }
        if self.rules.len() >= MAX_RATING_RULES && !self.rules.contains_key(&fits) {
            return Err(NoRule::TooMany);
        }
        self.rules.insert(fits, severity);
        Ok(())
    }

    /// Takes a rule away; whether there was one.
    pub fn remove(&mut self, fits: &Fits) -> bool {
        self.rules.remove(fits).is_some()
    }

    /// Chooses the days of a severity; `None`: those of the program.
    ///
    /// # Errors
    /// [`NoRule`] for a severity that there is not, and days that are out of bounds.
    pub fn set_days(&mut self, severity: Severity, days: Option<u32>) -> Result<(), NoRule> {
        if severity == Severity::Unknown {
            return Err(NoRule::Severity);
        }
        match days {
            None => _ = self.days.remove(&severity),
            Some(days) if (1..=MAX_DUE_DAYS).contains(&days) => _ = self.days.insert(severity, days),
            Some(_) => return Err(NoRule::Days),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::severity;
    use FindingKind::{AssignmentChanged, Changed, Removed};

    fn fits(resource_type: Option<&str>, kind: Option<FindingKind>, property: Option<&str>) -> Fits {
        Fits::new(resource_type, kind, property).unwrap()
    }

    #[test]
    fn the_rule_that_says_most_decides_and_without_one_the_table() {
        let mut ratings = Ratings::default();
        let state = |ratings: &Ratings| ratings.decides("conditional_access_policy", Changed, "state");
        assert_eq!(state(&ratings).0, severity("conditional_access_policy", Changed, "state"));
        assert!(matches!(state(&ratings).1, Decides::BuiltIn(rule) if rule.types.len() == 7));
        ratings.set(fits(None, Some(Changed), None), Severity::Low).unwrap();
        assert_eq!(state(&ratings).0, Severity::Low);
        ratings.set(fits(None, None, Some("state")), Severity::Medium).unwrap();
        assert_eq!(state(&ratings).0, Severity::Medium, "a property says more than a kind");
        let whole = fits(Some("conditional_access_policy"), None, None);
        ratings.set(whole.clone(), Severity::High).unwrap();
        assert_eq!(state(&ratings), (Severity::High, Decides::Own(whole.clone())), "a type says more than both");
        assert_eq!(ratings.severity("settings_catalog_policy", AssignmentChanged, "assignments"), Severity::Medium);
        assert!(ratings.remove(&whole) && !ratings.remove(&whole));
        assert_eq!(state(&ratings).0, Severity::Medium);
    }

    #[test]
    fn days_are_the_programs_until_the_workspace_chooses() {
        let mut ratings = Ratings::default();
        let all: Vec<u32> = Severity::ALL.iter().map(|severity| ratings.days(*severity)).collect();
        assert!(all.is_sorted_by(|a, b| a > b), "what matters more is due earlier: {all:?}");
        ratings.set_days(Severity::High, Some(3)).unwrap();
        assert_eq!((ratings.days(Severity::High), ratings.due_after(Severity::High).as_secs()), (3, 259_200));
        ratings.set_days(Severity::High, None).unwrap();
        assert_eq!(ratings, Ratings::default());
        assert_eq!(ratings.set_days(Severity::Low, Some(0)), Err(NoRule::Days));
        assert_eq!(ratings.set_days(Severity::Low, Some(367)), Err(NoRule::Days));
        assert_eq!(ratings.set_days(Severity::Unknown, Some(1)), Err(NoRule::Severity));
    }

    #[test]
    fn rules_that_cannot_be_are_refused() {
        assert_eq!(Fits::new(Some(" "), None, Some("")), Err(NoRule::Nothing));
        assert_eq!(Fits::new(Some("odd"), None, None), Err(NoRule::Type));
        assert_eq!(Fits::new(None, Some(FindingKind::Unknown), None), Err(NoRule::Kind));
        assert_eq!(Fits::new(None, Some(Removed), Some("state")), Err(NoRule::Property));
        assert_eq!(Fits::new(None, None, Some(&"x".repeat(201))), Err(NoRule::Property));
        let mut ratings = Ratings::default();
        for n in 0..MAX_RATING_RULES {
            ratings.set(fits(None, None, Some(&format!("p{n}"))), Severity::Low).unwrap();
        }
        assert_eq!(ratings.set(fits(None, None, Some("more")), Severity::Low), Err(NoRule::TooMany));
        assert_eq!(ratings.set(fits(None, None, Some("p1")), Severity::High), Ok(()), "one that is there is changed");
        assert_eq!(ratings.set(fits(None, None, Some("p1")), Severity::Unknown), Err(NoRule::Severity));
    }
}
