//! What the rooms' own programs print about themselves.

use anyhow::Result;

use super::Files;
use crate::house::House;

/// Runs each built program that derives files.
pub(super) fn derive(_house: &House) -> Result<Files> {
    Ok(Files::new())
}
