//! The id token: its shape, its signature, its claims (OpenID Connect Core 1.0, section 3.1.3.7).

use std::time::Duration;

use model::json::Json;
use model::sign_in::{MAX_SUBJECT, Problem};
use model::time::Moment;

use super::keys::{Algorithm, Keys, Verified, decoded};

/// How far the provider's clock and ours may be apart.
const LEEWAY: Duration = Duration::from_secs(60);

/// A token that was taken apart; nothing of it is believed yet.
pub(super) struct Token<'a> {
    key: Option<String>,
    algorithm: Algorithm,
    message: &'a [u8],
    signature: Vec<u8>,
    claims: Json,
}

/// What a token has to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Moment,
}

impl<'a> Token<'a> {
    /// Takes a token apart.
    pub(super) fn read(text: &'a str) -> Result<Self, Problem> {
        let (message, signature) = text.rsplit_once('.').ok_or(Problem::Malformed)?;
        let (head, body) = message.split_once('.').ok_or(Problem::Malformed)?;
        let part = |part: &str| Json::parse(&decoded(part).ok_or(Problem::Malformed)?).map_err(|_| Problem::Malformed);
        let (head, claims) = (part(head)?, part(body)?);
        // What must be understood and is not known makes the token worthless (RFC 7515, section 4.1.11).
        if head.get("crit").is_some() || claims.as_object().is_none() {
            return Err(Problem::Malformed);
        }
        let algorithm = head.get("alg").and_then(Json::as_str).and_then(Algorithm::of).ok_or(Problem::Signature)?;
        let key = head.get("kid").and_then(Json::as_str).map(str::to_owned);
        let signature = decoded(signature).ok_or(Problem::Malformed)?;
        Ok(Self { key, algorithm, message: message.as_bytes(), signature, claims })
    }

    /// Verifies its signature.
    pub(super) fn verify(&self, keys: &Keys) -> Verified {
        keys.verify(self.key.as_deref(), self.algorithm, self.message, &self.signature)
    }

    /// Its claims, once its signature was verified, when they say what is expected.
    pub(super) fn claims(self, expected: &Expected<'_>) -> Result<Json, Problem> {
        check(&self.claims, expected)?;
        Ok(self.claims)
    }
}

fn check(claims: &Json, expected: &Expected<'_>) -> Result<(), Problem> {
    let text = |name: &str| claims.get(name).and_then(Json::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(Problem::Issuer);
    }
    audience(claims, expected.client_id)?;
    if text("nonce") != Some(expected.nonce) {
        return Err(Problem::Nonce);
    }
    let subject = text("sub").ok_or(Problem::Malformed)?;
    if subject.is_empty() || subject.len() > MAX_SUBJECT {
        return Err(Problem::Malformed);
    }
    let time = |name: &str| claims.get(name).map(|value| seconds(value).ok_or(Problem::Malformed)).transpose();
    let now = expected.now.seconds();
    let leeway = i64::try_from(LEEWAY.as_secs()).unwrap_or(0);
    let expires = time("exp")?.ok_or(Problem::Malformed)?;
    let issued = time("iat")?.ok_or(Problem::Malformed)?;
    if now.saturating_sub(leeway) >= expires {
        return Err(Problem::Expired);
    }
    let latest = now.saturating_add(leeway);
    if issued > latest || time("nbf")?.is_some_and(|from| from > latest) {
        return Err(Problem::Early);
    }
    Ok(())
}

/// The token must be for us, and for nobody else who could have got it.
fn audience(claims: &Json, client_id: &str) -> Result<(), Problem> {
    let for_us = match claims.get("aud") {
        Some(Json::String(one)) => one == client_id,
        Some(Json::Array(all)) => {
            let named = all.iter().any(|one| one.as_str() == Some(client_id));
            named && (all.len() == 1 || claims.get("azp").is_some())
        }
        _ => false,
    };
    let party = claims.get("azp").is_none_or(|party| party.as_str() == Some(client_id));
    if for_us && party { Ok(()) } else { Err(Problem::Audience) }
}

/// A time as tokens have it: seconds since 1970, possibly with a fraction.
fn seconds(value: &Json) -> Option<i64> {
    if let Some(whole) = value.as_i64() {
        return Some(whole);
    }
    let Json::Number(text) = value else { return None };
    let number: f64 = text.parse().ok()?;
    #[allow(clippy::cast_possible_truncation, reason = "checked to be within the exact range")]
    (number.abs() < 9.0e15).then_some(number.floor() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn good() -> Json {
        Json::from([
            ("iss", Json::text("https://id.example")),
            ("aud", Json::text("us")),
            ("sub", Json::text("1")),
            ("nonce", Json::text("n")),
            ("exp", Json::int(NOW + 300)),
            ("iat", Json::int(NOW)),
        ])
    }

    fn checked(claims: &Json) -> Result<(), Problem> {
        let now = Moment::from_micros(NOW * 1_000_000);
        check(claims, &Expected { issuer: "https://id.example", client_id: "us", nonce: "n", now })
    }

    fn with(name: &str, value: Json) -> Result<(), Problem> {
        let mut claims = good();
        claims.set(name, value);
        checked(&claims)
    }

    fn without(name: &str) -> Result<(), Problem> {
        let mut claims = good();
        claims.remove(name);
        checked(&claims)
    }

    #[test]
    fn each_claim_has_to_be_there_and_right() {
        assert_eq!(checked(&good()), Ok(()));
        assert_eq!(with("iss", Json::text("https://id.example/")), Err(Problem::Issuer));
        assert_eq!(with("aud", Json::text("them")), Err(Problem::Audience));
        assert_eq!(with("nonce", Json::text("m")), Err(Problem::Nonce));
        assert_eq!(with("sub", Json::text("")), Err(Problem::Malformed));
        assert_eq!(with("sub", Json::text("x".repeat(256))), Err(Problem::Malformed));
        for (name, problem) in [
            ("iss", Problem::Issuer),
            ("aud", Problem::Audience),
            ("nonce", Problem::Nonce),
            ("sub", Problem::Malformed),
            ("exp", Problem::Malformed),
            ("iat", Problem::Malformed),
        ] {
            assert_eq!(without(name), Err(problem), "{name}");
        }
    }

    #[test]
    fn a_token_for_several_names_the_party_that_got_it() {
        let both = || Json::Array(vec![Json::text("us"), Json::text("them")]);
        assert_eq!(with("aud", Json::Array(vec![Json::text("us")])), Ok(()));
        assert_eq!(with("aud", both()), Err(Problem::Audience));
        let mut claims = good();
        claims.set("aud", both());
        claims.set("azp", Json::text("us"));
        assert_eq!(checked(&claims), Ok(()));
        claims.set("azp", Json::text("them"));
        assert_eq!(checked(&claims), Err(Problem::Audience));
    }

    #[test]
    fn clocks_may_be_a_minute_apart_and_no_more() {
        assert_eq!(with("exp", Json::int(NOW - 59)), Ok(()));
        assert_eq!(with("exp", Json::int(NOW - 60)), Err(Problem::Expired));
        assert_eq!(with("iat", Json::int(NOW + 60)), Ok(()));
        assert_eq!(with("iat", Json::int(NOW + 61)), Err(Problem::Early));
        assert_eq!(with("nbf", Json::int(NOW + 60)), Ok(()));
        assert_eq!(with("nbf", Json::int(NOW + 61)), Err(Problem::Early));
        assert_eq!(with("exp", Json::Number("1800000300.5".into())), Ok(()));
        assert_eq!(with("exp", Json::text("1800000300")), Err(Problem::Malformed));
        assert_eq!(with("exp", Json::Number("1e400".into())), Err(Problem::Malformed));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for (text, problem) in [
            ("", Problem::Malformed),
            ("a.b", Problem::Malformed),
            ("e30.e30.", Problem::Signature),
            ("eyJhbGciOiJub25lIn0.e30.", Problem::Signature),
            ("eyJhbGciOiJIUzI1NiJ9.e30.AAAA", Problem::Signature),
            ("eyJhbGciOiJFUzI1NiIsImNyaXQiOlsiYiJdfQ.e30.AAAA", Problem::Malformed),
            // Two algorithms in one head.
            ("eyJhbGciOiJFUzI1NiIsImFsZyI6Im5vbmUifQ.e30.AAAA", Problem::Malformed),
            ("eyJhbGciOiJFUzI1NiJ9.W10.AAAA", Problem::Malformed),
        ] {
            assert_eq!(Token::read(text).err(), Some(problem), "{text}");
        }
    }
}
