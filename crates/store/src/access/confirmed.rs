//! Confirmations: the permit for a write that cannot be undone, given to who typed the name of what goes.

use model::access::Capable;
use model::backup::BackupSet;
use model::schedule::Schedule;
use uuid::Uuid;

use super::grant::Grant;
use super::permit::Permit;

mod only_here {
    pub trait Listed {}

    impl Listed for model::backup::BackupSet {}
    impl Listed for model::schedule::Schedule {}
    impl Listed for model::tenant::Tenant {}
    impl Listed for crate::restores::Restore {}
    impl Listed for crate::restores::Rollout {}
}

/// What can be removed by whoever types its name. Nobody else can say so of a type of theirs.
pub trait Removable: only_here::Listed {
    /// Its id.
    fn id(&self) -> Uuid;
    /// Its name.
    fn to_type(&self) -> &str;
}

impl Removable for BackupSet {
    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn to_type(&self) -> &str {
        &self.name
    }
}

impl Removable for Schedule {
    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn to_type(&self) -> &str {
        &self.name
    }
}

impl Removable for model::tenant::Tenant {
    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn to_type(&self) -> &str {
        &self.name
    }
}

/// What is confirmed of a restore is that it writes to its tenant: the tenant's name is typed.
impl Removable for crate::restores::Restore {
    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn to_type(&self) -> &str {
        &self.tenant_name
    }
}

/// What is confirmed of a rollout is that it writes to all of its tenants: its own name is typed.
impl Removable for crate::restores::Rollout {
    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn to_type(&self) -> &str {
        &self.name
    }
}

/// The right to remove one thing for good: a permit, and its name as it was typed. There is no other way to make one.
#[derive(Debug)]
pub struct Confirmed<C> {
    permit: Permit<C>,
    target: Uuid,
}

/// What was typed is not the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not its name")]
pub struct NotItsName;

impl<C: Capable> Confirmed<C> {
    /// The right to remove `target`, when `typed` is its name; blanks around it are nothing.
    ///
    /// # Errors
    /// [`NotItsName`].
    pub fn typed(permit: Permit<C>, target: &impl Removable, typed: &str) -> Result<Self, NotItsName> {
        if typed.trim() == target.to_type().trim() { Ok(Self { permit, target: target.id() }) } else { Err(NotItsName) }
    }

    pub(crate) fn grant(&self) -> &Grant {
        self.permit.grant()
    }

    pub(crate) const fn target(&self) -> Uuid {
        self.target
    }
}
