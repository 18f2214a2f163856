//! Everybody who may come to a page.

use model::user::User;
use testkit::world::World;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Somebody {
    /// Nobody who is known.
    Anonymous,
    /// Owner of another workspace.
    Stranger,
    /// Member of the workspace, entitled to none of its tenants.
    Outsider,
    /// Read-only in the workspace and its first tenant.
    Readonly,
    /// Operator in the workspace and its first tenant.
    Operator,
    /// Manager of the workspace.
    Manager,
    /// Owner of the workspace.
    Owner,
    /// Operator of the installation.
    Platform,
    /// The same, who has opened the first workspace by break-glass.
    Glass,
}

impl Somebody {
    pub(crate) const ALL: [Self; 9] = [
        Self::Anonymous,
        Self::Stranger,
        Self::Outsider,
        Self::Readonly,
        Self::Operator,
        Self::Manager,
        Self::Owner,
        Self::Platform,
        Self::Glass,
    ];

    /// One word for a table.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Stranger => "stranger",
            Self::Outsider => "outsider",
            Self::Readonly => "readonly",
            Self::Operator => "operator",
            Self::Manager => "manager",
            Self::Owner => "owner",
            Self::Platform => "platform",
            Self::Glass => "glass",
        }
    }

    /// Whether it is an operator of the installation, who has an account of another kind.
    pub(crate) const fn operates(self) -> bool {
        matches!(self, Self::Platform | Self::Glass)
    }

    /// The person of a workspace; nobody in particular for an anonymous one and for operators of the installation.
    pub(crate) const fn of(self, world: &World) -> Option<&User> {
        match self {
            Self::Anonymous | Self::Platform | Self::Glass => None,
            Self::Stranger => Some(&world.stranger),
            Self::Outsider => Some(&world.outsider),
            Self::Readonly => Some(&world.readonly),
            Self::Operator => Some(&world.operator_member),
            Self::Manager => Some(&world.manager),
            Self::Owner => Some(&world.owner),
        }
    }
}
