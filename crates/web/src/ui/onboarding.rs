//! Taking a tenant into use, step by step.

pub(crate) mod begin;
pub(crate) mod complete;
pub(crate) mod consent;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod show;
pub(crate) mod steps;
