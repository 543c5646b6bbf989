package contract

import (
	"fmt"
	"strings"
	"testing"
)

// nasty are bodies that would take the square of their length, were they read carelessly: a
// beginning, what is repeated, and an end.
var nasty = []struct{ about, begin, repeat, end string }{
	{"open arrays", "", "[", ""},
	{"texts deep down", strings.Repeat("[", 9000), `"a",`, "0" + strings.Repeat("]", 9000)},
	{"repeated members deep down", strings.Repeat(`{"a":`, 9000), "{},", ""},
	{"a member a hundred thousand times", "{", `"a":"x",`, `"b":0}`},
	{"a member in deep objects", strings.Repeat(`{"a":`, 9000) + "{", `"a":"x",`, `"b":0}` + strings.Repeat("}", 9000)},
	{"members of a long name", `{"` + strings.Repeat("n", 100000) + `":[`, `"a",{"a":0,"a":1},`, `0]}`},
	{"wrong messages", `{"messages":[`, "0,", "0]}"},
	{"messages without anything", `{"messages":[`, "{},", "0]}"},
	{"messages in French", `{"messages":[`, `{"text":"x","locale":"fr","localeOrigin":"REQUEST"},`, "0]}"},
	{"a long number", `{"messages":`, "1", "}"},
	{"a long locale", `{"messages":[{"text":"x","locale":"en`, "-aaaaa", `"}]}`},
	{"a locale with extensions", `{"messages":[{"text":"x","locale":"en`, "-a-aaa", `"}]}`},
	{"a query", `{"a":"`, "select a from ", `"}`},
	{"a stack trace", `{"a":"`, "at ", `"}`},
	{"a class name", `{"a":"`, "java.lang.", `"}`},
	{"an exception", `{"a":"`, "AaError", `"}`},
	{"a path", `{"a":"`, "/usr/", `"}`},
	{"dots", `{"a":"`, "a.", `"}`},
	{"a tag", `{"causes":[{"text":"`, "<a ", `"}]}`},
	{"character references", `{"causes":[{"text":"`, "&#", `"}]}`},
	{"a code", `{"detailCode":"`, " 4", `"}`},
	{"no JSON", "", "at a.b(", ""},
}

// BenchmarkNastyBodies shows that four times the body takes four times the time, not sixteen.
func BenchmarkNastyBodies(b *testing.B) {
	for _, body := range nasty {
		for _, size := range []int{1 << 18, 1 << 20} {
			text := body.begin + strings.Repeat(body.repeat, (size-len(body.begin)-len(body.end))/len(body.repeat)) + body.end
			r := right(400, says(text))
			b.Run(fmt.Sprintf("%s/%dKiB", body.about, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					blamed(r)
				}
			})
		}
	}
}

// BenchmarkAnswer is what a usual answer costs.
func BenchmarkAnswer(b *testing.B) {
	for _, status := range envelopeStatuses {
		r := right(status)
		b.Run(statusText(status), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				blamed(r)
			}
		})
	}
}
