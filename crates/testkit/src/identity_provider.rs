//! A real provider of OpenID Connect, which others wrote, as a process on loopback (`tests/oidc`).

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::browserless::{Answer, Browserless};
use crate::html;
use crate::process::Program;

/// What we are called there.
pub const CLIENT_ID: &str = "tenantatlas";
/// Our secret there: must never be seen anywhere. Characters that a form would have to encode are part of it.
pub const CLIENT_SECRET: &str = "canary+oidc secret/9b1e%";

/// How it says what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// How tokens are signed: `RS256`, `PS256`, `ES256`.
    pub algorithm: &'static str,
    /// Whether the claims stand in the token, or are told on request.
    pub in_token: bool,
}

/// The provider; it ends with the test.
#[derive(Debug)]
pub struct RealProvider {
    /// Its issuer, which is its address.
    pub issuer: String,
    accounts: PathBuf,
    program: Program,
    _folder: TempDir,
}

/// Whether it can be started here; says so when not.
#[must_use]
pub fn available(test: &str) -> bool {
    let there = std::env::var_os("TENANTATLAS_TEST_OIDC").is_some();
    if !there {
        println!("SKIPPED: {test}: no provider of OpenID Connect is installed; `cargo xtask test` installs it where Node.js is");
    }
    there
}

impl RealProvider {
    /// Starts it for one client, that is sent back to this address.
    ///
    /// # Panics
    /// When it does not start; ask [`available`] first.
    pub async fn start(redirect_uri: &str, manner: Manner) -> Self {
        let script = std::env::var("TENANTATLAS_TEST_OIDC").expect("the script");
        let node = std::env::var("TENANTATLAS_TEST_NODE").expect("Node.js");
        let folder = TempDir::new().expect("a folder");
        let accounts = folder.path().join("accounts.json");
        std::fs::write(&accounts, "{}").expect("a file");
        let settings = [
            ("REDIRECT_URI", redirect_uri.to_owned()),
            ("CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("ACCOUNTS", accounts.display().to_string()),
            ("ALGORITHM", manner.algorithm.to_owned()),
            ("IN_TOKEN", if manner.in_token { "yes" } else { "no" }.to_owned()),
        ];
        let settings: Vec<(String, String)> = settings.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let program = Program::start(Path::new(&node), &[script], &settings);
        let issuer = program.ready().await;
        Self { issuer, accounts, program, _folder: folder }
    }

    /// What it says of everybody from now on: a JSON object, name → claims.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn knows(&self, accounts: &str) {
        std::fs::write(&self.accounts, accounts).expect("a file");
    }

    /// Kills it.
    pub async fn kill(&mut self) {
        self.program.kill().await;
    }

    /// Somebody goes to `address` at the provider, signs in there under that name and consents. Gives the address at the product to which
    /// they are sent back.
    ///
    /// # Panics
    /// When the provider shows something else.
    pub async fn walk(&self, address: &str, name: &str) -> String {
        let browser = Browserless::at("");
        let mut answer = browser.get(address).await;
        for _ in 0..12 {
            if let Some(to) = answer.location() {
                let to = self.absolute(to);
                if !to.starts_with(&self.issuer) {
                    return to;
                }
                answer = browser.get(&to).await;
                continue;
            }
            let mut form = self.form(&answer);
            if form.field("prompt") == Some("login") {
                form = form.with("login", name).with("password", "any");
            }
            answer = browser.submit(&form).await;
        }
        panic!("the provider sends nobody back: {}", html::text(&answer.body));
    }

    /// As [`RealProvider::walk`], by somebody who changes their mind.
    ///
    /// # Panics
    /// As [`RealProvider::walk`].
    pub async fn give_up(&self, address: &str) -> String {
        let browser = Browserless::at("");
        let mut answer = browser.get(address).await;
        while let Some(to) = answer.location() {
            answer = browser.get(&self.absolute(to)).await;
        }
        let links = html::links(&answer.body);
        let abort = links.iter().find(|link| link.ends_with("/abort")).expect("a way to cancel");
        let mut answer = browser.get(&self.absolute(abort)).await;
        loop {
            let to = self.absolute(answer.location().expect("it sends back"));
            if !to.starts_with(&self.issuer) {
                return to;
            }
            answer = browser.get(&to).await;
        }
    }

    fn absolute(&self, to: &str) -> String {
        if to.starts_with('/') { format!("{}{to}", self.issuer) } else { to.to_owned() }
    }

    fn form(&self, answer: &Answer) -> html::Form {
        let forms = html::forms(&answer.body);
        let form = forms.into_iter().find(|form| form.method == "post");
        let form = form.unwrap_or_else(|| panic!("no form ({}): {}", answer.status, html::text(&answer.body)));
        html::Form { action: self.absolute(&form.action), ..form }
    }
}
