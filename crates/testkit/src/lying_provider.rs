//! A provider of OpenID Connect that lies in one way at a time. Its tokens are signed with a real key, so that each lie is the only
//! thing that is wrong.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::json::Json;
use model::time::Clock;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// Nothing.
    Nothing,
    /// It describes itself as another issuer.
    Discovery,
    /// Its description is no JSON.
    Nonsense,
    /// It redirects instead of describing itself.
    Redirect,
    /// Its description never ends.
    Huge,
    /// It does not answer.
    Silent,
    /// It answers with status 500.
    Broken,
    /// It does not accept our secret.
    Client,
    /// It does not know the code.
    Grant,
    /// There is no id token in its answer.
    NoToken,
    /// The token is of another issuer.
    Issuer,
    /// The token is for another application.
    Audience,
    /// The token belongs to another sign-in.
    Nonce,
    /// The token was signed by another key under the same name.
    Signature,
    /// The token is not signed.
    Unsigned,
    /// The token was signed with a shared secret.
    Shared,
    /// The token names a key that is not published.
    Key,
    /// The token has expired.
    Expired,
    /// The token was issued in the future.
    Future,
    /// The token is not valid yet.
    NotBefore,
    /// The token names nobody.
    Nobody,
    /// The person is in more groups than it tells.
    Overage,
    /// What it tells of the person is of another one.
    OtherPerson,
    /// It tells no mail address.
    NoEmail,
}

/// The provider; it ends with the test.
#[derive(Debug)]
pub struct LyingProvider {
    /// Its issuer, which is its address.
    pub issuer: String,
    lie: Arc<Mutex<Lie>>,
    asked: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for LyingProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Voice {
    issuer: String,
    lie: Arc<Mutex<Lie>>,
    asked: Arc<Mutex<Vec<String>>>,
    clock: Arc<dyn Clock>,
    key: EcdsaKeyPair,
    other: EcdsaKeyPair,
}

impl LyingProvider {
    /// Starts it; its tokens are dated by this clock.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start(clock: Arc<dyn Clock>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let (lie, asked) = (Arc::new(Mutex::new(Lie::Nothing)), Arc::<Mutex<Vec<String>>>::default());
        let key = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let voice =
            Voice { issuer: issuer.clone(), lie: Arc::clone(&lie), asked: Arc::clone(&asked), clock, key: key(), other: key() };
        let voice = Arc::new(voice);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&voice)));
            }
        });
        Self { issuer, lie, asked, task }
    }

    /// Lies so from now on.
    pub fn lies(&self, lie: Lie) {
        *self.lie.lock().unwrap_or_else(PoisonError::into_inner) = lie;
    }

    /// The paths that it was asked for so far.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(mut stream: TcpStream, voice: Arc<Voice>) {
    let Some((path, body)) = read(&mut stream).await else { return };
    voice.asked.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
    let lie = *voice.lie.lock().unwrap_or_else(PoisonError::into_inner);
    if lie == Lie::Silent {
        let mut rest = [0; 64];
        while stream.read(&mut rest).await.is_ok_and(|count| count > 0) {}
        return;
    }
    let (status, headers, body) = voice.say(lie, &path, &body);
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// A request's path and body.
async fn read(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some((head.split(' ').nth(1)?.to_owned(), body.to_owned()));
        }
    }
}

impl Voice {
    fn say(&self, lie: Lie, path: &str, body: &str) -> (u16, String, String) {
        let plain = |status: u16, json: Json| (status, String::new(), json.to_text());
        match (lie, path) {
            (Lie::Broken, _) => plain(500, Json::Null),
            (Lie::Nonsense, "/.well-known/openid-configuration") => (200, String::new(), "<html>".to_owned()),
            (Lie::Redirect, "/.well-known/openid-configuration") => {
                (302, format!("Location: {}/elsewhere\r\n", self.issuer), String::new())
            }
            (Lie::Huge, "/.well-known/openid-configuration") => {
                (200, String::new(), format!("{{\"issuer\":\"{}\"}}", "x".repeat(2 << 20)))
            }
            (_, "/.well-known/openid-configuration") => plain(200, self.description(lie)),
            (_, "/keys") => plain(200, self.keys()),
            (Lie::Client, "/token") => plain(401, Json::from([("error", Json::text("invalid_client"))])),
            (Lie::Grant, "/token") => plain(400, Json::from([("error", Json::text("invalid_grant"))])),
            (Lie::NoToken, "/token") => plain(200, Json::from([("access_token", Json::text("a"))])),
            (_, "/token") => {
                let token = [("access_token", Json::text("a")), ("id_token", Json::text(self.token(lie, body)))];
                plain(200, Json::from(token))
            }
            (_, "/person") => plain(200, self.person(lie)),
            _ => plain(404, Json::Null),
        }
    }

    fn description(&self, lie: Lie) -> Json {
        let at = |path: &str| Json::text(format!("{}/{path}", self.issuer));
        let issuer = if lie == Lie::Discovery { Json::text("https://other.example") } else { Json::text(self.issuer.clone()) };
        Json::from([
            ("issuer", issuer),
            ("authorization_endpoint", at("authorize")),
            ("token_endpoint", at("token")),
            ("jwks_uri", at("keys")),
            ("userinfo_endpoint", at("person")),
        ])
    }

    fn keys(&self) -> Json {
        let point = self.key.public_key().as_ref();
        let part = |bytes: &[u8]| Json::text(URL_SAFE_NO_PAD.encode(bytes));
        let key = Json::from([
            ("kty", Json::text("EC")),
            ("crv", Json::text("P-256")),
            ("kid", Json::text("one")),
            ("x", part(&point[1..33])),
            ("y", part(&point[33..65])),
        ]);
        Json::from([("keys", Json::Array(vec![key]))])
    }

    fn person(&self, lie: Lie) -> Json {
        let subject = if lie == Lie::OtherPerson { "mallory" } else { "ada" };
        let mut told = Json::from([("sub", Json::text(subject)), ("name", Json::text("Ada"))]);
        if lie != Lie::NoEmail {
            told.set("email", Json::text("ada@example.test"));
            told.set("email_verified", Json::Bool(true));
        }
        told
    }

    /// The token. The code that was sent is the nonce of the sign-in.
    fn token(&self, lie: Lie, form: &str) -> String {
        let nonce = form.split('&').find_map(|pair| pair.strip_prefix("code=")).unwrap_or_default();
        let now = self.clock.now().seconds();
        let issued = if lie == Lie::Future { now + 600 } else { now };
        let expires = if lie == Lie::Expired { now - 600 } else { now + 600 };
        let mut claims = Json::from([
            ("iss", Json::text(if lie == Lie::Issuer { "https://other.example" } else { self.issuer.as_str() })),
            ("aud", Json::text(if lie == Lie::Audience { "another" } else { "tenantatlas" })),
            ("nonce", Json::text(if lie == Lie::Nonce { "another" } else { nonce })),
            ("sub", Json::text(if lie == Lie::Nobody { "" } else { "ada" })),
            ("iat", Json::int(issued)),
            ("exp", Json::int(expires)),
        ]);
        match lie {
            Lie::NotBefore => claims.set("nbf", Json::int(now + 600)),
            Lie::Overage => claims.set("_claim_names", Json::from([("groups", Json::text("src1"))])),
            _ => claims.set("groups", Json::Array(vec![Json::text("admins")])),
        }
        let algorithm = match lie {
            Lie::Unsigned => "none",
            Lie::Shared => "HS256",
            _ => "ES256",
        };
        let key = if lie == Lie::Key { "another" } else { "one" };
        let head = Json::from([("alg", Json::text(algorithm)), ("kid", Json::text(key))]);
        let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_text());
        let message = format!("{}.{}", part(&head), part(&claims));
        if lie == Lie::Unsigned {
            return format!("{message}.");
        }
        let signer = if lie == Lie::Signature { &self.other } else { &self.key };
        let signature = signer.sign(&SystemRandom::new(), message.as_bytes()).expect("a signature");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}
