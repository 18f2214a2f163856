//! An hour and a day of an installation, event by event: runs become due, wait for a slot, take their time, end.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::measured::{Measured, Sync};

const HOUR: f64 = 3_600.0;

/// When the tenants' syncs are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// All on the full hour.
    AtOnce,
    /// Spread evenly over the hour.
    Spread,
}

/// What is simulated.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) tenants: u32,
    /// Of 1,000 tenants, how many changed so much in an hour that everything of them is read again.
    pub(super) changed: u32,
    pub(super) due: Due,
    pub(super) workers: u32,
    pub(super) slots: u32,
    /// Processors of each worker.
    pub(super) cores: f64,
    pub(super) hours: u32,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Came {
    /// Seconds from due to begun.
    pub(super) waited_p50: f64,
    pub(super) waited_p99: f64,
    /// Seconds from due to ended, of the last one of each hour, at worst.
    pub(super) over_after: f64,
    pub(super) longest_queue: usize,
    /// Part of the slots' time in use.
    pub(super) slots_used: f64,
    /// Part of the workers' processors' time in use.
    pub(super) cores_used: f64,
    /// Requests to Microsoft a second, over the whole time.
    pub(super) requests: f64,
    /// Runs that were due and had not ended when the time was over.
    pub(super) left: usize,
}

/// Something that happens: at a time in microseconds, of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Ends { due: u64, worker: usize },
    Due { tenant: u32 },
}

impl Plan {
    /// Whether that tenant's run of that hour reads everything: evenly over tenants and hours, without chance.
    fn reads_all(&self, tenant: u32, hour: u32) -> bool {
        (tenant.wrapping_mul(7_919).wrapping_add(hour.wrapping_mul(104_729))) % 1_000 < self.changed
    }

    /// Goes through all hours.
    pub(super) fn run(&self, measured: &Measured) -> Came {
        let mut events = BinaryHeap::new();
        for hour in 0..self.hours {
            for tenant in 0..self.tenants {
                events.push(Reverse((micros(self.due_at(measured, tenant, hour)), Event::Due { tenant })));
            }
        }
        let mut world = World::of(self, measured);
        let over = micros(f64::from(self.hours) * HOUR);
        while let Some(Reverse((at, event))) = events.pop() {
            match event {
                Event::Ends { due, worker } => world.ends(at, due, worker),
                Event::Due { tenant } => world.queue.push_back((at, tenant)),
            }
            world.longest = world.longest.max(world.queue.len());
            while let Some((end, event)) = world.begin(at) {
                events.push(Reverse((end, event)));
            }
            if at > over && world.left.is_none() {
                world.left = Some(world.queue.len() + world.active.iter().map(|active| *active as usize).sum::<usize>());
            }
        }
        world.came()
    }

    /// Due on the hour, and a little later as schedules are fired one after the other.
    fn due_at(&self, measured: &Measured, tenant: u32, hour: u32) -> f64 {
        let part = f64::from(tenant) / f64::from(self.tenants);
        let within = match self.due {
            Due::AtOnce => part * measured.fired_after * f64::from(self.tenants) / 10_000.0,
            Due::Spread => part * HOUR,
        };
        f64::from(hour) * HOUR + within
    }
}

struct World<'a> {
    plan: &'a Plan,
    measured: &'a Measured,
    queue: VecDeque<(u64, u32)>,
    /// Runs at work in each worker.
    active: Vec<u32>,
    /// When the next claim may be: claims take turns.
    claim_free: u64,
    waited: Vec<u64>,
    over_after: u64,
    longest: usize,
    busy: f64,
    cpu: f64,
    requests: f64,
    left: Option<usize>,
    last: u64,
}

impl<'a> World<'a> {
    fn of(plan: &'a Plan, measured: &'a Measured) -> Self {
        Self {
            plan,
            measured,
            queue: VecDeque::new(),
            active: vec![0; plan.workers as usize],
            claim_free: 0,
            waited: Vec::new(),
            over_after: 0,
            longest: 0,
            busy: 0.0,
            cpu: 0.0,
            requests: 0.0,
            left: None,
            last: 0,
        }
    }

    /// Begins the next run, if there is one and a slot for it. The worker with the most room takes it.
    fn begin(&mut self, now: u64) -> Option<(u64, Event)> {
        let (worker, active) = self.active.iter().copied().enumerate().min_by_key(|(_, active)| *active)?;
        if active >= self.plan.slots {
            return None;
        }
        let (due, tenant) = self.queue.pop_front()?;
        let claimed = now.max(self.claim_free);
        self.claim_free = claimed + micros(1.0 / self.measured.runs_per_second);
        let hour = u32::try_from(due / micros(HOUR)).unwrap_or(u32::MAX);
        let sync: Sync = if self.plan.reads_all(tenant, hour) { self.measured.first } else { self.measured.unchanged };
        self.active[worker] += 1;
        // Where more processor time is wanted than there is, everything of that worker takes longer.
        let wanted = f64::from(self.active[worker]) * sync.cpu / sync.wall / self.plan.cores;
        let takes = sync.wall * wanted.max(1.0);
        self.waited.push(claimed - due);
        self.busy += takes;
        self.cpu += sync.cpu;
        self.requests += sync.requests;
        Some((claimed + micros(takes), Event::Ends { due, worker }))
    }

    fn ends(&mut self, at: u64, due: u64, worker: usize) {
        self.active[worker] -= 1;
        self.over_after = self.over_after.max(at - due);
        self.last = self.last.max(at);
    }

    fn came(mut self) -> Came {
        self.waited.sort_unstable();
        let part = |part: f64| self.waited.get((self.waited.len() as f64 * part) as usize).map_or(0.0, |wait| seconds(*wait));
        let time = seconds(self.last).max(f64::from(self.plan.hours) * HOUR);
        let slots = f64::from(self.plan.workers * self.plan.slots);
        Came {
            waited_p50: part(0.5),
            waited_p99: part(0.99),
            over_after: seconds(self.over_after),
            longest_queue: self.longest,
            slots_used: self.busy / time / slots,
            cores_used: self.cpu / time / (f64::from(self.plan.workers) * self.plan.cores),
            requests: self.requests / time,
            left: self.left.unwrap_or(0),
        }
    }
}

fn micros(seconds: f64) -> u64 {
    (seconds * 1e6) as u64
}

fn seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured() -> Measured {
        let sync = |wall: f64| Sync { wall, cpu: 0.1, requests: 10.0, database: 0.1 };
        Measured { first: sync(60.0), unchanged: sync(6.0), runs_per_second: 1_000.0, fired_after: 0.0 }
    }

    fn plan() -> Plan {
        Plan { tenants: 600, changed: 0, due: Due::AtOnce, workers: 1, slots: 1, cores: 8.0, hours: 1 }
    }

    #[test]
    fn one_slot_does_one_after_the_other() {
        let came = plan().run(&measured());
        assert!((3_600.0..3_602.0).contains(&came.over_after), "{came:?}");
        assert!((0.99..=1.01).contains(&came.slots_used), "{came:?}");
    }

    #[test]
    fn as_many_slots_as_runs_do_them_at_once() {
        let came = Plan { workers: 6, slots: 100, ..plan() }.run(&measured());
        assert!((6.0..9.0).contains(&came.over_after), "{came:?}");
        assert_eq!(came.left, 0);
    }

    #[test]
    fn too_few_slots_never_catch_up() {
        let came = Plan { tenants: 1_200, hours: 3, ..plan() }.run(&measured());
        assert!(came.left > 1_000, "{came:?}");
    }

    #[test]
    fn spread_over_the_hour_nobody_waits() {
        let came = Plan { tenants: 300, due: Due::Spread, ..plan() }.run(&measured());
        assert_eq!((came.waited_p99, came.longest_queue), (0.0, 1), "{came:?}");
    }

    #[test]
    fn a_processor_that_is_too_small_makes_everything_longer() {
        let came = Plan { slots: 600, cores: 1.0, ..plan() }.run(&measured());
        assert!(came.over_after > 30.0, "{came:?}");
    }

    #[test]
    fn the_changed_are_as_many_as_was_said() {
        let plan = Plan { tenants: 10_000, changed: 20, ..plan() };
        let count = (0..plan.tenants).filter(|tenant| plan.reads_all(*tenant, 5)).count();
        assert_eq!(count, 200);
    }
}
