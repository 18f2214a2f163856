//! The one schedule of a history: in tenant 0, every ten minutes.

use std::collections::BTreeMap;

use model::run::{Status, Trigger};
use model::schedule::{CatchUp, Omission};
use store::Dispatched;

use super::{Origin, Reference, Wish, or_dash};

/// How often it is due, in seconds.
const EVERY: i64 = 600;
/// Within this time an occurrence is on time.
const GRACE: i64 = 300;

/// The schedule, with its ledger.
#[derive(Debug, Clone)]
pub(super) struct RefSchedule {
    wish: Wish,
    pub(super) on: bool,
    /// What was due before is nobody's business.
    from: i64,
    last: Option<i64>,
    next: Option<i64>,
    catch_up: CatchUp,
    bound: u32,
    /// By the time that was meant: the run, or why there is none.
    ledger: BTreeMap<i64, (Option<usize>, Option<Omission>)>,
}

const fn next_after(at: i64) -> i64 {
    (at.div_euclid(EVERY) + 1) * EVERY
}

impl Reference {
    /// Makes the schedule, or edits it.
    pub(super) fn schedule(&mut self, wish: &Wish, catch_up: CatchUp, bound: u32) {
        let now = self.now;
        let made = || RefSchedule {
            wish: wish.clone(),
            on: true,
            from: now,
            last: None,
            next: None,
            catch_up,
            bound,
            ledger: BTreeMap::new(),
        };
        let schedule = self.schedule.get_or_insert_with(made);
        (schedule.wish, schedule.catch_up, schedule.bound, schedule.from) = (wish.clone(), catch_up, bound, now);
        schedule.next = schedule.on.then(|| next_after(schedule.last.unwrap_or(now).max(now)));
    }

    /// Switches it on or off. What was due while it was off is not fired (T7).
    pub(super) fn switch(&mut self, on: bool) {
        let now = self.now;
        let Some(schedule) = &mut self.schedule else { return };
        if on && !schedule.on {
            schedule.from = now;
        }
        schedule.on = on;
        schedule.next = on.then(|| next_after(schedule.last.unwrap_or(now).max(now)));
    }

    /// Fires what is due: what is on time always, of what was missed as much as its policy says (T3).
    pub(super) fn dispatch(&mut self) -> String {
        let now = self.now;
        let mut done = Dispatched::default();
        let Some(mut schedule) = self.schedule.take() else { return format!("{done:?}") };
        if schedule.next.is_some_and(|next| next <= now) {
            done.schedules = 1;
            let last = schedule.last.map_or(schedule.from, |last| last.max(schedule.from));
            let due: Vec<i64> =
                std::iter::successors(Some(next_after(last)), |at| Some(at + EVERY)).take_while(|at| *at <= now).collect();
            let (missed, on_time): (Vec<i64>, Vec<i64>) =
                due.iter().partition(|at| **at != *due.last().unwrap_or(at) || now - **at > GRACE);
            let kept = match schedule.catch_up {
                CatchUp::All => schedule.bound as usize,
                CatchUp::Latest => usize::from(on_time.is_empty()),
                _ => 0,
            };
            let (left, made_up) = missed.split_at(missed.len().saturating_sub(kept));
            // Omissions are one entry, at the last of them.
            if let Some(at) = left.last() {
                schedule.ledger.insert(*at, (None, Some(Omission::Missed)));
                done.omitted += 1;
            }
            for at in made_up.iter().chain(&on_time) {
                let met = self.equal(&schedule.wish).is_some();
                let run =
                    (!met).then(|| self.make(&schedule.wish, Trigger::Schedule, Origin { scheduled: true, ..Origin::default() }));
                schedule.ledger.insert(*at, (run, met.then_some(Omission::PreviousActive)));
                done.runs += usize::from(!met);
                done.omitted += usize::from(met);
            }
            schedule.last = due.last().copied().max(schedule.last);
            schedule.next = Some(next_after(now.max(last)));
        }
        self.schedule = Some(schedule);
        format!("{done:?}")
    }

    /// A person starts it at once, whether it is switched on or not.
    pub(super) fn run_now(&mut self, key: Option<usize>) -> Result<String, &'static str> {
        let Some(wish) = self.schedule.as_ref().map(|schedule| schedule.wish.clone()) else { return Ok(String::new()) };
        self.start(&wish, Trigger::Manual, key, Origin { scheduled: true, ..Origin::default() })
    }

    /// What can be seen of the schedule: whether it is on, its last and next fire, and its ledger.
    #[must_use]
    pub fn ledger(&self) -> Vec<String> {
        let Some(schedule) = &self.schedule else { return Vec::new() };
        let head = format!("schedule {} last {} next {}", schedule.on, or_dash(schedule.last), or_dash(schedule.next));
        let fire = |(at, (run, omitted)): (&i64, &(Option<usize>, Option<Omission>))| {
            let run = run.filter(|run| self.runs.contains_key(run));
            format!("fire {at} run {} omitted {}", or_dash(run), or_dash(omitted.as_ref()))
        };
        std::iter::once(head).chain(schedule.ledger.iter().map(fire)).collect()
    }

    /// Why the gate refuses a run that is being started: its schedule was switched off since, or something is missing.
    pub(super) fn refusal(&self, number: usize) -> Option<model::failure::Code> {
        let run = self.runs.get(&number).filter(|run| run.status == Status::Running)?;
        let off = self.schedule.as_ref().is_some_and(|schedule| !schedule.on);
        if run.scheduled && !run.by_person && off {
            return Some(model::failure::Code::ScheduleDisabled);
        }
        self.missing(&run.wish)
    }
}
