//! Cookies: the session's, the one that a sign-in form is bound to, and the theme's.
//!
//! With `secure_cookies` they are `Secure` and named `__Host-…`, so that no other host and no plain-text answer can set them.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use axum_extra::extract::CookieJar;
use pages::Theme;
use secrecy::{ExposeSecret as _, SecretString};

use crate::state::WebOptions;
use crate::visit::RECENT_COOKIE;

/// How long a sign-in form may stay open, in seconds.
const FORM_AGE: u32 = 3600;
/// How long somebody may take at a provider, in seconds: as long as the store waits for them.
const PROVIDER_AGE: u32 = 600;
/// How long a second step may stay open, in seconds: as long as the store waits for it.
const STEP_AGE: u32 = 300;
/// How long the theme is remembered, in seconds.
const THEME_AGE: u32 = 365 * 24 * 3600;
/// How long visited tenants are remembered, in seconds.
const RECENT_AGE: u32 = 90 * 24 * 3600;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The session's token.
    Session,
    /// What the token of a sign-in form is derived from.
    SignInForm,
    /// The token of an operator's session, on the platform's pages.
    System,
    /// What binds a sign-in at a provider to this browser.
    Provider,
    /// The token of a sign-in whose second factor is awaited.
    SecondStep,
}

impl Cookie {
    const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-atlas",
            (Self::Session, false) => "atlas",
            (Self::SignInForm, true) => "__Host-atlas-form",
            (Self::SignInForm, false) => "atlas-form",
            (Self::System, true) => "__Host-atlas-system",
            (Self::System, false) => "atlas-system",
            (Self::Provider, true) => "__Host-atlas-provider",
            (Self::Provider, false) => "atlas-provider",
            (Self::SecondStep, true) => "__Host-atlas-step",
            (Self::SecondStep, false) => "atlas-step",
        }
    }

    /// Its value, when the request has one that can be ours: 64 hexadecimal digits.
    pub(crate) fn read(self, headers: &HeaderMap, options: &WebOptions) -> Option<SecretString> {
        let jar = CookieJar::from_headers(headers);
        let value = jar.get(self.name(options.secure_cookies))?.value();
        let ours = value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        ours.then(|| SecretString::from(value))
    }

    /// Gives it to the browser.
    pub(crate) fn set(self, response: &mut Response, options: &WebOptions, value: &SecretString) {
        // The session's end is kept by the server; the browser drops its cookie when it closes.
        let age = match self {
            Self::Session | Self::System => String::new(),
            Self::SignInForm => format!("; Max-Age={FORM_AGE}"),
            Self::Provider => format!("; Max-Age={PROVIDER_AGE}"),
            Self::SecondStep => format!("; Max-Age={STEP_AGE}"),
        };
        self.write(response, options, value.expose_secret(), &age);
    }

    /// Takes it from the browser.
    pub(crate) fn clear(self, response: &mut Response, options: &WebOptions) {
        self.write(response, options, "", "; Max-Age=0");
    }

    fn write(self, response: &mut Response, options: &WebOptions, value: &str, age: &str) {
        let name = self.name(options.secure_cookies);
        append(response, &format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{}{age}", secure(options)), true);
    }
}

const fn secure(options: &WebOptions) -> &'static str {
    if options.secure_cookies { "; Secure" } else { "" }
}

fn append(response: &mut Response, text: &str, sensitive: bool) {
    if let Ok(mut value) = HeaderValue::from_str(text) {
        value.set_sensitive(sensitive);
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// Set for a moment in a browser that changed something.
const CHANGED: &str = "atlas-changed";
/// How long, in seconds: longer than what is read from a replica may be behind.
const CHANGED_AGE: u64 = store::replica::MOST_BEHIND.as_secs() * 2 + 1;

/// Whether this browser changed something a moment ago.
pub(crate) fn changed_something(headers: &HeaderMap) -> bool {
    headers.contains_key(COOKIE) && CookieJar::from_headers(headers).get(CHANGED).is_some()
}

/// Remembers that it did.
pub(crate) fn note_change(response: &mut Response, options: &WebOptions) {
    let text = format!("{CHANGED}=1; Path=/; HttpOnly; SameSite=Lax{}; Max-Age={CHANGED_AGE}", secure(options));
    append(response, &text, false);
}

/// The theme that the browser asks for.
pub(crate) fn theme(headers: &HeaderMap) -> Theme {
    if !headers.contains_key(COOKIE) {
        return Theme::default();
    }
    CookieJar::from_headers(headers).get(Theme::COOKIE).map_or_else(Theme::default, |cookie| Theme::from_code(cookie.value()))
}

/// Remembers the theme.
pub(crate) fn set_theme(response: &mut Response, options: &WebOptions, theme: Theme) {
    let text =
        format!("{}={}; Path=/; HttpOnly; SameSite=Lax{}; Max-Age={THEME_AGE}", Theme::COOKIE, theme.code(), secure(options));
    append(response, &text, false);
}

/// Remembers the tenants that were visited lately; an empty list is forgotten.
pub(crate) fn set_recent(response: &mut Response, options: &WebOptions, recent: &str) {
    let age = if recent.is_empty() { 0 } else { RECENT_AGE };
    let text = format!("{RECENT_COOKIE}={recent}; Path=/; HttpOnly; SameSite=Lax{}; Max-Age={age}", secure(options));
    append(response, &text, false);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secure_cookie_belongs_to_this_host_alone() {
        let options = WebOptions { secure_cookies: true, ..WebOptions::default() };
        let mut response = Response::default();
        Cookie::System.set(&mut response, &options, &SecretString::from("ab"));
        assert_eq!(response.headers()[SET_COOKIE], "__Host-atlas-system=ab; Path=/; HttpOnly; SameSite=Lax; Secure");
        let mut response = Response::default();
        Cookie::Session.set(&mut response, &options, &SecretString::from("ab"));
        assert_eq!(response.headers()[SET_COOKIE], "__Host-atlas=ab; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert!(!format!("{:?}", response.headers()).contains("ab;"), "the token is not printed");
    }

    #[test]
    fn a_cookie_that_cannot_be_ours_is_not_looked_up() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=b; atlas=short"));
        assert!(Cookie::Session.read(&headers, &WebOptions::default()).is_none());
        let token = "0123456789abcdef".repeat(4);
        headers.insert(COOKIE, HeaderValue::from_str(&format!("a=b; atlas={token}")).unwrap());
        assert_eq!(Cookie::Session.read(&headers, &WebOptions::default()).unwrap().expose_secret(), token);
        let secure = WebOptions { secure_cookies: true, ..WebOptions::default() };
        assert!(Cookie::Session.read(&headers, &secure).is_none(), "an insecure cookie is no secure one");
    }
}
