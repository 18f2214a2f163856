//! How often somebody may try to sign in: from one address, and from one address for one account. And how often a token may ask.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use model::ids::ApiTokenId;

/// Tries are forgotten once there are more keys than this and their quota is whole again.
const MANY_KEYS: usize = 10_000;

/// So many tries at once, then one more after each pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// At once.
    pub at_once: NonZeroU32,
    /// Until the next.
    pub pause: Duration,
}

/// How often somebody may try to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInLimits {
    /// From one address for one account.
    pub per_account: Tries,
    /// From one address.
    pub per_address: Tries,
}

impl Default for SignInLimits {
    /// Ten tries for an account, then one in six seconds; sixty from an address, then one a second.
    fn default() -> Self {
        const TEN: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
        const SIXTY: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
        Self {
            per_account: Tries { at_once: TEN, pause: Duration::from_secs(6) },
            per_address: Tries { at_once: SIXTY, pause: Duration::from_secs(1) },
        }
    }
}

/// Counts tries.
#[derive(Debug)]
pub(crate) struct SignInLimiter {
    per_account: DefaultKeyedRateLimiter<(IpAddr, [u8; 16])>,
    per_address: DefaultKeyedRateLimiter<IpAddr>,
}

/// How often a program may ask with one token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiLimits(pub Tries);

impl Default for ApiLimits {
    /// Two hundred requests at once, then twenty a second.
    fn default() -> Self {
        Self::per_second(20)
    }
}

impl ApiLimits {
    /// So many a second, ten times as many at once; at least one.
    #[must_use]
    pub fn per_second(requests: u32) -> Self {
        let at_once = NonZeroU32::MIN.saturating_add(requests.max(1).saturating_mul(10) - 1);
        Self(Tries { at_once, pause: Duration::from_secs(1) / requests.max(1) })
    }
}

/// Counts requests of tokens.
#[derive(Debug)]
pub(crate) struct ApiLimiter(DefaultKeyedRateLimiter<ApiTokenId>);

impl ApiLimiter {
    pub(crate) fn new(limits: ApiLimits) -> Self {
        Self(DefaultKeyedRateLimiter::keyed(quota(limits.0)))
    }

    /// Counts a request.
    ///
    /// # Errors
    /// How long to wait before the next one.
    pub(crate) fn check(&self, token: ApiTokenId) -> Result<(), Duration> {
        if self.0.len() > MANY_KEYS {
            self.0.retain_recent();
        }
        self.0.check_key(&token).map_err(|no| no.wait_time_from(DefaultClock::default().now()))
    }
}

fn quota(tries: Tries) -> Quota {
    // Only a pause of zero gives no quota.
    Quota::with_period(tries.pause).unwrap_or(Quota::per_second(tries.at_once)).allow_burst(tries.at_once)
}

/// An IPv6 customer has a whole /64 at hand: it counts as one address.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::from((u128::from(v6) >> 64 << 64).to_be_bytes()),
        },
    }
}

impl SignInLimiter {
    pub(crate) fn new(limits: SignInLimits) -> Self {
        Self {
            per_account: DefaultKeyedRateLimiter::keyed(quota(limits.per_account)),
            per_address: DefaultKeyedRateLimiter::keyed(quota(limits.per_address)),
        }
    }

    /// Counts a try that is of no account yet.
    ///
    /// # Errors
    /// How long to wait before the next one.
    pub(crate) fn check_address(&self, address: IpAddr) -> Result<(), Duration> {
        if self.per_address.len() > MANY_KEYS {
            self.per_address.retain_recent();
        }
        let now = DefaultClock::default().now();
        self.per_address.check_key(&network(address)).map_err(|no| no.wait_time_from(now))
    }

    /// Counts a try. `account` is the mail address as it was normalised; only its hash is kept.
    ///
    /// # Errors
    /// How long to wait before the next one.
    pub(crate) fn check(&self, address: IpAddr, account: &str) -> Result<(), Duration> {
        if self.per_account.len() > MANY_KEYS {
            self.per_account.retain_recent();
        }
        self.check_address(address)?;
        let network = network(address);
        let mut short = [0_u8; 16];
        short.copy_from_slice(&blake3::hash(account.as_bytes()).as_bytes()[..16]);
        let now = DefaultClock::default().now();
        self.per_account.check_key(&(network, short)).map_err(|no| no.wait_time_from(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter(account: u32, address: u32) -> SignInLimiter {
        let tries = |n| Tries { at_once: NonZeroU32::new(n).unwrap(), pause: Duration::from_secs(3600) };
        SignInLimiter::new(SignInLimits { per_account: tries(account), per_address: tries(address) })
    }

    #[test]
    fn an_account_is_tried_a_few_times_and_others_go_on() {
        let (limiter, here) = (limiter(2, 100), IpAddr::from([192, 0, 2, 1]));
        assert!(limiter.check(here, "a").is_ok() && limiter.check(here, "a").is_ok());
        let wait = limiter.check(here, "a").unwrap_err();
        assert!(wait > Duration::from_secs(3000) && wait <= Duration::from_secs(3600), "{wait:?}");
        assert!(limiter.check(here, "b").is_ok());
        assert!(limiter.check(IpAddr::from([192, 0, 2, 2]), "a").is_ok());
    }

    #[test]
    fn an_address_cannot_try_one_account_after_the_other() {
        let limiter = limiter(100, 2);
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let same_network: IpAddr = "2001:db8::ffff".parse().unwrap();
        assert!(limiter.check(one, "a").is_ok() && limiter.check(same_network, "b").is_ok());
        assert!(limiter.check(one, "c").is_err());
    }
}
