//! Runs the product of investing by itself: `cargo run -p investing -- --help`.

fn main() -> std::process::ExitCode {
    mesh_sdk::alone("investing", investing::functions())
}
