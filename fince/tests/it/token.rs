use std::fs;

use crate::run::run;

#[test]
fn a_token_needs_a_mesh_and_a_known_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = run(folder.path(), &["token", "omar"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""));
    insta::assert_snapshot!(ran.stderr, @r"
    error[FC-5008]: there is no mesh in `./.fince`
    help: start one with `fince up`, or name its data directory with `--data DIR`
    see docs/errors/FC-5008.md
    ");

    let data = folder.path().join(".fince");
    fs::create_dir(&data).expect("a data directory");
    fs::write(data.join("VERSION"), "1\n").expect("a mark");
    let ran = run(folder.path(), &["token", "oma"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    insta::assert_snapshot!(ran.stderr, @r"
    error[FC-5007]: there is no development principal `oma`
    help: the principals are `officer`, `lena`, `omar`, `ana`, and `product:<domain>` for a data product
    see docs/errors/FC-5007.md
    ");
}

#[test]
fn a_token_is_three_parts_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("VERSION"), "1\n").expect("a mark");
    let ran = run(folder.path(), &["--data", ".", "token", "omar"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(ran.stdout.trim_end().split('.').count(), 3, "{}", ran.stdout);
}

#[test]
fn a_newer_data_directory_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("VERSION"), "7\n").expect("a mark");
    let ran = run(folder.path(), &["--data", ".", "token", "omar"]);
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.starts_with("error[FC-5003]: `.` has layout 7"), "{}", ran.stderr);
    assert!(!folder.path().join("keys").exists(), "something was written");
}
