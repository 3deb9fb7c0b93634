//! Runs the product of lending by itself: `cargo run -p lending -- --help`.

fn main() -> std::process::ExitCode {
    mesh_sdk::alone("lending", lending::functions())
}
