//! Passwords of local accounts: links of an operator, changes by their owner, and what ends with them.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use store::{LINK_OPEN, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

fn hash(text: &str) -> SecretString {
    SecretString::from(format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA${text}"))
}

async fn stored(t: &TestStore, email: &str) -> Option<String> {
    let record = t.store.users().for_sign_in(email).await.unwrap()?;
    record.password_hash.map(|hash| hash.expose_secret().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_sets_a_password_once_and_ends_every_session() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (email, passwords) = (world.owner.email.as_str(), t.store.passwords());
        let (phone, other) = (world.sign_in(&world.owner).await, world.sign_in(&world.manager).await);
        let older = passwords.link(&t.operator, email).await.unwrap();
        let link = passwords.link(&t.operator, email).await.unwrap();
        assert_eq!(passwords.of_link(&older).await.unwrap(), None, "only the latest works");
        assert_eq!(passwords.of_link(&link).await.unwrap().as_ref(), Some(&world.owner));
        assert!(!crate::connections::everything(&t).await.contains(link.expose_secret()), "the link is in the database");
        let ended = passwords.set_by_link(&link, &hash("bmV3")).await.unwrap().expect("it works");
        assert_eq!(ended, [phone.session()]);
        assert_eq!(stored(&t, email).await.as_deref(), Some(hash("bmV3").expose_secret()));
        assert!(!t.store.sessions().alive(&phone).await.unwrap());
        assert!(t.store.sessions().alive(&other).await.unwrap(), "of nobody else");
        assert!(passwords.set_by_link(&link, &hash("dHdv")).await.unwrap().is_none(), "once");
        assert_eq!(passwords.of_link(&link).await.unwrap(), None);
        let late = passwords.link(&t.operator, email).await.unwrap();
        t.clock.advance(LINK_OPEN);
        assert!(passwords.set_by_link(&late, &hash("bGF0ZQ")).await.unwrap().is_none(), "too late");
        let unknown = passwords.link(&t.operator, "nobody@example.test").await;
        assert!(matches!(unknown, Err(StoreError::NotVisible)));
        for odd in ["", "0", "a\0b"] {
            assert_eq!(passwords.of_link(&SecretString::from(odd)).await.unwrap(), None);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_uses_of_a_link_at_once_are_one() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        for _ in 0..8 {
            let link = t.store.passwords().link(&t.operator, &world.owner.email).await.unwrap();
            let (first, second, passwords) = (hash("YQ"), hash("Yg"), t.store.passwords());
            let (a, b) = tokio::join!(passwords.set_by_link(&link, &first), passwords.set_by_link(&link, &second));
            assert_eq!([a.unwrap().is_some(), b.unwrap().is_some()].iter().filter(|done| **done).count(), 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_gives_a_new_token_and_ends_the_other_sessions() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let sessions = t.store.sessions();
        let before = sessions.start(&world.owner).await.unwrap();
        let (here, elsewhere) = (sessions.find(&before).await.unwrap().unwrap(), world.sign_in(&world.owner).await);
        let link = t.store.passwords().link(&t.operator, &world.owner.email).await.unwrap();
        let step = t.store.second_factor().begin(&world.owner, None).await.unwrap();
        let changed = t.store.passwords().change(&here, &hash("bmV3")).await.unwrap();
        assert_eq!(changed.ended, [elsewhere.session()]);
        assert!(sessions.find(&before).await.unwrap().is_none(), "the old token is worth nothing");
        let after = sessions.find(&changed.token).await.unwrap().expect("the session goes on");
        assert_eq!(after.session(), here.session());
        assert!(t.store.passwords().of_link(&link).await.unwrap().is_none(), "links made before are worth nothing");
        assert!(!t.store.second_factor().awaited(&step).await.unwrap(), "nor are sign-ins that were half done");
        sessions.end(&after).await.unwrap();
        assert!(matches!(t.store.passwords().change(&after, &hash("eA")).await, Err(StoreError::NotVisible)));
        assert_eq!(stored(&t, &world.owner.email).await.as_deref(), Some(hash("bmV3").expose_secret()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_person_is_out_until_they_are_enabled() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let (email, users) = (world.owner.email.as_str(), t.store.users());
        let token = t.store.sessions().start(&world.owner).await.unwrap();
        let link = t.store.passwords().link(&t.operator, email).await.unwrap();
        users.disable(&t.operator, email).await.unwrap();
        assert!(t.store.sessions().find(&token).await.unwrap().is_none());
        assert!(users.for_sign_in(email).await.unwrap().is_none());
        assert!(t.store.passwords().of_link(&link).await.unwrap().is_none());
        assert!(matches!(t.store.passwords().link(&t.operator, email).await, Err(StoreError::NotVisible)));
        assert!(matches!(t.store.sessions().start(&world.owner).await, Err(StoreError::NotVisible)), "by no way");
        users.disable(&t.operator, email).await.expect("twice is no error");
        users.enable(&t.operator, email).await.unwrap();
        assert!(t.store.sessions().start_in(&world.owner, "Firefox on Linux").await.is_ok());
        for nobody in ["", "nobody@example.test"] {
            assert!(matches!(users.disable(&t.operator, nobody).await, Err(StoreError::NotVisible)));
            assert!(matches!(users.enable(&t.operator, nobody).await, Err(StoreError::NotVisible)));
        }
        let entries = "select count(*) from audit_entries where action in ('user.disable', 'user.enable')";
        assert_eq!(t.number(entries).await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_chooses_their_name() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let who = world.sign_in(&world.owner).await;
        t.store.users().rename(&who, "  Ada <b>\u{202e}  ").await.unwrap();
        let again = t.store.users().for_sign_in(&world.owner.email).await.unwrap().unwrap();
        assert_eq!(again.user.name, "Ada <b>\u{202e}");
        for bad in ["", "   ", &"x".repeat(201)] {
            assert!(matches!(t.store.users().rename(&who, bad).await, Err(StoreError::Conflict(_))));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_and_ends_their_own_sessions_only() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let sessions = t.store.sessions();
        let phone = sessions.start_in(&world.owner, "Safari on an iPhone").await.unwrap();
        t.clock.advance(Duration::from_secs(3600));
        let (here, theirs) = (world.sign_in(&world.owner).await, world.sign_in(&world.stranger).await);
        let own = sessions.own(&here).await.unwrap();
        let seen: Vec<(&str, bool)> = own.iter().map(|view| (view.browser.as_str(), view.this)).collect();
        assert_eq!(seen, [("", true), ("Safari on an iPhone", false)], "the latest used first");
        assert!(!sessions.revoke(&here, theirs.session()).await.unwrap(), "not somebody else's");
        assert!(sessions.alive(&theirs).await.unwrap());
        assert!(sessions.revoke(&here, own[1].id).await.unwrap());
        assert!(!sessions.revoke(&here, own[1].id).await.unwrap(), "it is gone");
        assert!(sessions.find(&phone).await.unwrap().is_none());
        let (a, b) = (world.sign_in(&world.owner).await, world.sign_in(&world.owner).await);
        let mut ended = sessions.revoke_others(&here).await.unwrap();
        ended.sort();
        let mut expected = vec![a.session(), b.session()];
        expected.sort();
        assert_eq!(ended, expected);
        assert!(sessions.alive(&here).await.unwrap() && sessions.alive(&theirs).await.unwrap());
        t.clock.advance(store::SESSION_IDLE + Duration::from_secs(1));
        let again = world.sign_in(&world.owner).await;
        assert_eq!(sessions.own(&again).await.unwrap().len(), 1, "those that idled away are not listed");
    })
    .await;
}
