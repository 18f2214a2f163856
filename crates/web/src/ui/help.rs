//! Help: documents that are part of the product.

pub(crate) mod contents;
pub(crate) mod read;
