package proxy

import (
	"fmt"
	"net"
	"net/http"
	"strings"
)

// refused is why a request is not passed on.
type refused struct {
	status  int
	message string
}

// refusal is why a request is not for the target; nil when it is. The proxy has one target: it
// is no way to anybody else.
func (p *Proxy) refusal(r *http.Request) *refused {
	switch {
	case r.Method == http.MethodConnect:
		return &refused{http.StatusMethodNotAllowed, fmt.Sprintf(
			"this proxy stands before %s alone and opens no tunnels; send requests to its own address", p.target.Host)}
	case r.URL.Host != "" && !p.isTarget(r):
		return &refused{http.StatusBadRequest, fmt.Sprintf(
			"this proxy stands before %s alone and passes nothing on to other hosts; send requests to its own address", p.target.Host)}
	case !strings.HasPrefix(r.URL.Path, "/") && r.URL.Host == "":
		return &refused{http.StatusBadRequest, "this proxy passes on requests with a path; expected one that begins with a slash"}
	}
	return nil
}

// isTarget tells whether a request in absolute form is for the target, or for the address that
// it came to.
func (p *Proxy) isTarget(r *http.Request) bool {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	return strings.EqualFold(r.URL.Host, p.target.Host) || local != nil && r.URL.Host == local.String()
}
