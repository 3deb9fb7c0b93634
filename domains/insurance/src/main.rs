//! Runs the product of insurance by itself: `cargo run -p insurance -- --help`.

fn main() -> std::process::ExitCode {
    mesh_sdk::alone("insurance", insurance::functions())
}
