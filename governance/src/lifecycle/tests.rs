use super::*;

#[test]
fn what_is_in_force_stands_before_releases_and_these_before_the_newest() {
    let standing = |versions: &[(&str, RegistrationStatus)]| {
        let versions: Vec<(Version, RegistrationStatus)> =
            versions.iter().map(|(version, status)| (version.parse().expect("a version"), *status)).collect();
        let found = versions.iter().max_by_key(|(version, status)| precedence(version, *status));
        found.map(|(version, _)| version.to_string()).unwrap_or_default()
    };
    assert_eq!(standing(&[("1.0.0", Deprecated), ("1.1.0", Proposed)]), "1.0.0");
    assert_eq!(standing(&[("1.0.0", Deprecated), ("1.1.0", Active), ("1.2.0-rc.1", Active)]), "1.1.0");
    assert_eq!(standing(&[("1.0.0", Proposed), ("1.1.0-rc.1", Proposed)]), "1.0.0", "also with none in force");
    assert_eq!(standing(&[("1.0.0", Retired), ("1.1.0-rc.1", Active)]), "1.1.0-rc.1");
    assert_eq!(standing(&[("1.9.0", Rejected), ("1.10.0", Proposed)]), "1.10.0");
}
