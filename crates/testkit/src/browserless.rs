//! A person at a browser that runs no scripts: cookies, pages, forms, redirects.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder};
use secrecy::{ExposeSecret as _, SecretString};

use crate::html::{self, Form};

/// The cookie of a session over plain HTTP on a loopback address.
const SESSION: &str = "atlas";
/// The same of an operator of the installation.
const OPERATOR_SESSION: &str = "atlas-system";

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; empty for a stream, which has no end.
    pub body: String,
}

impl Answer {
    /// A header's value, when there is one and it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where it sends the browser.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.header(LOCATION.as_str())
    }

    /// The form that is sent to that address.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn form(&self, action: &str) -> Form {
        let forms = html::forms(&self.body);
        let found = forms.iter().find(|form| form.method == "post" && form.action == action);
        found.cloned().unwrap_or_else(|| {
            let there: Vec<_> = forms.iter().map(|form| form.action.as_str()).collect();
            panic!("no form for {action}, only {there:?} (status {}): {}", self.status, html::text(&self.body))
        })
    }

    /// The only link whose address begins so.
    #[must_use]
    pub fn link(&self, beginning: &str) -> Option<String> {
        html::links(&self.body).into_iter().find(|link| link.starts_with(beginning))
    }
}

/// An open live stream.
#[derive(Debug)]
pub struct Stream(reqwest::Response);

impl Stream {
    /// Everything that it says until it ends.
    pub async fn rest(&mut self) -> String {
        let mut said = String::new();
        while let Ok(Some(chunk)) = self.0.chunk().await {
            said.push_str(&String::from_utf8_lossy(&chunk));
        }
        said
    }
}

/// A person at a browser. Redirects are not followed by themselves.
#[derive(Debug)]
pub struct Browserless {
    client: Client,
    base: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browserless {
    /// Somebody who is not signed in, at that address (`http://127.0.0.1:8080`).
    ///
    /// # Panics
    /// When no HTTP client can be made.
    #[must_use]
    pub fn at(base: &str) -> Self {
        // Plain HTTP on this machine: the machine's certificates, which take long to read, are not needed.
        let builder = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().tls_certs_only([]);
        let client = builder.build().expect("an HTTP client");
        Self { client, base: base.to_owned(), cookies: Mutex::default() }
    }

    /// Somebody who is signed in already.
    ///
    /// # Panics
    /// As [`Browserless::at`].
    #[must_use]
    pub fn holding(base: &str, session: &SecretString) -> Self {
        let browser = Self::at(base);
        browser.with_cookies(|cookies| cookies.insert(SESSION.to_owned(), session.expose_secret().to_owned()));
        browser
    }

    /// An operator of the installation who is signed in already.
    ///
    /// # Panics
    /// As [`Browserless::at`].
    #[must_use]
    pub fn operating(base: &str, session: &SecretString) -> Self {
        Self::at(base).and_operating(session)
    }

    /// The same browser, in which an operator of the installation is signed in, too.
    #[must_use]
    pub fn and_operating(self, session: &SecretString) -> Self {
        self.with_cookies(|cookies| cookies.insert(OPERATOR_SESSION.to_owned(), session.expose_secret().to_owned()));
        self
    }

    /// The same person and cookies, at another address.
    #[must_use]
    pub fn moved_to(self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self }
    }

    /// The token of the session, when there is one.
    #[must_use]
    pub fn session(&self) -> Option<String> {
        self.cookie(SESSION)
    }

    /// The value of a cookie.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.with_cookies(|all| all.get(name).cloned())
    }

    /// Puts a cookie there, as somebody does who tampers with them.
    pub fn put_cookie(&self, name: &str, value: &str) {
        self.with_cookies(|all| _ = all.insert(name.to_owned(), value.to_owned()));
    }

    fn with_cookies<T>(&self, what: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> T {
        what(&mut self.cookies.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let cookies = self.with_cookies(|all| all.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("; "));
        let request = self.client.request(method, format!("{}{path}", self.base));
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies) }
    }

    async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the product answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie is ASCII");
            let (name, rest) = cookie.split_once('=').expect("a cookie has a name");
            let value = rest.split(';').next().unwrap_or_default().to_owned();
            self.with_cookies(|all| if value.is_empty() { all.remove(name) } else { all.insert(name.to_owned(), value) });
        }
        let stream = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let body = if stream { String::new() } else { response.text().await.expect("the answer comes to its end") };
        Answer { status, headers, body }
    }

    /// Asks for a page.
    ///
    /// # Panics
    /// When the product does not answer.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    /// Asks for a page with more headers.
    ///
    /// # Panics
    /// As [`Browserless::get`].
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::GET, path);
        self.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
    }

    /// Asks for a page and takes it only with status 200.
    ///
    /// # Panics
    /// With the page's words, when it has another status.
    pub async fn page(&self, path: &str) -> Answer {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", html::text(&answer.body));
        answer
    }

    /// Opens a live stream.
    ///
    /// # Panics
    /// When the product does not answer with one.
    pub async fn stream(&self, path: &str) -> Stream {
        let request = self.request(Method::GET, path).header("accept", "text/event-stream");
        let mut response = request.send().await.expect("the product answers");
        assert_eq!(response.status(), 200);
        // The first words say that it is open: whatever happens from now on is told.
        response.chunk().await.expect("the stream begins");
        Stream(response)
    }

    /// Sends fields as a form of the same site does.
    ///
    /// # Panics
    /// As [`Browserless::get`].
    pub async fn post(&self, path: &str, fields: &[(String, String)]) -> Answer {
        let request = self.request(Method::POST, path).header(ORIGIN, &self.base).header("sec-fetch-site", "same-origin");
        self.send(request.form(fields)).await
    }

    /// Sends a form.
    ///
    /// # Panics
    /// As [`Browserless::get`].
    pub async fn submit(&self, form: &Form) -> Answer {
        self.post(&form.action, &form.fields).await
    }

    /// Sends a form in parts, with a file in the field `file`.
    ///
    /// # Panics
    /// As [`Browserless::get`].
    pub async fn submit_with_file(&self, form: &Form, file: &[u8]) -> Answer {
        const LINE: &str = "------WebKitFormBoundaryAtlas";
        let mut body = Vec::new();
        for (name, value) in form.fields.iter().filter(|(name, _)| name != "file") {
            body.extend(format!("{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        let head = "Content-Disposition: form-data; name=\"file\"; filename=\"a.pfx\"\r\nContent-Type: application/x-pkcs12";
        body.extend(format!("{LINE}\r\n{head}\r\n\r\n").bytes());
        body.extend_from_slice(file);
        body.extend(format!("\r\n{LINE}--\r\n").bytes());
        let request = self.request(Method::POST, &form.action).header(ORIGIN, &self.base).header("sec-fetch-site", "same-origin");
        let kind = format!("multipart/form-data; boundary={}", &LINE[2..]);
        self.send(request.header(CONTENT_TYPE, kind).body(body)).await
    }

    /// Goes where the answer sends.
    ///
    /// # Panics
    /// When it sends nowhere.
    pub async fn follow(&self, answer: &Answer) -> Answer {
        let to = answer.location().unwrap_or_else(|| panic!("no redirect but {}: {}", answer.status, html::text(&answer.body)));
        self.get(to).await
    }

    /// Signs in by the form.
    ///
    /// # Panics
    /// When the product refuses.
    pub async fn sign_in(&self, email: &str, password: &str) {
        let form = self.page("/sign-in").await.form("/sign-in").with("email", email).with("password", password);
        let answer = self.submit(&form).await;
        assert_eq!(answer.status, 303, "{}", html::text(&answer.body));
    }
}
