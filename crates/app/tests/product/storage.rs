//! An installation whose contents are moved to an object storage, and come back.

use testkit::eventually::eventually;
use testkit::object_server::{BUCKET, KEY_ID, KEY_SECRET, ObjectServer};

use crate::installation::{Installation, Tenants, assert_no_secret, assert_whole, ended, number, sync_now};

/// What a command printed.
async fn said(place: &Installation, arguments: &[&str], code: i32) -> String {
    let ended = place.run(arguments, "").await;
    let said = format!("{}{}", ended.out, ended.err);
    assert_eq!(ended.code, Some(code), "{said}");
    assert_no_secret(&said);
    assert!(!said.contains(KEY_SECRET), "{said}");
    said
}

async fn moves(mut place: Installation) {
    let (graph, server) = (Tenants::invented(1, 20).await, ObjectServer::start().await);
    place.graph(graph.base());
    place.set_up().await;
    let tenant = place.add_tenant("Contoso", graph.ids[0]).await;
    let mut serve = place.start(&["serve"]);
    let owner = place.owner_at(&serve.ready().await).await;
    let run = sync_now(&owner, tenant).await;
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded");
    serve.kill().await;
    let store = place.store().await;
    let contents = number(&store, "select count(*) from blobs").await;
    let older =
        if place.url.starts_with("postgres") { "created_at - interval '3 days'" } else { "'2020-01-01T00:00:00.000000Z'" };
    store::testing::execute(&store, &format!("update blobs set created_at = {older}")).await.unwrap();
    store.close().await;

    place.set("STORAGE_ENDPOINT", server.settings().endpoint.as_str());
    place.set("STORAGE_BUCKET", BUCKET);
    place.set("STORAGE_ACCESS_KEY_ID", KEY_ID);
    let secret = place.folder.path().join("object-secret");
    std::fs::write(&secret, format!("{KEY_SECRET}\n")).unwrap();
    place.set("STORAGE_SECRET_ACCESS_KEY_FILE", &secret.display().to_string());
    assert!(said(&place, &["check"], 0).await.contains("ok    object storage: 0 contents are there"));
    let mut serve = place.start(&["serve"]);
    let owner = place.owner_at(&serve.ready().await).await;
    let all = format!("{contents} contents are in the object storage");
    eventually("that everything is moved", async || said(&place, &["contents", "status"], 0).await.contains(&all).then_some(()))
        .await;
    let run = sync_now(&owner, tenant).await;
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded");
    assert!(said(&place, &["check"], 0).await.contains(&format!("ok    object storage: {contents} contents are there")));
    let copy = place.folder.path().join("copy").display().to_string();
    assert!(said(&place, &["db", "backup", &copy], 0).await.contains("they are backed up there"));
    let log = serve.said();
    assert!(!log.contains(KEY_SECRET), "{log}");
    serve.kill().await;

    assert!(said(&place, &["contents", "move-back"], 1).await.contains("storage.after_days"));
    place.set("STORAGE_AFTER_DAYS", "0");
    assert!(said(&place, &["contents", "move-back"], 0).await.contains(&format!("{contents} contents are back")));
    let store = place.store().await;
    assert_eq!(number(&store, "select count(*) from blobs where length(bytes) = 0").await, 0);
    assert_whole(&store, graph.objects()).await;
    store.close().await;
    server.stop();
    assert!(said(&place, &["check"], 1).await.contains("fail  object storage: the object storage cannot be reached"));
    place.set("STORAGE_ENDPOINT", "http://10.0.0.1:9000");
    assert!(said(&place, &["check"], 1).await.contains("https"));
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contents_are_moved_looked_after_and_brought_back_on_sqlite() {
    moves(Installation::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn contents_are_moved_looked_after_and_brought_back_on_postgres() {
    moves(Installation::postgres().await).await;
}
