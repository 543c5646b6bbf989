package hostile

import "net"

// endings are servers that hang up too early.
func endings() []Behaviour {
	return []Behaviour{
		{"early close", "closes the connection without a byte", func(net.Conn) {}},
		{"close in the header", "closes the connection within the header", says("HTTP/1.1 202 Accepted\r\nContent-Ty")},
		{"reset", "resets the connection without a byte", reset},
		{"every other closed", "closes every other connection without a byte, and answers honestly on the rest", Sparing(2, Behaviour{Serve: func(net.Conn) {}}).Serve},
		{"truncated body", "ends before the Content-Length that it named",
			says("HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + `{"id":"`)},
		{"truncated chunks", "ends before the last chunk",
			says("HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n" + `{"id":"` + "\r\n")},
	}
}

// reset ends a connection so that the other side sees ECONNRESET where the connection is TCP.
func reset(connection net.Conn) {
	if tcp, is := connection.(*net.TCPConn); is {
		_ = tcp.SetLinger(0) // fails only for a connection that is gone
	}
	connection.Close()
}
