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
}

impl Somebody {
    pub(crate) const ALL: [Self; 7] =
        [Self::Anonymous, Self::Stranger, Self::Outsider, Self::Readonly, Self::Operator, Self::Manager, Self::Owner];

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
        }
    }

    /// The person; nobody in particular for an anonymous one.
    pub(crate) const fn of(self, world: &World) -> Option<&User> {
        match self {
            Self::Anonymous => None,
            Self::Stranger => Some(&world.stranger),
            Self::Outsider => Some(&world.outsider),
            Self::Readonly => Some(&world.readonly),
            Self::Operator => Some(&world.operator_member),
            Self::Manager => Some(&world.manager),
            Self::Owner => Some(&world.owner),
        }
    }
}
