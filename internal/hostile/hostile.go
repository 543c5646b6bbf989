// Package hostile holds HTTP servers that misbehave, for the tests of whatever has to live
// through them: each way of misbehaving is one entry of a table.
package hostile

import (
	"fmt"
	"io"
	"net"
	"sync/atomic"
)

// Behaviour is one way of misbehaving.
type Behaviour struct {
	Name string
	// About says in a sentence what the server does once it has read a request.
	About string
	// Serve answers one request, which has been read to its end. It returns when it is done or
	// when the client is gone; the caller then closes the connection. It may be called for
	// several connections at a time.
	Serve func(connection net.Conn)
}

// Behaviours lists all behaviours, with a fresh state for each that counts.
func Behaviours() []Behaviour {
	var all []Behaviour
	for _, some := range [][]Behaviour{silences(), endings(), framings(), floods(), contents(), interims()} {
		all = append(all, some...)
	}
	return all
}

// Find is the behaviour of that name; false when there is none.
func Find(name string) (Behaviour, bool) {
	for _, behaviour := range Behaviours() {
		if behaviour.Name == name {
			return behaviour, true
		}
	}
	return Behaviour{}, false
}

// Sparing is a behaviour that is shown on the first request and every n-th after it; the others are answered
// honestly.
func Sparing(n int, behaviour Behaviour) Behaviour {
	var count atomic.Int64
	return Behaviour{behaviour.Name, behaviour.About + fmt.Sprintf(", on one request of %d", n), func(connection net.Conn) {
		if (count.Add(1)-1)%int64(n) != 0 {
			Honest.Serve(connection)
			return
		}
		behaviour.Serve(connection)
	}}
}

// Honest answers as a right server answers a request without a credential.
var Honest = Behaviour{
	Name:  "honest",
	About: "answers 401 as the page says",
	Serve: says(honest),
}

const honest = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nWww-Authenticate: Bearer\r\n" +
	"Content-Length: 27\r\nConnection: close\r\n\r\n" + `{"error":"JWT is required"}`

// says makes an answer of these bytes, after which the connection ends.
func says(text string) func(net.Conn) {
	return func(connection net.Conn) { write(connection, text) }
}

// write sends a text and says whether the client is still there.
func write(connection net.Conn, text string) bool {
	_, err := io.WriteString(connection, text)
	return err == nil
}

// repeat sends a text again and again: so many times, or until the client is gone when times
// is negative.
func repeat(connection net.Conn, text string, times int) {
	for ; times != 0; times-- {
		if !write(connection, text) {
			return
		}
	}
}

// linger waits until the client is gone.
func linger(connection net.Conn) {
	_, _ = io.Copy(io.Discard, connection) // whichever way it goes
}
