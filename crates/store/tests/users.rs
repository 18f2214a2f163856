//! People.

use secrecy::{ExposeSecret as _, SecretString};
use store::StoreError;
use testkit::stores::{TestStore, on_both};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_by_mail_address_with_their_password_hash() {
    on_both(async |t: TestStore| {
        let hash = SecretString::from("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA");
        let users = t.store.users();
        let ada = users.add(&t.operator, "ada@example.test", "Ada <b>", Some(&hash)).await.unwrap();
        let eve = users.add(&t.operator, "eve@example.test", "Eve", None).await.unwrap();
        let record = users.for_sign_in("ada@example.test").await.unwrap().expect("known");
        assert_eq!(record.user, ada);
        assert_eq!(record.user.name, "Ada <b>");
        assert_eq!(
            record.password_hash.as_ref().map(|hash| hash.expose_secret().to_owned()),
            Some(hash.expose_secret().to_owned())
        );
        assert!(!format!("{record:?}").contains("argon2id"), "a record does not print its hash");
        let record = users.for_sign_in("eve@example.test").await.unwrap().expect("known");
        assert_eq!(record.user.id, eve.id);
        assert!(record.password_hash.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_or_odd_address_is_nobody() {
    on_both(async |t: TestStore| {
        t.store.users().add(&t.operator, "ada@example.test", "Ada", None).await.unwrap();
        for address in
            ["", "nobody@example.test", "ADA@example.test", "ada@example.tes_", "%", "' or 1=1 --", "ada@example.test\0"]
        {
            let found = t.store.users().for_sign_in(address).await;
            assert!(matches!(found, Ok(None)), "{address:?}: {found:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_address_is_taken_once() {
    on_both(async |t: TestStore| {
        let users = t.store.users();
        users.add(&t.operator, "ada@example.test", "Ada", None).await.unwrap();
        let again = users.add(&t.operator, "ada@example.test", "Somebody else", None).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
        assert_eq!(users.for_sign_in("ada@example.test").await.unwrap().expect("known").user.name, "Ada");
        assert_eq!(t.number("select count(*) from audit_entries where action = 'user.add'").await, 1, "a refusal is no change");
    })
    .await;
}
