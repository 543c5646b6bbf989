package hostile

// framings are servers whose answers are not what HTTP/1.1 (RFC 9112) makes of a message.
func framings() []Behaviour {
	const accepted = "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
	return []Behaviour{
		{"malformed status line", "begins with something that is no status line", says("upstream went away\r\n\r\n")},
		{"malformed status", "has a status that is no number", says("HTTP/1.1 2O2 Accepted\r\nContent-Length: 0\r\n\r\n")},
		{"status of two digits", "has a status that is too short", says("HTTP/1.1 20 Accepted\r\nContent-Length: 0\r\n\r\n")},
		{"malformed header", "has a header line without a colon", says("HTTP/1.1 202 Accepted\r\nno colon here\r\n\r\n{}")},
		{"malformed chunk", "has a chunk whose length is no number", says(accepted + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")},
		{"huge chunk", "has a chunk whose length overflows", says(accepted + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n")},
		{"two lengths", "names two lengths", says(accepted + "Content-Length: 2\r\nContent-Length: 20\r\n\r\n{}")},
		{"negative length", "names a length below zero", says(accepted + "Content-Length: -1\r\n\r\n{}")},
		{"length too short", "names a length that cuts its own body", says(accepted + "Content-Length: 20\r\n\r\n" + `{"id":"2c91808575f4ba8c0175f4c2af7d0000"}`)},
		{"length too long", "names the longest length there is", says(accepted + "Content-Length: 9223372036854775807\r\n\r\n" + `{"id":"1"}`)},
		{"no HTTP at all", "answers with a body alone, as HTTP/0.9 did", says(`{"id":"2c91808575f4ba8c0175f4c2af7d0000"}` + "\n")},
		{"two answers", "sends a second answer behind the first", says("HTTP/1.1 418 I'm a teapot\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}" +
			accepted + "Content-Length: 10\r\n\r\n" + `{"id":"1"}`)},
		{"switched protocols", "changes the protocol, which nobody asked for", says("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\nhello")},
	}
}
