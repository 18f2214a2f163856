//! The trace of a session: what it asked, how long it waited and why, what came. Bounded, and without any content.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::failure::{Code, Failure};
use model::run::{Call, CallTotal, NewCalls, WaitCause};
use model::time::Moment;

use super::route::Route;
use super::turn::Waited;

/// The first calls of a session are kept.
const FIRST: usize = 500;
/// After them, failed ones up to this many.
const FAILED: usize = 500;
/// The slowest of all others are kept, and given out when the session ends.
const SLOWEST: usize = 100;
/// Methods and paths that are counted by themselves; the catalogue has fewer.
const TOTALS: usize = 1000;
/// Upper ends of the steps in which times are counted grow by this factor: what is told is right to a fifth.
const STEP: f64 = 1.2;
const STEPS: usize = 96;

/// A request that was sent, whatever came of it.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) at: Moment,
    pub(super) method: &'static str,
    pub(super) status: Option<u16>,
    pub(super) time: Duration,
    pub(super) bytes: usize,
    pub(super) request_id: Option<String>,
}

impl Sent {
    /// The same request, without the id that Microsoft gave it.
    pub(super) fn like(other: &Self) -> Self {
        Self { request_id: None, ..*other }
    }

    /// The failure with Microsoft's id of the request, for their support.
    pub(super) fn named(&self, failure: Failure) -> Failure {
        match &self.request_id {
            Some(id) => failure.of_request(id),
            None => failure,
        }
    }
}

/// A part of a batch, as it was answered.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) method: &'static str,
    pub(super) route: &'a Route,
    pub(super) status: u16,
    pub(super) bytes: usize,
    pub(super) request_id: Option<String>,
}

/// The trace of one session; clones write the same.
#[derive(Debug, Clone, Default)]
pub struct Recorder(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    next: i64,
    /// How many calls were put among the first, and among the failed.
    first: usize,
    failed: usize,
    /// Not given out yet.
    fresh: Vec<Call>,
    slowest: Vec<Call>,
    totals: BTreeMap<(String, String), Total>,
    changed: bool,
}

#[derive(Debug)]
struct Total {
    total: CallTotal,
    steps: [u32; STEPS],
}

impl Recorder {
    /// One request, or one part of a batch. `parts`: requests in the batch, for the batch itself.
    pub(super) fn record(&self, sent: &Sent, route: &Route, waited: &Waited, parts: usize, failure: Option<&Failure>) {
        let call = Call {
            number: 0,
            at: sent.at,
            method: sent.method.to_owned(),
            path: route.template.to_string(),
            status: sent.status,
            code: failure.map(Failure::code),
            wait: waited.cause(),
            waited_ms: millis(waited.total()),
            ms: millis(sent.time),
            bytes: whole(sent.bytes),
            request_id: sent.request_id.clone(),
            parts: whole(parts),
        };
        self.lock().add(call, false);
    }

    /// A part of a batch: counted with its path, and kept when it failed.
    pub(super) fn part(&self, batch: &Sent, part: Part<'_>, code: Option<Code>) {
        let Part { method, route, status, bytes, request_id } = part;
        let call = Call {
            number: 0,
            at: batch.at,
            method: method.to_owned(),
            path: route.template.to_string(),
            status: Some(status),
            code,
            wait: WaitCause::None,
            waited_ms: 0,
            ms: millis(batch.time),
            bytes: whole(bytes),
            request_id,
            parts: 0,
        };
        self.lock().add(call, true);
    }

    /// What was not given out before. `last`: with the slowest calls, as nothing more will come.
    #[must_use]
    pub fn take(&self, last: bool) -> NewCalls {
        let mut state = self.lock();
        let mut calls = std::mem::take(&mut state.fresh);
        if last {
            calls.append(&mut state.slowest);
        }
        let changed = std::mem::take(&mut state.changed);
        let totals = if changed { state.totals.values().map(Total::read).collect() } else { Vec::new() };
        NewCalls { calls, totals }
    }

    /// What was given out could not be kept: it is given out again the next time.
    pub fn put_back(&self, taken: NewCalls) {
        let mut state = self.lock();
        state.fresh.splice(..0, taken.calls);
        state.changed |= !taken.totals.is_empty();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, mut call: Call, part: bool) {
        self.next += 1;
        self.changed = true;
        call.number = self.next;
        self.count(&call, part);
        // A part that worked is in the totals; its batch is in the list.
        let listed = !part || call.failed();
        if listed && self.first < FIRST {
            self.first += 1;
            self.fresh.push(call);
        } else if call.failed() && self.failed < FAILED {
            self.failed += 1;
            self.fresh.push(call);
        } else if listed {
            self.slow(call);
        }
    }

    fn slow(&mut self, call: Call) {
        if self.slowest.len() < SLOWEST {
            self.slowest.push(call);
        } else if let Some(fastest) = self.slowest.iter_mut().min_by_key(|kept| kept.ms).filter(|kept| kept.ms < call.ms) {
            *fastest = call;
        }
    }

    fn count(&mut self, call: &Call, part: bool) {
        let key = (call.path.clone(), call.method.clone());
        if self.totals.len() >= TOTALS && !self.totals.contains_key(&key) {
            return;
        }
        let entry = self.totals.entry(key).or_insert_with(|| Total::new(call));
        let total = &mut entry.total;
        total.calls += 1;
        total.batched += i64::from(part);
        total.failed += i64::from(call.failed());
        total.throttled += i64::from(call.status == Some(429));
        total.bytes += call.bytes;
        total.ms_longest = total.ms_longest.max(call.ms);
        total.waited_ms += call.waited_ms;
        let step = step_of(call.ms);
        entry.steps[step] = entry.steps[step].saturating_add(1);
    }
}

impl Total {
    fn new(call: &Call) -> Self {
        let total = CallTotal {
            method: call.method.clone(),
            path: call.path.clone(),
            calls: 0,
            batched: 0,
            failed: 0,
            throttled: 0,
            bytes: 0,
            ms_median: 0,
            ms_longest: 0,
            waited_ms: 0,
        };
        Self { total, steps: [0; STEPS] }
    }

    fn read(&self) -> CallTotal {
        let half = self.steps.iter().map(|count| u64::from(*count)).sum::<u64>().div_ceil(2);
        let mut seen = 0;
        let step = self.steps.iter().position(|count| {
            seen += u64::from(*count);
            seen >= half
        });
        let median = end_of(step.unwrap_or(0)).min(self.total.ms_longest);
        CallTotal { ms_median: median, ..self.total.clone() }
    }
}

/// The step that holds a time.
fn step_of(ms: i64) -> usize {
    (0..STEPS - 1).find(|step| ms <= end_of(*step)).unwrap_or(STEPS - 1)
}

/// The longest time of a step, in milliseconds: 0, 1, 1, 1, 2, …, 4 hours.
#[expect(clippy::cast_possible_truncation, reason = "at most 1.2^95, which is ten hours")]
fn end_of(step: usize) -> i64 {
    match i32::try_from(step) {
        Ok(0) | Err(_) => 0,
        Ok(step) => STEP.powi(step - 1) as i64,
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(ms: u64, status: u16) -> Sent {
        let at = Moment::from_micros(0);
        Sent { at, method: "GET", status: Some(status), time: Duration::from_millis(ms), bytes: 10, request_id: None }
    }

    fn record(recorder: &Recorder, ms: u64, failed: bool) {
        let failure = Failure::new(Code::GraphThrottled);
        let status = if failed { 429 } else { 200 };
        recorder.record(&sent(ms, status), &Route::of("/groups"), &Waited::default(), 0, failed.then_some(&failure));
    }

    #[test]
    fn the_first_the_failed_and_the_slowest_are_kept() {
        let recorder = Recorder::default();
        (0..600).for_each(|_| record(&recorder, 5, false));
        (0..700).for_each(|_| record(&recorder, 7, true));
        (0..300).for_each(|ms| record(&recorder, 1000 + ms, false));
        let first = recorder.take(false);
        assert_eq!(first.calls.len(), 1000);
        assert_eq!(first.calls.iter().filter(|call| call.failed()).count(), 500);
        let last = recorder.take(true);
        assert_eq!(last.calls.len(), 100);
        assert!(last.calls.iter().all(|call| call.ms >= 1200));
        assert_eq!(last.totals, [], "nothing new was counted");
        let total = &first.totals[0];
        assert_eq!((total.calls, total.failed, total.throttled, total.bytes), (1600, 700, 700, 16_000));
        assert_eq!(total.ms_longest, 1299);
        assert!((5..=9).contains(&total.ms_median), "{}", total.ms_median);
    }

    #[test]
    fn what_could_not_be_written_is_given_out_again() {
        let recorder = Recorder::default();
        (0..3).for_each(|_| record(&recorder, 5, false));
        let taken = recorder.take(false);
        recorder.put_back(taken.clone());
        record(&recorder, 6, false);
        let again = recorder.take(false);
        assert_eq!(again.calls[..3], taken.calls);
        assert_eq!((again.calls.len(), again.totals[0].calls), (4, 4));
    }

    #[test]
    fn a_median_is_right_to_a_fifth() {
        for ms in [0, 1, 7, 50, 333, 5_000, 100_000] {
            let recorder = Recorder::default();
            (0..9).for_each(|_| record(&recorder, ms, false));
            record(&recorder, 1_000_000, false);
            let median = recorder.take(true).totals[0].ms_median;
            let off = (median - i64::try_from(ms).unwrap()).abs();
            assert!(off <= i64::try_from(ms).unwrap() / 5 + 1, "{ms}: {median}");
        }
    }
}
