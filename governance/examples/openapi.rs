//! Prints the OpenAPI document, for `cargo xtask generate`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(governance::openapi_json().as_bytes())
}
