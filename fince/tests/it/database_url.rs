//! Connection URLs of inputs, which hold passwords.

use crate::run::{fince, ran};

#[test]
fn one_that_is_none_is_refused_and_not_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    for wrong in ["mysql://lena:gr33n@house/core", "postgresql://lena:gr33n@house/core?sslmode=verify-full"] {
        let mut command = fince(folder.path());
        command.env("FINCE_INPUT_BOOKINGS", wrong).args(["--data", "data", "publish", "lending"]);
        let ran = ran(command.output().expect("the binary runs"));
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert!(told.contains("FC-5022") && told.contains("`FINCE_INPUT_BOOKINGS`"), "{told}");
        assert!(!told.contains("gr33n") && !told.contains("lena"), "{told}");
        assert_ne!(ran.code, 0);
    }
}
