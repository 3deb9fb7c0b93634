//! Runs the product of deposits by itself: `cargo run -p deposits -- --help`.

fn main() -> std::process::ExitCode {
    mesh_sdk::alone("deposits", deposits::functions())
}
