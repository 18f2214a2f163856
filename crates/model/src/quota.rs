//! The quota of Microsoft Graph, shared by the processes of an installation.
//!
//! Each process holds a share of each quota that it uses: so many units in a window, again and again. Shares are handed out so that
//! what is held never exceeds the limit, whoever asks; a process that is gone loses its share when it runs out. Requests themselves
//! cost no question to anybody.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::time::Moment;

/// For how long a share is good without being renewed. A process that cannot renew its share stops sending.
pub const VALID: Duration = Duration::from_secs(5);
/// What a division leaves over stays with the same processes for so long, then goes on to the next ones.
pub const TURN: Duration = Duration::from_secs(10);

/// A limit that was learned stays for this many windows before it grows back.
const STAYS: u32 = 5;
/// It then grows by this part of the published limit with every window.
const GROWS_BY: u32 = 10;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which quota: a text without secrets, the same in every process.
    pub scope: String,
    /// The limit that Microsoft publishes.
    pub published: u32,
    /// The time in which units count.
    pub window: Duration,
    /// The most units that may come to count before the answer is heard: those that do now, or what may be sent until then where that
    /// is more. They cannot be given to somebody else yet.
    pub used: u32,
    /// Units that count now and were let through.
    pub passed: u32,
    /// What this process knows of a lower limit.
    pub learned: Option<Learned>,
}

/// A limit below the published one, for all processes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Learned {
    /// The limit when it was learned.
    pub units: u32,
    /// How long ago that was.
    pub age: Duration,
}

impl Learned {
    /// The limit now: it stays for a while, then grows back to the published one.
    #[must_use]
    pub fn now(self, published: u32, window: Duration) -> u32 {
        let windows = u32::try_from(self.age.as_millis() / window.as_millis().max(1)).unwrap_or(u32::MAX);
        let grown = windows.saturating_sub(STAYS).saturating_mul((published / GROWS_BY).max(1));
        self.units.saturating_add(grown).min(published)
    }
}

/// What was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Units in a window. Where more than these count already, nothing is sent until fewer do.
    pub units: u32,
    /// For how long from the moment of asking.
    pub valid: Duration,
    /// Units of other processes that count, as they last told.
    pub others: u32,
    /// The lower limit that anybody learned.
    pub learned: Option<Learned>,
}

/// The answer, some time later; `None` when nobody could be asked.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Option<T>> + Send + 'a>>;

/// What another process holds of a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its name.
    pub name: String,
    /// Its units. They count until a window after its share ran out: it may have used them at the last moment.
    pub held: u32,
    /// Those that count and were let through, as it last told.
    pub passed: u32,
    /// Whether it renewed its share within [`VALID`].
    pub active: bool,
}

/// What a division gives to the process that asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// What it may use from now on.
    pub units: u32,
    /// What counts as its own: those, or what it used already where that is more.
    pub held: u32,
    /// The lower limit that holds for all.
    pub learned: Option<Learned>,
}

/// Divides a quota: an equal part to each process that is active, as far as nobody else holds it still. Who has more in use than its
/// part sends nothing until that has become less, so that the others get theirs however busy it is. What a division leaves over goes
/// round with the time.
///
/// `me`: the name of the process that asks; `known`: what others told of a lower limit.
#[must_use]
pub fn divide(claim: &Claim, me: &str, others: &[Holder], known: Option<Learned>, now: Moment) -> Division {
    let lowest = |learned: &Learned| learned.now(claim.published, claim.window);
    let learned = known.into_iter().chain(claim.learned).filter(|one| lowest(one) < claim.published).min_by_key(lowest);
    let limit = learned.map_or(claim.published, |learned| lowest(&learned));
    let taken = others.iter().map(|other| other.held).fold(0, u32::saturating_add);
    let active = || others.iter().filter(|other| other.active);
    let before = i64::try_from(active().filter(|other| other.name.as_str() < me).count()).unwrap_or(0);
    let sharers = u32::try_from(active().count()).unwrap_or(u32::MAX).saturating_add(1);
    let turn = now.micros() / i64::try_from(TURN.as_micros()).unwrap_or(i64::MAX);
    let left_over = (before + turn).rem_euclid(i64::from(sharers)) < i64::from(limit % sharers);
    let units = limit.saturating_sub(taken).min(limit / sharers + u32::from(left_over));
    Division { units, held: units.max(claim.used), learned }
}

/// Hands out shares.
pub trait Allowance: Send + Sync + fmt::Debug {
    /// A share of a quota, in place of the one that was held.
    fn share(&self, claim: Claim) -> Answer<'_, Share>;

    /// The process needs its share no longer; what it used until now still counts.
    fn give_back(&self, claim: Claim) -> Answer<'_, ()>;

    /// Everybody shall wait that long before the next request to that service of a tenant.
    fn cool_down(&self, scope: String, wait: Duration) -> Answer<'_, ()>;

    /// For how long everybody shall wait; nought when not at all.
    fn cooling(&self, scope: String) -> Answer<'_, Duration>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WINDOW: Duration = Duration::from_secs(20);

    fn at(second: u32) -> Moment {
        Moment::from_micros(1_790_000_000_000_000 + i64::from(second) * 1_000_000)
    }

    fn claim(published: u32, used: u32) -> Claim {
        Claim { scope: String::new(), published, window: WINDOW, used, passed: 0, learned: None }
    }

    fn holder(name: &str, held: u32, active: bool) -> Holder {
        Holder { name: name.to_owned(), held, passed: 0, active }
    }

    fn given(limit: u32, used: u32, others: &[Holder]) -> (u32, u32) {
        let division = divide(&claim(limit, used), "b", others, None, at(0));
        (division.units, division.held)
    }

    #[test]
    fn who_is_alone_has_all_and_two_have_half() {
        assert_eq!(given(1000, 0, &[]), (1000, 1000));
        assert_eq!(given(1000, 0, &[holder("a", 1000, true)]), (0, 0), "it has to give up first");
        assert_eq!(given(1000, 100, &[holder("a", 0, true)]), (500, 500));
        assert_eq!(given(1000, 0, &[holder("a", 300, false)]), (700, 700), "who is gone gets no part");
    }

    #[test]
    fn who_uses_more_than_its_part_sends_nothing_more_until_it_does_not() {
        assert_eq!(given(1000, 800, &[holder("a", 200, true)]), (500, 800), "what was sent still counts");
        assert_eq!(given(1000, 500, &[holder("a", 200, true)]), (500, 500));
    }

    #[test]
    fn a_single_unit_goes_round() {
        let turns = |name: &'static str, other: &'static str| {
            let of = move |second| divide(&claim(1, 0), name, &[holder(other, 0, true)], None, at(second)).units;
            (0..4).map(|turn| of(turn * 10)).collect::<Vec<_>>()
        };
        let (a, b) = (turns("a", "b"), turns("b", "a"));
        assert!(a.iter().zip(&b).all(|(a, b)| a + b == 1), "{a:?} {b:?}");
        assert_eq!(a.iter().sum::<u32>(), 2, "{a:?}");
        let busy = divide(&claim(1, 1), "b", &[holder("a", 0, true)], None, at(if b[0] == 0 { 0 } else { 10 }));
        assert_eq!((busy.units, busy.held), (0, 1), "however busy it is, its turn ends");
    }

    #[test]
    fn what_one_learned_holds_for_all() {
        let known = Learned { units: 380, age: Duration::ZERO };
        let division = divide(&claim(1000, 0), "b", &[holder("a", 190, true)], Some(known), at(0));
        assert_eq!((division.units, division.learned), (190, Some(known)));
        let lower = Learned { units: 200, age: WINDOW };
        let mine = Claim { learned: Some(lower), ..claim(1000, 0) };
        assert_eq!(divide(&mine, "b", &[], Some(known), at(0)).learned, Some(lower));
        let old = Learned { units: 200, age: WINDOW * 50 };
        assert_eq!(divide(&claim(1000, 0), "b", &[], Some(old), at(0)), Division { units: 1000, held: 1000, learned: None });
    }

    #[test]
    fn a_lower_limit_stays_and_grows_back() {
        let after = |windows| Learned { units: 380, age: WINDOW * windows }.now(1000, WINDOW);
        assert_eq!((after(0), after(5), after(7), after(50)), (380, 380, 580, 1000));
    }

    proptest! {
        #[test]
        fn together_they_never_hold_more_than_the_limit(
            limit in 1_u32..50,
            steps in prop::collection::vec((0_usize..4, 0_u32..60), 1..80),
        ) {
            // Four processes ask in any order; each uses what it likes of what it may.
            let (mut held, mut units) = ([0_u32; 4], [0_u32; 4]);
            for (step, (who, used)) in steps.into_iter().enumerate() {
                let others: Vec<Holder> = (0..4).filter(|other| *other != who).map(|n| holder(&n.to_string(), held[n], true)).collect();
                let most = used.min(held[who]).max(units[who]);
                let now = at(u32::try_from(step).unwrap() * 2);
                let division = divide(&claim(limit, most), &who.to_string(), &others, None, now);
                (held[who], units[who]) = (division.held, division.units);
                prop_assert!(held.iter().sum::<u32>() <= limit);
                prop_assert!(held[who] >= most);
            }
        }

        #[test]
        fn each_gets_its_part_soon_however_busy_the_others_are(limit in 4_u32..2000, first in 0_usize..4) {
            // One holds everything and would take whatever falls free; each renewal, some of what is above its part falls free.
            let mut held = [0_u32; 4];
            held[first] = limit;
            let mut units = held;
            for _ in 0..4 {
                for who in 0..4 {
                    let others: Vec<Holder> =
                        (0..4).filter(|other| *other != who).map(|n| holder(&n.to_string(), held[n], true)).collect();
                    let division = divide(&claim(limit, units[who]), &who.to_string(), &others, None, at(0));
                    (held[who], units[who]) = (division.held, division.units);
                }
            }
            prop_assert!(units.iter().all(|units| *units >= limit / 4), "{units:?}");
        }
    }
}
