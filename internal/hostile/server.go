package hostile

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
)

// Server has a behaviour on a port of the loopback interface.
type Server struct {
	behaviour Behaviour
	// honest is how many requests are answered honestly at first.
	honest int64
	// last is the number of the request after which nobody listens; 0 for none.
	last        atomic.Int64
	listener    net.Listener
	requests    atomic.Int64
	mutex       sync.Mutex
	connections map[net.Conn]bool
	done        sync.WaitGroup
}

// Listen starts a server that answers the first requests, so many, honestly, and misbehaves
// from then on. The error says why no port was free. The server must be closed.
func Listen(behaviour Behaviour, honest int) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", behaviour.Name, err)
	}
	s := &Server{behaviour: behaviour, honest: int64(honest), listener: listener, connections: map[net.Conn]bool{}}
	s.done.Go(s.accept)
	return s, nil
}

// Address is the server's host and port.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Requests counts the requests that were read so far.
func (s *Server) Requests() int { return int(s.requests.Load()) }

// StopAfter makes the port refuse connections once so many requests were read. It is to be
// called before the first of them.
func (s *Server) StopAfter(requests int) { s.last.Store(int64(requests)) }

// Close ends all connections and waits until nothing of the server is left.
func (s *Server) Close() {
	s.listener.Close()
	s.mutex.Lock()
	for connection := range s.connections {
		connection.Close()
	}
	s.connections = nil
	s.mutex.Unlock()
	s.done.Wait()
}

func (s *Server) accept() {
	for {
		connection, err := s.listener.Accept()
		if err != nil {
			return // the listener was closed
		}
		if !s.keep(connection) {
			connection.Close()
			return
		}
		s.done.Go(func() {
			defer s.drop(connection)
			s.serve(connection)
		})
	}
}

// keep remembers a connection; false when the server is closed already.
func (s *Server) keep(connection net.Conn) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.connections == nil {
		return false
	}
	s.connections[connection] = true
	return true
}

func (s *Server) drop(connection net.Conn) {
	connection.Close()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.connections, connection)
}

// serve answers one request on a connection. A connection without one is left alone.
func (s *Server) serve(connection net.Conn) {
	request, err := http.ReadRequest(bufio.NewReader(connection))
	if err != nil {
		return
	}
	// What is left unread would make a reset of the close.
	if _, err := io.Copy(io.Discard, request.Body); err != nil {
		return
	}
	number := s.requests.Add(1)
	if number == s.last.Load() {
		s.listener.Close()
	}
	if number <= s.honest {
		Honest.Serve(connection)
		return
	}
	s.behaviour.Serve(connection)
}
