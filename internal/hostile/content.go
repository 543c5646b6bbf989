package hostile

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
)

// Escapes would retitle a terminal, clear it, turn text around and ring its bell.
const Escapes = "\x1b]0;owned\x07\x1b[2J\x1b[31m\u202e\u009b31m\x7f"

// contents are servers whose answers are well framed, and harmful in what they hold.
func contents() []Behaviour {
	return []Behaviour{
		{"gzip bomb", "sends 64 MiB of spaces in a gzip body that nobody asked for", func(connection net.Conn) {
			write(connection, message("202 Accepted", "Content-Encoding: gzip\r\n", bomb()))
		}},
		{"gzip bomb in gzip", "sends 1 GiB of spaces in two gzip codings", func(connection net.Conn) {
			write(connection, message("202 Accepted", "Content-Encoding: gzip, gzip\r\n", bombInBomb()))
		}},
		{"gzip that is none", "names gzip and sends plain JSON", says(message("202 Accepted", "Content-Encoding: gzip\r\n", `{"id":"1"}`))},
		{"deep JSON", "sends JSON that is 100 000 arrays deep", says(message("202 Accepted", "", strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)))},
		{"deep open JSON", "opens 100 000 arrays and closes none", says(message("202 Accepted", "", strings.Repeat("[", 100_000)))},
		{"many values", "sends an array of very many numbers", says(message("202 Accepted", "", "["+strings.Repeat("1,", 60_000)+"1]"))},
		{"many members", "sends an object of very many members, of which most are repeated", says(message("202 Accepted", "", "{"+strings.Repeat(`"id":"",`, 12_000)+`"id":""}`))},
		{"many messages", "sends an error with very many messages, all of them wrong",
			says(message("400 Bad Request", "", `{"detailCode":"400","trackingId":"t","messages":[`+strings.Repeat(`{"locale":"x","text":1},`, 5_000)+`{}]}`))},
		{"many unknown members", "sends an error of very many members that nobody knows, with escapes in them",
			says(message("400 Bad Request", "", `{"detailCode":"400","trackingId":"t","messages":[{"locale":"en","text":"t",`+numbered(5_000)+`}],`+numbered(5_000)+`}`))},
		{"many escapes", "sends an error of which each character is escaped, and each escape too",
			says(message("400 Bad Request", "", `{"detailCode":"400","trackingId":"t","messages":[{"locale":"en","text":"`+strings.Repeat("%2525253c", 20_000)+`"}]}`))},
		{"gzip bomb of escapes", "sends such escapes in a gzip body, as many as fit into 64 MiB", func(connection net.Conn) {
			write(connection, message("400 Bad Request", "Content-Encoding: gzip\r\n", escapeBomb()))
		}},
		{"many header fields", "sends ten thousand header fields", says(message("202 Accepted", strings.Repeat("X-Note: a\r\n", 10_000), `{"id":"1"}`))},
		{"long header fields", "sends header fields of 200 kB",
			says(message("202 Accepted", "Www-Authenticate: "+strings.Repeat("a=\",", 40_000)+"\r\n", `{"id":"1"}`))},
		{"long number", "sends a number of 100 000 digits", says(message("202 Accepted", "", `{"id":`+strings.Repeat("9", 100_000)+`}`))},
		{"escapes in the body", "puts control characters and escape codes into an error, as they are",
			says(message("400 Bad Request", "", `{"detailCode":"`+Escapes+`","trackingId":"`+Escapes+`","messages":[{"locale":"en","text":"`+Escapes+`"}]}`))},
		{"escapes in the texts", "puts control characters and escape codes into the texts of an error, by the escapes of JSON",
			says(message("400 Bad Request", "", escaped(Escapes)))},
		{"escapes in the header", "puts control characters and escape codes into header fields",
			says(message("202 Accepted", "X-Note: "+Escapes+"\r\nRetry-After: "+Escapes+"\r\nLocation: "+Escapes+"\r\n", `{"id":"1"}`))},
		{"marks in the header", "puts marks that turn text around, and bytes that are no text, into header fields",
			says(message("202 Accepted", "X-Note: \u202e\u009b31m\xff\r\nLocation: \u202e\r\n", `{"id":"1"}`))},
		{"escapes in the reason phrase", "puts control characters and escape codes into the reason phrase", says(message("202 "+Escapes, "", `{"id":"1"}`))},
		{"escapes in the status", "puts escape codes in the place of the status", says(message(Escapes, "", `{"id":"1"}`))},
		{"escapes in the media type", "puts escape codes into the media type", says("HTTP/1.1 202 Accepted\r\nContent-Type: text/" + Escapes + "\r\nContent-Length: 2\r\n\r\n{}")},
		{"zero bytes in the header", "puts zero bytes into a header field", says(message("202 Accepted", "X-Note: a\x00b\r\n", `{"id":"1"}`))},
		{"binary body", "sends bytes that are no text", says(message("202 Accepted", "", "\xff\xfe\x00\x01"+Escapes+"\x80\x81"))},
		{"redirect loop", "sends the client to where it is",
			says("HTTP/1.1 307 Temporary Redirect\r\nLocation: /accounts/00000000000000000000000000000000/unlock\r\nContent-Length: 0\r\n\r\n")},
		{"redirect elsewhere", "sends the client to a host that must not be asked",
			says("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")},
	}
}

// message is a whole answer in JSON, with further header lines.
func message(status, header, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s", status, header, len(body), body)
}

// bombSize is how large a bomb is once it went off, in bytes; bombMembers how many of them the
// bomb in two codings holds.
const (
	bombSize    = 64 << 20
	bombMembers = 16
)

// bomb is a gzip body of spaces, and escapeBomb one of escaped escapes.
var (
	bomb       = sync.OnceValue(func() string { return bombOf(" ") })
	escapeBomb = sync.OnceValue(func() string { return bombOf("%2525253c") })
)

// bombOf is a gzip body of many members (RFC 1952 section 2.2), which decode to one text.
func bombOf(text string) string {
	const member = 1 << 20
	return strings.Repeat(zipped(strings.Repeat(text, member/len(text))), bombSize/member)
}

// bombInBomb is a gzip body that holds bombMembers bombs.
var bombInBomb = sync.OnceValue(func() string {
	return zipped(strings.Repeat(bomb(), bombMembers))
})

// escaped is an error envelope with a text in every member, and in a member's name.
func escaped(text string) string {
	in, _ := json.Marshal(text) // every string can be written
	return fmt.Sprintf(`{"detailCode":%[1]s,"trackingId":%[1]s,"messages":[{"locale":%[1]s,"localeOrigin":%[1]s,"text":%[1]s,%[1]s:1}],%[1]s:%[1]s}`, in)
}

// numbered is so many members of an object, each with a name of its own.
func numbered(members int) string {
	var text strings.Builder
	for i := range members {
		if i > 0 {
			text.WriteByte(',')
		}
		fmt.Fprintf(&text, `"m\\%d":1`, i)
	}
	return text.String()
}

func zipped(text string) string {
	var out bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // fails for an unknown level alone
	_, _ = io.WriteString(writer, text)                          // a buffer takes every write
	_ = writer.Close()
	return out.String()
}
