package reference

import "net/http"

// statusFaults answer with a status that the page does not have, or not at all.
var statusFaults = []Fault{
	{Name: "202-as-200", Requirement: "any-documented-status",
		About:    "A submitted task is answered 200.",
		document: on(202, status(http.StatusOK))},
	{Name: "202-as-201", Requirement: "any-documented-status",
		About:    "A submitted task is answered 201.",
		document: on(202, status(http.StatusCreated))},
	{Name: "202-as-204", Requirement: "any-documented-status",
		About:    "A submitted task is answered 204, without a body.",
		document: on(202, bare(http.StatusNoContent))},
	{Name: "202-as-303", Requirement: "any-documented-status",
		About:    "A submitted task is answered by a redirect to the task.",
		document: on(202, redirect(http.StatusSeeOther, "/task-status/1"))},
	{Name: "202-as-409", Requirement: "any-documented-status",
		About:    "An account that is being unlocked is answered 409.",
		document: on(202, onThird(all(errorEnvelope("409 Conflict"), status(http.StatusConflict))))},
	{Name: "400-as-422", Requirement: "any-documented-status",
		About:    "An invalid body is answered 422.",
		document: on(400, status(http.StatusUnprocessableEntity))},
	{Name: "400-as-418", Requirement: "any-documented-status",
		About:    "An invalid body is answered 418.",
		document: on(400, status(http.StatusTeapot))},
	{Name: "401-as-302", Requirement: "any-documented-status",
		About:    "A request without a valid token is sent to a login page.",
		document: on(401, redirect(http.StatusFound, "/login"))},
	{Name: "401-as-407", Requirement: "any-documented-status",
		About:    "A request without a valid token is answered 407.",
		document: on(401, status(http.StatusProxyAuthRequired))},
	{Name: "403-as-402", Requirement: "any-documented-status",
		About:    "A forbidden request is answered 402.",
		document: on(403, status(http.StatusPaymentRequired))},
	{Name: "404-as-410", Requirement: "any-documented-status",
		About:    "An unknown account is answered 410.",
		document: on(404, status(http.StatusGone))},
	{Name: "404-as-307", Requirement: "any-documented-status",
		About:    "An unknown account is answered by a redirect to another path.",
		document: on(404, redirect(http.StatusTemporaryRedirect, "/accounts/"))},
	{Name: "404-as-200", Requirement: "any-documented-status",
		About:    "An unknown account is answered 200 with the error envelope.",
		document: on(404, status(http.StatusOK))},
	{Name: "429-as-503", Requirement: "any-documented-status",
		About:    "Too many requests are answered 503.",
		document: on(429, status(http.StatusServiceUnavailable))},
	{Name: "500-as-502", Requirement: "any-documented-status",
		About:    "An internal fault is answered 502.",
		document: on(500, status(http.StatusBadGateway))},
	{Name: "500-as-503", Requirement: "any-documented-status",
		About:    "An internal fault is answered 503.",
		document: on(500, status(http.StatusServiceUnavailable))},
	{Name: "202-closed", Requirement: "any-answered",
		About: "The connection is closed instead of a 202.",
		wire:  on(202, sent(closed))},
	{Name: "202-closed-once", Requirement: "any-answered",
		About: "The connection is closed instead of the third 202.",
		wire:  on(202, onThird(sent(closed)))},
	{Name: "404-closed-for-hostile-id", Requirement: "any-answered",
		About: "The connection is closed when the account id is hostile.",
		wire: on(404, func(v *visit, a *answer) {
			if hostile(v, decision{}) {
				a.delivery = closed
			}
		})},
	{Name: "400-cut-off", Requirement: "any-answered",
		About: "The body of a 400 breaks off before its Content-Length.",
		wire:  on(400, sent(cutOff))},
	{Name: "401-cut-off", Requirement: "any-answered",
		About: "The body of a 401 breaks off before its Content-Length.",
		wire:  on(401, sent(cutOff))},
	{Name: "403-garbled", Requirement: "any-answered",
		About: "The answer to a forbidden request is not HTTP.",
		wire:  on(403, sent(garbled))},
	{Name: "500-closed", Requirement: "any-answered",
		About: "An internal fault closes the connection.",
		wire:  on(500, sent(closed))},
}

// bare is an answer of a status alone.
func bare(code int) edit {
	return func(_ *visit, a *answer) {
		a.status, a.document = code, nil
		a.header.Del("Content-Type")
	}
}

// redirect sends the client somewhere else.
func redirect(code int, location string) edit {
	return all(bare(code), header("Content-Type"), header("Location", location))
}
