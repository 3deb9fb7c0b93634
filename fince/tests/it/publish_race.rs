//! Several publishes of one product at once.

use std::fs;
use std::process::{Child, Stdio};

use crate::mesh::{fince, free_base};
use crate::small_product::write_mesh;

/// Publishes that begin together, and how often.
const AT_ONCE: usize = 4;
const ROUNDS: usize = 4;

#[test]
fn one_at_a_time_publishes_and_the_others_are_told_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mesh, data) = (folder.path().join("mesh"), folder.path().join("data"));
    write_mesh(&mesh);
    let (mut published, mut refused) = (0, 0);
    for _ in 0..ROUNDS {
        let start = |_| -> Child {
            let mut command = fince(&mesh, &data, free_base());
            command.args(["publish", "crash"]).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("starts")
        };
        for child in (0..AT_ONCE).map(start).collect::<Vec<_>>() {
            let output = child.wait_with_output().expect("ends");
            let told = String::from_utf8_lossy(&output.stderr);
            if output.status.success() {
                published += 1;
            } else {
                assert!(told.contains("FC-5004") && told.contains("publishing `crash`"), "{told}");
                refused += 1;
            }
        }
    }
    let commits = |port: &str| {
        let log = fs::read_dir(data.join("lake/crash").join(port).join("_delta_log")).expect("a log");
        let entries = log.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned());
        entries.filter(|name| name.ends_with(".json")).count()
    };
    assert_eq!((commits("events"), commits("totals")), (published, published), "{refused} were refused");
    assert!(published >= ROUNDS && refused > 0, "{published} published, {refused} refused");
}
