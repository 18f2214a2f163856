//! Invitations to a workspace by a link: a random token in the link, its hash here. Whoever holds the link sees what it invites to;
//! who accepts it must be the person whose mail address it names.

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
