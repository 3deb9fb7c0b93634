//! Access, from the request to the rows and back: asked for, approved, read within a moment, taken away within a moment.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::mesh::{Mesh, fince, repository};
use crate::run::{Ran, ran};

/// How long a change may take to reach the data plane in a test on a loaded machine. What is asserted is that it comes
/// well before a lease of 60 seconds would end.
const SOON: Duration = Duration::from_secs(20);

pub(crate) struct Ground {
    pub(crate) data: tempfile::TempDir,
    pub(crate) mesh: Mesh,
}

impl Ground {
    pub(crate) fn new() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let mesh = Mesh::up(&repository(), data.path());
        Self { data, mesh }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let data: &Path = self.data.path();
        ran(fince(&repository(), data, self.mesh.base).args(arguments).output().expect("runs"))
    }

    /// Asks again until the answer is `wanted`; gives the last one.
    fn until(&self, arguments: &[&str], wanted: impl Fn(&Ran) -> bool) -> Ran {
        let end = Instant::now() + SOON;
        loop {
            let ran = self.run(arguments);
            if wanted(&ran) || Instant::now() > end {
                return ran;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn id(ran: &Ran) -> String {
    let told: serde_json::Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}{}", ran.stdout, ran.stderr));
    told["id"].as_str().expect("an id").to_owned()
}

#[test]
fn what_is_granted_can_be_read_at_once_and_what_is_revoked_no_more() {
    let ground = Ground::new();
    let count = ["sql", "--as", "ana", "--format", "csv", "SELECT count(*) FROM lending.loans"];
    let hidden = ground.run(&count);
    assert!(hidden.code != 0 && hidden.stderr.contains("there is no table"), "{}", hidden.stderr);

    let request = ground.run(&[
        "access",
        "request",
        "lending.loans",
        "--purpose",
        "marketing",
        "--column",
        "loan_id",
        "--column",
        "state",
        "--days",
        "30",
        "--reason",
        "a campaign",
        "--as",
        "ana",
        "--format",
        "json",
    ]);
    let id = id(&request);
    assert_ne!(
        ground.run(&["access", "approve", &id, "--reason", "mine", "--as", "ana"]).code,
        0,
        "nobody decides for oneself"
    );
    assert_ne!(ground.run(&count).code, 0, "what is asked for is not granted");
    let approved = ground.run(&["access", "approve", &id, "--reason", "agreed", "--as", "lena"]);
    assert_eq!(approved.code, 0, "{}", approved.stderr);

    let granted = ground.until(&count, |ran| ran.code == 0);
    assert!(granted.stdout.contains("10000"), "{}{}", granted.stdout, granted.stderr);
    let all = ground.run(&["sql", "--as", "ana", "--format", "csv", "SELECT * FROM lending.loans LIMIT 1"]);
    assert_eq!(all.stdout.lines().next(), Some("loan_id,state"));
    let other = ground.run(&["sql", "--as", "ana", "SELECT loan_amount FROM lending.loans"]);
    assert!(other.code != 0 && other.stderr.contains("there is no column"), "{}", other.stderr);

    assert_eq!(ground.run(&["access", "revoke", &id, "--reason", "over", "--as", "lena"]).code, 0);
    let again = ground.until(&count, |ran| ran.code != 0);
    assert_eq!(again.stderr, hidden.stderr, "what was revoked looks like what never was");
}
