//! Roots of smooth functions: Newton's steps, kept within a bracket.

const STEPS_MAX: usize = 200;
const TOLERANCE: f64 = 1e-15;

/// The root between `low` and `high`, at which the function has different signs. `function` gives value and slope.
///
/// A step that leaves the bracket, or that does not halve it, is replaced by bisection. `None` when the signs are the same
/// or a value is no number.
pub(crate) fn between(low: f64, high: f64, function: impl Fn(f64) -> (f64, f64)) -> Option<f64> {
    let (mut low, mut high) = (low, high);
    let (at_low, at_high) = (function(low).0, function(high).0);
    if at_low == 0.0 {
        return Some(low);
    }
    if at_high == 0.0 {
        return Some(high);
    }
    let product = at_low * at_high;
    if product.is_nan() || product >= 0.0 {
        return None;
    }
    let rises = at_low < 0.0;
    let mut x = f64::midpoint(low, high);
    for _ in 0..STEPS_MAX {
        let (value, slope) = function(x);
        if value.is_nan() {
            return None;
        }
        if value == 0.0 {
            return Some(x);
        }
        if (value < 0.0) == rises {
            low = x
        } else {
            high = x
        }
        let newton = x - value / slope;
        let inside = newton > low && newton < high;
        let next = if inside { newton } else { f64::midpoint(low, high) };
        if (next - x).abs() <= TOLERANCE * (1.0 + next.abs()) {
            return Some(next);
        }
        x = next;
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newton_alone_would_leave_and_the_bracket_holds() {
        // Newton from 0 diverges on the arc tangent when it starts beyond 1.39.
        let root = between(-3.0, 20.0, |x| (x.atan(), 1.0 / (1.0 + x * x))).expect("a root");
        assert!(root.abs() < 1e-14, "{root}");
        let cube = between(0.0, 10.0, |x| (x * x * x - 2.0, 3.0 * x * x)).expect("a root");
        assert!((cube - 2.0_f64.cbrt()).abs() < 1e-14, "{cube}");
    }

    #[test]
    fn without_a_change_of_sign_there_is_no_root() {
        assert_eq!(between(-1.0, 1.0, |x| (x * x + 1.0, 2.0 * x)), None);
        assert_eq!(between(-1.0, 1.0, |_| (f64::NAN, 1.0)), None);
    }
}
