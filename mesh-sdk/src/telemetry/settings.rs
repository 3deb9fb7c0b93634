//! What the standard OpenTelemetry variables ask for.

/// Whether, and under which name, traces and metrics are exported. Everything else about the export (headers, timeouts,
/// compression, certificates, sampling) the exporter reads from its own standard variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TelemetrySettings {
    /// Traces are exported.
    pub traces: bool,
    /// Metrics are exported.
    pub metrics: bool,
    /// `OTEL_SERVICE_NAME`, or a `service.name` in `OTEL_RESOURCE_ATTRIBUTES`, names this process.
    pub named: bool,
}

impl TelemetrySettings {
    /// Reads them through `variable`, which gives `None` for an empty one.
    #[must_use]
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let says = |name: &str, word: &str| variable(name).is_some_and(|value| value.eq_ignore_ascii_case(word));
        if says("OTEL_SDK_DISABLED", "true") {
            return Self::default();
        }
        let endpoint = |signal: &str| {
            let own = format!("OTEL_EXPORTER_OTLP_{signal}_ENDPOINT");
            let asked = variable(&own).is_some() || variable("OTEL_EXPORTER_OTLP_ENDPOINT").is_some();
            asked && !says(&format!("OTEL_{signal}_EXPORTER"), "none")
        };
        let attributes = variable("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
        Self {
            traces: endpoint("TRACES"),
            metrics: endpoint("METRICS"),
            named: variable("OTEL_SERVICE_NAME").is_some()
                || attributes.split(',').any(|pair| pair.trim_start().starts_with("service.name=")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> TelemetrySettings {
        TelemetrySettings::from_variables(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_is_exported_unless_an_endpoint_is_named() {
        assert_eq!(settings(&[("OTEL_SERVICE_NAME", "x")]), TelemetrySettings { named: true, ..Default::default() });
        let both = settings(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317")]);
        assert_eq!(both, TelemetrySettings { traces: true, metrics: true, named: false });
        let one = settings(&[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://localhost:4317")]);
        assert_eq!(one, TelemetrySettings { metrics: true, ..Default::default() });
    }

    #[test]
    fn it_can_be_switched_off_whole_or_by_signal() {
        let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317");
        assert_eq!(settings(&[endpoint, ("OTEL_SDK_DISABLED", "TRUE")]), TelemetrySettings::default());
        let metrics = settings(&[endpoint, ("OTEL_TRACES_EXPORTER", "none")]);
        assert_eq!(metrics, TelemetrySettings { metrics: true, ..Default::default() });
    }
}
