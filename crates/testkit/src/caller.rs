//! A program that asks the API with a token, or without one.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::browserless::Answer;

/// A program. Redirects are not followed.
#[derive(Debug, Clone)]
pub struct Caller {
    client: Client,
    base: String,
    token: Option<SecretString>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} (status {}): {}", self.status, self.body))
    }

    /// The code of a problem.
    ///
    /// # Panics
    /// When the body is no problem.
    #[must_use]
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.body);
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{problem}");
        problem["code"].as_str().expect("a code").to_owned()
    }
}

impl Caller {
    /// A program at that address.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    #[must_use]
    pub fn at(base: &str, token: Option<&SecretString>) -> Self {
        let builder = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().tls_certs_only([]);
        Self { client: builder.build().expect("an HTTP client"), base: base.to_owned(), token: token.cloned() }
    }

    /// Asks.
    ///
    /// # Panics
    /// When the product does not answer.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, &[]).await
    }

    /// Sends JSON.
    ///
    /// # Panics
    /// As [`Caller::get`].
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body), &[]).await
    }

    /// Asks with a method, a JSON body and more headers.
    ///
    /// # Panics
    /// As [`Caller::get`].
    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Answer {
        let mut all = headers.to_vec();
        if body.is_some() {
            all.push((CONTENT_TYPE.as_str(), "application/json"));
        }
        self.send_text(method, path, body.map(ToString::to_string), &all).await
    }

    /// The same with a body that need not be JSON; says nothing of its kind by itself.
    ///
    /// # Panics
    /// As [`Caller::get`].
    pub async fn send_text(&self, method: &str, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Answer {
        self.send_bytes(method, path, body.map(String::into_bytes), headers).await
    }

    /// The same with a body of any bytes.
    ///
    /// # Panics
    /// As [`Caller::get`].
    pub async fn send_bytes(&self, method: &str, path: &str, body: Option<Vec<u8>>, headers: &[(&str, &str)]) -> Answer {
        let method: Method = method.parse().expect("a method");
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.expose_secret()));
        }
        request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.expect("the product answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.text().await.expect("the answer comes to its end") }
    }
}
