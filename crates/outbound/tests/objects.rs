//! The client of the object storage against a real one: `s3s-fs` on 127.0.0.1.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use model::vault::{Vault, VaultError};
use outbound::objects::{InvalidObjects, ObjectSettings, Objects};
use secrecy::SecretString;
use testkit::object_server::{KEY_SECRET, ObjectServer};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use url::Url;

const KEY: &str = "0190c7a0-0000-7000-8000-000000000001/abc/1";

#[tokio::test]
async fn what_is_put_is_read_and_removed() {
    let server = ObjectServer::start().await;
    let objects = server.objects();
    objects.open(true).await.unwrap();
    // All bytes, more of them than one packet has.
    let bytes: Vec<u8> = (0..200_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    objects.put(KEY, bytes.clone()).await.unwrap();
    objects.put(KEY, bytes.clone()).await.unwrap();
    assert_eq!(objects.get(KEY, 200_000).await.unwrap(), bytes);
    assert_eq!(std::fs::read(server.file(KEY)).unwrap(), bytes, "where it was said to be");
    assert_eq!(objects.get(KEY, 199_999).await.unwrap_err(), VaultError::Altered, "more than there may be");
    objects.delete(KEY).await.unwrap();
    assert_eq!(objects.get(KEY, 200_000).await.unwrap_err(), VaultError::Missing);
    objects.delete(KEY).await.unwrap();
    objects.try_out("here").await.unwrap();
}

#[tokio::test]
async fn a_storage_without_its_mark_is_not_one_from_which_objects_got_lost() {
    let server = ObjectServer::start().await;
    let objects = server.objects();
    assert_eq!(objects.open(false).await.unwrap_err(), VaultError::Unreachable, "contents are somewhere, and not here");
    assert_eq!(objects.get(KEY, 9).await.unwrap_err(), VaultError::Unreachable);
    objects.open(true).await.unwrap();
    objects.open(false).await.unwrap();
    objects.put(KEY, vec![1]).await.unwrap();
    let elsewhere = Objects::new(&ObjectSettings { prefix: "other".to_owned(), ..server.settings() }).unwrap();
    assert_eq!(elsewhere.get(KEY, 9).await.unwrap_err(), VaultError::Unreachable);
    assert_eq!(elsewhere.delete("a/b").await, Ok(()), "what is not there is removed, as S3 says");
    let bucket = Objects::new(&ObjectSettings { bucket: "nobodys".to_owned(), ..server.settings() }).unwrap();
    assert_eq!(bucket.get(KEY, 9).await.unwrap_err(), VaultError::Unreachable);
    assert_eq!(bucket.open(false).await.unwrap_err(), VaultError::Unreachable);
    std::fs::remove_dir_all(server.bucket()).unwrap();
    assert_eq!(objects.get(KEY, 9).await.unwrap_err(), VaultError::Unreachable, "the bucket was removed");
}

#[tokio::test]
async fn whoever_is_not_let_in_or_finds_nobody_knows_nothing_of_an_object() {
    let server = ObjectServer::start().await;
    let objects = server.objects();
    objects.open(true).await.unwrap();
    objects.put(KEY, vec![1]).await.unwrap();
    let wrong = ObjectSettings { secret: SecretString::from("wrong"), ..server.settings() };
    let wrong = Objects::new(&wrong).unwrap();
    assert_eq!(wrong.get(KEY, 9).await.unwrap_err(), VaultError::Unreachable);
    assert_eq!(wrong.put(KEY, vec![2]).await.unwrap_err(), VaultError::Unreachable);
    assert_eq!(wrong.delete(KEY).await.unwrap_err(), VaultError::Unreachable);
    assert_eq!(wrong.try_out("here").await.unwrap_err(), VaultError::Unreachable);
    assert_eq!(objects.get(KEY, 9).await.unwrap(), [1], "nothing was changed");
    server.stop();
    assert_eq!(server.objects().get(KEY, 9).await.unwrap_err(), VaultError::Unreachable);
    assert_eq!(server.objects().put(KEY, vec![2]).await.unwrap_err(), VaultError::Unreachable);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let server = ObjectServer::start().await;
    server.objects().put(KEY, vec![1]).await.unwrap();
    let liar = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = format!("{}contents/atlas/{KEY}", server.settings().endpoint);
    let endpoint = Url::parse(&format!("http://{}", liar.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = liar.accept().await {
            let answer =
                format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = socket.write_all(answer.as_bytes()).await;
            let _ = socket.shutdown().await;
        }
    });
    let objects = Objects::new(&ObjectSettings { endpoint, ..server.settings() }).unwrap();
    assert_eq!(objects.put(KEY, vec![2]).await.unwrap_err(), VaultError::Unreachable);
    assert_eq!(std::fs::read(server.file(KEY)).unwrap(), [1]);
}

#[tokio::test]
async fn settings_that_would_be_readable_or_reach_elsewhere_are_refused_and_show_no_secret() {
    let server = ObjectServer::start().await;
    let with = |endpoint: &str| ObjectSettings { endpoint: Url::parse(endpoint).unwrap(), ..server.settings() };
    let refused = |settings: &ObjectSettings| Objects::new(settings).unwrap_err();
    assert_eq!(refused(&with("http://10.0.0.1:9000")), InvalidObjects::Readable);
    assert!(Objects::new(&ObjectSettings { allow_http: true, ..with("http://10.0.0.1:9000") }).is_ok());
    assert_eq!(refused(&with("ftp://127.0.0.1")), InvalidObjects::Readable);
    assert_eq!(refused(&with("https://user:word@s3.example.com")), InvalidObjects::NoAddress);
    assert_eq!(refused(&with("https://s3.example.com/?a=b")), InvalidObjects::NoAddress);
    for prefix in ["", "/a", "a/", "a//b", "a/../b", "a b", "ä"] {
        assert_eq!(refused(&ObjectSettings { prefix: prefix.to_owned(), ..server.settings() }), InvalidObjects::NoPrefix);
    }
    let shown = format!("{:?} {:?}", server.settings(), server.objects());
    assert!(!shown.contains(KEY_SECRET), "{shown}");
}
