//! A file that a program sends becomes a backup set, and its objects are listed.

use std::time::Duration;

use ops::archive::{Lock, Protection};
use secrecy::SecretString;
use testkit::graph::TestGraph;
use testkit::stores::on_both;

use crate::backup_files::exported;
use crate::served::Served;
use crate::somebody::Somebody;

const FILE: (&str, &str) = ("content-type", "application/octet-stream");

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_sent_to_the_api_becomes_a_set_whose_objects_are_listed() {
    on_both(|test| async move {
        let served = Served::of(&test).await;
        let graph = TestGraph::inventing(&served.world, 5).await;
        let (store, tenant) = (&served.world.store, served.world.tenant);
        let owner = served.caller(Somebody::Owner).await;
        let sets = format!("/api/v1/tenants/{tenant}/backups");
        let to = format!("{sets}/import");
        let open = exported(&Protection::Open { scripts: false });

        let sent = owner
            .send_bytes("POST", &format!("{to}?name=The+copy"), Some(open.clone()), &[FILE, ("idempotency-key", "k1")])
            .await;
        assert_eq!(sent.status, 202, "{}", sent.body);
        let run = sent.location().unwrap().to_owned();
        test.clock.advance(Duration::from_secs(60));
        assert_eq!(graph.worker(store).run_queue_now().await.unwrap(), 1);
        assert_eq!(owner.get(&run).await.json()["outcome"], "succeeded");
        let set = owner.get(&sets).await.json()["items"][0].clone();
        assert_eq!(
            (set["name"].as_str(), set["imported"].as_bool(), set["items"].as_i64()),
            (Some("The copy"), Some(true), Some(2))
        );
        let objects = format!("{sets}/{}/objects", set["id"].as_str().unwrap());
        let found = owner.get(&objects).await.json();
        let names: Vec<_> = found["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Category 1", "Category 2"]);
        assert_eq!(
            (found["items"][0]["object_id"].as_str(), found["items"][0]["id_was_made"].as_bool()),
            (Some("1"), Some(false))
        );
        let next = owner.get(&format!("{objects}?type=device_category&limit=1")).await.json();
        assert_eq!((next["items"].as_array().map(Vec::len), next["next"].is_string()), (Some(1), true));
        assert_eq!(owner.get(&format!("{objects}?damaged=true")).await.json()["items"].as_array().map(Vec::len), Some(0));

        // An encrypted one is opened by what stands in a header, and by nothing else.
        let sealed = exported(&Protection::Sealed(Lock::Passphrase(SecretString::from("four words & more ä".to_owned()))));
        for (headers, outcome) in [
            (vec![FILE, ("archive-passphrase", "four%20words%20&%20more%20%C3%A4")], "succeeded"),
            (vec![FILE, ("archive-identity", "AGE-SECRET-KEY-1NONE")], "failed"),
            (vec![FILE], "failed"),
        ] {
            test.clock.advance(Duration::from_secs(60));
            let sent = owner.send_bytes("POST", &to, Some(sealed.clone()), &headers).await;
            assert_eq!(sent.status, 202, "{}", sent.body);
            assert_eq!(graph.worker(store).run_queue_now().await.unwrap(), 1);
            assert_eq!(owner.get(sent.location().unwrap()).await.json()["outcome"], outcome, "{headers:?}");
        }

        // Sent again under the same key it is refused, and nothing of it stays.
        let again = owner.send_bytes("POST", &to, Some(open.clone()), &[FILE, ("idempotency-key", "k1")]).await;
        assert_eq!((again.status, again.problem().as_str()), (422, "idempotency.mismatch"));
        assert_eq!(test.number("select count(*) from backup_files").await, 0);
        // Nothing, another kind, a name that is too long, and whoever may not.
        let runs = test.number("select count(*) from operation_runs").await;
        assert_eq!(owner.send_bytes("POST", &to, Some(Vec::new()), &[FILE]).await.problem(), "request.invalid");
        let other = owner.send_bytes("POST", &to, Some(open.clone()), &[("content-type", "application/zip")]).await;
        assert_eq!((other.status, other.problem().as_str()), (415, "body.not_octets"));
        let long = format!("{to}?name={}", "n".repeat(101));
        assert_eq!(owner.send_bytes("POST", &long, Some(open.clone()), &[FILE]).await.status, 400);
        let reader = served.caller(Somebody::Readonly).await;
        assert_eq!(reader.send_bytes("POST", &to, Some(open.clone()), &[FILE]).await.problem(), "forbidden");
        assert_eq!(reader.get(&objects).await.status, 200);
        let stranger = served.caller(Somebody::Stranger).await;
        assert_eq!(stranger.send_bytes("POST", &to, Some(open.clone()), &[FILE]).await.status, 404);
        assert_eq!(stranger.get(&objects).await.status, 404);
        assert_eq!(test.number("select count(*) from operation_runs").await, runs);
        assert_eq!(test.number("select count(*) from backup_files").await, 0);
    })
    .await;
}
