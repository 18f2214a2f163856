//! Files with backups: encrypted in parts, given to whoever may, gone when their time is over.

use std::time::Duration;

use model::access::can;
use model::backup::{FileProtection, Selection};
use model::ids::BackupFileId;
use secrecy::{ExposeSecret as _, SecretString};
use store::{FETCHABLE, FileKey, FileLock, PART_BYTES, StoreError};
use testkit::stores::{TestStore, on_both};
use testkit::world::World;

use crate::backups::{attempt, captured, end};

fn phrase() -> SecretString {
    SecretString::from("four words and more")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_written_fetched_and_gone() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let set = captured(&t, &world).await;
        let scope = world.tenant_scope(&world.owner).await;
        let permit = scope.permit::<can::BackupsRun>().unwrap();
        let files = t.store.backup_files();
        let lock = FileLock::Passphrase(phrase());
        assert_eq!(lock.protection(), FileProtection::Passphrase);
        let id = files.ask(&permit, set, &lock).await.unwrap();
        let listed = files.of_set(&scope, set).await.unwrap();
        assert_eq!(
            (listed[0].id, listed[0].protection, listed[0].completed_at, listed[0].created_by.as_str()),
            (id, FileProtection::Passphrase, None, "owner")
        );
        assert!(matches!(files.fetch(&permit, set, id).await, Err(StoreError::Conflict(_))), "it is not whole yet");
        let run = attempt(&world, Selection::All).await;
        let file = files.open(&run, id).await.unwrap();
        assert!(matches!(file.lock(), Some(FileLock::Passphrase(text)) if text.expose_secret() == phrase().expose_secret()));
        let parts = [vec![7; PART_BYTES], b"canary-part".to_vec(), b"left over".to_vec()];
        for (number, part) in (0..).zip(&parts) {
            files.write(&run, &file, number, part).await.unwrap();
        }
        files.complete(&run, file, 999, 2).await.unwrap();
        assert_eq!(t.number("select count(*) from backup_file_parts").await, 2, "what a longer attempt left is gone");
        let done = files.of_set(&scope, set).await.unwrap().remove(0);
        assert_eq!((done.bytes, done.run_id, done.completed_at.is_some()), (999, Some(run.run_id()), true));
        let file = files.fetch(&permit, set, id).await.unwrap();
        assert_eq!((file.set(), file.bytes(), file.parts(), file.is_whole()), (Some(set), 999, 2, true));
        assert!(file.lock().is_none() && file.key().is_none(), "what closed it is forgotten");
        assert_eq!(files.part(&scope, &file, 1).await.unwrap(), parts[1]);
        assert!(matches!(files.part(&scope, &file, 2).await, Err(StoreError::NotVisible)));
        // Another run, another set, another tenant: nothing.
        end(&t, &run).await;
        assert!(matches!(files.write(&run, &file, 0, b"late").await, Err(StoreError::LeaseLost)));
        let other = attempt(&world, Selection::All).await;
        assert!(matches!(files.open(&other, id).await, Err(StoreError::NotVisible)));
        files.drop(&other, id).await.unwrap();
        let elsewhere = t.store.access().tenant_of_operator(&t.operator, world.other_tenant).await.unwrap();
        let foreign = elsewhere.permit::<can::BackupsRun>().unwrap();
        assert!(matches!(files.fetch(&foreign, set, id).await, Err(StoreError::NotVisible)));
        assert!(matches!(files.ask(&foreign, set, &FileLock::Open { scripts: true }).await, Err(StoreError::NotVisible)));
        assert!(matches!(files.part(&elsewhere, &file, 0).await, Err(StoreError::NotVisible)));
        assert!(matches!(files.remove(&foreign, set, id).await, Err(StoreError::NotVisible)));
        assert_eq!(files.of_set(&elsewhere, set).await.unwrap(), []);
        // Parts are not exchanged, and not altered.
        t.execute("update backup_file_parts set number = number + 10").await;
        assert!(matches!(files.part(&scope, &file, 10).await, Err(StoreError::Corrupt(_))));
        // Its time is over: nobody gets it, and the clean-up takes it.
        assert_eq!(files.expire(&other, 9).await.unwrap(), 0);
        t.clock.advance(FETCHABLE);
        assert!(matches!(files.fetch(&permit, set, id).await, Err(StoreError::NotVisible)));
        assert_eq!(files.of_set(&scope, set).await.unwrap(), []);
        assert_eq!(files.expire(&other, 9).await.unwrap(), 1);
        assert_eq!(t.number("select count(*) from backup_file_parts").await, 0);
        let id = files.ask(&permit, set, &FileLock::Recipients(vec!["age1x".to_owned()])).await.unwrap();
        files.remove(&permit, set, id).await.unwrap();
        let trail = t.texts("select action from audit_entries where action like 'backup_%' order by id").await;
        assert_eq!(trail, ["backup_set.export", "backup_file.fetch", "backup_set.export", "backup_file.remove"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_taken_in_parts_read_by_its_run_and_dropped() {
    on_both(async |t: TestStore| {
        let world = World::of(&t).await;
        let scope = world.tenant_scope(&world.owner).await;
        let permit = scope.permit::<can::BackupsRun>().unwrap();
        let files = t.store.backup_files();
        let mut file = files.receive(&permit, Some(&FileKey::Passphrase(phrase()))).await.unwrap();
        let sent: Vec<u8> = (0..PART_BYTES + 100).map(|at| u8::try_from(at % 251).unwrap()).collect();
        for piece in sent.chunks(10_000) {
            files.append(&permit, &mut file, piece).await.unwrap();
        }
        let id = files.received(&permit, file).await.unwrap();
        let run = attempt(&world, Selection::All).await;
        let looking = run.looking().unwrap();
        let file = files.open(&run, id).await.unwrap();
        assert_eq!((file.bytes(), file.parts(), file.is_whole()), (i64::try_from(sent.len()).unwrap(), 2, true));
        assert!(matches!(file.key(), Some(FileKey::Passphrase(_))));
        let mut found = files.part(&looking, &file, 0).await.unwrap();
        found.extend(files.part(&looking, &file, 1).await.unwrap());
        assert_eq!(found, sent);
        assert_eq!(t.number("select count(*) from backup_file_parts where length(bytes) < 200").await, 1);
        files.drop(&run, id).await.unwrap();
        assert_eq!(t.number("select count(*) from backup_file_parts").await, 0);
        // What no run reads after all is removed by whoever sent it, in its own tenant.
        let mut unread = files.receive(&permit, None).await.unwrap();
        files.append(&permit, &mut unread, b"x").await.unwrap();
        let unread = files.received(&permit, unread).await.unwrap();
        let elsewhere = t.store.access().tenant_of_operator(&t.operator, world.other_tenant).await.unwrap();
        assert!(matches!(files.discard(&elsewhere.permit().unwrap(), unread).await, Err(StoreError::NotVisible)));
        files.discard(&permit, unread).await.unwrap();
        assert!(matches!(files.discard(&permit, unread).await, Err(StoreError::NotVisible)));
        assert_eq!(t.number("select count(*) from backup_files").await, 0);
        assert!(matches!(files.open(&run, BackupFileId::generate()).await, Err(StoreError::NotVisible)));
        // One that was never sent to its end goes by itself; a tenant has only so many.
        for _ in 0..20 {
            files.receive(&permit, None).await.unwrap();
        }
        assert!(matches!(files.receive(&permit, None).await, Err(StoreError::Conflict(_))));
        t.clock.advance(Duration::from_secs(2 * 24 * 3600));
        files.receive(&permit, None).await.unwrap();
    })
    .await;
}
