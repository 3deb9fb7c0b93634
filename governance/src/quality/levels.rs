//! Service levels, judged by what governance sees: when runs ended, how, and what they found.

use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::{PortRun, RunState, ServiceLevel, ServiceLevelWindow};
use mesh_contract::model::SlaProperty;
use serde_json::Value;

/// Lengths of the windows, in days.
pub(crate) const WINDOWS: [u32; 2] = [7, 30];
/// The share of the time in which data has to be as fresh as the contract says, which itself states no share.
const FRESH_OBJECTIVE: f64 = 0.99;

/// What is known of a port's last thirty days.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// Runs that ended in the longest window, oldest first.
    pub(crate) runs: Vec<PortRun>,
    /// When the port published for the last time before that.
    pub(crate) published_before: Option<DateTime<Utc>>,
    /// For each window, how many checks there were and how many of them held.
    pub(crate) checks: [(i64, i64); 2],
}

/// How a property can be judged.
enum Measure {
    /// The newest snapshot is at most this old.
    Age(TimeDelta),
    /// This share of the runs publishes.
    Runs(f64),
    /// This share of the checks holds.
    Checks(f64),
    /// Not at all, and why.
    None(&'static str),
}

/// Judges each service level at `now`.
pub(crate) fn judge(levels: &[SlaProperty], history: &History, now: DateTime<Utc>) -> Vec<ServiceLevel> {
    levels.iter().map(|level| judge_one(level, history, now)).collect()
}

/// When time alone breaks the next level that is kept at `now`; the level is still kept at that moment.
pub(crate) fn breaks_at(levels: &[SlaProperty], history: &History, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let last = history.published().last().copied()?;
    let end = |level: &SlaProperty| match measure(level) {
        Measure::Age(length) => last.checked_add_signed(length),
        Measure::Runs(_) | Measure::Checks(_) | Measure::None(_) => None,
    };
    levels.iter().filter_map(end).filter(|end| *end >= now).min()
}

fn judge_one(level: &SlaProperty, history: &History, now: DateTime<Utc>) -> ServiceLevel {
    let stated = ServiceLevel {
        property: level.property.clone(),
        value: level.value.clone(),
        unit: level.unit.clone(),
        not_judged: None,
        kept: None,
        windows: Vec::new(),
    };
    match measure(level) {
        Measure::Age(length) => {
            let published = history.published();
            let kept = published.last().map(|last| now - *last <= length);
            let window =
                |days| fresh_share(&published, length, days, now).map(|kept| window(days, kept, FRESH_OBJECTIVE));
            ServiceLevel { kept, windows: WINDOWS.into_iter().filter_map(window).collect(), ..stated }
        }
        Measure::Runs(objective) => {
            let windows =
                WINDOWS.into_iter().filter_map(|days| Some(window(days, history.runs_kept(days, now)?, objective)));
            by_windows(stated, windows.collect())
        }
        Measure::Checks(objective) => {
            let counts = WINDOWS.into_iter().zip(history.checks).filter(|(_, (checks, _))| *checks > 0);
            by_windows(
                stated,
                counts.map(|(days, (checks, held))| window(days, share(held, checks), objective)).collect(),
            )
        }
        Measure::None(why) => ServiceLevel { not_judged: Some(why.to_owned()), ..stated },
    }
}

/// A level that is a share is kept when the shortest window that knows anything keeps it.
fn by_windows(stated: ServiceLevel, windows: Vec<ServiceLevelWindow>) -> ServiceLevel {
    ServiceLevel { kept: windows.first().map(|window| window.kept >= window.objective), windows, ..stated }
}

/// How old the newest snapshot may be, as these levels promise it.
pub(crate) fn freshness(levels: &[SlaProperty]) -> Option<TimeDelta> {
    levels.iter().filter(|level| is_freshness(&level.property)).find_map(length)
}

/// Whether a property says how old data may be, by one of the names that ODCS and banks give it.
fn is_freshness(property: &str) -> bool {
    matches!(property, "freshness" | "latency" | "ly")
}

/// The value as a length of time, in whole seconds.
fn length(level: &SlaProperty) -> Option<TimeDelta> {
    #[expect(clippy::cast_possible_truncation, reason = "a length of time in seconds; endless ones saturate")]
    level.length().map(|length| TimeDelta::try_seconds((length.days() * 86_400.0) as i64).unwrap_or(TimeDelta::MAX))
}

/// The properties by the names and short names that ODCS gives them.
fn measure(level: &SlaProperty) -> Measure {
    match level.property.as_str() {
        // Who publishes so often has nothing older than the time between two snapshots.
        property if is_freshness(property) || matches!(property, "frequency" | "fy") => match length(level) {
            Some(length) => Measure::Age(length),
            None => Measure::None("its value is no length of time"),
        },
        "availability" | "av" => match percent(level) {
            Some(share) => Measure::Runs(share),
            None => Measure::None("its value is no percentage"),
        },
        "errorRate" | "error_rate" | "er" => match percent(level) {
            Some(share) => Measure::Checks(1.0 - share),
            None => Measure::None("its value is no percentage"),
        },
        "retention" | "re" => Measure::None("the product's own runs check it, as a rule of the column it names"),
        _ => Measure::None("neither runs nor their checks tell of it"),
    }
}

/// The value as a share, when it is a percentage.
fn percent(level: &SlaProperty) -> Option<f64> {
    let number = match &level.value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().trim_end_matches('%').trim().parse().ok()?,
        _ => return None,
    };
    let unit = level.unit.as_deref().unwrap_or("%").trim().to_lowercase();
    let is_percent = matches!(unit.as_str(), "%" | "percent" | "pct") && (0.0..=100.0).contains(&number);
    is_percent.then_some(number / 100.0)
}

impl History {
    /// When snapshots were published, oldest first.
    fn published(&self) -> Vec<DateTime<Utc>> {
        let runs = self.runs.iter().filter(|run| run.state == RunState::Complete).map(|run| run.at);
        self.published_before.into_iter().chain(runs).collect()
    }

    /// The share of the runs that published, among those that tried.
    fn runs_kept(&self, days: u32, now: DateTime<Utc>) -> Option<f64> {
        let since = now - TimeDelta::days(i64::from(days));
        let tried = || self.runs.iter().filter(|run| run.at >= since && run.state != RunState::Aborted);
        let count = |runs: usize| i64::try_from(runs).unwrap_or(i64::MAX);
        let published = tried().filter(|run| run.state == RunState::Complete).count();
        (tried().count() > 0).then(|| share(count(published), count(tried().count())))
    }
}

/// The share of a window in which the newest snapshot was at most `length` old; `None` when there was none in all of it.
fn fresh_share(published: &[DateTime<Utc>], length: TimeDelta, days: u32, now: DateTime<Utc>) -> Option<f64> {
    let start = (now - TimeDelta::days(i64::from(days))).max(*published.first()?);
    let (mut fresh, mut until) = (TimeDelta::zero(), start);
    for at in published {
        let end = at.checked_add_signed(length).unwrap_or(now).min(now);
        let from = (*at).max(until);
        if end > from {
            fresh += end - from;
            until = end;
        }
    }
    let whole = now - start;
    (whole > TimeDelta::zero()).then(|| share(fresh.num_milliseconds(), whole.num_milliseconds()))
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn share(part: i64, whole: i64) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn window(days: u32, kept: f64, objective: f64) -> ServiceLevelWindow {
    let (budget, broken) = (1.0 - objective, 1.0 - kept);
    let budget_left = match (budget > 0.0, broken > 0.0) {
        (true, _) => 1.0 - broken / budget,
        // Without a budget the first break overdraws it.
        (false, true) => -1.0,
        (false, false) => 1.0,
    };
    ServiceLevelWindow { days, kept, objective, budget_left }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-31T00:00:00Z".parse().expect("a time")
    }

    fn level(property: &str, value: Value, unit: Option<&str>) -> SlaProperty {
        SlaProperty { property: property.into(), value, unit: unit.map(str::to_owned), element: None, driver: None }
    }

    /// Runs by how many hours ago they ended, and how.
    fn history(runs: &[(i64, RunState)]) -> History {
        let run = |(hours, state): &(i64, RunState)| PortRun {
            run: format!("run-{hours}"),
            state: *state,
            at: now() - TimeDelta::hours(*hours),
            snapshot: None,
        };
        History { runs: runs.iter().map(run).collect(), published_before: None, checks: [(0, 0); 2] }
    }

    /// Whether it is kept now, and for each window the days, the share kept and what is left of the budget, in hundredths.
    #[expect(clippy::needless_pass_by_value, reason = "calls read better so")]
    fn judged(level: SlaProperty, history: &History) -> (Option<bool>, Vec<(u32, i64, i64)>) {
        let found = judge_one(&level, history, now());
        let hundredths = |share: f64| (share * 100.0).round() as i64;
        let windows = found.windows.iter();
        (found.kept, windows.map(|w| (w.days, hundredths(w.kept), hundredths(w.budget_left))).collect())
    }

    #[test]
    fn freshness_is_the_time_in_which_the_newest_snapshot_is_young_enough() {
        use RunState::{Aborted, Complete, Failed};
        let day = || level("latency", json!(1), Some("d"));
        // Every day, then nothing but a failed run for two days and a half.
        let mut runs: Vec<_> = (0..30).rev().map(|day| (60 + day * 24, Complete)).collect();
        assert_eq!(judged(day(), &history(&runs)), (Some(false), vec![(7, 79, -2043), (30, 95, -400)]));
        runs.push((12, Failed));
        assert_eq!(judged(day(), &history(&runs)), (Some(false), vec![(7, 79, -2043), (30, 95, -400)]));
        runs.push((1, Complete));
        assert_eq!(judged(day(), &history(&runs)).0, Some(true));
        // Two days after the first run that is known, there are two days to judge.
        assert_eq!(
            judged(day(), &history(&[(48, Complete), (24, Complete)])),
            (Some(true), vec![(7, 100, 100), (30, 100, 100)])
        );
        assert_eq!(judged(day(), &history(&[(48, Complete)])), (Some(false), vec![(7, 50, -4900), (30, 50, -4900)]));
        // What was published long ago is old all through the window.
        let old = History { published_before: Some(now() - TimeDelta::days(90)), ..History::default() };
        assert_eq!(judged(day(), &old), (Some(false), vec![(7, 0, -9900), (30, 0, -9900)]));
        assert_eq!(judged(day(), &history(&[(5, Aborted)])), (None, vec![]));
        assert_eq!(
            judged(level("frequency", json!("6"), Some("h")), &history(&[(12, Complete), (6, Complete)])).0,
            Some(true)
        );
    }

    #[test]
    fn how_old_data_may_be_is_promised_by_one_of_three_names() {
        let promised = |levels: &[SlaProperty]| freshness(levels).map(|length| length.num_seconds());
        for name in ["freshness", "latency", "ly"] {
            assert_eq!(promised(&[level("av", json!(99), None), level(name, json!(1.5), Some("d"))]), Some(129_600));
        }
        assert_eq!(promised(&[level("frequency", json!(1), Some("d"))]), None, "how often is not how old");
        let levels = [level("latency", json!("soon"), None), level("freshness", json!(2), Some("h"))];
        assert_eq!(promised(&levels), Some(7_200));
        assert!(promised(&[level("ly", json!(1e300), Some("s"))]).is_some_and(|seconds| seconds > 0));
    }

    #[test]
    fn time_alone_breaks_what_is_to_be_fresh() {
        use RunState::Complete;
        let levels = [
            level("latency", json!(1), Some("d")),
            level("frequency", json!(6), Some("h")),
            level("av", json!(99), None),
        ];
        let in_hours = |hours: i64, runs: &[(i64, RunState)]| {
            breaks_at(&levels, &history(runs), now()) == Some(now() + TimeDelta::hours(hours))
        };
        assert!(in_hours(4, &[(30, Complete), (2, Complete)]));
        assert!(in_hours(0, &[(6, Complete)]));
        assert!(in_hours(17, &[(7, Complete)]), "the shorter one is broken already");
        assert_eq!(breaks_at(&levels, &history(&[(25, Complete)]), now()), None);
        assert_eq!(breaks_at(&levels, &History::default(), now()), None);
    }

    #[test]
    fn shares_of_runs_and_checks_are_held_against_percentages() {
        use RunState::{Aborted, Complete, Failed};
        let runs = history(&[(600, Failed), (30, Complete), (20, Complete), (10, Aborted), (5, Complete)]);
        let available = |value: Value| level("availability", value, Some("percent"));
        assert_eq!(judged(available(json!(99.5)), &runs), (Some(true), vec![(7, 100, 100), (30, 75, -4900)]));
        assert_eq!(judged(available(json!("100 %")), &runs), (Some(true), vec![(7, 100, 100), (30, 75, -100)]));
        assert_eq!(judged(available(json!(50)), &runs), (Some(true), vec![(7, 100, 100), (30, 75, 50)]));
        let checks = History { checks: [(100, 99), (200, 190)], ..History::default() };
        assert_eq!(
            judged(level("errorRate", json!(2), Some("%")), &checks),
            (Some(true), vec![(7, 99, 50), (30, 95, -150)])
        );
        assert_eq!(judged(level("er", json!(2), None), &History::default()), (None, vec![]));
    }

    #[test]
    fn what_cannot_be_judged_says_why() {
        let why = |level: SlaProperty| judge_one(&level, &History::default(), now()).not_judged;
        assert!(why(level("retention", json!(10), Some("y"))).is_some_and(|why| why.contains("runs check it")));
        assert!(why(level("throughput", json!(10), Some("rows"))).is_some());
        assert!(why(level("latency", json!("soon"), Some("d"))).is_some_and(|why| why.contains("no length")));
        assert!(why(level("availability", json!(3), Some("nines"))).is_some_and(|why| why.contains("no percentage")));
        assert!(why(level("availability", json!(120), Some("%"))).is_some());
        assert!(why(level("latency", json!(1), Some("d"))).is_none());
    }
}
