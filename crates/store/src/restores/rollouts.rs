//! Rollouts: a source restored to many tenants, ring by ring. Each tenant has a restore of its own, with its own mapping, checks and plan.
//!
//! `create` makes the record and the restores; `list` reads; `preview` starts the run that checks and previews all of them; `approvals` is
//! what a second person says; `confirm` is the one way to an execution; `advance` is what its run does, step by step, each step one
//! transaction.
//!
//! Whoever has to do with rollouts is entitled to every tenant of the workspace: owners and managers, and tokens of theirs that are not
//! narrowed to some.

mod advance;
mod approvals;
mod confirm;
mod create;
mod list;
mod preview;
mod row;

pub use advance::Step;
pub use create::NewRollout;
pub use row::{Rollout, RolloutTarget};

pub(crate) use confirm::{RolloutStart, before_start, started};

use model::ids::RolloutId;
use uuid::Uuid;

use crate::access::Grant;
use crate::db::{Result, Tx};
use crate::error::StoreError;
use crate::open::Store;
use crate::sql::sql;

/// Rollouts.
#[derive(Debug, Clone, Copy)]
pub struct Rollouts<'a>(pub(crate) &'a Store);

impl Store {
    /// Rollouts.
    #[must_use]
    pub const fn rollouts(&self) -> Rollouts<'_> {
        Rollouts(self)
    }
}

/// Refuses whoever is not entitled to every tenant of the workspace.
fn of_every_tenant(grant: &Grant) -> Result<()> {
    if grant.tenant_id().is_none() && grant.entitled().is_none() { Ok(()) } else { Err(StoreError::NotVisible) }
}

/// Holds a rollout of the grant's workspace until the transaction ends.
async fn hold(tx: &mut Tx, grant: &Grant, id: RolloutId) -> Result<()> {
    // A write that changes nothing waits for whoever is at it, on both databases.
    const HOLD: &str = "update rollouts set name = name where id = $1 and workspace_id = $2 returning id";
    let held: Option<(Uuid,)> = tx.optional(sql(HOLD).bind(id).bind(grant.workspace_id())).await?;
    held.map(drop).ok_or(StoreError::NotVisible)
}
