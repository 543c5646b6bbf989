package reference

import (
	"bytes"
	"compress/gzip"
)

// headerFaults are wrong in what the headers say of the body.
var headerFaults = []Fault{
	{Name: "202-text-plain", Requirement: "any-media-type",
		About:    "The JSON of a 202 is declared as plain text.",
		document: on(202, header("Content-Type", "text/plain; charset=utf-8"))},
	{Name: "400-html", Requirement: "any-media-type",
		About:    "The JSON of a 400 is declared as HTML.",
		document: on(400, header("Content-Type", "text/html"))},
	{Name: "401-media-type-missing", Requirement: "any-media-type",
		About:    "A 401 has no Content-Type.",
		document: on(401, header("Content-Type"))},
	{Name: "403-problem-json", Requirement: "any-media-type",
		About:    "The JSON of a 403 is declared as problem details.",
		document: on(403, header("Content-Type", "application/problem+json"))},
	{Name: "404-media-type-twice", Requirement: "any-media-type",
		About:    "A 404 has two Content-Type headers.",
		document: on(404, header("Content-Type", "application/json", "text/html"))},
	{Name: "429-text-plain", Requirement: "any-media-type",
		About:    "The JSON of a 429 is declared as plain text.",
		document: on(429, header("Content-Type", "text/plain"))},
	{Name: "500-octet-stream", Requirement: "any-media-type",
		About:    "The JSON of a 500 is declared as a stream of bytes.",
		document: on(500, header("Content-Type", "application/octet-stream"))},
	{Name: "403-media-type-list", Requirement: "any-media-type",
		About:    "The Content-Type of a 403 is a list.",
		document: on(403, header("Content-Type", "application/json, text/html"))},
	{Name: "text-json-in-french", Requirement: "any-media-type",
		About:    "Errors are declared as text/json when French was asked for.",
		document: onErrors(onFrench(header("Content-Type", "text/json")))},
	{Name: "404-charset-latin1", Requirement: "any-charset",
		About:    "A 404 is declared to be in ISO 8859-1.",
		document: on(404, header("Content-Type", "application/json; charset=ISO-8859-1"))},
	{Name: "401-charset-windows", Requirement: "any-charset",
		About:    "A 401 is declared to be in Windows 1252.",
		document: on(401, header("Content-Type", `application/json; charset="windows-1252"`))},
	{Name: "202-gzip-label", Requirement: "any-content-coding",
		About:    "A 202 is labelled as gzip and is not.",
		document: on(202, header("Content-Encoding", "gzip"))},
	{Name: "401-deflate-label", Requirement: "any-content-coding",
		About:    "A 401 is labelled as deflate and is not.",
		document: on(401, header("Content-Encoding", "deflate"))},
	{Name: "400-gzip-twice-label", Requirement: "any-content-coding",
		About: "A 400 is labelled as gzip twice over and is so once.",
		wire:  on(400, all(spell(zipped), header("Content-Encoding", "gzip, gzip")))},
	{Name: "500-gzip-truncated", Requirement: "any-content-coding",
		About: "The gzip of a 500 breaks off before its check sum.",
		wire: on(500, all(header("Content-Encoding", "gzip"),
			spell(func(body []byte) []byte { z := zipped(body); return z[:len(z)-8] })))},
	{Name: "403-gzip-corrupt", Requirement: "any-content-coding",
		About: "The check sum of the gzip of a 403 is wrong.",
		wire: on(403, all(header("Content-Encoding", "gzip"),
			spell(func(body []byte) []byte { z := zipped(body); z[len(z)-8] ^= 0xff; return z })))},
}

// zipped is a body in gzip. Writing to memory does not fail.
func zipped(body []byte) []byte {
	var buffer bytes.Buffer
	writer := gzip.NewWriter(&buffer)
	writer.Write(body)
	writer.Close()
	return buffer.Bytes()
}
