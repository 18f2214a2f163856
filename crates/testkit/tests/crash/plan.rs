//! Histories: what happens to the processes and to the queue, drawn from a seed.

use std::fmt;

use model::operations::probe::Probe;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

/// Where a history takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// One process on a file.
    Sqlite,
    /// Several processes on a server.
    Postgres,
    /// The same, on a server that is stopped and started meanwhile.
    Restarted,
}

/// Work for the queue.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    pub(crate) probe: Probe,
    /// Equal names are equal runs, for the kinds that are reused.
    pub(crate) name: u32,
    /// In which of two tenants.
    pub(crate) tenant: usize,
    pub(crate) items: u32,
    pub(crate) item_millis: u64,
    pub(crate) steps: u32,
    pub(crate) fail_every: u32,
}

/// What happens next. Numbers choose among what there is at that moment.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    Start(Job),
    /// The same wish under one key, twice at once and once more.
    DoubleClick(Job),
    /// So many schedules of every minute, due for some minutes.
    Schedules {
        count: u32,
        minutes: u32,
        tenant: usize,
        bound: u32,
    },
    Cancel(usize),
    Force(usize),
    Pause(usize),
    Resume,
    /// `kill -9`.
    Kill(usize),
    /// SIGTERM.
    Terminate(usize),
    /// SIGSTOP.
    Stop(usize),
    /// SIGCONT.
    Continue(usize),
    NewWorker,
    /// Every connection to the database is cut, while somebody starts something.
    Cut(Job),
    /// The server is stopped as by a power cut and started again, while somebody starts something.
    Restart(Job),
    Wait(u64),
}

/// One history.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) place: Place,
    pub(crate) workers: usize,
    pub(crate) steps: Vec<Step>,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "history {} on {:?} with {} workers", self.seed, self.place, self.workers)?;
        self.steps.iter().enumerate().try_for_each(|(n, step)| writeln!(f, "  {n:>2} {step:?}"))
    }
}

const PROBES: [Probe; 7] = [Probe::Plain, Probe::Plain, Probe::Click, Probe::Writer, Probe::Chain, Probe::Urgent, Probe::Record];

fn job(random: &mut StdRng) -> Job {
    Job {
        probe: *PROBES.choose(random).unwrap_or(&Probe::Plain),
        name: random.random_range(0..4),
        tenant: random.random_range(0..2),
        items: *[0, 1, 4, 8, 12].choose(random).unwrap_or(&1),
        item_millis: *[0, 20, 60, 120].choose(random).unwrap_or(&0),
        steps: random.random_range(0..3),
        fail_every: *[0, 0, 1, 3].choose(random).unwrap_or(&0),
    }
}

impl Plan {
    /// The history of that seed: always the same.
    pub(crate) fn draw(seed: u64, place: Place) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let random = &mut random;
        let workers = if place == Place::Sqlite { 1 } else { random.random_range(2..4) };
        // Something to do before the first blow.
        let mut steps: Vec<Step> = (0..5).map(|_| Step::Start(job(random))).collect();
        if place == Place::Sqlite && seed.is_multiple_of(6) {
            // As often as a run may lose its worker. On a file the next process takes over at once.
            for _ in 0..3 {
                steps.extend([Step::Wait(100), Step::Kill(0), Step::NewWorker, Step::Wait(150)]);
            }
        }
        for _ in 0..random.random_range(10..18) {
            let n = random.random_range(0..8);
            steps.push(match random.random_range(0..100) {
                0..20 => Step::Start(job(random)),
                20..28 => Step::DoubleClick(job(random)),
                28..36 => Step::Schedules {
                    count: random.random_range(1..4),
                    minutes: random.random_range(1..5),
                    tenant: n % 2,
                    bound: random.random_range(1..5),
                },
                36..44 => Step::Cancel(n),
                44..48 => Step::Force(n),
                48..52 => Step::Pause(n),
                52..58 => Step::Resume,
                58..71 => Step::Kill(n),
                71..75 => Step::Terminate(n),
                // On a file nobody can do anything meanwhile: it only costs time.
                75..84 if place == Place::Sqlite && n > 2 => Step::Kill(n),
                75..84 => Step::Stop(n),
                84..88 => Step::Continue(n),
                88..95 => Step::NewWorker,
                _ if place == Place::Postgres => Step::Cut(job(random)),
                _ if place == Place::Restarted => Step::Restart(job(random)),
                _ => Step::Kill(n),
            });
            steps.push(Step::Wait(*[0, 10, 40, 120, 250].choose(random).unwrap_or(&0)));
        }
        if place == Place::Restarted {
            steps.push(Step::Start(job(random)));
            steps.push(Step::Restart(job(random)));
        }
        Self { seed, place, workers, steps }
    }
}
