//! Cells: whole installations side by side, each with its workspaces, its database server and its processes. They share nothing but the key
//! that seals what they keep, and not even that has to be so.

use secrecy::SecretString;
use testkit::browserless::Browserless;
use testkit::replica::Pair;

use crate::installation::{Installation, Tenants, assert_whole, ended, sync_now};
use crate::workers::{LONG, Site};

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_serves_its_own_workspaces_knows_nothing_of_another_and_lives_on_without_it() {
    let Some(cluster) = Pair::start("cells on two database servers") else { return };
    let graph = Tenants::invented(2, 60).await;
    let mut north = Site::at(graph.base(), LONG).await;
    let south = Site::of(Installation::on(&cluster.database), graph.base(), LONG).await;
    let (there, here) =
        (north.place.add_tenant("Contoso", graph.ids[0]).await, south.place.add_tenant("Fabrikam", graph.ids[1]).await);
    let (mut worker, _) = north.worker("2").await;
    let (own_worker, _) = south.worker("2").await;
    let runs = (sync_now(&north.owner, there).await, sync_now(&south.owner, here).await);
    assert_eq!(ended(&north.owner, &runs.0).await, "Completed Succeeded");
    assert_eq!(ended(&south.owner, &runs.1).await, "Completed Succeeded");
    assert_whole(&north.store, graph.objects()).await;
    assert_whole(&south.store, graph.objects()).await;

    // What is in the one is as absent in the other as what was never anywhere; nobody is signed in to both at once.
    for path in [pages::href::tenant(there), runs.0.clone()] {
        assert_eq!(north.owner.get(&path).await.status, 200, "{path}");
        assert_eq!(south.owner.get(&path).await.status, 404, "{path}");
    }
    let session = SecretString::from(north.owner.session().unwrap());
    let stranger = Browserless::holding(&south.base, &session);
    assert_eq!(stranger.get("/admin").await.status, 303, "its session is nobody's here");

    // One that is gone takes nothing with it.
    worker.kill().await;
    north.serve.kill().await;
    let run = sync_now(&south.owner, here).await;
    assert_eq!(ended(&south.owner, &run).await, "Completed Succeeded");
    north.remove([]).await;
    south.remove([own_worker]).await;
}
