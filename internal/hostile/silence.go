package hostile

import (
	"net"
	"strings"
	"time"
)

// silences are servers that take their time.
func silences() []Behaviour {
	return []Behaviour{
		{"silent", "says nothing", linger},
		{"silent in the header", "says half a header and then nothing", func(connection net.Conn) {
			write(connection, "HTTP/1.1 202 Accepted\r\nContent-Ty")
			linger(connection)
		}},
		{"silent in the body", "says half a body and then nothing", func(connection net.Conn) {
			write(connection, "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 34\r\n\r\n"+`{"id":"`)
			linger(connection)
		}},
		{"slow header", "sends its header a byte a second", func(connection net.Conn) {
			drip(connection, "HTTP/1.1 202 Accepted\r\nX-Filler: "+strings.Repeat("x", 1000)+"\r\n\r\n")
		}},
		{"slow body", "sends its body a byte a second", func(connection net.Conn) {
			write(connection, "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n\r\n")
			drip(connection, `{"id":"`+strings.Repeat("x", 1000)+`"}`)
		}},
		{"slow chunks", "sends a chunk of one byte a second, without end", func(connection net.Conn) {
			write(connection, "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
			each(connection, func(int) (string, bool) { return "1\r\n \r\n", true })
		}},
	}
}

// drip sends a byte a second for as long as the client is there.
func drip(connection net.Conn, text string) {
	each(connection, func(i int) (string, bool) {
		if i >= len(text) {
			return "", false
		}
		return text[i : i+1], true
	})
}

// each sends a piece a second until there is none, or the client is gone.
func each(connection net.Conn, piece func(i int) (string, bool)) {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		linger(connection)
	}()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for i := 0; ; i++ {
		text, more := piece(i)
		if !more || !write(connection, text) {
			break
		}
		select {
		case <-gone:
			return
		case <-second.C:
		}
	}
	connection.Close()
	<-gone
}
