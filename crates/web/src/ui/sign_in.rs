//! Signing in and out.

pub(crate) mod code;
mod enter;
pub(crate) mod form;
pub(crate) mod provider;
pub(crate) mod reset;
pub(crate) mod sign_out;
pub(crate) mod submit;
