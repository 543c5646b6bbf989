package reference

import (
	"io"
	"net/http"
	"strings"
)

// maxBody is the longest request body that is read, in bytes.
const maxBody = 64 << 10

// visit is one request on its way through the stages, and what they learnt about it.
type visit struct {
	request *http.Request
	// path is the request's path, escaped as it was on the wire.
	path string
	// body is what was read of the request's body; at most maxBody bytes.
	body []byte
	// bodyProblem says why the body could not be read whole; nil when it could.
	bodyProblem *cause
	// account is the id in the path, unescaped.
	account string
	// user is who the token was issued to.
	user claims
	// unlock is what the body asks for.
	unlock unlock
	// nth counts the answers with the status of this one, from 1.
	nth int
}

// newVisit reads the body at once, since ids are made from it whatever the stages decide.
func newVisit(request *http.Request) *visit {
	v := &visit{request: request, path: request.URL.EscapedPath()}
	body, err := io.ReadAll(io.LimitReader(request.Body, maxBody+1))
	switch {
	case err != nil:
		v.bodyProblem = &cause{key: "body-broken-off"}
	case len(body) > maxBody:
		body = body[:maxBody]
		v.bodyProblem = &cause{key: "body-too-large"}
	}
	v.body = body
	return v
}

// header is the value of a request header, its lines joined as RFC 9110 section 5.2 has it.
func (v *visit) header(name string) string {
	return strings.Join(v.request.Header.Values(name), ", ")
}

// asksFor says whether the request's Accept-Language begins with a language.
func (v *visit) asksFor(language string) bool {
	return strings.HasPrefix(v.header("Accept-Language"), language)
}
