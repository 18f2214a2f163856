//! Signing in without a secret: assertions that the key of a certificate signs, and tokens of another issuer from a file.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod liar;

use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use liar::{Liar, all, clock, graph, is_token, page, quick, scope_tags, token};
use model::connection::{Signature, TokenFileName};
use model::failure::Code;
use model::time::Clock as _;
use outbound::graph::{Credentials, Proof, SigningCertificate, TokenFile};
use serde_json::Value;

const CERTIFICATE: &str = include_str!("../../testkit/certificates/leaf.pem");
const KEY: &str = include_str!("../../testkit/certificates/leaf.key");
/// `RSAPublicKey` of the certificate, as OpenSSL took it out.
const PUBLIC: &[u8] = include_bytes!("../../testkit/certificates/leaf.public.der");

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body).unwrap()
}

fn credentials(proof: Proof) -> Credentials {
    Credentials { proof, ..liar::credentials("unused") }
}

fn certificate(signature: Signature) -> Proof {
    Proof::Certificate(Arc::new(SigningCertificate::new(&der(CERTIFICATE), &der(KEY), signature).unwrap()))
}

/// Signs in with that, and gives the form that was sent.
async fn sent(proof: Proof) -> Vec<(String, String)> {
    let seen = Arc::new(std::sync::Mutex::new(String::new()));
    let keep = Arc::clone(&seen);
    let liar = Liar::start(move |asked| {
        if !is_token(asked) {
            return page(&["1"], None);
        }
        *keep.lock().unwrap() = asked.body.clone();
        token(asked.nth, 3600)
    })
    .await;
    let session = graph(quick()).connect(liar.endpoints(), credentials(proof));
    all(session.list(&scope_tags())).await.unwrap();
    let body = seen.lock().unwrap().clone();
    let mut form: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    form.push(("endpoint".to_owned(), liar.url(&format!("/{}/oauth2/v2.0/token", liar::credentials("").entra_tenant_id))));
    form
}

fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
}

fn part(jwt: &str, at: usize) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(jwt.split('.').nth(at).unwrap()).unwrap()
}

async fn signed(signature: Signature, verifies: &'static dyn VerificationAlgorithm) -> (Value, Value, String) {
    let form = sent(certificate(signature)).await;
    assert_eq!(field(&form, "client_secret"), None);
    let kind = field(&form, "client_assertion_type");
    assert_eq!(kind, Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    let jwt = field(&form, "client_assertion").unwrap();
    let message = jwt.rsplit_once('.').unwrap().0;
    UnparsedPublicKey::new(verifies, PUBLIC).verify(message.as_bytes(), &part(jwt, 2)).expect("the certificate's key signed it");
    let json = |at| serde_json::from_slice(&part(jwt, at)).unwrap();
    (json(0), json(1), field(&form, "endpoint").unwrap().to_owned())
}

#[tokio::test]
async fn an_assertion_is_signed_by_the_certificate_and_says_what_microsoft_wants() {
    let (head, claims, endpoint) = signed(Signature::Ps256, &RSA_PSS_2048_8192_SHA256).await;
    let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA256, &der(CERTIFICATE)));
    assert_eq!(head, serde_json::json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint }));
    let now = clock().now().seconds();
    assert_eq!(claims["aud"], endpoint.as_str());
    assert_eq!((&claims["iss"], &claims["sub"]), (&Value::from("app-1"), &Value::from("app-1")));
    assert_eq!((claims["nbf"].as_i64(), claims["exp"].as_i64()), (Some(now), Some(now + 600)));
    let (_, again, _) = signed(Signature::Ps256, &RSA_PSS_2048_8192_SHA256).await;
    assert_ne!(claims["jti"], again["jti"], "each is good once");
    assert!(claims["jti"].as_str().unwrap().len() >= 20);
}

#[tokio::test]
async fn the_older_signature_names_the_certificate_in_the_older_way_too() {
    let (head, _, _) = signed(Signature::Rs256, &RSA_PKCS1_2048_8192_SHA256).await;
    let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &der(CERTIFICATE)));
    assert_eq!((&head["alg"], &head["x5t"]), (&Value::from("RS256"), &Value::from(thumbprint)));
}

#[tokio::test]
async fn who_signs_otherwise_signs_in_anew() {
    let liar = Liar::graph(|_| page(&["1"], None)).await;
    let graph = graph(quick());
    for (signature, tokens) in [(Signature::Ps256, 1), (Signature::Ps256, 1), (Signature::Rs256, 2), (Signature::Ps256, 2)] {
        graph.connect(liar.endpoints(), credentials(certificate(signature))).check().await.unwrap();
        assert_eq!(liar.tokens_asked(), tokens, "{signature:?}");
    }
}

#[tokio::test]
async fn neither_key_nor_assertion_is_shown() {
    let proof = certificate(Signature::Ps256);
    let shown = format!("{:?}", credentials(proof));
    assert!(shown.contains("sha256") && !shown.contains("BEGIN") && shown.len() < 400, "{shown}");
    let failed = SigningCertificate::new(&der(CERTIFICATE), b"no key", Signature::Ps256).unwrap_err();
    assert_eq!(failed.code(), Code::CredentialsInvalid);
}

fn token_file(folder: &Path, name: &str) -> TokenFile {
    TokenFile::within(folder, &TokenFileName::parse(name).unwrap())
}

#[tokio::test]
async fn a_token_file_is_read_anew_for_each_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("azure-identity-token");
    for text in ["eyJh.eyJi.c2ln\n", "eyJh.eyJi.bmV3"] {
        std::fs::write(&path, text).unwrap();
        let form = sent(Proof::Federated(token_file(folder.path(), "azure-identity-token"))).await;
        assert_eq!(field(&form, "client_assertion"), Some(text.trim()));
    }
}

#[tokio::test]
async fn only_a_token_in_the_folder_is_read() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(elsewhere.path().join("secret"), "eyJh.eyJi.c2ln").unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("secret"), folder.path().join("out")).unwrap();
    std::fs::write(folder.path().join("in"), "eyJh.eyJi.c2ln").unwrap();
    std::os::unix::fs::symlink(folder.path().join("in"), folder.path().join("link")).unwrap();
    std::fs::create_dir(folder.path().join("folder")).unwrap();
    for (name, text) in [("text", "root:x:0:0"), ("spaces", "a.b c.d"), ("empty", ""), ("parts", "a..c")] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    std::fs::write(folder.path().join("large"), format!("a.{}.c", "b".repeat(20_000))).unwrap();
    std::fs::write(folder.path().join("bytes"), [0xff, 0xfe, b'.']).unwrap();
    assert!(token_file(folder.path(), "in").read().await.is_ok());
    assert!(token_file(folder.path(), "link").read().await.is_ok(), "as Kubernetes has it");
    for name in ["out", "folder", "text", "spaces", "empty", "parts", "large", "bytes", "missing"] {
        let failure = token_file(folder.path(), name).read().await.expect_err(name);
        assert_eq!(failure.code(), Code::TokenFileUnreadable, "{name}");
    }
}
