//! What the product does with a type, and why not where it does not.

use super::{Platform, PlatformRule, ResourceType, RestoreMode, StoredIn};

/// Something that the product may do with objects of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    /// They are read and kept.
    Inventory,
    /// Their content can be kept as of a moment.
    Snapshot,
    /// They can be written back.
    Restore,
    /// Changes of them are found.
    Drift,
    /// An application permission opens them.
    Permissions,
}

impl Feature {
    /// Every feature, in the order of the columns.
    pub const ALL: [Self; 5] = [Self::Inventory, Self::Snapshot, Self::Restore, Self::Drift, Self::Permissions];

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Inventory => "Inventory",
            Self::Snapshot => "Snapshot",
            Self::Restore => "Restore",
            Self::Drift => "Drift",
            Self::Permissions => "Permissions",
        }
    }
}

/// How far a feature goes for a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Support {
    /// All of it.
    Full,
    /// Some of it, said in a few words.
    Partly(&'static str),
    /// None of it, for that reason.
    None(&'static str),
}

impl Support {
    /// Whether there is any.
    #[must_use]
    pub const fn any(self) -> bool {
        !matches!(self, Self::None(_))
    }

    /// In a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Full => "Yes",
            Self::Partly(words) | Self::None(words) => words,
        }
    }
}

/// Why an app cannot read a type.
const CLOSED: Support = Support::None("Not readable app-only");
/// Why a type is not kept.
const ON_DEMAND: Support = Support::None("Read on demand only");
/// What is kept of directory objects.
const NAMES: Support = Support::Partly("Directory cache");

impl ResourceType {
    /// How far a feature goes for the type.
    #[must_use]
    pub fn support(&self, feature: Feature) -> Support {
        let kept = match self.stored_in {
            _ if !self.readable() => CLOSED,
            StoredIn::Inventory => Support::Full,
            StoredIn::DirectoryCache => NAMES,
            StoredIn::OnDemand => ON_DEMAND,
        };
        match feature {
            Feature::Inventory => kept,
            Feature::Snapshot | Feature::Drift if kept == NAMES => Support::None("Names only are kept"),
            Feature::Snapshot | Feature::Drift => kept,
            Feature::Restore if !self.in_inventory() => match kept {
                Support::None(_) => kept,
                _ => Support::None("No content is kept"),
            },
            Feature::Restore => match self.restore.mode {
                RestoreMode::Enabled => Support::Full,
                RestoreMode::PreviewOnly => Support::Partly("Preview only"),
                RestoreMode::MetadataOnly => Support::Partly("Settings only"),
                RestoreMode::None => Support::None("Never written"),
            },
            Feature::Permissions => match (&self.permissions.read, &self.permissions.write) {
                (None, _) => CLOSED,
                (Some(_), None) => Support::Partly("Read only"),
                (Some(_), Some(_)) => Support::Full,
            },
        }
    }

    /// What stands behind [`ResourceType::support`], in a sentence; `None` where everything goes.
    #[must_use]
    pub fn why_limited(&self) -> Option<&str> {
        if !self.readable() {
            return Some("Microsoft opens this type to signed-in people only: no application permission reads it.");
        }
        if let Some(why) = &self.on_demand {
            return Some(why);
        }
        match self.restore.mode {
            _ if self.stored_in == StoredIn::DirectoryCache => Some("Names and ids are kept, for labels and for choosing."),
            RestoreMode::Enabled => None,
            RestoreMode::PreviewOnly => Some("The difference is shown and never written: a wrong write does too much harm."),
            RestoreMode::MetadataOnly => {
                Some("Only settings can be written: content and credentials are never given out by Microsoft.")
            }
            RestoreMode::None => Some("State of a service or a connector: it is read and never written."),
        }
    }

    /// The platform of every object of the type; [`Platform::Several`] where each says its own.
    #[must_use]
    pub fn usual_platform(&self) -> Platform {
        match &self.platform {
            PlatformRule::Fixed { platform } => *platform,
            PlatformRule::Property { .. } | PlatformRule::OdataType => Platform::Several,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource_types::{all, find};

    fn words(key: &str) -> Vec<&'static str> {
        let kind = find(key).unwrap();
        Feature::ALL.iter().map(|feature| kind.support(*feature).words()).collect()
    }

    #[test]
    fn every_type_says_what_is_done_with_it() {
        assert_eq!(words("settings_catalog_policy"), ["Yes", "Yes", "Yes", "Yes", "Yes"]);
        assert_eq!(words("conditional_access_policy"), ["Yes", "Yes", "Preview only", "Yes", "Yes"]);
        assert_eq!(words("mobile_app"), ["Yes", "Yes", "Settings only", "Yes", "Yes"]);
        assert_eq!(words("vpp_token"), ["Yes", "Yes", "Never written", "Yes", "Read only"]);
        assert_eq!(
            words("group"),
            ["Directory cache", "Names only are kept", "No content is kept", "Names only are kept", "Yes"]
        );
        let closed = "Not readable app-only";
        assert_eq!(words("terms_of_use_agreement"), [closed; 5]);
        let demand = "Read on demand only";
        assert_eq!(words("conditional_access_template"), [demand, demand, demand, demand, "Read only"]);
    }

    #[test]
    fn whatever_is_limited_has_a_reason() {
        for kind in all() {
            let limited = Feature::ALL
                .iter()
                .any(|feature| *feature != Feature::Permissions && !matches!(kind.support(*feature), Support::Full));
            assert_eq!(limited, kind.why_limited().is_some(), "{}", kind.key);
        }
    }
}
