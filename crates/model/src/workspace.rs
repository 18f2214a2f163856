//! A workspace: a company or a managed service provider. Holds tenants, members and settings.

use crate::access::Role;
use crate::ids::WorkspaceId;

/// A workspace as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// The member's role in it.
    pub role: Role,
    /// Whether it is put away: nothing is started in it any more.
    pub archived: bool,
}
