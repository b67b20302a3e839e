//! What is counted for Prometheus: requests, never whom they are about.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

const REQUESTS: &str = "firstbell_http_requests_total";
const SECONDS: &str = "firstbell_http_request_seconds";
const BUCKETS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0];

/// Begins to count; every console of a process counts together.
pub fn install() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    let install = || {
        let builder = PrometheusBuilder::new();
        let seconds = Matcher::Full(SECONDS.to_owned());
        let builder = builder
            .set_buckets_for_metric(seconds, &BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Where another recorder is there already, nothing is counted here.
        let _ = metrics::set_global_recorder(recorder);
        metrics::describe_counter!(REQUESTS, "Requests by route, method and status.");
        metrics::describe_histogram!(SECONDS, "How long answers took, by route.");
        handle
    };
    HANDLE.get_or_init(install).clone()
}

/// Counts an answer.
pub fn count(route: &str, method: &str, status: u16, took: Duration) {
    let (route, method) = (route.to_owned(), method.to_owned());
    let labels = [("route", route.clone()), ("method", method), ("status", status.to_string())];
    metrics::counter!(REQUESTS, &labels).increment(1);
    metrics::histogram!(SECONDS, "route" => route).record(took.as_secs_f64());
}
