use std::fs;

use crate::run::run;

#[test]
fn a_bank_is_made_into_a_folder_and_told_table_by_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = ["generate", "--scale", "0.001", "--seed", "1", "--format", "csv", "--out", "bank"];
    let ran = run(folder.path(), &[&arguments[..], &["--only", "accounts,customers"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told: Vec<Vec<&str>> = ran.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(told[0], ["customers", "100"]);
    assert_eq!(told[1][0], "accounts");
    assert!(ran.stderr.starts_with("made "), "{}", ran.stderr);
    let customers = fs::read_to_string(folder.path().join("bank/customers.csv")).expect("a file");
    assert!(customers.starts_with("customer_id,name,kind,country,customer_since\n1,"), "{customers}");
    assert_eq!(customers.lines().count(), 101);
    assert_eq!(fs::read_dir(folder.path().join("bank")).expect("listed").count(), 2);
}

#[test]
fn threads_do_not_change_the_bank() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = |threads: &str, out: &str| {
        let scale = ["generate", "--scale", "0.1", "--only", "customers,claims", "--threads", threads, "--out", out];
        let ran = run(folder.path(), &scale);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ["customers", "claims"]
            .map(|table| fs::read(folder.path().join(out).join(format!("{table}.parquet"))))
            .map(|file| file.expect("a file"))
    };
    assert!(made("1", "one") == made("3", "three"));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let scale = run(folder.path(), &["generate", "--scale", "0", "--out", "bank"]);
    assert!(scale.code == 2 && scale.stderr.contains("error[FC-5052]: `0` is no scale"), "{}", scale.stderr);
    let table = run(folder.path(), &["generate", "--out", "bank", "--only", "loans"]);
    assert!(
        table.code == 2 && table.stderr.contains("there is no table `loans`; there are customers,"),
        "{}",
        table.stderr
    );
    let nowhere = run(folder.path(), &["generate"]);
    assert!(nowhere.code == 2 && nowhere.stderr.contains("--out"), "{}", nowhere.stderr);
    fs::write(folder.path().join("bank"), "a file").expect("a file");
    let file = run(folder.path(), &["generate", "--scale", "0.001", "--out", "bank"]);
    assert!(file.code == 4 && file.stderr.contains("error[FC-5051]: `bank` cannot be written"), "{}", file.stderr);
}
