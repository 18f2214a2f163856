//! Who may do what: roles, capabilities and the one table that joins them. Code asks for capabilities, never for roles.

mod sentence;

use std::fmt;

use crate::codes::codes;

codes! {
    /// A role in a workspace or in a tenant. The higher of the two counts; see [`Role::rank`].
    Role {
        /// Everything, members and danger zone included.
        Owner = "owner",
        /// Settings, schedules, connections, restores.
        Manager = "manager",
        /// Starts syncs, backups and drift checks; works on findings.
        Operator = "operator",
        /// Looks.
        Readonly = "readonly",
    }
}

impl Role {
    /// Greater means more; an unknown role ranks below all.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::Owner => 4,
            Self::Manager => 3,
            Self::Operator => 2,
            Self::Readonly => 1,
            Self::Unknown => 0,
        }
    }

    /// The higher of two roles.
    #[must_use]
    pub const fn higher(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    /// Whether this workspace role alone opens every tenant of the workspace.
    #[must_use]
    pub const fn opens_every_tenant(self) -> bool {
        self.rank() >= Self::Manager.rank()
    }

    /// Whether this role holds the capability. This is the whole table (`access.md`).
    #[must_use]
    pub const fn grants(self, capability: Capability) -> bool {
        self.rank() >= capability.least_role().rank()
    }
}

/// Which plane a capability belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plane {
    /// Asked of a workspace scope.
    Workspace,
    /// Asked of a tenant scope.
    Tenant,
}

macro_rules! capabilities {
    ($($plane:ident $least:ident: $($variant:ident = $code:literal),+;)+) => {
        codes! {
            /// Something that a person may be allowed to do.
            Capability {
                $($(#[doc = concat!("`", $code, "`")] $variant = $code,)+)+
            }
        }

        impl Capability {
            /// The lowest role that holds this capability.
            #[must_use]
            pub const fn least_role(self) -> Role {
                match self {
                    $($(Self::$variant => Role::$least,)+)+
                    // Nobody holds a capability that this version does not know.
                    Self::Unknown => Role::Owner,
                }
            }

            /// Where the capability is asked for.
            #[must_use]
            pub const fn plane(self) -> Plane {
                match self {
                    $($(Self::$variant => Plane::$plane,)+)+
                    Self::Unknown => Plane::Workspace,
                }
            }

            /// Whether it lets one look, and change nothing: its code ends in `.view`.
            #[must_use]
            pub fn only_views(self) -> bool {
                self.code().ends_with(".view")
            }
        }

        /// One marker type per capability, so that a permit names in its type what it permits.
        pub mod can {
            use super::{Capability, Capable};
            $($(
                #[doc = concat!("Marks a permit for `", $code, "`.")]
                #[derive(Debug, Clone, Copy)]
                pub struct $variant;
                impl Capable for $variant {
                    const CAPABILITY: Capability = Capability::$variant;
                }
            )+)+
        }
    };
}

/// A marker type of [`can`].
pub trait Capable: Send + Sync + 'static {
    /// The capability that the marker stands for.
    const CAPABILITY: Capability;
}

capabilities! {
    Workspace Readonly: WorkspaceView = "workspace.view", WorkspaceOperationsView = "workspace.operations.view";
    Workspace Owner: WorkspaceMembersManage = "workspace.members.manage", WorkspaceDelete = "workspace.delete";
    Workspace Manager: WorkspaceSettingsManage = "workspace.settings.manage",
        WorkspaceTenantsOnboard = "workspace.tenants.onboard",
        WorkspaceBaselinesManage = "workspace.baselines.manage",
        WorkspaceAlertsManage = "workspace.alerts.manage",
        WorkspaceApiTokensManage = "workspace.api_tokens.manage",
        WorkspaceAuditView = "workspace.audit.view";
    Tenant Readonly: TenantView = "tenant.view", PoliciesView = "tenant.policies.view", FindingsView = "tenant.findings.view";
    Tenant Operator: InventorySync = "tenant.inventory.sync",
        DirectorySync = "tenant.directory.sync",
        DriftRun = "tenant.drift.run",
        BackupsRun = "tenant.backups.run",
        BackupSchedulesRun = "tenant.backup_schedules.run",
        ProvidersRun = "tenant.providers.run",
        FindingsTriage = "tenant.findings.triage";
    Tenant Manager: BackupSchedulesManage = "tenant.backup_schedules.manage",
        ProvidersManage = "tenant.providers.manage",
        TenantSettingsManage = "tenant.settings.manage",
        FindingsAcceptRisk = "tenant.findings.accept_risk",
        RestoreExecute = "tenant.restore.execute";
    Tenant Owner: TenantMembersManage = "tenant.members.manage",
        CredentialsRotate = "tenant.credentials.rotate",
        SecretsFetch = "tenant.secrets.fetch",
        TenantDangerZone = "tenant.danger_zone";
}

/// A set of capabilities: what an API token was given of those of its holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities(u64);

impl Capabilities {
    /// All of them: no limit.
    pub const ALL: Self = Self(u64::MAX);
    /// None.
    pub const NONE: Self = Self(0);

    const fn bit(capability: Capability) -> u64 {
        1 << (capability as u32)
    }

    /// Whether it holds that one.
    #[must_use]
    pub const fn has(self, capability: Capability) -> bool {
        self.0 & Self::bit(capability) != 0
    }

    /// The same with that one.
    #[must_use]
    pub const fn with(self, capability: Capability) -> Self {
        Self(self.0 | Self::bit(capability))
    }

    /// Those that it holds, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.iter().copied().filter(move |capability| self.has(*capability))
    }

    /// Their codes, as they are stored.
    #[must_use]
    pub fn codes(self) -> Vec<&'static str> {
        self.iter().map(Capability::code).collect()
    }

    /// Reads codes; one that this version does not know gives nothing.
    #[must_use]
    pub fn from_codes<'a>(codes: impl IntoIterator<Item = &'a str>) -> Self {
        codes.into_iter().map(Capability::from_code).filter(|capability| *capability != Capability::Unknown).collect()
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(capabilities: I) -> Self {
        capabilities.into_iter().fold(Self::NONE, Self::with)
    }
}

/// What the person who looks at a page may do: plain flags for rendering, never a permission by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Can {
    role: Role,
    /// What the place gives beyond the role.
    beside: Capabilities,
    within: Capabilities,
}

impl Can {
    /// The flags of a role.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        Self::within(role, Capabilities::ALL)
    }

    /// The same, narrowed to what an API token was given.
    #[must_use]
    pub const fn within(role: Role, within: Capabilities) -> Self {
        Self { role, beside: Capabilities::NONE, within }
    }

    /// The same with a capability that the place gives to that role; a token that was not given it does not have it.
    #[must_use]
    pub const fn with(self, capability: Capability) -> Self {
        Self { beside: self.beside.with(capability), ..self }
    }

    /// Whether the control for this capability is enabled.
    #[must_use]
    pub const fn allows(self, capability: Capability) -> bool {
        (self.role.grants(capability) || self.beside.has(capability)) && self.within.has(capability)
    }

    /// The role behind the flags, for display.
    #[must_use]
    pub const fn role(self) -> Role {
        self.role
    }
}

/// Why access was refused. The two cases are mapped to 404 and 403 in one place (`web`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Unknown, or not theirs: they must not learn which.
    #[error("not found")]
    NotVisible,
    /// They may see it, but not do this.
    #[error("the capability {0} is missing")]
    Forbidden(Capability),
}

/// The role × capability table as text, one line per capability: reviewed as a golden file.
#[must_use]
pub fn matrix() -> impl fmt::Display {
    let mut text = format!("{:<36}{:>8}{:>9}{:>10}{:>10}\n", "capability", "owner", "manager", "operator", "readonly");
    for capability in Capability::ALL {
        text.push_str(&format!("{:<36}", capability.code()));
        for (role, width) in Role::ALL.iter().zip([8, 9, 10, 10]) {
            text.push_str(&format!("{:>width$}", if role.grants(*capability) { "yes" } else { "-" }));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_by_capability_matches_the_reviewed_matrix() {
        let golden = include_str!("../tests/role_capability_matrix.txt");
        assert_eq!(matrix().to_string(), golden, "the table changed: review it and update tests/role_capability_matrix.txt");
    }

    #[test]
    fn a_set_of_capabilities_survives_its_codes_and_narrows_a_role() {
        assert!(Capability::ALL.len() < 63, "the set has a bit for each");
        for capability in Capability::ALL {
            let one = Capabilities::NONE.with(*capability);
            assert_eq!(Capabilities::from_codes(one.codes()), one);
            assert_eq!(one.iter().collect::<Vec<_>>(), [*capability]);
            assert_eq!(Can::within(Role::Operator, one).allows(*capability), Role::Operator.grants(*capability));
            assert!(!Can::within(Role::Owner, Capabilities::NONE).allows(*capability));
            assert!(Can::of(Role::Unknown).with(*capability).allows(*capability));
            assert!(!Can::within(Role::Unknown, Capabilities::NONE).with(*capability).allows(*capability));
        }
        assert_eq!(Capabilities::from_codes(["future.capability", "unknown"]), Capabilities::NONE);
        assert_eq!(Capabilities::ALL.codes().len(), Capability::ALL.len());
    }

    #[test]
    fn an_unknown_role_may_nothing() {
        assert!(Capability::ALL.iter().all(|c| !Role::Unknown.grants(*c)));
        assert!(!Role::Readonly.grants(Capability::Unknown));
    }
}
