use std::fs;

use crate::run::run;

#[test]
fn files_are_laid_out_once_and_check_only_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.odcs.yaml");
    fs::write(&file, "# why\nkind:   DataContract   # what\ntags: [ a,b ]\n").expect("a file");

    let check = run(folder.path(), &["contract", "fmt", "--check", "."]);
    assert_eq!((check.code, check.stdout.as_str()), (1, "would change ./a.odcs.yaml\n"), "{}", check.stderr);
    assert!(fs::read_to_string(&file).expect("there").contains("kind:   "));

    let first = run(folder.path(), &["contract", "fmt", "a.odcs.yaml"]);
    assert_eq!((first.code, first.stdout.as_str()), (0, "laid out a.odcs.yaml\n"), "{}", first.stderr);
    assert_eq!(fs::read_to_string(&file).expect("there"), "# why\nkind: DataContract # what\ntags: [a, b]\n");

    let second = run(folder.path(), &["contract", "fmt", "--check", "."]);
    assert_eq!((second.code, second.stdout.as_str(), second.stderr.as_str()), (0, "", ""));
}

#[test]
fn what_cannot_be_read_is_left_and_told_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.odcs.yaml");
    fs::write(&file, "a: [1\nb: 2\n").expect("a file");
    let ran = run(folder.path(), &["contract", "fmt", "a.odcs.yaml"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("error[FC-0001]") && ran.stdout.contains("a.odcs.yaml:"), "{}", ran.stdout);
    assert_eq!(fs::read_to_string(&file).expect("there"), "a: [1\nb: 2\n");
}
