//! Reports that a schedule makes and a rule delivers: a link to a program, the report itself by mail (aiosmtpd, others' server).

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use model::access::can;
use model::alert::{Mail, MailSecurity, NewRule, Reach, RuleKind};
use model::ids::AlertDestinationId;
use model::operations::Operation;
use model::operations::report_generate::Arguments;
use model::report::ReportKind;
use model::run::Trigger;
use model::schedule::{Cadence, CatchUp, NewSchedule, TimeOfDay, Zone};
use serde_json::Value;
use store::{DestinationWish, Target};
use testkit::stores::{TestStore, on_both};

use crate::receiver::Receiver;
use crate::{Ground, here};

/// An SMTP server in a process of its own.
struct Mailbox {
    child: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Mailbox {
    fn start(test: &str) -> Option<Self> {
        let Some(python) = std::env::var_os("TENANTATLAS_TEST_SMTP") else {
            eprintln!("SKIPPED: {test}: no Python with aiosmtpd (TENANTATLAS_TEST_SMTP); cargo xtask test installs it");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/mail/server.py");
        let mut child = Command::new(python).arg(script).arg("none").arg(folder.path()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut mailbox = Self { child, lines, port: 0, _folder: folder };
        mailbox.port = u16::try_from(mailbox.taken()["port"].as_u64().unwrap()).unwrap();
        Some(mailbox)
    }

    fn taken(&mut self) -> Value {
        let mut text = String::new();
        self.lines.read_line(&mut text).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    fn target(&self) -> Target {
        let to = ["one@example.test".to_owned()];
        let mail = Mail::checked("127.0.0.1", &self.port.to_string(), MailSecurity::None, "", "atlas@example.test", &to).unwrap();
        Target::Email { mail, password: None }
    }
}

impl Ground<'_> {
    async fn made(&self, destination: AlertDestinationId, name: &str, reach: Reach) {
        let rule = NewRule { name: name.to_owned(), kind: RuleKind::ReportMade, reach, ..crate::rule(destination) };
        self.t.store.alerts().create_rule(&self.permit, &rule).await.unwrap();
    }

    async fn mailed_to(&self, target: Target) -> AlertDestinationId {
        let wish = DestinationWish { name: "Mail".to_owned(), enabled: true, target: Some(target) };
        self.t.store.alerts().create_destination(&self.permit, &wish).await.unwrap()
    }

    /// Schedules of all tenants and of the first, which fire.
    async fn schedules_fire(&self) {
        let new = |name: &str, kind| NewSchedule {
            name: name.to_owned(),
            operation: Operation::ReportGenerate,
            arguments: Arguments::new(kind, Some(7), None).to_stored(),
            cadence: Cadence::Daily { at: TimeOfDay::parse("02:30").unwrap() },
            zone: Zone::utc(),
            catch_up: CatchUp::Latest,
            bound: 1,
        };
        let owner = self.world.workspace_scope(&self.world.owner).await;
        let settings = owner.permit::<can::WorkspaceSettingsManage>().unwrap();
        let all = new("Findings of all", ReportKind::Findings);
        self.t.store.reports().schedule_of_all(&settings, &owner, &all).await.unwrap();
        let tenant = self.world.tenant_scope(&self.world.owner).await;
        let permit = tenant.permit::<can::BackupSchedulesManage>().unwrap();
        self.t.store.schedules().create(&permit, &new("Changes of one", ReportKind::Changes)).await.unwrap();
        self.t.clock.advance(Duration::from_secs(86_400));
        self.t.store.queue().fire_due(10).await.unwrap();
        self.work(here()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_schedule_makes_is_delivered_by_link_and_by_mail_and_what_a_person_makes_is_not() {
    on_both(async |t: TestStore| {
        let Some(mut mailbox) = Mailbox::start("what_a_schedule_makes_is_delivered") else { return };
        let ground = Ground::of(&t).await;
        let receiver = Receiver::answering(&["200 OK"]).await;
        let hook = ground.destination(&receiver.url()).await;
        ground.made(hook, "By link", Reach::All).await;
        let mail = ground.mailed_to(mailbox.target()).await;
        ground.made(mail, "By mail", Reach::Tenant(ground.world.tenant)).await;

        // Made by a person: nobody is told.
        let owner = ground.world.workspace_scope(&ground.world.owner).await;
        let wish = Arguments::new(ReportKind::Readiness, None, None);
        t.store.reports().make_of_all(&owner, &wish, Trigger::Manual).await.unwrap();
        ground.work(here()).await;
        assert_eq!(t.store.alerts().dispatch().await.unwrap().messages, 0);

        ground.schedules_fire().await;
        assert_eq!(t.store.alerts().dispatch().await.unwrap().messages, 2, "one for each rule");
        ground.work(here()).await;
        let kept = t.store.reports().list(&owner, None, 10).await.unwrap().rows;
        let id = |kind: ReportKind| kept.iter().find(|report| report.head.kind == kind).unwrap().id;
        let body: Value = serde_json::from_str(&receiver.taken()[0].body).unwrap();
        let alerts = body["data"]["alerts"].as_array().unwrap();
        let told = |kind: ReportKind| {
            let url = format!("https://atlas.example.test/admin/reports/{}", id(kind));
            alerts.iter().find(|alert| alert["url"] == url).unwrap_or_else(|| panic!("{url}: {body}"))
        };
        assert_eq!(alerts.len(), 2, "{body}");
        assert_eq!(
            (&told(ReportKind::Findings)["title"], &told(ReportKind::Findings)["tenant"]),
            (&"Report: findings".into(), &Value::Null)
        );
        let changes = told(ReportKind::Changes);
        assert_eq!((&changes["kind"], &changes["tenant"]), (&"report_made".into(), &"Contoso".into()));
        assert_eq!(changes["detail"], "Made by a schedule; it is about the last 7 days.");

        // The rule of one tenant brings its report alone, as it is kept.
        let data = mailbox.taken()["data"].as_str().unwrap().to_owned();
        assert_eq!(data.matches("Content-Disposition: attachment").count(), 1, "{data}");
        assert!(data.contains("filename=\"changes-contoso-") && data.contains("Subject: TenantAtlas: Report: changes"), "{data}");
        let plain = data.replace("=\r\n", "");
        assert!(plain.contains("# Changes: Contoso"), "{plain}");
        let left = "select count(*) from audit_entries where action = 'report.export'";
        assert_eq!(t.number(left).await, 1, "that it left is on record");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_gone_or_too_large_for_a_mail_is_only_linked() {
    on_both(async |t: TestStore| {
        let Some(mut mailbox) = Mailbox::start("a_report_that_is_gone_or_too_large_for_a_mail") else { return };
        let ground = Ground::of(&t).await;
        let mail = ground.mailed_to(mailbox.target()).await;
        ground.made(mail, "By mail", Reach::All).await;
        ground.schedules_fire().await;
        t.store.alerts().dispatch().await.unwrap();
        t.execute("delete from reports where kind = 'changes'").await;
        t.execute("update reports set bytes = 90000000").await;
        ground.work(here()).await;
        let data = mailbox.taken()["data"].as_str().unwrap().to_owned();
        assert!(!data.contains("attachment") && data.replace("=\r\n", "").contains("/admin/reports/"), "{data}");
        assert_eq!(ground.log().await.len(), 2);
    })
    .await;
}
