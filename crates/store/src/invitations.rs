//! Invitations to a workspace by a link: a random token in the link, its hash here. Whoever holds the link sees what it invites to;
//! who accepts it must be the person whose mail address it names.

/// What keeps an invitation alive: whoever invited is an owner still, and not disabled. After a condition; of the table or alias given.
macro_rules! backed {
    ($of:literal) => {
        concat!(
            " and exists (select 1 from workspace_members b join users ub on ub.id = b.user_id and ub.disabled_at is null
                where b.workspace_id = ",
            $of,
            ".workspace_id and b.user_id = ",
            $of,
            ".invited_by and b.role = 'owner')"
        )
    };
}
pub(crate) use backed;

mod accept;
mod invite;
mod row;

pub use invite::NewInvitation;

use crate::open::Store;

/// Invitations.
#[derive(Debug, Clone, Copy)]
pub struct Invitations<'a>(pub(crate) &'a Store);

impl Store {
    /// Invitations.
    #[must_use]
    pub const fn invitations(&self) -> Invitations<'_> {
        Invitations(self)
    }
}

/// What is found by the token of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// What it invites to.
    pub invitation: model::member::Invitation,
    /// Whether the person has an account already.
    pub has_account: bool,
}
