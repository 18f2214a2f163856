//! Sessions: when they end, what they remember, and that the token itself is stored nowhere.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use store::{Flash, SESSION_ABSOLUTE, SESSION_IDLE};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

const MINUTE: Duration = Duration::from_secs(60);

fn flash(title: &str) -> Flash {
    let link = Some(("View run".to_owned(), "/admin/operations/1".to_owned()));
    Flash { title: title.to_owned(), text: "Running in the background.".to_owned(), link, trouble: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_belongs_to_whoever_signed_in() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let sessions = t.store.sessions();
        let (a, b) = (sessions.start(&world.owner).await.unwrap(), sessions.start(&world.stranger).await.unwrap());
        assert_ne!(a.expose_secret(), b.expose_secret());
        assert_eq!(a.expose_secret().len(), 64, "32 bytes in hexadecimal");
        let who = sessions.find(&a).await.unwrap().expect("lives");
        assert_eq!(who.user(), &world.owner);
        assert_eq!(who.chosen_workspace(), None);
        assert_ne!(who.session(), sessions.find(&b).await.unwrap().expect("lives").session());
        assert!(sessions.find(&SecretString::from("0".repeat(64))).await.unwrap().is_none());
        assert!(sessions.find(&SecretString::from("")).await.unwrap().is_none());
        assert!(sessions.find(&SecretString::from("a\0b")).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_hash_of_a_token_is_stored() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let token = t.store.sessions().start(&world.owner).await.unwrap();
        let stored = t.texts("select 'x' from sessions where length(token_hash) <> 32").await;
        assert_eq!(stored, Vec::<String>::new());
        for hex in [token.expose_secret().to_owned(), token.expose_secret().to_uppercase()] {
            assert!(!crate::connections::everything(&t).await.contains(&hex), "the token is in the database");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_used_lives_until_its_absolute_end() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let token = t.store.sessions().start(&world.owner).await.unwrap();
        let step = SESSION_IDLE - MINUTE;
        let mut passed = Duration::ZERO;
        while passed + step < SESSION_ABSOLUTE {
            t.clock.advance(step);
            passed += step;
            assert!(t.store.sessions().find(&token).await.unwrap().is_some(), "used every {step:?}, after {passed:?}");
        }
        t.clock.advance(SESSION_ABSOLUTE - passed);
        assert!(t.store.sessions().find(&token).await.unwrap().is_none(), "its end comes whatever happens");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_session_ends() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let token = t.store.sessions().start(&world.owner).await.unwrap();
        t.clock.advance(SESSION_IDLE);
        assert!(t.store.sessions().find(&token).await.unwrap().is_some(), "just in time");
        t.clock.advance(SESSION_IDLE + Duration::from_secs(1));
        assert!(t.store.sessions().find(&token).await.unwrap().is_none());
        t.clock.advance(MINUTE);
        assert!(t.store.sessions().find(&token).await.unwrap().is_none(), "looking at an ended session does not wake it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_soon_after_another_writes_nothing() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let token = t.store.sessions().start(&world.owner).await.unwrap();
        let untouched = "select count(*) from sessions where last_seen_at = created_at";
        t.clock.advance(MINUTE);
        t.store.sessions().find(&token).await.unwrap();
        assert_eq!(t.number(untouched).await, 1);
        t.clock.advance(MINUTE);
        t.store.sessions().find(&token).await.unwrap();
        assert_eq!(t.number(untouched).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_that_session_only() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let sessions = t.store.sessions();
        let (phone, desk) = (sessions.start(&world.owner).await.unwrap(), sessions.start(&world.owner).await.unwrap());
        let who = sessions.find(&phone).await.unwrap().expect("lives");
        sessions.end(&who).await.unwrap();
        assert!(sessions.find(&phone).await.unwrap().is_none());
        assert!(sessions.find(&desk).await.unwrap().is_some());
        sessions.end(&who).await.expect("ending it twice is no error");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_shown_once_and_only_in_its_session() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let sessions = t.store.sessions();
        let (mine, other) = (world.sign_in(&world.owner).await, world.sign_in(&world.owner).await);
        assert_eq!(sessions.take_flash(&mine).await.unwrap(), None);
        sessions.put_flash(&mine, &flash("first")).await.unwrap();
        sessions.put_flash(&mine, &flash("second <b>\u{202e}")).await.unwrap();
        assert_eq!(sessions.take_flash(&other).await.unwrap(), None);
        assert_eq!(sessions.take_flash(&mine).await.unwrap(), Some(flash("second <b>\u{202e}")), "the later one stands");
        assert_eq!(sessions.take_flash(&mine).await.unwrap(), None);
        sessions.put_flash(&mine, &flash("once")).await.unwrap();
        let (a, b) = tokio::join!(sessions.take_flash(&mine), sessions.take_flash(&mine));
        assert_eq!(a.unwrap().into_iter().chain(b.unwrap()).count(), 1, "two pages at once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chosen_workspace_is_remembered() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let token = t.store.sessions().start(&world.owner).await.unwrap();
        let who = t.store.sessions().find(&token).await.unwrap().expect("lives");
        let scope = t.store.access().workspace(&who, world.workspace).await.unwrap();
        t.store.sessions().choose_workspace(&who, &scope).await.unwrap();
        let again = t.store.sessions().find(&token).await.unwrap().expect("lives");
        assert_eq!(again.chosen_workspace(), Some(world.workspace));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_whether_a_session_lives_does_not_prolong_it() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let sessions = t.store.sessions();
        let (idle, ended) = (world.sign_in(&world.owner).await, world.sign_in(&world.owner).await);
        assert!(sessions.alive(&idle).await.unwrap());
        t.clock.advance(SESSION_IDLE);
        assert!(sessions.alive(&idle).await.unwrap());
        t.clock.advance(Duration::from_secs(1));
        assert!(!sessions.alive(&idle).await.unwrap(), "the question was no sign of a person");
        sessions.end(&ended).await.unwrap();
        assert!(!sessions.alive(&ended).await.unwrap());
        let used = sessions.start(&world.owner).await.unwrap();
        let who = sessions.find(&used).await.unwrap().expect("lives");
        t.execute("update sessions set last_seen_at = expires_at").await;
        t.clock.advance(SESSION_ABSOLUTE);
        assert!(!sessions.alive(&who).await.unwrap(), "its end comes whatever happens");
    })
    .await;
}
