//! Mail against an SMTP server that others wrote (aiosmtpd), in a process of its own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader};
use std::net::IpAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use model::alert::{Letter, Mail, MailSecurity};
use model::failure::Code;
use outbound::alert::{Courier, Lookup, MailTo, Names, Networks};
use secrecy::SecretString;
use serde_json::Value;

const HOST: &str = "smtp.example.test";
const PASSWORD: &str = "canary-smtp-password";

/// Knows one name, which is here.
struct Here;

impl Names for Here {
    fn look_up(&self, host: &str) -> Lookup {
        let known = host == HOST;
        Box::pin(async move { if known { vec![IpAddr::from([127, 0, 0, 1])] } else { Vec::new() } })
    }
}

struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// `None`, with a visible line, when there is no such server on this machine.
    fn start(test: &str, mode: &str) -> Option<Self> {
        let Some(python) = std::env::var_os("TENANTATLAS_TEST_SMTP") else {
            eprintln!("SKIPPED: {test}: no Python with aiosmtpd (TENANTATLAS_TEST_SMTP); cargo xtask test installs it");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/mail/server.py");
        let mut child = Command::new(python).arg(script).arg(mode).arg(folder.path()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let port = u16::try_from(line(&mut lines)["port"].as_u64().unwrap()).unwrap();
        Some(Self { child, lines, port, folder })
    }

    fn taken(&mut self) -> Value {
        line(&mut self.lines)
    }

    fn courier(&self) -> Courier {
        let authority = std::fs::read(self.folder.path().join("authority.pem")).unwrap();
        unknowing().trusting(authority)
    }

    fn mail(&self, security: MailSecurity, user: &str, to: &[&str]) -> Mail {
        let to: Vec<String> = to.iter().map(|one| (*one).to_owned()).collect();
        Mail::checked(HOST, &self.port.to_string(), security, user, "atlas@example.test", &to).unwrap()
    }
}

/// One that does not know the server's authority.
fn unknowing() -> Courier {
    Courier::asking(Networks::parse(&["127.0.0.0/8"]).unwrap(), Arc::new(Here))
}

fn line(lines: &mut impl BufRead) -> Value {
    let mut text = String::new();
    lines.read_line(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn letter(subject: &str) -> Letter {
    Letter {
        subject: subject.to_owned(),
        text: "Words — ünd mehr.".to_owned(),
        html: "<p>Words</p>".to_owned(),
        files: Vec::new(),
    }
}

async fn send(courier: &Courier, mail: &Mail, password: &str, letter: &Letter) -> Result<usize, Code> {
    let password = SecretString::from(password);
    courier
        .mail(&MailTo { mail, password: &password, letter, id: "0199-1" })
        .await
        .map(|mailed| mailed.refused)
        .map_err(|failure| failure.code())
}

#[tokio::test]
async fn mail_goes_over_starttls_and_tls_signed_in_and_whole() {
    for (mode, security) in [("starttls", MailSecurity::StartTls), ("tls", MailSecurity::Tls)] {
        let Some(mut server) = Server::start("mail_goes_over_starttls_and_tls_signed_in_and_whole", mode) else { return };
        let mail = server.mail(security, "atlas", &["one@example.test", "two@example.test"]);
        send(&server.courier(), &mail, PASSWORD, &letter("TenantAtlas: a test")).await.unwrap();
        let taken = server.taken();
        assert_eq!((taken["tls"].as_bool(), taken["signed_in"].as_bool()), (Some(true), Some(true)), "{mode}: {taken}");
        assert_eq!(taken["from"], "atlas@example.test");
        assert_eq!(taken["to"], serde_json::json!(["one@example.test", "two@example.test"]));
        let data = taken["data"].as_str().unwrap();
        for part in ["Subject: TenantAtlas: a test", "Message-ID: <0199-1@example.test>", "text/plain", "text/html"] {
            assert!(data.contains(part), "{part} in {data}");
        }
        assert!(!data.contains(PASSWORD));
    }
}

#[tokio::test]
async fn nothing_is_sent_where_the_certificate_is_not_trusted_or_there_is_no_tls_or_the_password_is_wrong() {
    let test = "nothing_is_sent_where_the_certificate_is_not_trusted";
    let Some(server) = Server::start(test, "starttls") else { return };
    let mail = server.mail(MailSecurity::StartTls, "atlas", &["one@example.test"]);
    assert_eq!(send(&unknowing(), &mail, PASSWORD, &letter("s")).await, Err(Code::AlertUnprotected));
    assert_eq!(send(&server.courier(), &mail, "wrong", &letter("s")).await, Err(Code::AlertSignInRefused));
    let Some(open) = Server::start(test, "none") else { return };
    let mail = open.mail(MailSecurity::StartTls, "", &["one@example.test"]);
    assert_eq!(send(&open.courier(), &mail, "", &letter("s")).await, Err(Code::AlertUnprotected), "no STARTTLS is offered");
}

#[tokio::test]
async fn what_the_server_refuses_is_final_or_later_as_it_says() {
    let Some(mut server) = Server::start("what_the_server_refuses_is_final_or_later_as_it_says", "none") else { return };
    let to = |to| server.mail(MailSecurity::None, "", &[to]);
    let (refused, later, good) = (to("refused@example.test"), to("later@example.test"), to("one@example.test"));
    let courier = server.courier();
    assert_eq!(send(&courier, &refused, "", &letter("s")).await, Err(Code::AlertMailRefused));
    assert_eq!(send(&courier, &later, "", &letter("s")).await, Err(Code::AlertServerError));
    // A subject with line ends adds no header and no recipient.
    send(&courier, &good, "", &letter("a\r\nBcc: victim@example.test\r\n\r\nbody")).await.unwrap();
    let taken = server.taken();
    assert_eq!(taken["to"], serde_json::json!(["one@example.test"]));
    let headers = taken["data"].as_str().unwrap().split("\r\n\r\n").next().unwrap().to_owned();
    assert!(!headers.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{headers}");
}

#[tokio::test]
async fn one_recipient_who_is_refused_takes_the_mail_from_nobody_else() {
    let test = "one_recipient_who_is_refused_takes_the_mail_from_nobody_else";
    let Some(mut server) = Server::start(test, "none") else { return };
    let mail = server.mail(MailSecurity::None, "", &["one@example.test", "refused@example.test", "two@example.test"]);
    assert_eq!(send(&server.courier(), &mail, "", &letter("s")).await, Ok(1));
    for one in ["one@example.test", "two@example.test"] {
        let taken = server.taken();
        assert_eq!(taken["to"], serde_json::json!([one]));
        assert!(taken["data"].as_str().unwrap().contains("Message-ID: <0199-1@example.test>"));
    }
    let nobody = server.mail(MailSecurity::None, "", &["refused@example.test", "refused@example.org"]);
    assert_eq!(send(&server.courier(), &nobody, "", &letter("s")).await, Err(Code::AlertMailRefused));
}

#[tokio::test]
async fn who_cannot_sign_in_for_now_is_tried_again_later() {
    let Some(server) = Server::start("who_cannot_sign_in_for_now_is_tried_again_later", "starttls") else { return };
    let mail = server.mail(MailSecurity::StartTls, "busy", &["one@example.test"]);
    assert_eq!(send(&server.courier(), &mail, PASSWORD, &letter("s")).await, Err(Code::AlertServerError));
}

#[tokio::test]
async fn an_smtp_server_inside_is_not_connected_to_unless_it_is_allowed() {
    let mail = Mail::checked("127.0.0.1", "25", MailSecurity::None, "", "a@b.test", &["c@d.test".to_owned()]).unwrap();
    let strict = Courier::asking(Networks::default(), Arc::new(Here));
    assert_eq!(send(&strict, &mail, "", &letter("s")).await, Err(Code::AlertAddressForbidden));
    let named = Mail::checked(HOST, "587", MailSecurity::StartTls, "", "a@b.test", &["c@d.test".to_owned()]).unwrap();
    assert_eq!(send(&strict, &named, "", &letter("s")).await, Err(Code::AlertAddressForbidden));
    let unknown = Mail::checked("nobody.test", "587", MailSecurity::StartTls, "", "a@b.test", &["c@d.test".to_owned()]).unwrap();
    assert_eq!(send(&strict, &unknown, "", &letter("s")).await, Err(Code::AlertUnreachable));
}
