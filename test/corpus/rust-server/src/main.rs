use serde_json::json;
use tiny_http::{Response, Server};

fn main() {
    let server = Server::http("0.0.0.0:8000").expect("port 8000 is free");
    for request in server.incoming_requests() {
        let body = match request.url() {
            "/health" => json!({ "status": "ok" }),
            path => json!({ "greeting": format!("Hello, {path}") }),
        };
        let _ = request.respond(Response::from_string(body.to_string()));
    }
}
