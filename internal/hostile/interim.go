package hostile

import (
	"net"
	"strings"
)

// interims are servers that say something before their answer, as RFC 9110 section 15.2 lets
// them: a client takes the answer behind it.
func interims() []Behaviour {
	const hints = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
	return []Behaviour{
		{"100 before the answer", "sends 100, which nobody waits for, before an honest answer", before("HTTP/1.1 100 Continue\r\n\r\n")},
		{"103 before the answer", "sends 103 before an honest answer", before(hints)},
		{"hundreds of interim responses", "sends three hundred interim responses before an honest answer", before(strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 300))},
	}
}

func before(interim string) func(net.Conn) {
	return func(connection net.Conn) {
		if write(connection, interim) {
			Honest.Serve(connection)
		}
	}
}
