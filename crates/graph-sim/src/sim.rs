//! The simulator and what one can do to it from outside.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use model::ids::EntraTenantId;
use model::json::Json;
use model::resource_types::find;
use model::time::{Clock, Moment};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use crate::approval::Approvals;
use crate::audit::{AuditActor, AuditLog, Done};
use crate::derived_id::uuid_of;
use crate::effects::{Effects, Wrote};
use crate::faults::{Fault, FaultId, Faults};
use crate::generate::{Change, ChangeEffect};
use crate::identity::AppRegistration;
use crate::ledger::Ledger;
use crate::mask::Hidden;
use crate::settings::Settings;
use crate::tenant::{NotStorable, TenantProfile, TenantState};
use crate::throttle::Throttle;
use crate::token::Tokens;
use crate::young::Young;

/// The simulator has no such tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the simulator has no such tenant")]
pub struct NoSuchTenant;

#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) profile: TenantProfile,
    pub(crate) state: TenantState,
}

#[derive(Debug)]
struct Inner {
    clock: Arc<dyn Clock>,
    settings: RwLock<Settings>,
    tenants: RwLock<BTreeMap<EntraTenantId, Tenant>>,
    tokens: Mutex<Tokens>,
    ledger: Mutex<Ledger>,
    faults: Mutex<Faults>,
    throttle: Mutex<Throttle>,
    effects: Mutex<Effects>,
    young: Mutex<Young>,
    approvals: Mutex<Approvals>,
    hidden: Mutex<Hidden>,
    audit: Mutex<AuditLog>,
    random: Mutex<StdRng>,
    exchanges: AtomicU64,
}

/// A pretend Microsoft Graph. Clones are the same simulator.
#[derive(Debug, Clone)]
pub struct Sim(Arc<Inner>);

/// A panic while a lock is held leaves nothing half done here: every change is one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sim {
    /// A simulator without tenants, with the usual settings.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_settings(clock, Settings::default())
    }

    /// A simulator without tenants.
    #[must_use]
    pub fn with_settings(clock: Arc<dyn Clock>, settings: Settings) -> Self {
        // Tenants are invented from the same seed: what is made later has other ids than what was there.
        let random = Mutex::new(StdRng::seed_from_u64(settings.seed ^ u64::MAX));
        Self(Arc::new(Inner {
            clock,
            settings: RwLock::new(settings),
            tenants: RwLock::default(),
            tokens: Mutex::default(),
            ledger: Mutex::default(),
            faults: Mutex::default(),
            throttle: Mutex::default(),
            effects: Mutex::default(),
            young: Mutex::default(),
            approvals: Mutex::default(),
            hidden: Mutex::default(),
            audit: Mutex::default(),
            random,
            exchanges: AtomicU64::new(0),
        }))
    }

    /// The present settings.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.0.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes settings.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.0.settings.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// How long the listener waits before it answers.
    pub fn set_latency(&self, latency: Duration) {
        self.change_settings(|settings| settings.latency = latency);
    }

    /// Adds a tenant, or replaces the one of that id. What every tenant has is added to its content: the organisation, and the
    /// service principals of its apps and of Microsoft Graph.
    pub fn add_tenant(&self, profile: TenantProfile, mut state: TenantState) {
        crate::directory::complete(&profile, &mut state);
        self.tenants_mut().insert(profile.id, Tenant { profile, state });
    }

    /// Removes a tenant. Returns whether there was one.
    pub fn remove_tenant(&self, tenant: EntraTenantId) -> bool {
        self.tenants_mut().remove(&tenant).is_some()
    }

    /// The tenants, by id.
    #[must_use]
    pub fn tenants(&self) -> Vec<TenantProfile> {
        self.tenants_ref().values().map(|tenant| tenant.profile.clone()).collect()
    }

    /// Number of objects per type key of a tenant.
    ///
    /// # Errors
    /// [`NoSuchTenant`].
    pub fn count_by_type(&self, tenant: EntraTenantId) -> Result<BTreeMap<&'static str, usize>, NoSuchTenant> {
        self.tenants_ref().get(&tenant).map(|tenant| tenant.state.count_by_type()).ok_or(NoSuchTenant)
    }

    /// Changes a tenant's content.
    ///
    /// # Errors
    /// [`NoSuchTenant`].
    pub fn change_state<T>(&self, tenant: EntraTenantId, change: impl FnOnce(&mut TenantState) -> T) -> Result<T, NoSuchTenant> {
        self.tenants_mut().get_mut(&tenant).map(|tenant| change(&mut tenant.state)).ok_or(NoSuchTenant)
    }

    /// Reads a tenant's content.
    ///
    /// # Errors
    /// [`NoSuchTenant`].
    pub fn read_state<T>(&self, tenant: EntraTenantId, read: impl FnOnce(&TenantState) -> T) -> Result<T, NoSuchTenant> {
        self.tenants_ref().get(&tenant).map(|tenant| read(&tenant.state)).ok_or(NoSuchTenant)
    }

    /// Changes the app registrations of a tenant. Tokens already issued keep their old roles, as in Graph.
    ///
    /// # Errors
    /// [`NoSuchTenant`].
    pub fn change_apps(&self, tenant: EntraTenantId, change: impl FnOnce(&mut Vec<AppRegistration>)) -> Result<(), NoSuchTenant> {
        self.tenants_mut().get_mut(&tenant).map(|tenant| change(&mut tenant.profile.apps)).ok_or(NoSuchTenant)
    }

    /// Puts an object into a tenant as somebody would in the admin portal: an object without an id gets one, a new one its
    /// times, a known one a new time and version. Returns its id.
    ///
    /// # Errors
    /// `Ok(Err(…))` when the type is not in the catalogue; [`NoSuchTenant`].
    pub fn put_object(
        &self,
        tenant: EntraTenantId,
        type_key: &str,
        mut object: Json,
    ) -> Result<Result<String, NotStorable>, NoSuchTenant> {
        let Some(kind) = find(type_key) else { return Ok(Err(NotStorable::UnknownType)) };
        let id = kind.id_of(&object).map_or_else(|| self.new_id(), str::to_owned);
        if !kind.is_singleton() {
            object.set(&kind.id_property, Json::text(&id));
        }
        crate::write::stamp(kind, &mut object, self.now());
        let name = object.get(&kind.name_property).and_then(Json::as_str).unwrap_or_default().to_owned();
        let put = self.change_state(tenant, |state| state.put(type_key, object))?;
        if let Ok(was_there) = put {
            let wrote = if was_there { Wrote::Updated } else { Wrote::Created };
            self.audit_portal(tenant, &Done { kind, wrote, id: &id, name: &name });
        }
        Ok(put.map(|_| id))
    }

    /// Removes an object from a tenant. Returns whether there was one.
    ///
    /// # Errors
    /// [`NoSuchTenant`].
    pub fn remove_object(&self, tenant: EntraTenantId, type_key: &str, id: &str) -> Result<bool, NoSuchTenant> {
        let before = self.read_state(tenant, |state| state.object(type_key, id))?;
        let removed = self.change_state(tenant, |state| state.remove(type_key, id))?;
        if let (true, Some(kind)) = (removed, find(type_key)) {
            let name = before.as_ref().and_then(|object| object.get(&kind.name_property)?.as_str()).unwrap_or_default();
            self.audit_portal(tenant, &Done { kind, wrote: Wrote::Deleted, id, name });
        }
        Ok(removed)
    }

    /// Applies the waiting changes of a tenant's history up to a moment. Returns them.
    ///
    /// # Errors
    /// [`NoSuchTenant`].
    pub fn advance(&self, tenant: EntraTenantId, until: Moment) -> Result<Vec<Change>, NoSuchTenant> {
        let applied = self.change_state(tenant, |state| {
            let mut applied = Vec::new();
            while state.pending.front().is_some_and(|change| change.at <= until) {
                let Some(change) = state.pending.pop_front() else { break };
                state.apply(&change);
                applied.push(change);
            }
            applied
        })?;
        applied.iter().for_each(|change| self.audit_change(tenant, change));
        Ok(applied)
    }

    /// Applies the next waiting change of a tenant's history.
    ///
    /// # Errors
    /// [`NoSuchTenant`].
    pub fn advance_one(&self, tenant: EntraTenantId) -> Result<Option<Change>, NoSuchTenant> {
        let applied = self.change_state(tenant, |state| {
            let change = state.pending.pop_front();
            change.iter().for_each(|change| state.apply(change));
            change
        })?;
        applied.iter().for_each(|change| self.audit_change(tenant, change));
        Ok(applied)
    }

    /// A step of a history is in the audit log as one that was made when it came to be.
    fn audit_change(&self, tenant: EntraTenantId, change: &Change) {
        let Some(kind) = find(&change.type_key) else { return };
        let (wrote, name) = match &change.effect {
            ChangeEffect::Put(object) => (Wrote::Updated, object.get(&kind.name_property).and_then(Json::as_str)),
            ChangeEffect::Remove => (Wrote::Deleted, None),
        };
        let AuditActor::Person { app, .. } = AuditActor::default() else { return };
        let actor = AuditActor::Person { name: change.actor.clone(), app };
        self.audit(tenant, actor, &Done { kind, wrote, id: &change.object_id, name: name.unwrap_or_default() });
    }

    /// Ends every token of a tenant, as if time had passed.
    pub fn expire_tokens(&self, tenant: EntraTenantId) {
        let now = self.now();
        self.tokens().expire(tenant, now);
    }

    /// Sets up a fault.
    pub fn inject(&self, fault: Fault) -> FaultId {
        self.faults().add(fault)
    }

    /// Takes a fault away. Returns whether it was there.
    pub fn remove_fault(&self, id: FaultId) -> bool {
        self.faults().remove(id)
    }

    /// Takes every fault away.
    pub fn clear_faults(&self) {
        self.faults().clear();
    }

    /// How often a fault has hit.
    #[must_use]
    pub fn times_applied(&self, id: FaultId) -> u32 {
        self.faults().applied(id)
    }

    pub(crate) fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// A new id, the next one of the seed.
    pub(crate) fn new_id(&self) -> String {
        let mut bytes = [0; 16];
        lock(&self.0.random).fill_bytes(&mut bytes);
        uuid_of(bytes)
    }

    /// An id for an exchange. Not from the generator, so that ids of objects do not depend on how often was asked.
    pub(crate) fn request_id(&self) -> (u64, String) {
        let number = self.0.exchanges.fetch_add(1, Ordering::Relaxed) + 1;
        (number, uuid_of((u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)).to_be_bytes()))
    }

    pub(crate) fn tenants_ref(&self) -> RwLockReadGuard<'_, BTreeMap<EntraTenantId, Tenant>> {
        self.0.tenants.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tenants_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<EntraTenantId, Tenant>> {
        self.0.tenants.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        lock(&self.0.tokens)
    }

    pub(crate) fn ledger_mut(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.0.ledger)
    }

    pub(crate) fn effects_mut(&self) -> MutexGuard<'_, Effects> {
        lock(&self.0.effects)
    }

    pub(crate) fn young(&self) -> MutexGuard<'_, Young> {
        lock(&self.0.young)
    }

    pub(crate) fn approvals(&self) -> MutexGuard<'_, Approvals> {
        lock(&self.0.approvals)
    }

    pub(crate) fn hidden(&self) -> MutexGuard<'_, Hidden> {
        lock(&self.0.hidden)
    }

    pub(crate) fn audit_log(&self) -> MutexGuard<'_, AuditLog> {
        lock(&self.0.audit)
    }

    pub(crate) fn throttle(&self) -> MutexGuard<'_, Throttle> {
        lock(&self.0.throttle)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.0.faults)
    }
}

/// The tenant that a text names, by id or by verified domain.
pub(crate) fn tenant_named<'a>(tenants: &'a BTreeMap<EntraTenantId, Tenant>, name: &str) -> Option<&'a Tenant> {
    match Uuid::parse_str(name) {
        Ok(id) => tenants.get(&EntraTenantId::from_uuid(id)),
        Err(_) => tenants.values().find(|tenant| tenant.profile.domain.eq_ignore_ascii_case(name)),
    }
}
