package contract

import (
	"fmt"
	"net/http"
	"strings"

	"conformance/fixtures"
)

// transportRules look at what holds an answer together: that it came, its status, and what
// its headers say of the body.
var transportRules = []Rule{
	{"any-answered", always, checkAnswered},
	{"any-documented-status", isOfOperation, checkDocumentedStatus},
	{"any-no-unexpected-error", isUnprovoked, checkUnexpectedError},
	{"any-media-type", (*Answer).documented, checkMediaType},
	{"any-charset", hasMediaType, checkCharset},
	{"any-content-coding", (*Answer).decodable, checkContentCoding},
	{"404-allow-header", isMethodNotAllowed, checkAllow},
}

func checkAnswered(a *Answer, _ *memory) []Violation {
	if a.Exchange.Failure == nil {
		return nil
	}
	return []Violation{{whereConnection, "one complete HTTP answer", a.Exchange.Failure.Message}}
}

func checkDocumentedStatus(a *Answer, _ *memory) []Violation {
	status := a.Exchange.Response.Status
	if a.Envelope != "" || accepts(a.Case, status) {
		return nil
	}
	seen := statusText(status)
	if location := a.Exchange.Response.Header.Get("Location"); location != "" {
		seen += " with Location " + quoted(location)
	}
	return []Violation{{whereStatus, "202, 400, 401, 403, 404, 429 or 500", seen}}
}

func isOfOperation(a *Answer) bool { return a.complete() && a.ofOperation }

// isUnprovoked says whether a case was sent that provokes no internal fault.
func isUnprovoked(a *Answer) bool {
	return a.complete() && a.Case != nil && a.Case.Account != fixtures.Fault
}

func checkUnexpectedError(a *Answer, _ *memory) []Violation {
	if a.Exchange.Response.Status != http.StatusInternalServerError {
		return nil
	}
	return []Violation{{whereStatus, "no internal error, since nothing provokes one", statusText(a.Exchange.Response.Status)}}
}

func checkMediaType(a *Answer, _ *memory) []Violation {
	const header = "Content-Type"
	values := a.Exchange.Response.Header.Values(header)
	var seen string
	switch {
	case len(values) == 0:
		seen = "no Content-Type"
	case len(values) > 1:
		seen = fmt.Sprintf("%d Content-Type headers: %s", len(values), quoted(strings.Join(values, ", ")))
	case a.mediaType.name != "application/json":
		seen = quoted(values[0])
	default:
		return nil
	}
	return []Violation{{whereHeader(header), "application/json", seen}}
}

func hasMediaType(a *Answer) bool { return a.documented() && a.mediaType.name == "application/json" }

func checkCharset(a *Answer, _ *memory) []Violation {
	where := whereHeader("Content-Type")
	value := a.Exchange.Response.Header.Get("Content-Type")
	if a.mediaType.broken {
		return []Violation{{where, "parameters as RFC 9110 section 8.3.1 writes them", quoted(value)}}
	}
	for _, charset := range a.mediaType.charsets {
		if !strings.EqualFold(charset, "utf-8") {
			return []Violation{{where, "charset=utf-8, or none", quoted(value)}}
		}
	}
	return nil
}

func checkContentCoding(a *Answer, _ *memory) []Violation {
	if a.codingError == nil {
		return nil
	}
	return []Violation{{whereHeader("Content-Encoding"), "a body that its content coding decodes", a.codingError.Error()}}
}

// isMethodNotAllowed is for another method than the operation's: to refuse that one with 405
// is wrong whatever Allow says, and any-documented-status judges it.
func isMethodNotAllowed(a *Answer) bool {
	return a.complete() && a.Exchange.Response.Status == http.StatusMethodNotAllowed &&
		a.Exchange.Request.Method != Unlock.Method
}

func checkAllow(a *Answer, _ *memory) []Violation {
	const header = "Allow"
	for _, method := range listed(a.Exchange.Response.Header, header) {
		if method == Unlock.Method {
			return nil
		}
	}
	seen := "no Allow"
	if values := a.Exchange.Response.Header.Values(header); len(values) > 0 {
		seen = quoted(strings.Join(values, ", "))
	}
	return []Violation{{whereHeader(header), "a list with " + Unlock.Method, seen}}
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}
