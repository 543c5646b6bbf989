package hostile

import (
	"fmt"
	"net"
	"strings"
)

// piece is what a flood is made of, a write at a time.
const piece = 16 << 10

// floods are servers that send too much.
func floods() []Behaviour {
	const accepted = "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
	return []Behaviour{
		{"endless body", "sends a body without end", func(connection net.Conn) {
			write(connection, accepted+"\r\n")
			repeat(connection, strings.Repeat(" ", piece), -1)
		}},
		{"endless chunks", "sends chunks without end", func(connection net.Conn) {
			write(connection, accepted+"Transfer-Encoding: chunked\r\n\r\n")
			repeat(connection, fmt.Sprintf("%x\r\n%s\r\n", piece, strings.Repeat(" ", piece)), -1)
		}},
		{"endless header", "sends header fields without end", func(connection net.Conn) {
			write(connection, accepted)
			repeat(connection, "X-Filler: "+strings.Repeat("x", 100)+"\r\n", -1)
		}},
		{"endless header field", "sends one header field without end", func(connection net.Conn) {
			write(connection, accepted+"X-Filler: ")
			repeat(connection, strings.Repeat("x", piece), -1)
		}},
		{"endless status line", "sends a reason phrase without end", func(connection net.Conn) {
			write(connection, "HTTP/1.1 202 ")
			repeat(connection, strings.Repeat("x", piece), -1)
		}},
		{"endless trailer", "sends a trailer without end", func(connection net.Conn) {
			write(connection, accepted+"Transfer-Encoding: chunked\r\n\r\n0\r\n")
			repeat(connection, "X-Filler: "+strings.Repeat("x", 100)+"\r\n", -1)
		}},
		{"endless interim responses", "sends 102 without end", func(connection net.Conn) {
			repeat(connection, strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 100), -1)
		}},
		{"64 MiB of JSON", "sends a task of 64 MiB", func(connection net.Conn) {
			const size = 64 << 20
			write(connection, fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", accepted, size+len(`{"id":""}`), `{"id":"`))
			repeat(connection, strings.Repeat("x", piece), size/piece)
			write(connection, `"}`)
		}},
	}
}
