//! A collector of OpenTelemetry: takes OTLP over HTTP as others would, and reads the protobuf with the published messages.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

/// Path and body of each export.
type Heard = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

pub(crate) struct Collector {
    base: String,
    heard: Heard,
}

impl Collector {
    /// Listens until the process ends.
    pub(crate) fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let heard = Heard::default();
        let all = Arc::clone(&heard);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let heard = Arc::clone(&all);
                std::thread::spawn(move || serve(stream, &heard));
            }
        });
        Self { base, heard }
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Everything that was sent, as bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.heard.lock().unwrap().iter().flat_map(|(_, body)| body.clone()).collect()
    }

    /// The paths that were sent to.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.heard.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }

    fn bodies(&self, path: &str) -> Vec<Vec<u8>> {
        self.heard.lock().unwrap().iter().filter(|(to, _)| to == path).map(|(_, body)| body.clone()).collect()
    }

    pub(crate) fn spans(&self) -> Vec<Span> {
        let read = |body: Vec<u8>| ExportTraceServiceRequest::decode(body.as_slice()).expect("traces as OTLP has them");
        let resources = self.bodies("/v1/traces").into_iter().flat_map(|body| read(body).resource_spans);
        resources.flat_map(|of| of.scope_spans).flat_map(|of| of.spans).collect()
    }

    /// The metrics of all exports, the latest last.
    pub(crate) fn metrics(&self) -> Vec<Metric> {
        let read = |body: Vec<u8>| ExportMetricsServiceRequest::decode(body.as_slice()).expect("metrics as OTLP has them");
        let resources = self.bodies("/v1/metrics").into_iter().flat_map(|body| read(body).resource_metrics);
        resources.flat_map(|of| of.scope_metrics).flat_map(|of| of.metrics).collect()
    }
}

/// Requests of one connection, until it ends.
fn serve(stream: TcpStream, heard: &Heard) {
    let mut answers = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header).unwrap_or(0) == 0 || header == "\r\n" {
                break;
            }
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        heard.lock().unwrap().push((path, body));
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        if answers.write_all(answer).is_err() {
            return;
        }
    }
}

/// The value of an attribute, as text.
pub(crate) fn attribute(attributes: &[KeyValue], name: &str) -> Option<String> {
    let value = attributes.iter().find(|attribute| attribute.key == name)?.value.as_ref()?.value.as_ref()?;
    Some(match value {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        Value::DoubleValue(number) => number.to_string(),
        Value::BoolValue(flag) => flag.to_string(),
        other => format!("{other:?}"),
    })
}
