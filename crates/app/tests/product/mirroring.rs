//! A tenant's backups in a Git folder of the server: chosen on the page of settings, written by the process, shown on the set's page.

use std::process::Command;

use testkit::eventually::eventually;
use testkit::html;

use crate::installation::{Installation, Tenants, ended, view_run};

#[tokio::test(flavor = "multi_thread")]
async fn backups_are_mirrored_where_the_settings_say_so() {
    let graph = Tenants::invented(1, 20).await;
    let mut place = Installation::sqlite().await;
    place.graph(graph.base());
    place.set_up().await;
    let tenant = place.add_tenant("Contoso", graph.ids[0]).await;
    let mirrors = place.folder.path().join("mirrors");
    place.set("WORKER_MIRROR_FOLDER", &mirrors.display().to_string());
    // A folder that is not there is told at once, and not by each backup.
    let refused = place.run(&["serve"], "").await;
    assert!(refused.code != Some(0) && refused.err.contains("worker.mirror_folder is no folder"), "{}", refused.err);
    std::fs::create_dir(&mirrors).unwrap();
    let mut server = place.start(&["serve"]);
    let owner = place.owner_at(&server.ready().await).await;

    let settings = pages::href::tenant_settings(tenant);
    let mut form = owner.page(&settings).await.form(&settings);
    form.fields.retain(|(name, _)| name != "own" && name != "backups.mirror");
    form.fields.push(("own".to_owned(), "backups.mirror".to_owned()));
    let named = |name: &str| {
        let mut form = form.clone();
        form.fields.push(("backups.mirror".to_owned(), name.to_owned()));
        form
    };
    let wrong = owner.submit(&named("../elsewhere")).await;
    assert!(wrong.status == 422 && html::text(&wrong.body).contains("Give one name of letters"), "{}", html::text(&wrong.body));
    assert_eq!(owner.submit(&named("contoso")).await.status, 303);

    let backups = pages::href::backups(tenant);
    let new = format!("{backups}/new");
    let mut form = owner.page(&new).await.form(&backups);
    form.fields.retain(|(name, _)| name != "what" && name != "types");
    form.fields.extend([("what".to_owned(), "types".to_owned()), ("types".to_owned(), "settings_catalog_policy".to_owned())]);
    let answer = owner.submit(&form).await;
    assert_eq!(answer.status, 303, "{}", html::text(&answer.body));
    let run = view_run(&owner.follow(&answer).await).expect("a run");
    assert_eq!(ended(&owner, &run).await, "Completed Succeeded");
    let list = owner.page(&backups).await;
    let is_set = |link: &String| link.strip_prefix(&format!("{backups}/")).is_some_and(|id| id.len() == 36);
    let set = html::links(&list.body).into_iter().find(is_set).expect("the set");
    let told = eventually("the mirror", async || {
        let text = html::text(&owner.page(&set).await.body);
        text.contains("Mirrored").then_some(text)
    })
    .await;
    let folders: Vec<_> = std::fs::read_dir(&mirrors).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(folders.len(), 1, "one for the workspace");
    let git = Command::new("git").current_dir(folders[0].join("contoso")).args(["rev-parse", "HEAD"]).output().unwrap();
    let commit = String::from_utf8(git.stdout).unwrap();
    assert!(told.contains(&format!("commit {}", commit.trim())), "{told}");
    assert!(std::fs::read_dir(folders[0].join("contoso/settings_catalog_policy")).unwrap().count() > 0);
    let runs = html::text(&owner.page("/admin/operations").await.body);
    assert!(runs.contains("Backup mirror"), "{runs}");
    server.kill().await;
}
