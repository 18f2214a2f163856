//! Alerts from what happens to what arrives: real HTTP receivers on this machine, on both databases.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod killed;
mod receiver;
mod reports;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use model::access::can;
use model::alert::{Delivery, DeliveryState, NewRule, Reach, RuleKind};
use model::failure::Code;
use model::finding::Severity;
use model::ids::AlertDestinationId;
use model::run::{Outcome, Trigger};
use model::time::Moment;
use ops::WorkerOptions;
use outbound::alert::{Courier, Lookup, Names, Networks, sign};
use secrecy::SecretString;
use store::access::Permit;
use store::{AlertLog, DestinationWish, Target};
use testkit::graph::{TestGraph, worker_at};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::receiver::Receiver;

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

struct Ground<'a> {
    t: &'a TestStore,
    world: World,
    permit: Permit<can::WorkspaceAlertsManage>,
}

fn rule(destination: AlertDestinationId) -> NewRule {
    NewRule {
        name: "Failures".to_owned(),
        kind: RuleKind::RunFailed,
        severity: Severity::Low,
        amount: 0,
        reach: Reach::All,
        destination,
        quiet: None,
        cooldown_minutes: 0,
        digest_minutes: 0,
        enabled: true,
    }
}

fn here() -> Courier {
    Courier::new(Networks::parse(&["127.0.0.0/8"]).unwrap())
}

impl<'a> Ground<'a> {
    async fn of(t: &'a TestStore) -> Self {
        let world = World::of(t).await;
        let permit = world.workspace_scope(&world.owner).await.permit().unwrap();
        Self { t, world, permit }
    }

    async fn destination(&self, address: &str) -> AlertDestinationId {
        let target = Target::Webhook { address: Some(SecretString::from(address)), key: Some(SecretString::from(KEY)) };
        let wish = DestinationWish { name: "Ops".to_owned(), enabled: true, target: Some(target) };
        self.t.store.alerts().create_destination(&self.permit, &wish).await.unwrap()
    }

    async fn rule(&self, destination: AlertDestinationId) {
        let rule = rule(destination);
        self.t.store.alerts().create_rule(&self.permit, &rule).await.unwrap();
    }

    async fn work(&self, courier: Courier) -> usize {
        let options = WorkerOptions {
            courier,
            public_url: Some("https://atlas.example.test/".to_owned()),
            retry_base: Duration::ZERO,
            ..WorkerOptions::default()
        };
        worker_at("http://127.0.0.1:1/", &self.t.store, options).run_queue_now().await.unwrap()
    }

    /// A test of a destination at that address; its outcome and the code of its failure.
    async fn tested(&self, address: &str, courier: Courier) -> (Outcome, Option<String>) {
        let destination = self.destination(address).await;
        let started = self.t.store.alerts().test(&self.permit, destination, Trigger::Manual).await.unwrap();
        self.work(courier).await;
        let run = self.world.run(started.run().id).await;
        (run.outcome, run.reason_code)
    }

    async fn log(&self) -> Vec<Delivery> {
        self.t.store.alerts().log(&self.permit, AlertLog::default(), None, 100).await.unwrap().rows
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fails_arrives_once_signed_and_with_a_link_after_the_other_side_was_away() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let receiver = Receiver::answering(&["503 Away", "200 OK"]).await;
        ground.rule(ground.destination(&receiver.url()).await).await;
        let graph = TestGraph::inventing(&ground.world, 5).await;
        graph.sim.change_apps(graph.tenant, |apps| apps.clear()).unwrap();
        let failed = ground.world.start_sync(&ground.world.owner, &["scope_tag"]).await.run().id;
        graph.worker(&t.store).run_queue_now().await.unwrap();
        assert_eq!(ground.world.run(failed).await.outcome, Outcome::Failed);
        assert_eq!(t.store.alerts().dispatch().await.unwrap().messages, 1);
        ground.work(here()).await;
        let taken = receiver.taken();
        assert_eq!(taken.len(), 2, "refused once, then taken");
        assert_eq!(taken[0].headers["webhook-id"], taken[1].headers["webhook-id"], "the other side can tell");
        for one in &taken {
            let at = Moment::from_micros(one.headers["webhook-timestamp"].parse::<i64>().unwrap() * 1_000_000);
            let id = one.headers["webhook-id"].strip_prefix("msg_").unwrap();
            let expected = sign(&SecretString::from(KEY), id, at, &one.body).unwrap();
            assert_eq!(one.headers["webhook-signature"], expected.headers()[2].1);
        }
        let body: serde_json::Value = serde_json::from_str(&taken[1].body).unwrap();
        let alert = &body["data"]["alerts"][0];
        assert_eq!(alert["url"], format!("https://atlas.example.test/admin/operations/{failed}"));
        assert_eq!((alert["kind"].as_str(), body["data"]["rule"].as_str()), (Some("run_failed"), Some("Failures")));
        let log = ground.log().await;
        assert_eq!((log.len(), log[0].state), (1, DeliveryState::Sent));
        // Nobody sends it again, and nothing of the address is in the run.
        assert_eq!(ground.work(here()).await, 0);
        let run = ground.world.run(log[0].run.unwrap()).await;
        assert!(!format!("{run:?}").contains("canary"), "{run:?}");
        assert_eq!(run.attempt, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_other_side_refuses_is_final_and_no_redirect_is_followed() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let receiver = Receiver::answering(&["302 Found\r\nlocation: http://127.0.0.1:1/"]).await;
        let came = ground.tested(&receiver.url(), here()).await;
        assert_eq!(came, (Outcome::Failed, Some(Code::AlertRefused.code().to_owned())));
        assert_eq!(receiver.taken().len(), 1);
        assert_eq!(ground.log().await[0].state, DeliveryState::Failed);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_is_tried_once_and_what_came_of_it_is_told_at_once() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let receiver = Receiver::answering(&["503 Away", "429 Slow down\r\nretry-after: 600"]).await;
        let away = ground.tested(&receiver.url(), here()).await;
        assert_eq!(away, (Outcome::Failed, Some(Code::AlertServerError.code().to_owned())));
        assert_eq!((receiver.taken().len(), ground.log().await[0].state), (1, DeliveryState::Failed));
        // Not even when the other side asks to come back later: whoever tests waits for the answer.
        t.execute("delete from alert_destinations").await;
        let slow = ground.tested(&receiver.url(), here()).await;
        assert_eq!(slow, (Outcome::Failed, Some(Code::AlertThrottled.code().to_owned())));
        t.execute("delete from alert_destinations").await;
        // Nobody listens there.
        let dead = ground.tested("http://127.0.0.1:9/", here()).await;
        assert_eq!(dead, (Outcome::Failed, Some(Code::AlertUnreachable.code().to_owned())));
        let log = ground.log().await;
        assert_eq!(log.len(), 3, "each test is a line");
        assert_eq!(log[0].reason.as_deref(), Some(Code::AlertUnreachable.code()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_inside_unless_it_is_allowed_however_it_is_written() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let receiver = Receiver::answering(&["200 OK"]).await;
        let port = receiver.at.port();
        let strict = || Courier::new(Networks::default());
        let mut tried = 0;
        for host in ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]", "[::1]", "localhost", "0.0.0.0"] {
            for scheme in ["http", "https"] {
                let target = Target::Slack { address: SecretString::from(format!("{scheme}://{host}:{port}/")) };
                tried += 1;
                let wish = DestinationWish { name: format!("{tried}"), enabled: true, target: Some(target) };
                let id = t.store.alerts().create_destination(&ground.permit, &wish).await.unwrap();
                let run = t.store.alerts().test(&ground.permit, id, Trigger::Manual).await.unwrap().run().id;
                ground.work(strict()).await;
                let run = ground.world.run(run).await;
                assert_eq!(run.reason_code.as_deref(), Some(Code::AlertAddressForbidden.code()), "{scheme}://{host}");
                assert_eq!(run.attempt, 1, "it is final");
            }
        }
        assert!(receiver.taken().is_empty());
    })
    .await;
}

/// Says an address that is allowed when it is asked first, and another one inside from then on.
struct Rebinding(AtomicUsize);

impl Names for Rebinding {
    fn look_up(&self, _: &str) -> Lookup {
        let first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        let address = if first { IpAddr::from([127, 0, 0, 1]) } else { IpAddr::from([10, 0, 0, 1]) };
        Box::pin(async move { vec![address] })
    }
}

/// Says two addresses at once.
struct Both;

impl Names for Both {
    fn look_up(&self, _: &str) -> Lookup {
        Box::pin(async { vec![IpAddr::from([1, 1, 1, 1]), IpAddr::from([127, 0, 0, 1])] })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_which_one_address_is_inside_is_not_sent_to() {
    on_both(async |t: TestStore| {
        let ground = Ground::of(&t).await;
        let receiver = Receiver::answering(&["200 OK"]).await;
        let address = format!("https://both.test:{}/", receiver.at.port());
        let came = ground.tested(&address, Courier::asking(Networks::default(), Arc::new(Both))).await;
        assert_eq!(came, (Outcome::Failed, Some(Code::AlertAddressForbidden.code().to_owned())));
        assert!(receiver.taken().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_that_was_looked_at_is_connected_to_whatever_the_name_says_next() {
    let receiver = Receiver::answering(&["200 OK"]).await;
    let address = SecretString::from(format!("http://rebinding.test:{}/", receiver.at.port()));
    let names = Arc::new(Rebinding(AtomicUsize::new(0)));
    let allowed = Networks::parse(&["127.0.0.0/8"]).unwrap();
    let courier = Courier::asking(allowed, Arc::clone(&names) as Arc<dyn Names>);
    let send = async || courier.message(&address, "{}".to_owned()).await.map_err(|failure| failure.code());
    // Asked once: between looking and connecting there is nobody who could say something else.
    assert_eq!(send().await, Ok(()));
    assert_eq!((names.0.load(Ordering::SeqCst), receiver.taken().len()), (1, 1));
    // What it says from then on is looked at as well.
    assert_eq!(send().await, Err(Code::AlertAddressForbidden));
    assert_eq!((names.0.load(Ordering::SeqCst), receiver.taken().len()), (2, 1));
}
