use std::io::{Read, Write};
use std::net::TcpListener;

use openssl::sha::sha256;

fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("0.0.0.0:8000")?;
    for stream in listener.incoming() {
        let mut stream = stream?;
        let mut request = [0; 1024];
        let length = stream.read(&mut request)?;
        let digest = sha256(&request[..length]);
        let body: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    }
    Ok(())
}
