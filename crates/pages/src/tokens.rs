//! API tokens: what people gave to programs of theirs.

mod form;
mod list;
mod made;
mod revoke;
mod words;

pub use form::{Form, Input};
pub use list::List;
pub use made::Made;
pub use revoke::Revoke;

use model::ids::{ApiTokenId, WorkspaceId};

use crate::href::Query;

/// The tokens of a workspace (GET), and making one (POST).
#[must_use]
pub fn tokens(workspace: WorkspaceId) -> String {
    Query::new("/admin/tokens").with("workspace", workspace).into()
}

/// The form for a new token.
#[must_use]
pub fn new_token(workspace: WorkspaceId) -> String {
    Query::new("/admin/tokens/new").with("workspace", workspace).into()
}

/// The question whether to revoke a token (GET), and revoking it (POST).
#[must_use]
pub fn revoke(workspace: WorkspaceId, token: ApiTokenId) -> String {
    Query::new(format!("/admin/tokens/{token}/revoke")).with("workspace", workspace).into()
}
