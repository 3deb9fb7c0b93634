//! A disk that fills up at any moment of a publish: the old snapshot stays in service, and who publishes is told.

use std::path::Path;
use std::process::Command;

use crate::mesh::free_base;
use crate::small_product::write_mesh;

/// A publish on a small disk; then one each with so many KiB left; then one with room again. A file system of a size can
/// be mounted in a name space of one's own.
const SCRIPT: &str = r#"
mkdir disk && mount -t tmpfs -o size=32m tmpfs disk || exit 77
publish() { "$FINCE" --mesh mesh --data disk/data --port-base "$BASE" publish crash; }
commits() { ls disk/data/lake/crash/"$1"/_delta_log | grep -c 'json$'; }
publish || exit 1
for left in 0 4 16 32 64 128 192 256 320 384 448 512 1024; do
    free=$(df -k --output=avail disk | tail -n 1)
    head -c $(( (free - left) * 1024 )) /dev/zero > disk/filler
    publish > told 2>&1
    echo "left=$left code=$? events=$(commits events) totals=$(commits totals) told=$(tr '\n' ' ' < told)"
    rm disk/filler
done
publish || exit 1
echo "left=all code=0 events=$(commits events) totals=$(commits totals) told="
"#;

struct Tried {
    left: String,
    code: i32,
    snapshots: (usize, usize),
    told: String,
}

#[test]
fn a_full_disk_leaves_the_old_snapshot_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    write_mesh(&folder.path().join("mesh"));
    let Some(tried) = on_a_small_disk(folder.path()) else { return };
    let mut before = (1, 1);
    let (mut failed, mut published) = (0, 0);
    for Tried { left, code, snapshots, told } in &tried {
        if *code == 0 {
            assert_eq!(*snapshots, (before.0 + 1, before.1 + 1), "{left} KiB left: {told}");
            published += 1;
        } else {
            assert!(told.contains("error[FC-") && !told.contains("panicked"), "{left} KiB left: {told}");
            let reasons = ["No space left on device", "the disk is full", "the disk has room"];
            assert!(reasons.iter().any(|reason| told.contains(reason)), "{left} KiB left: {told}");
            // The first port may be whole when the second no longer fits.
            assert!(snapshots.0 - before.0 <= 1 && snapshots.1 == before.1, "{left} KiB left: {snapshots:?}, {told}");
            failed += 1;
        }
        before = *snapshots;
    }
    assert!(failed > 3 && published > 1, "{failed} failed, {published} published");
}

/// `None` where the system allows no name space of one's own.
fn on_a_small_disk(folder: &Path) -> Option<Vec<Tried>> {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", SCRIPT]).current_dir(folder).env_clear();
    command.env("FINCE", env!("CARGO_BIN_EXE_fince")).env("BASE", free_base().to_string());
    command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    let output = command
        .output()
        .ok()
        .filter(|output| !matches!(output.status.code(), Some(1 | 77) if output.stdout.is_empty()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let tried: Vec<Tried> = text.lines().filter_map(read).collect();
    assert!(output.status.success() && tried.len() == 14, "{text}{}", String::from_utf8_lossy(&output.stderr));
    Some(tried)
}

fn read(line: &str) -> Option<Tried> {
    let (facts, told) = line.split_once(" told=")?;
    let fact = |name: &str| facts.split(' ').find_map(|fact| fact.strip_prefix(name)?.strip_prefix('='));
    let number = |name: &str| fact(name)?.parse().ok();
    let snapshots = (number("events")?, number("totals")?);
    Some(Tried { left: fact("left")?.to_owned(), code: fact("code")?.parse().ok()?, snapshots, told: told.to_owned() })
}
