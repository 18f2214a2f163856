//! The queue and its workers.

use model::operations::Operation;
use model::run::{Pause, PauseTarget, QueueDepth, Run, RunSettings, Worker};

use super::HOSTILE;
use super::run::{hostile, pause, running};
use super::values::{id, moment, production, tenant_list};
use crate::runs::Queue;

/// A queue with workers alive and gone, a pause, and something to do.
pub(crate) fn queues() -> Vec<(&'static str, Queue)> {
    let worker = |n: &str, seen: u64, stopped: Option<u64>, held: Vec<Run>| Worker {
        id: format!("atlas-{n}/4711"),
        host: format!("atlas-{n}"),
        version: "0.1.0".to_owned(),
        slots: 8,
        started_at: moment(90_000),
        seen_at: moment(seen),
        stopped_at: stopped.map(moment),
        busy: u32::try_from(held.len()).unwrap_or(0) + 2,
        held,
    };
    let depth = |operation: Option<Operation>, code: &str, queued, running, ago: Option<u64>| QueueDepth {
        type_code: code.to_owned(),
        operation,
        queued,
        running,
        oldest: ago.map(moment),
    };
    let full = |manages| Queue {
        workspace: id(2, 1),
        workers: vec![
            worker("1", 3, None, vec![running()]),
            worker("2", 400, None, Vec::new()),
            worker("3", 800, Some(800), Vec::new()),
        ],
        depth: vec![
            depth(Some(Operation::InventorySync), "inventory_sync", 12, 1, Some(340)),
            depth(None, "tenant_teleport", 1, 0, Some(1)),
        ],
        pauses: vec![
            pause("Moving to the new licence."),
            Pause { target: Some(PauseTarget::Operation(Operation::InventorySync)), ..pause("") },
            Pause { target: None, ..pause("Of a later version.") },
        ],
        tenants: tenant_list().into_iter().map(|tenant| (tenant.id, tenant.name)).collect(),
        settings: RunSettings::default(),
        manages,
        problem: None,
    };
    let empty = Queue { workers: Vec::new(), depth: Vec::new(), pauses: Vec::new(), tenants: Vec::new(), ..full(true) };
    let mut hostile = worker("4", 3, None, vec![hostile()]);
    (hostile.id, hostile.host, hostile.version) = (HOSTILE.to_owned(), HOSTILE.to_owned(), HOSTILE.to_owned());
    vec![
        ("full", full(true)),
        ("readonly", full(false)),
        ("empty", empty.clone()),
        ("refused", Queue { problem: Some("Runs of one tenant at a time must be from 1 to 100.".to_owned()), ..full(true) }),
        (
            "hostile",
            Queue {
                workers: vec![hostile],
                depth: vec![depth(None, HOSTILE, 1, 1, None)],
                pauses: vec![Pause { by: HOSTILE.to_owned(), ..pause(HOSTILE) }],
                tenants: vec![(production().id, HOSTILE.to_owned())],
                ..empty
            },
        ),
    ]
}
