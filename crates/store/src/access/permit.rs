//! Permits: the proof that a capability was asked for and granted. Store writes take one, so a handler must have asked.

use std::marker::PhantomData;
use std::sync::Arc;

use model::access::Capable;

use super::grant::Grant;
use crate::error::StoreError;

/// The right to do what `C` names, where the scope that gave it holds.
#[derive(Debug)]
pub struct Permit<C> {
    grant: Arc<Grant>,
    capability: PhantomData<C>,
}

impl<C: Capable> Permit<C> {
    pub(super) fn ask(grant: &Arc<Grant>) -> Result<Self, StoreError> {
        if grant.grants(C::CAPABILITY) {
            Ok(Self { grant: Arc::clone(grant), capability: PhantomData })
        } else {
            Err(StoreError::Forbidden(C::CAPABILITY))
        }
    }

    pub(crate) fn grant(&self) -> &Grant {
        &self.grant
    }
}

/// The right of whoever runs the program on its machine: adds users, workspaces, demo data. `Store::open` gives it once, to
/// the binary, which hands it to its commands only.
#[derive(Debug)]
pub struct Operator(pub(crate) ());
