//! What the list of types is narrowed to.

use model::resource_types::{Category, Feature, Platform, ResourceType, RestoreMode, StoredIn};

use crate::href::{self, Query};

/// How far the product goes with a type: what the list can be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Kept in the inventory.
    Kept,
    /// A restore may be executed.
    Restorable,
    /// A restore is shown only.
    Preview,
    /// Only settings are written back.
    Settings,
    /// Read, never written.
    ReadOnly,
    /// In the directory cache.
    Directory,
    /// Read on demand only.
    OnDemand,
    /// Not readable app-only.
    Closed,
}

impl Scope {
    /// Every one, in the order of the choice.
    pub const ALL: [Self; 8] = [
        Self::Kept,
        Self::Restorable,
        Self::Preview,
        Self::Settings,
        Self::ReadOnly,
        Self::Directory,
        Self::OnDemand,
        Self::Closed,
    ];

    /// As in an address.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kept => "inventory",
            Self::Restorable => "restore",
            Self::Preview => "preview",
            Self::Settings => "settings",
            Self::ReadOnly => "read_only",
            Self::Directory => "directory",
            Self::OnDemand => "on_demand",
            Self::Closed => "closed",
        }
    }

    /// The words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Kept => "In the inventory",
            Self::Restorable => "Restore enabled",
            Self::Preview => "Preview only",
            Self::Settings => "Settings only",
            Self::ReadOnly => "Never written",
            Self::Directory => "Directory cache",
            Self::OnDemand => "Read on demand",
            Self::Closed => "Not readable app-only",
        }
    }

    /// Whether a type is of it.
    #[must_use]
    pub fn has(self, kind: &ResourceType) -> bool {
        let restored = |mode| kind.in_inventory() && kind.restore.mode == mode;
        match self {
            Self::Kept => kind.support(Feature::Inventory) == model::resource_types::Support::Full,
            Self::Restorable => restored(RestoreMode::Enabled),
            Self::Preview => restored(RestoreMode::PreviewOnly),
            Self::Settings => restored(RestoreMode::MetadataOnly),
            Self::ReadOnly => restored(RestoreMode::None),
            Self::Directory => kind.stored_in == StoredIn::DirectoryCache,
            Self::OnDemand => kind.stored_in == StoredIn::OnDemand,
            Self::Closed => !kind.readable(),
        }
    }
}

/// What the list is narrowed to; the default narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A text in name, key, path or permission.
    pub text: Option<String>,
    /// One category.
    pub category: Option<Category>,
    /// One platform; types whose objects say it themselves are among them.
    pub platform: Option<Platform>,
    /// How far the product goes.
    pub scope: Option<Scope>,
}

impl Filter {
    /// Whether a type is let through.
    #[must_use]
    pub fn passes(&self, kind: &ResourceType) -> bool {
        let text = self.text.as_ref().is_none_or(|text| {
            let text = text.to_lowercase();
            let sets = kind.permissions.read.iter().chain(&kind.permissions.write);
            let permissions = sets.map(|set| set.recommended.as_str());
            [kind.label.as_str(), &kind.key, &kind.collection]
                .into_iter()
                .chain(permissions)
                .any(|there| there.to_lowercase().contains(&text))
        });
        let usual = kind.usual_platform();
        text && self.category.is_none_or(|category| category == kind.category)
            && self.platform.is_none_or(|platform| platform == usual || usual == Platform::Several)
            && self.scope.is_none_or(|scope| scope.has(kind))
    }

    /// The address of the list so narrowed. Parameters: `q`, `category`, `platform`, `support`.
    #[must_use]
    pub fn address(&self) -> String {
        Query::new(href::COVERAGE)
            .with_some("q", self.text.as_deref())
            .with_some("category", self.category.map(Category::code))
            .with_some("platform", self.platform.map(Platform::code))
            .with_some("support", self.scope.map(Scope::code))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::resource_types::all;

    fn found(filter: &Filter) -> Vec<&'static str> {
        all().iter().filter(|kind| filter.passes(kind)).map(|kind| kind.key.as_str()).collect()
    }

    #[test]
    fn each_narrowing_narrows() {
        let of = |scope| Filter { scope: Some(scope), ..Filter::default() };
        assert_eq!(found(&Filter::default()).len(), all().len());
        assert_eq!(found(&of(Scope::Directory)), ["directory_role_definition", "group"]);
        assert_eq!(found(&of(Scope::Closed)).len(), 4);
        let kept: Vec<&str> = all().iter().filter(|kind| kind.in_inventory()).map(|kind| kind.key.as_str()).collect();
        assert_eq!(found(&of(Scope::Kept)), kept);
        let modes = [Scope::Restorable, Scope::Preview, Scope::Settings, Scope::ReadOnly];
        assert_eq!(modes.iter().map(|scope| found(&of(*scope)).len()).sum::<usize>(), kept.len());
        let scripts = Filter { text: Some("SHELL".to_owned()), platform: Some(Platform::Macos), ..Filter::default() };
        assert_eq!(found(&scripts), ["device_shell_script", "device_custom_attribute_script"]);
        let permission = Filter { text: Some("cloudpc.read".to_owned()), ..Filter::default() };
        assert_eq!(found(&permission).len(), 3);
    }

    #[test]
    fn the_address_says_what_it_is_narrowed_to() {
        let filter = Filter {
            text: Some("a b".to_owned()),
            category: Some(Category::App),
            platform: Some(Platform::Ios),
            scope: Some(Scope::Preview),
        };
        assert_eq!(filter.address(), "/admin/coverage?q=a%20b&category=app&platform=ios&support=preview");
    }
}
