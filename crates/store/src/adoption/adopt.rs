//! Drives an adoption: table by table, in batches that are whole or not there.

use model::time::Moment;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use super::kind::{Kind, Plan};
use super::known::Known;
use super::legacy::{self, LegacyRow};
use super::report::{AdoptionReport, Table};
use super::source::Source;
use super::{
    Adoption, connections, directory, findings, ids, inventory, ledger, members, present, restores, runs, schedules, sets, shape,
    tenants, users, versions, workspaces,
};
use crate::access::Operator;
use crate::db::{Db, Result};
use crate::error::StoreError;
use crate::reach::Reach;
use crate::sealed::Keyring;

/// The longest name of a source.
const MAX_NAME: usize = 63;

/// Which database is adopted, and how.
#[derive(Debug)]
pub struct AdoptFrom {
    /// The older database, `postgres://…`.
    pub url: SecretString,
    /// The name under which it is remembered; else that of the database.
    pub name: Option<String>,
    /// Whether only to say what would be done.
    pub dry_run: bool,
}

/// What came of an adoption.
#[derive(Debug)]
pub struct Adopted {
    /// In figures.
    pub report: AdoptionReport,
    /// The rows of the older run tables, which are not copied.
    pub legacy: Vec<LegacyRow>,
}

/// An adoption on its way.
struct Course<'a> {
    db: &'a Db,
    keyring: &'a Keyring,
    source: Source,
    name: String,
    dry_run: bool,
    known: Known,
    report: AdoptionReport,
}

impl Adoption<'_> {
    /// Adopts what an older database has and was not adopted before. A process that is killed in the middle leaves whole batches, and
    /// the next call goes on.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when the older database cannot be used, or another one was adopted under that name.
    pub async fn adopt(&self, _: &Operator, from: &AdoptFrom) -> Result<Adopted> {
        let db = self.0.db();
        let mut source = Source::open(from.url.expose_secret()).await?;
        let name = name(from)?;
        let fingerprint = source.fingerprint().await?;
        ledger::begin(db, &name, &fingerprint, from.dry_run).await?;
        let report = AdoptionReport { source: name.clone(), dry_run: from.dry_run, ..AdoptionReport::default() };
        let known = present::known(db, &name, self.0.now().await?).await?;
        let keyring = self.0.keyring();
        let mut course = Course { db, keyring, source, name, dry_run: from.dry_run, known, report };
        course.source.look(&mut course.report);
        let legacy = course.go().await?;
        let Course { source, name, report, .. } = course;
        source.close().await?;
        ledger::end(db, &name, from.dry_run).await?;
        Ok(Adopted { report, legacy })
    }
}

/// The name of a source: the one that was given, or that of its database.
fn name(from: &AdoptFrom) -> Result<String> {
    let of_database = || from.url.expose_secret().rsplit('/').next()?.split('?').next().map(str::to_owned);
    let name = from.name.clone().or_else(of_database).unwrap_or_default();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(plain) {
        return Err(StoreError::Unusable("name the source with --source: 1 to 63 letters, digits, _, - and .".to_owned()));
    }
    Ok(name)
}

impl Course<'_> {
    /// Every table, those first to which others refer.
    async fn go(&mut self) -> Result<Vec<LegacyRow>> {
        self.kind::<workspaces::Workspaces>().await?;
        self.kind::<users::Users>().await?;
        self.kind::<members::OfWorkspaces>().await?;
        self.kind::<tenants::Tenants>().await?;
        self.kind::<members::OfTenants>().await?;
        self.kind::<connections::Connections>().await?;
        let mut legacy = self.legacy().await?;
        self.kind::<schedules::Schedules>().await?;
        self.kind::<runs::Runs>().await?;
        self.kind::<inventory::Items>().await?;
        self.kind::<inventory::Policies>().await?;
        self.kind::<versions::Versions>().await?;
        self.kind::<sets::Sets>().await?;
        self.kind::<sets::Items>().await?;
        self.kind::<restores::Restores>().await?;
        self.kind::<findings::Findings>().await?;
        self.kind::<directory::Groups>().await?;
        self.kind::<directory::Roles>().await?;
        self.closing(&mut legacy).await?;
        Ok(legacy)
    }

    /// The rows of a table.
    async fn kind<K: Kind>(&mut self) -> Result<()> {
        let shape = K::SHAPE;
        if !self.source.begin(shape).await? {
            return Ok(());
        }
        let before = ledger::before(self.db, &self.name, shape.table, K::HERE).await?;
        let mut table = Table::default();
        loop {
            let batch = self.source.next(shape).await?;
            if batch.is_empty() {
                break;
            }
            let (mut rows, mut records) = (Vec::new(), Vec::new());
            for old in &batch {
                table.read += 1;
                let Some(old_id) = old.id("id") else {
                    table.skip("no id");
                    continue;
                };
                if let Some(before) = before.get(&old_id) {
                    table.known += 1;
                    // Nothing refers to what was removed here since.
                    if let Some(id) = before {
                        K::learn(old, &old_id, *id, &mut self.known);
                    }
                    continue;
                }
                // A moment that is to come would make an id that sorts before all others for years.
                let made = old.time("created_at").filter(|at| *at <= self.known.now).unwrap_or(Moment::from_micros(0));
                let id = ids::derived(&self.name, shape.table, &old_id, made);
                let id = match K::plan(old, id, &mut self.known, &mut table) {
                    Ok(Plan::New(row)) => {
                        table.adopted += 1;
                        rows.push(row);
                        id
                    }
                    Ok(Plan::Same(same)) => {
                        table.known += 1;
                        same
                    }
                    Err(why) => {
                        table.skip(why);
                        continue;
                    }
                };
                K::learn(old, &old_id, id, &mut self.known);
                records.push((old_id, id));
            }
            if !self.dry_run && !records.is_empty() {
                self.write::<K>(&rows, &records).await?;
            }
        }
        self.report.tables.insert(shape.table, table);
        Ok(())
    }

    /// A batch and the record of it, in one transaction.
    async fn write<K: Kind>(&self, rows: &[K::Row], records: &[(String, Uuid)]) -> Result<()> {
        let mut tx = self.db.write(&Reach::system()).await?;
        ledger::hold(&mut tx, &self.name).await?;
        K::write(&mut tx, self.keyring, rows).await?;
        ledger::record(&mut tx, &self.name, K::SHAPE.table, records).await?;
        tx.commit_unaudited("adopted rows; that their workspace and tenant are adopted is audited").await
    }

    /// The older run tables: which rows name which runs. Nothing of them is written.
    async fn legacy(&mut self) -> Result<Vec<LegacyRow>> {
        let mut all = Vec::new();
        for shape in shape::LEGACY {
            if !self.source.begin(shape).await? {
                continue;
            }
            let counted = self.report.legacy.entry(shape.table).or_default();
            loop {
                let batch = self.source.next(shape).await?;
                if batch.is_empty() {
                    break;
                }
                for old in &batch {
                    all.push(legacy::row(shape, old, &mut self.known, counted));
                }
            }
        }
        if self.source.begin(&shape::RESTORE_RUNS).await? {
            loop {
                let batch = self.source.next(&shape::RESTORE_RUNS).await?;
                if batch.is_empty() {
                    break;
                }
                restores::unstarted(&batch, &mut self.known);
            }
        }
        Ok(all)
    }

    /// What is said at the end.
    async fn closing(&mut self, legacy: &mut [LegacyRow]) -> Result<()> {
        legacy.iter_mut().for_each(|row| row.resolve(&self.known));
        let others = ledger::numbers_of_others(self.db, &self.name).await?;
        let colliding = self.known.runs.keys().filter(|number| others.contains(*number)).count();
        self.report.colliding_numbers = u64::try_from(colliding).unwrap_or(u64::MAX);
        self.report.unknown_types = std::mem::take(&mut self.known.unknown_types).into_iter().collect();
        self.report.credentials_to_enter = std::mem::take(&mut self.known.credentials_to_enter);
        let ownerless = self.known.names.iter().filter(|(id, _)| !self.known.owned.contains(*id));
        self.report.without_owner = ownerless.map(|(_, name)| name.clone()).collect();
        Ok(())
    }
}
