//! App-only tokens: asked for once, shared by everything that uses the same credentials, renewed before they expire.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::failure::Failure;
use model::json::Json;
use model::time::Moment;
use reqwest::header::HeaderValue;
use tokio::sync::Mutex as AsyncMutex;

use super::error::{self, Then, malformed};

/// How long before its end a token is renewed; half of its life where that is shorter.
const EARLY: Duration = Duration::from_secs(300);
/// After an early renewal that failed, the old token serves this long before the next try.
const LATER: Duration = Duration::from_secs(30);
/// No token of this flow lives longer (28 hours with continuous access evaluation); a longer promise is cut.
const LONGEST: Duration = Duration::from_secs(28 * 3600);

/// A token, ready to be sent.
#[derive(Debug)]
pub(crate) struct Token {
    /// `Bearer …`; marked sensitive, so that neither `Debug` nor HTTP/2 tables show it.
    pub(crate) header: HeaderValue,
    expires_at: Moment,
    renew_at: Moment,
}

impl Token {
    /// Reads the answer of the token endpoint. `asked_at` is the moment before the request was sent.
    ///
    /// # Errors
    /// `graph.malformed_response` when it is no bearer token with a life.
    pub(crate) fn read(body: &Json, asked_at: Moment) -> Result<Self, Failure> {
        let text = |name: &str| body.get(name).and_then(Json::as_str);
        let kind_fits = text("token_type").is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
        let life = match body.get("expires_in") {
            Some(Json::Number(seconds)) => seconds.parse::<u64>().ok(),
            Some(Json::String(seconds)) => seconds.parse::<u64>().ok(),
            _ => None,
        };
        let header = text("access_token")
            .filter(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()))
            .and_then(|token| HeaderValue::from_str(&format!("Bearer {token}")).ok());
        let (true, Some(life), Some(mut header)) = (kind_fits, life, header) else { return Err(malformed(200)) };
        header.set_sensitive(true);
        let life = Duration::from_secs(life).min(LONGEST);
        let renew_at = asked_at.plus(life - EARLY.min(life / 2));
        Ok(Self { header, expires_at: asked_at.plus(life), renew_at })
    }
}

/// The token of one set of credentials.
#[derive(Debug, Default)]
pub(crate) struct TokenCell {
    current: Mutex<Option<Arc<Token>>>,
    /// Held by whoever asks for a new one. Inside: how many askings ended, and how the last one failed.
    asking: AsyncMutex<Asking>,
    ended: std::sync::atomic::AtomicU64,
}

#[derive(Debug, Default)]
struct Asking {
    failed: Option<Failure>,
}

impl TokenCell {
    /// The token, a new one where needed. However many ask at once, one request is sent, and they share its failure too.
    /// `ask` gets whether it may try more than once: a renewal while the old token still serves tries once.
    pub(crate) async fn get<F>(&self, now: impl Fn() -> Moment, ask: impl Fn(bool) -> F) -> Result<Arc<Token>, Failure>
    where
        F: Future<Output = Result<Token, Failure>>,
    {
        use std::sync::atomic::Ordering::SeqCst;
        let seen = self.ended.load(SeqCst);
        let usable = match self.usable(now()) {
            Some(token) if now() < token.renew_at => return Ok(token),
            usable => usable,
        };
        let mut asking = match usable {
            // Somebody renews it already: the old one serves meanwhile.
            Some(token) => match self.asking.try_lock() {
                Ok(asking) => asking,
                Err(_) => return Ok(token),
            },
            None => self.asking.lock().await,
        };
        let usable = match self.usable(now()) {
            Some(token) if now() < token.renew_at => return Ok(token),
            usable => usable,
        };
        if self.ended.load(SeqCst) != seen
            && let Some(failure) = &asking.failed
        {
            return Err(failure.clone());
        }
        let asked = ask(usable.is_none()).await;
        self.ended.fetch_add(1, SeqCst);
        match (asked, usable) {
            (Ok(token), _) => {
                asking.failed = None;
                Ok(self.put(token))
            }
            (Err(failure), Some(old)) => {
                tracing::info!(code = failure.code().code(), "the token could not be renewed early; the old one still serves");
                let renew_at = now().plus(LATER);
                Ok(self.put(Token { header: old.header.clone(), expires_at: old.expires_at, renew_at }))
            }
            (Err(failure), None) => {
                asking.failed = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// Graph refused this token: it is not used again. A newer one stays.
    pub(crate) fn refused(&self, token: &Arc<Token>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|have| have.header == token.header) {
            *current = None;
        }
    }

    /// The next request asks for a new token: roles that were granted or withdrawn meanwhile are in that one only.
    pub(crate) fn forget(&self) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether a token is held that has not expired.
    pub(crate) fn is_warm(&self, now: Moment) -> bool {
        self.usable(now).is_some()
    }

    fn usable(&self, now: Moment) -> Option<Arc<Token>> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.clone().filter(|token| now < token.expires_at)
    }

    fn put(&self, token: Token) -> Arc<Token> {
        let token = Arc::new(token);
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&token));
        token
    }
}

/// What a token answer with an error status means.
pub(crate) fn refusal(status: u16, body: Option<&Json>) -> (Failure, Then) {
    error::of_token(status, body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::failure::Code;
    use model::time::{Clock, FakeClock};
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn clock() -> FakeClock {
        FakeClock::at(Moment::parse("2026-11-21T10:00:00Z").unwrap())
    }

    fn answer(life: u64) -> Json {
        Json::from([
            ("token_type", Json::text("Bearer")),
            ("expires_in", Json::int(life as i64)),
            ("access_token", Json::text("abc")),
        ])
    }

    #[tokio::test]
    async fn a_token_is_renewed_five_minutes_before_its_end() {
        let (clock, cell, asked) = (clock(), TokenCell::default(), AtomicUsize::new(0));
        let get = || {
            cell.get(
                || clock.now(),
                |_| async {
                    asked.fetch_add(1, Ordering::SeqCst);
                    Token::read(&answer(3600), clock.now())
                },
            )
        };
        get().await.unwrap();
        clock.advance(Duration::from_secs(3299));
        get().await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        clock.advance(Duration::from_secs(1));
        get().await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_short_token_is_renewed_at_half_of_its_life() {
        let token = Token::read(&answer(60), clock().now()).unwrap();
        assert_eq!(token.renew_at.since(clock().now()), Duration::from_secs(30));
        assert!(Token::read(&answer(0), clock().now()).is_ok());
        let long = Token::read(&answer(u64::MAX >> 1), clock().now()).unwrap();
        assert_eq!(long.expires_at.since(clock().now()), LONGEST);
    }

    #[tokio::test]
    async fn the_old_token_serves_while_renewing_fails() {
        let (clock, cell) = (clock(), TokenCell::default());
        cell.get(|| clock.now(), |_| async { Token::read(&answer(3600), clock.now()) }).await.unwrap();
        clock.advance(Duration::from_secs(3400));
        let fail = |_| async { Err(Failure::new(Code::GraphUnavailable)) };
        assert!(cell.get(|| clock.now(), fail).await.is_ok());
        clock.advance(Duration::from_secs(200));
        assert_eq!(cell.get(|| clock.now(), fail).await.unwrap_err().code(), Code::GraphUnavailable);
    }

    #[tokio::test]
    async fn many_askers_share_one_request_and_its_failure() {
        let (clock, cell, asked) = (clock(), TokenCell::default(), AtomicUsize::new(0));
        let gets = (0..20).map(|_| {
            cell.get(
                || clock.now(),
                |_| async {
                    asked.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Err(Failure::new(Code::CredentialsInvalid))
                },
            )
        });
        let all = futures_util::future::join_all(gets).await;
        assert!(all.iter().all(|got| got.as_ref().is_err_and(|f| f.code() == Code::CredentialsInvalid)));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn debug_does_not_show_the_token() {
        let body = Json::parse(br#"{"access_token":"canary","expires_in":60}"#).unwrap();
        let token = Token::read(&body, clock().now()).unwrap();
        assert_eq!(token.header.to_str().unwrap(), "Bearer canary");
        assert!(!format!("{token:?}").contains("canary"));
    }

    #[test]
    fn what_is_no_bearer_token_is_refused() {
        for text in [
            r#"{"access_token":"a b","expires_in":60}"#,
            r#"{"access_token":"","expires_in":60}"#,
            r#"{"access_token":"abc"}"#,
            r#"{"access_token":"abc","expires_in":-1}"#,
            r#"{"access_token":"abc","expires_in":60,"token_type":"mac"}"#,
            r#"{"access_token":"abc\r\nX-Evil: 1","expires_in":60}"#,
            "{}",
        ] {
            let body = Json::parse(text.as_bytes()).unwrap();
            assert_eq!(Token::read(&body, clock().now()).unwrap_err().code(), Code::GraphMalformedResponse, "{text}");
        }
        assert!(Token::read(&Json::parse(br#"{"access_token":"abc","expires_in":"3599"}"#).unwrap(), clock().now()).is_ok());
    }
}
