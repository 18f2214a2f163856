//! People go on working in the invented tenants, so that a second sync has something to find.

use std::path::PathBuf;
use std::time::Duration;

use graph_sim::Sim;
use tokio_util::sync::CancellationToken;

use super::state::State;
use super::tenants::Planned;

/// A change in one of the tenants this often.
const EVERY: Duration = Duration::from_secs(20);

/// Goes on changing the invented tenants and keeps count in the folder of `--data`, if there is one.
pub(crate) async fn live(sim: Sim, planned: Vec<Planned>, mut state: State, keep: Option<PathBuf>, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        advance(&sim, &planned, state.turns);
        state.turns += 1;
        if let Some(folder) = &keep
            && let Err(error) = state.write(folder)
        {
            tracing::warn!(%error, "the state of the simulated tenants could not be kept");
        }
    }
}

/// One change, in the tenant whose turn it is.
pub(super) fn advance(sim: &Sim, planned: &[Planned], turn: usize) {
    let mut invented = planned.iter().filter(|tenant| tenant.invented);
    let count = invented.clone().count().max(1);
    if let Some(tenant) = invented.nth(turn % count)
        && sim.advance_one(tenant.id).is_err()
    {
        tracing::warn!("a simulated tenant is gone");
    }
}
