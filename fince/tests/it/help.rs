use crate::run::run;

#[test]
fn help_names_every_command_example_and_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = run(folder.path(), &["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    for word in
        ["contract", "token", "completions", "Examples:", "Exit codes:", "130", "FINCE_DATA", "OTEL_SDK_DISABLED"]
    {
        assert!(help.stdout.contains(word), "{word}\n{}", help.stdout);
    }
    assert!(!help.stdout.contains("\u{1b}["), "colour in a pipe");
}

#[test]
fn a_command_line_that_makes_no_sense_ends_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        &["frobnicate"][..],
        &["token"],
        &["--port-base", "0", "token", "omar"],
        &["--port-base", "65530", "token", "omar"],
    ] {
        let ran = run(folder.path(), arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
    let filter = run(folder.path(), &["--log", "fince=loud", "completions", "bash"]);
    assert_eq!(filter.code, 2);
    assert!(filter.stderr.starts_with("error[FC-5014]: `fince=loud` is no log filter"), "{}", filter.stderr);
}

#[test]
fn the_reference_is_the_same_on_every_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (run(folder.path(), &["reference"]), run(folder.path(), &["reference"]));
    assert_eq!((first.code, first.stdout.as_str()), (0, second.stdout.as_str()));
    assert!(first.stdout.starts_with("# Command line\n"));
}
