//! One quota: what was sent in the last window, and how much more may be sent now.
//!
//! A unit counts from before its request is sent until a whole window after its answer came: whenever the service counted it, and
//! whether it counts fixed windows, sliding ones or a bucket that fills up again, it never sees more than the limit.

use std::collections::VecDeque;
use std::time::Duration;

use model::quota;
use tokio::time::Instant;

use super::service::Rate;

/// A limit that was learned never falls below this part of the published one.
const LEAST: u32 = 20;
/// A refusal is forgotten after so many windows, at the earliest after so long: the next one may be chance again.
const SUSPECTS: u32 = 5;
const SUSPECTS_AT_LEAST: Duration = Duration::from_secs(120);

/// The state of one quota. Every function takes the time: tests hold it still.
#[derive(Debug)]
pub(crate) struct Budget {
    rate: Rate,
    /// What this process may use of it; the rest is other processes'. `None`: all of it is its own.
    share: Option<Share>,
    /// What other processes have in use, as they last told.
    others: u32,
    learned: Option<Learned>,
    /// The last time that requests were refused, and how many had been let through in the window before.
    suspicion: Option<(Instant, u32)>,
    /// Units that were sent, each until its end.
    log: VecDeque<Spent>,
    spent: u32,
    flying: u32,
}

#[derive(Debug, Clone, Copy)]
struct Spent {
    until: Instant,
    units: u32,
    refused: bool,
}

/// A lower limit for all processes together.
#[derive(Debug, Clone, Copy)]
struct Learned {
    units: u32,
    at: Instant,
}

impl Learned {
    fn aged(self, now: Instant) -> quota::Learned {
        quota::Learned { units: self.units, age: now.saturating_duration_since(self.at) }
    }
}

#[derive(Debug, Clone, Copy)]
struct Share {
    units: u32,
    until: Instant,
}

impl Budget {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, share: None, others: 0, learned: None, suspicion: None, log: VecDeque::new(), spent: 0, flying: 0 }
    }

    /// A quota that other processes use too: nothing may be sent before the first share came.
    pub(crate) fn shared_with_others(rate: Rate, now: Instant) -> Self {
        Self { share: Some(Share { units: 0, until: now }), ..Self::new(rate) }
    }

    pub(crate) const fn rate(&self) -> Rate {
        self.rate
    }

    /// The limit at that moment: the published one, lowered by what was learned and by what other processes hold.
    pub(crate) fn limit(&self, now: Instant) -> u32 {
        let learned = self.for_all_of_us(now);
        match self.share {
            None => learned,
            Some(share) if share.until > now => learned.min(share.units),
            Some(_) => 0,
        }
    }

    /// The limit for all processes of the installation.
    pub(crate) fn for_all_of_us(&self, now: Instant) -> u32 {
        let Rate { units, window } = self.rate;
        self.learned.map_or(units, |learned| learned.aged(now).now(units, window))
    }

    /// Units that count at that moment.
    pub(crate) fn used(&mut self, now: Instant) -> u32 {
        while let Some(first) = self.log.front().filter(|first| first.until <= now) {
            self.spent -= first.units;
            self.log.pop_front();
        }
        self.spent + self.flying
    }

    /// Those of them that were not refused.
    pub(crate) fn passed(&mut self, now: Instant) -> u32 {
        self.used(now);
        self.log.iter().filter(|spent| !spent.refused).map(|spent| spent.units).sum::<u32>() + self.flying
    }

    /// Whether the answer to any request is still to come.
    pub(crate) const fn is_awaiting(&self) -> bool {
        self.flying > 0
    }

    /// Units that may be sent at that moment.
    pub(crate) fn free(&mut self, now: Instant) -> u32 {
        let used = self.used(now);
        self.limit(now).saturating_sub(used)
    }

    /// When that many units will be free, as far as answers that came tell. `None`: only the answers that are awaited will.
    pub(crate) fn free_at(&mut self, units: u32, now: Instant) -> Option<Instant> {
        if self.free(now) >= units {
            return Some(now);
        }
        if self.limit(now) < units {
            return None;
        }
        let over = (self.used(now) + units).saturating_sub(self.limit(now));
        let mut freed = 0;
        for spent in &self.log {
            freed += spent.units;
            if freed >= over {
                return Some(spent.until);
            }
        }
        None
    }

    /// Units are about to be sent.
    pub(crate) fn take(&mut self, units: u32) {
        self.flying += units;
    }

    /// They were not sent after all.
    pub(crate) fn give_back(&mut self, units: u32) {
        self.flying = self.flying.saturating_sub(units);
    }

    /// Their answer came, or will not come any more. `cost`: what the service says that they cost.
    pub(crate) fn answered(&mut self, units: u32, cost: u32, refused: bool, now: Instant) {
        self.flying = self.flying.saturating_sub(units);
        self.spent += cost;
        self.log.push_back(Spent { until: now + self.rate.window, units: cost, refused });
    }

    /// The service refused units for having been asked too much. Once may be chance; a second time after half a window or more, the
    /// lower of what it let through the two times, from all processes, is taken for the limit.
    pub(crate) fn refused(&mut self, now: Instant) {
        self.used(now);
        let ours: u32 = self.log.iter().filter(|spent| !spent.refused).map(|spent| spent.units).sum();
        let passed = ours.saturating_add(self.others);
        let long_ago = (self.rate.window * SUSPECTS).max(SUSPECTS_AT_LEAST);
        let before = self.suspicion.filter(|(at, _)| now.saturating_duration_since(*at) < long_ago);
        match before {
            Some((at, _)) if now.saturating_duration_since(at) < self.rate.window / 2 => {}
            Some((_, before)) => {
                let low = passed.min(before);
                self.learn(low - low / 20, now);
                self.suspicion = Some((now, passed));
            }
            None => self.suspicion = Some((now, passed)),
        }
    }

    /// The service says which part of the limit is in use, by whomever: what strangers use is not ours.
    pub(crate) fn told(&mut self, part: f64, now: Instant) {
        let used = f64::from(self.used(now).saturating_add(self.others));
        let published = f64::from(self.rate.units);
        if !(0.0..=10.0).contains(&part) || part < used / published + 0.1 {
            return;
        }
        let ours = used + published * (1.0 - part).max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between nought and twice a published limit"
        )]
        self.learn(ours.max(0.0) as u32, now);
    }

    /// A share that was asked for then.
    pub(crate) fn granted(&mut self, share: quota::Share, asked: Instant) {
        self.share = Some(Share { units: share.units, until: asked + share.valid });
        self.others = share.others;
        if let Some(learned) = share.learned
            && learned.now(self.rate.units, self.rate.window) < self.for_all_of_us(asked)
        {
            self.learned = Some(Learned { units: learned.units, at: asked.checked_sub(learned.age).unwrap_or(asked) });
        }
    }

    /// The share is given back: nothing more is sent from it.
    pub(crate) const fn ended(&mut self, now: Instant) {
        self.share = Some(Share { units: 0, until: now });
    }

    /// The lower limit, while there is one.
    pub(crate) fn learned(&self, now: Instant) -> Option<quota::Learned> {
        let learned = self.learned.map(|learned| learned.aged(now));
        learned.filter(|learned| learned.now(self.rate.units, self.rate.window) < self.rate.units)
    }

    fn learn(&mut self, units: u32, now: Instant) {
        let units = units.max(self.rate.units / LEAST).max(1);
        if units < self.for_all_of_us(now) {
            self.learned = Some(Learned { units, at: now });
        }
    }

    /// When each unit that counts will be free again, soonest first: for estimates.
    pub(crate) fn timetable(&mut self, now: Instant) -> Vec<(Duration, u32)> {
        self.used(now);
        let spent = self.log.iter().map(|spent| (spent.until.saturating_duration_since(now), spent.units));
        spent.chain((self.flying > 0).then_some((self.rate.window, self.flying))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(20);

    fn budget(units: u32) -> Budget {
        Budget::new(Rate { units, window: WINDOW })
    }

    fn send(budget: &mut Budget, units: u32, refused: bool, now: Instant) {
        budget.take(units);
        budget.answered(units, units, refused, now);
    }

    #[tokio::test(start_paused = true)]
    async fn a_unit_counts_until_a_window_after_its_answer() {
        let (mut budget, start) = (budget(100), Instant::now());
        budget.take(60);
        assert_eq!((budget.free(start), budget.free_at(50, start)), (40, None), "the answer is awaited");
        let answered = start + Duration::from_secs(3);
        budget.answered(60, 60, false, answered);
        assert_eq!(budget.free_at(41, answered), Some(answered + WINDOW));
        assert_eq!(budget.free(answered + WINDOW - Duration::from_millis(1)), 40);
        assert_eq!(budget.free(answered + WINDOW), 100);
        budget.take(10);
        budget.give_back(10);
        assert_eq!(budget.free(answered + WINDOW), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn a_lower_limit_is_learned_the_second_time_and_forgotten_again() {
        let (mut budget, start) = (budget(1000), Instant::now());
        send(&mut budget, 400, false, start);
        send(&mut budget, 20, true, start);
        budget.refused(start);
        budget.refused(start);
        assert_eq!(budget.limit(start), 1000, "once may be chance");
        let second = start + WINDOW;
        send(&mut budget, 400, false, second);
        send(&mut budget, 20, true, second);
        budget.refused(second);
        assert_eq!(budget.limit(second), 380);
        assert_eq!(budget.limit(second + WINDOW * 5), 380);
        assert_eq!(budget.limit(second + WINDOW * 7), 580);
        assert_eq!(budget.limit(second + WINDOW * 50), 1000);
    }

    #[tokio::test(start_paused = true)]
    async fn what_others_use_is_not_ours() {
        let (mut budget, start) = (budget(1000), Instant::now());
        send(&mut budget, 850, false, start);
        budget.told(0.85, start);
        assert_eq!(budget.limit(start), 1000, "that was us");
        let later = start + WINDOW;
        send(&mut budget, 100, false, later);
        budget.told(0.9, later);
        assert_eq!(budget.limit(later), 199);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_forgotten_after_a_while() {
        let (mut budget, start) = (budget(1000), Instant::now());
        for hour in 0..3 {
            let now = start + Duration::from_secs(3600) * hour;
            send(&mut budget, 3, false, now);
            budget.refused(now);
            assert_eq!(budget.limit(now), 1000, "each by itself may be chance");
        }
    }

    fn share(units: u32, others: u32) -> quota::Share {
        quota::Share { units, valid: quota::VALID, others, learned: None }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_sent_before_a_share_came_nor_after_it_ran_out() {
        let start = Instant::now();
        let mut budget = Budget::shared_with_others(Rate { units: 1000, window: WINDOW }, start);
        assert_eq!((budget.free(start), budget.free_at(1, start)), (0, None));
        budget.granted(share(300, 0), start);
        assert_eq!(budget.free(start), 300);
        assert_eq!(budget.free(start + Duration::from_secs(5)), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_other_processes_of_ours_use_is_no_strangers() {
        let start = Instant::now();
        let mut budget = Budget::shared_with_others(Rate { units: 3500, window: WINDOW }, start);
        budget.granted(share(1750, 2650), start);
        send(&mut budget, 100, false, start);
        budget.told(0.8, start);
        assert_eq!(budget.for_all_of_us(start), 3500);
        budget.told(1.0, start);
        assert_eq!(budget.for_all_of_us(start), 2750, "a fifth is somebody else's");
        budget.granted(quota::Share { learned: Some(quota::Learned { units: 2000, age: WINDOW }), ..share(1000, 0) }, start);
        assert_eq!(budget.for_all_of_us(start), 2000, "what another process learned");
    }

    #[tokio::test(start_paused = true)]
    async fn what_all_processes_got_through_is_learned() {
        let start = Instant::now();
        let mut budget = Budget::shared_with_others(Rate { units: 1000, window: WINDOW }, start);
        for now in [start, start + WINDOW] {
            budget.granted(share(500, 200), now);
            send(&mut budget, 200, false, now);
            budget.refused(now);
        }
        assert_eq!(budget.for_all_of_us(start + WINDOW), 380);
    }
}
