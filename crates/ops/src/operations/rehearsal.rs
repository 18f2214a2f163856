//! A plan carried out on a simulated copy of a tenant: the same engine as a restore's, over a pretend Graph in this process, on a clock of
//! its own. No port is opened, nobody is asked, and what waits takes no time.
//!
//! [`copy`] makes the copy of what is stored, [`stage`] is what is played, [`play`] plays it, [`pages`] are its records, [`bridge`] is the
//! way from the client to the simulator.

mod bridge;
mod copy;
mod pages;
mod play;
mod stage;

pub(super) use copy::{Copy, copy};
pub(super) use pages::{Played, PlayedItem};
pub(super) use play::play;
pub(super) use stage::{Stage, contents, types_of};
