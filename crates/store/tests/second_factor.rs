//! Second factors: codes that are good once, tries that are counted, secrets that are sealed.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use store::access::SignedIn;
use store::{Enabled, RECOVERY_CODES, STEP_OPEN, STEP_TRIES, Step, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::totp;
use testkit::world::World;

/// The owner, with a local password, signed in.
async fn local_owner(t: &TestStore, world: &World) -> (SignedIn, SecretString) {
    let link = t.store.passwords().link(&t.operator, &world.owner.email).await.unwrap();
    let hash = SecretString::from("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA");
    t.store.passwords().set_by_link(&link, &hash).await.unwrap().unwrap();
    let token = t.store.sessions().start(&world.owner).await.unwrap();
    (t.store.sessions().find(&token).await.unwrap().unwrap(), token)
}

/// The code of now; `steps` later or earlier.
async fn code(t: &TestStore, key: &str, steps: i64) -> String {
    let now = t.store.now().await.unwrap();
    totp::code(key, model::time::Moment::from_micros(now.micros() + steps * 30_000_000))
}

async fn enabled(t: &TestStore, who: &SignedIn) -> (String, Enabled) {
    let factors = t.store.second_factor();
    factors.prepare(who).await.unwrap();
    let key = factors.prepared(who).await.unwrap().expect("prepared").expose_secret().to_owned();
    let enabled = factors.enable(who, &code(t, &key, 0).await).await.unwrap().expect("the right code");
    (key, enabled)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_factor_is_asked_for_once_a_code_was_confirmed() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let factors = t.store.second_factor();
        let (who, token) = local_owner(&t, &world).await;
        let asked = async || t.store.users().for_sign_in(&world.owner.email).await.unwrap().unwrap().second_factor;
        factors.prepare(&who).await.unwrap();
        let first = factors.prepared(&who).await.unwrap().unwrap();
        factors.prepare(&who).await.unwrap();
        let key = factors.prepared(&who).await.unwrap().unwrap();
        assert_ne!(first.expose_secret(), key.expose_secret(), "another key");
        assert!(!asked().await && factors.of(&who).await.unwrap().prepared);
        for wrong in ["", "000000x", &code(&t, first.expose_secret(), 0).await, &code(&t, key.expose_secret(), 9).await] {
            assert!(factors.enable(&who, wrong).await.unwrap().is_none(), "{wrong}");
        }
        let enabled = factors.enable(&who, &code(&t, key.expose_secret(), 0).await).await.unwrap().unwrap();
        assert!(asked().await);
        assert!(factors.prepared(&who).await.unwrap().is_none(), "the key is not shown again");
        assert_eq!(factors.of(&who).await.unwrap().codes_left, 10);
        assert!(matches!(factors.prepare(&who).await, Err(StoreError::Conflict(_))), "it is on");
        assert!(t.store.sessions().find(&token).await.unwrap().is_none(), "the old token is worth nothing");
        assert!(t.store.sessions().find(&enabled.token).await.unwrap().is_some());
        let everything = crate::connections::everything(&t).await;
        for secret in enabled.codes.iter().map(|code| code.replace('-', "")).chain([key.expose_secret().to_owned()]) {
            assert!(!everything.contains(&secret), "a secret is in the database");
        }
        let stranger = world.sign_in(&world.stranger).await;
        assert!(matches!(factors.prepare(&stranger).await, Err(StoreError::Conflict(_))), "without a local password");
        assert!(!factors.of(&stranger).await.unwrap().has_password);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_code_opens_once() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let factors = t.store.second_factor();
        let (who, _) = local_owner(&t, &world).await;
        let (key, given) = enabled(&t, &who).await;
        assert_eq!(given.codes.len(), RECOVERY_CODES);
        let attempt = async |code: &str| {
            let step = factors.begin(&world.owner, Some("/admin/notices")).await.unwrap();
            factors.attempt(&step, code, "Firefox on Linux").await.unwrap()
        };
        let this = code(&t, &key, 0).await;
        assert!(matches!(attempt(&this).await, Step::Wrong(4)), "it was used to switch on");
        let next = code(&t, &key, 1).await;
        let Step::SignedIn(token, to) = attempt(&next).await else { panic!("the code of the next step is good") };
        assert_eq!(to.as_deref(), Some("/admin/notices"));
        assert_eq!(t.store.sessions().find(&token).await.unwrap().unwrap().user(), &world.owner);
        assert!(matches!(attempt(&next).await, Step::Wrong(_)), "once");
        assert!(matches!(attempt(&code(&t, &key, -1).await).await, Step::Wrong(_)), "nor an older one");
        t.clock.advance(Duration::from_secs(90));
        assert!(matches!(attempt(&code(&t, &key, -1).await).await, Step::SignedIn(..)), "one step late is fine");
        let typed = given.codes[3].to_lowercase().replace('-', " ");
        assert!(matches!(attempt(&typed).await, Step::SignedIn(..)));
        assert!(matches!(attempt(&given.codes[3]).await, Step::Wrong(_)), "a recovery code is good once, too");
        assert_eq!(factors.of(&who).await.unwrap().codes_left, 9);
        assert_eq!(t.number("select count(*) from audit_entries where action = 'recovery_code.use'").await, 1);
        let step = factors.begin(&world.owner, None).await.unwrap();
        t.clock.advance(Duration::from_secs(60));
        let once = code(&t, &key, 0).await;
        let (a, b) = tokio::join!(factors.attempt(&step, &once, ""), factors.attempt(&step, &once, ""));
        let in_ = [a.unwrap(), b.unwrap()].into_iter().filter(|step| matches!(step, Step::SignedIn(..))).count();
        assert_eq!(in_, 1, "two at once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_takes_five_tries_and_five_minutes() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let factors = t.store.second_factor();
        let (who, _) = local_owner(&t, &world).await;
        let (key, _) = enabled(&t, &who).await;
        t.clock.advance(Duration::from_secs(60));
        let step = factors.begin(&world.owner, None).await.unwrap();
        assert!(factors.awaited(&step).await.unwrap());
        for tried in 1..STEP_TRIES {
            let answer = factors.attempt(&step, "000000", "").await.unwrap();
            assert!(matches!(answer, Step::Wrong(left) if left == STEP_TRIES - tried), "{answer:?}");
        }
        assert!(matches!(factors.attempt(&step, "000000", "").await.unwrap(), Step::Over));
        assert!(!factors.awaited(&step).await.unwrap());
        assert!(matches!(factors.attempt(&step, &code(&t, &key, 0).await, "").await.unwrap(), Step::Over), "even the right one");
        assert_eq!(t.number("select count(*) from audit_entries where outcome = 'denied'").await, STEP_TRIES);
        let step = factors.begin(&world.owner, None).await.unwrap();
        t.clock.advance(STEP_OPEN);
        assert!(matches!(factors.attempt(&step, &code(&t, &key, 0).await, "").await.unwrap(), Step::Over), "too late");
        for odd in ["", "0", "a\0b"] {
            assert!(matches!(factors.attempt(&SecretString::from(odd), "000000", "").await.unwrap(), Step::Over));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_away_by_a_code_or_by_the_operator() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let factors = t.store.second_factor();
        let (who, _) = local_owner(&t, &world).await;
        let (key, given) = enabled(&t, &who).await;
        t.clock.advance(Duration::from_secs(60));
        assert!(factors.disable(&who, "000000").await.unwrap().is_none());
        assert!(factors.disable(&who, "").await.unwrap().is_none());
        let token = factors.disable(&who, &code(&t, &key, 0).await).await.unwrap().expect("the right code");
        assert!(t.store.sessions().find(&given.token).await.unwrap().is_none());
        let who = t.store.sessions().find(&token).await.unwrap().unwrap();
        assert_eq!(factors.of(&who).await.unwrap().enabled_at, None);
        assert_eq!(t.number("select count(*) from recovery_codes").await, 0);
        let (_, given) = enabled(&t, &who).await;
        let who = t.store.sessions().find(&given.token).await.unwrap().unwrap();
        factors.clear(&t.operator, &world.owner.email).await.unwrap();
        assert_eq!(factors.of(&who).await.unwrap().codes_left, 0);
        assert!(matches!(factors.clear(&t.operator, &world.owner.email).await, Err(StoreError::Conflict(_))));
        assert!(matches!(factors.clear(&t.operator, "nobody@example.test").await, Err(StoreError::NotVisible)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_codes_over_all_sign_ins_close_the_second_step_for_an_hour() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let factors = t.store.second_factor();
        let (who, _) = local_owner(&t, &world).await;
        let (key, _) = enabled(&t, &who).await;
        t.clock.advance(Duration::from_secs(60));
        for _ in 0..2 {
            let step = factors.begin(&world.owner, None).await.unwrap();
            for _ in 0..STEP_TRIES {
                factors.attempt(&step, "000000", "").await.unwrap();
            }
        }
        let step = factors.begin(&world.owner, None).await.unwrap();
        let right = factors.attempt(&step, &code(&t, &key, 0).await, "").await.unwrap();
        assert!(matches!(right, Step::Over), "the right one is not even looked at: {right:?}");
        t.clock.advance(Duration::from_secs(3601));
        let step = factors.begin(&world.owner, None).await.unwrap();
        assert!(matches!(factors.attempt(&step, "000000", "").await.unwrap(), Step::Wrong(_)), "they are forgotten");
        let right = factors.attempt(&step, &code(&t, &key, 0).await, "").await.unwrap();
        assert!(matches!(right, Step::SignedIn(..)), "{right:?}");
    })
    .await;
}
