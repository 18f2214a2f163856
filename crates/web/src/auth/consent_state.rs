//! What goes to Microsoft with the question for admin consent, and comes back with the answer: `{tenant}.{until}.{mark}`.
//!
//! It stands in addresses, in histories, in the logs of proxies, and in links that people send on. So it is no form token: it is derived
//! for this one purpose, names its tenant, and ends after a day. Whoever reads it can do nothing with it but ask for the page that says what
//! was answered, from the browser that asked.

use std::time::Duration;

use model::ids::TenantId;
use model::time::Moment;
use secrecy::{ExposeSecret as _, SecretString};

const CONTEXT: &str = "TenantAtlas 2026 admin consent v1";
/// An administrator may be asked by mail, and answer tomorrow.
const LIFE: Duration = Duration::from_secs(24 * 3600);

fn mark(session: &SecretString, tenant: TenantId, until: i64) -> blake3::Hash {
    let key = blake3::derive_key(CONTEXT, session.expose_secret().as_bytes());
    blake3::keyed_hash(&key, &[&tenant.uuid().as_bytes()[..], &until.to_be_bytes()].concat())
}

/// What a session sends with its question about a tenant.
pub(crate) fn of(session: &SecretString, tenant: TenantId, now: Moment) -> String {
    let until = now.plus(LIFE).seconds();
    format!("{tenant}.{until}.{}", mark(session, tenant, until).to_hex())
}

/// The tenant about which this session asked; `None` when it did not, or did so too long ago. Compares in constant time.
pub(crate) fn asked(session: &SecretString, state: &str, now: Moment) -> Option<TenantId> {
    let mut parts = state.splitn(3, '.');
    let tenant: TenantId = parts.next()?.parse().ok()?;
    let until: i64 = parts.next()?.parse().ok()?;
    let found = blake3::Hash::from_hex(parts.next()?).ok()?;
    (mark(session, tenant, until) == found && now.seconds() <= until).then_some(tenant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::csrf;

    #[test]
    fn it_is_good_for_one_question_of_one_session_for_a_day_and_for_no_form() {
        let (mine, theirs) = (SecretString::from("a".repeat(64)), SecretString::from("b".repeat(64)));
        let now = Moment::parse("2026-11-21T10:00:00Z").unwrap();
        let (tenant, other) = (TenantId::generate(), TenantId::generate());
        let state = of(&mine, tenant, now);
        assert_eq!(asked(&mine, &state, now.plus(LIFE)), Some(tenant));
        assert_eq!(asked(&mine, &state, now.plus(LIFE + Duration::from_secs(1))), None);
        assert_eq!(asked(&theirs, &state, now), None);
        let parts: Vec<&str> = state.split('.').collect();
        let later = parts[1].parse::<i64>().unwrap() + 1;
        let (form, mark) = (csrf::token(&mine).unwrap(), parts[2]);
        for bad in [
            format!("{other}.{}.{mark}", parts[1]),
            format!("{tenant}.{later}.{mark}"),
            format!("{tenant}.{form}"),
            format!("{tenant}.{}", parts[1]),
            String::new(),
        ] {
            assert_eq!(asked(&mine, &bad, now), None, "{bad}");
        }
        for part in [state.as_str(), mark, &format!("{}{mark}", "0".repeat(16))] {
            assert!(!csrf::verify(&mine, part), "{part}");
        }
    }
}
