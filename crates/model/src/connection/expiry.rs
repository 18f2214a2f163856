//! How near the end of a credential is.

use std::time::Duration;

use crate::ids::{ConnectionId, TenantId};
use crate::time::Moment;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// People are told when a credential has that many days left, and once it has expired (0). Descending.
pub const WARN_DAYS: [i64; 4] = [30, 7, 1, 0];

/// How a credential stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// Nobody said when it ends.
    Unknown,
    /// More than 30 days are left.
    Far,
    /// So many whole days are left, at most 30.
    Days(i64),
    /// It is over.
    Over,
}

impl Expiry {
    /// How a credential with that end stands at `now`.
    #[must_use]
    pub fn of(ends: Option<Moment>, now: Moment) -> Self {
        let Some(ends) = ends else { return Self::Unknown };
        if ends <= now {
            return Self::Over;
        }
        let left = ends.since(now);
        let days = i64::try_from(left.as_secs() / DAY.as_secs()).unwrap_or(i64::MAX);
        if days >= WARN_DAYS[0] && left > DAY * 30 { Self::Far } else { Self::Days(days) }
    }

    /// The smallest of [`WARN_DAYS`] that was reached; `None` while there is nothing to tell.
    #[must_use]
    pub fn stage(self) -> Option<i64> {
        match self {
            Self::Unknown | Self::Far => None,
            Self::Over => Some(0),
            // With less than a day left it counts as one day: 0 is for what has expired.
            Self::Days(days) => WARN_DAYS.iter().copied().filter(|stage| *stage > 0 && days <= *stage).min(),
        }
    }
}

/// That a credential expires, to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiryNotice {
    /// Of which connection.
    pub connection_id: ConnectionId,
    /// Its tenant.
    pub tenant_id: TenantId,
    /// When its credential ends.
    pub expires_at: Moment,
    /// When the person was told last.
    pub at: Moment,
    /// Whether they have read it.
    pub read: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_comes_nearer_in_stages() {
        let now = Moment::parse("2026-11-21T10:00:00Z").unwrap();
        let at = |days: u64, seconds: u64| Expiry::of(Some(now.plus(DAY * days as u32 + Duration::from_secs(seconds))), now);
        assert_eq!(Expiry::of(None, now), Expiry::Unknown);
        assert_eq!(Expiry::of(Some(now), now), Expiry::Over);
        assert_eq!((at(30, 1), at(30, 0), at(29, 5)), (Expiry::Far, Expiry::Days(30), Expiry::Days(29)));
        assert_eq!(
            (at(400, 0).stage(), at(30, 0).stage(), at(8, 0).stage(), at(7, 0).stage()),
            (None, Some(30), Some(30), Some(7))
        );
        assert_eq!((at(1, 5).stage(), at(0, 5).stage(), Expiry::Over.stage()), (Some(1), Some(1), Some(0)));
    }
}
