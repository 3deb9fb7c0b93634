//! Prints a JSON Schema: `cargo run -p mesh-contract --example schema -- odcs` (or `odps`).

use std::io::Write;

use mesh_contract::schema::{odcs_json_schema, odps_json_schema};

fn main() -> std::io::Result<()> {
    let schema = match std::env::args().nth(1).as_deref() {
        Some("odps") => odps_json_schema(),
        _ => odcs_json_schema(),
    };
    writeln!(std::io::stdout(), "{schema:#}")
}
