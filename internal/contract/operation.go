// Package contract is what the published page demands, as pure rules: exchanges go in,
// violations come out. It does no I/O and knows nothing of the way the exchanges came about,
// so that the specs and the offline checks share it.
package contract

import (
	"net/http"
	"net/url"
	"strings"

	"conformance/schemas"
)

// Operation is the published operation as a value, so that a sibling operation with the same
// envelopes is another value and not another program.
type Operation struct {
	Method string
	// Prefix and Suffix enclose the account id in the path.
	Prefix, Suffix string
	// Envelopes gives the schema of each documented status.
	Envelopes map[int]schemas.Name
}

// Unlock is "Unlock Account": POST /accounts/{id}/unlock.
var Unlock = Operation{
	Method: http.MethodPost,
	Prefix: "/accounts/",
	Suffix: "/unlock",
	Envelopes: map[int]schemas.Name{
		http.StatusAccepted:            schemas.Task,
		http.StatusBadRequest:          schemas.Error,
		http.StatusUnauthorized:        schemas.Unauthorized,
		http.StatusForbidden:           schemas.Error,
		http.StatusNotFound:            schemas.Error,
		http.StatusTooManyRequests:     schemas.RateLimit,
		http.StatusInternalServerError: schemas.Error,
	},
}

// Path is the operation's path below the base URL, for an account id that is already escaped.
func (o Operation) Path(segment string) string { return o.Prefix + segment + o.Suffix }

// Segment is the account id in a request's URL, as it is escaped there; false when the URL is
// not the operation's. The path may lie under any base, and have the API's version behind the
// prefix: /v2025/accounts/{id}/unlock, /accounts/v1/{id}/unlock.
func (o Operation) Segment(address string) (string, bool) {
	path, _, _ := strings.Cut(address, "?")
	if _, after, absolute := strings.Cut(path, "://"); absolute {
		_, path, _ = strings.Cut(after, "/") // what is before it is the host
		path = "/" + path
	}
	rest, is := strings.CutSuffix(path, o.Suffix)
	if !is {
		return "", false
	}
	at := strings.LastIndex(rest, o.Prefix)
	if at < 0 {
		return "", false
	}
	segment := rest[at+len(o.Prefix):]
	if version, below, found := strings.Cut(segment, "/"); found && isVersion(version) {
		segment = below
	}
	if segment == "" || strings.Contains(segment, "/") {
		return "", false
	}
	return segment, true
}

// isVersion says whether a segment of a path is the version of an API, such as v3 or v2025. Some
// deployments have it behind the name of the resource.
func isVersion(segment string) bool {
	digits, found := strings.CutPrefix(segment, "v")
	return found && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// accountID is the account id in a request's URL, without its escapes; empty when the URL is
// not the operation's or cannot be read.
func accountID(address string) string {
	segment, _ := Unlock.Segment(address)
	account, _ := url.PathUnescape(segment) // empty with an error
	return account
}
