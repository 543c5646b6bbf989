package report

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"conformance/internal/exchange"
)

// fakeCurl writes each of its arguments to a file of its own, and its standard input
// where it is asked to read it.
const fakeCurl = `#!/bin/sh
n=0
for argument; do
	n=$((n + 1))
	printf '%s' "$argument" >"$OUT/$(printf %03d $n)"
	if [ "$argument" = @- ]; then cat >"$OUT/stdin"; fi
done
`

// shell runs a line as a user would who pastes it, and returns the arguments that curl got,
// and its standard input where it read it.
func shell(t *testing.T, line string) (arguments []string, stdin string) {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no POSIX shell on this machine")
	}
	bin, out := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "curl"), []byte(fakeCurl), 0o755); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(sh, "-c", line)
	command.Dir = out
	command.Env = append(os.Environ(), "OUT="+out, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"ORG_ADMIN=s3cret", "ORG_ADMIN_TAMPERED=b$d token", "ORG_ADMIN_BASIC=dXNlcg==")
	if text, err := command.CombinedOutput(); err != nil || len(text) > 0 {
		t.Fatalf("sh -c %s: %v: %s", line, err, text)
	}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(out, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if entry.Name() == "stdin" {
			stdin = string(text)
			continue
		}
		arguments = append(arguments, string(text))
	}
	return arguments, stdin
}

func TestCurl(t *testing.T) {
	const url = "https://tenant.example/v2025/accounts/no%2Fsuch%2Faccount/unlock"
	start := []string{"-sS", "-i", "-g", "--path-as-is", "-X"}
	typed := []string{"-H", "Content-Type: application/json"}
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	tests := []struct {
		name    string
		method  string
		url     string
		header  http.Header
		body    string
		want    []string
		through string // the body, where it goes through a pipe
	}{
		{
			name: "bearer", method: "POST", url: url,
			header: http.Header{"Authorization": {"Bearer <orgAdmin>"}, "Content-Type": {"application/json"}}, body: "{}",
			want: slices.Concat(start, []string{"POST", "-H", "Authorization: Bearer s3cret"}, typed, []string{"--data-raw", "{}", url}),
		},
		{
			name: "derived credential", method: "GET", url: url,
			header: http.Header{"Authorization": {"Bearer <orgAdmin:tampered>"}},
			want:   slices.Concat(start, []string{"GET", "-H", "Authorization: Bearer b$d token", url}),
		},
		{
			name: "other scheme", method: "GET", url: url, header: http.Header{"Authorization": {"Basic <orgAdmin:basic>"}},
			want: slices.Concat(start, []string{"GET", "-H", "Authorization: Basic dXNlcg==", url}),
		},
		{
			name: "no label", method: "GET", url: url, header: http.Header{"Authorization": {"Bearer not-a-token"}},
			want: slices.Concat(start, []string{"GET", "-H", "Authorization: Bearer not-a-token", url}),
		},
		{
			name: "no body and no media type", method: "POST", url: url,
			want: slices.Concat(start, []string{"POST", "-H", "Content-Type:", "--data-raw", "", url}),
		},
		{
			name: "several values and an empty one", method: "GET", url: url,
			header: http.Header{"Accept-Language": {"fr;q=0, de", "*"}, "Prefer": {""}},
			want:   slices.Concat(start, []string{"GET", "-H", "Accept-Language: fr;q=0, de", "-H", "Accept-Language: *", "-H", "Prefer;", url}),
		},
		{
			name: "a shell's own characters", method: "POST", url: url + "?a=$(touch${IFS}x)&b='`touch x`'",
			header: http.Header{"Content-Type": {"application/json"}, "X-A": {`'"$(touch x)"'; touch x #`}},
			body:   `@{'a': "$ORG_ADMIN", "b": "\n` + "`touch x`" + `"} & touch x`,
			want: slices.Concat(start, []string{"POST"}, typed, []string{
				"-H", `X-A: '"$(touch x)"'; touch x #`,
				"--data-raw", `@{'a': "$ORG_ADMIN", "b": "\n` + "`touch x`" + `"} & touch x`,
				url + "?a=$(touch${IFS}x)&b='`touch x`'",
			}),
		},
		{
			name: "a line feed in a header", method: "GET", url: url, header: http.Header{"X-A": {"a\r\nX-B: \x1b[31m'b'"}},
			want: slices.Concat(start, []string{"GET", "-H", "X-A: a  X-B: \x1b[31m'b'", url}),
		},
		{
			name: "every byte", method: "POST", url: url, header: http.Header{"Content-Type": {"application/json"}}, body: string(every),
			want:    slices.Concat(start, []string{"POST"}, typed, []string{"--data-binary", "@-", url}),
			through: string(every),
		},
		{
			name: "printf's own characters", method: "POST", url: url, header: http.Header{"Content-Type": {"application/json"}},
			body:    "-n %s \\n 100% 'quoted' \x01" + "7" + strings.Repeat("'\\''", 40),
			want:    slices.Concat(start, []string{"POST"}, typed, []string{"--data-binary", "@-", url}),
			through: "-n %s \\n 100% 'quoted' \x01" + "7" + strings.Repeat("'\\''", 40),
		},
		{
			name: "long words", method: "PUT", url: url + strings.Repeat("/no-such-account", 128),
			header: http.Header{"Content-Type": {"application/json"}}, body: strings.Repeat("it's 世界'' ", 99),
			want: slices.Concat(start, []string{"PUT"}, typed, []string{
				"--data-raw", strings.Repeat("it's 世界'' ", 99), url + strings.Repeat("/no-such-account", 128),
			}),
		},
		{
			name: "an apostrophe before a long word", method: "PUT", url: url, header: http.Header{"Content-Type": {"application/json"}},
			body: "it's" + strings.Repeat("-long", 40),
			want: slices.Concat(start, []string{"PUT"}, typed, []string{"--data-raw", "it's" + strings.Repeat("-long", 40), url}),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := exchange.Exchange{Request: exchange.Request{Method: test.method, URL: test.url, Header: test.header, Body: []byte(test.body)}}
			folded := foldWords(curlWords(e), "      ", 60)
			for form, line := range map[string]string{"one line": Curl(e), "folded": strings.Join(folded, "\n")} {
				arguments, stdin := shell(t, line)
				if diff := cmp.Diff(test.want, arguments); diff != "" {
					t.Errorf("%s: the arguments of curl (-want +got):\n%s\n%s", form, diff, line)
				}
				if diff := cmp.Diff(test.through, stdin); diff != "" {
					t.Errorf("%s: the input of curl (-want +got):\n%s\n%s", form, diff, line)
				}
			}
			if line := Curl(e); printable(line) != line {
				t.Errorf("the line is not printable: %q", line)
			}
			for _, line := range folded {
				if columns(line) > 60 {
					t.Errorf("a folded line has %d columns: %s", columns(line), line)
				}
			}
		})
	}
}

func TestCurlHead(t *testing.T) {
	line := Curl(exchange.Exchange{Request: exchange.Request{Method: "HEAD", URL: "http://localhost/"}})
	if want := "curl -sS -i -g --path-as-is --head 'http://localhost/'"; line != want {
		t.Errorf("Curl = %s, want %s", line, want)
	}
}

func TestVariable(t *testing.T) {
	for label, want := range map[string]string{
		"orgAdmin": "ORG_ADMIN", "sourceSubadmin": "SOURCE_SUBADMIN", "expired": "EXPIRED", "noProvisioning": "NO_PROVISIONING",
		"orgAdmin:tampered": "ORG_ADMIN_TAMPERED", "x-api.key": "X_API_KEY", "helpdesk2": "HELPDESK2",
	} {
		if got := variable(label); got != want {
			t.Errorf("variable(%q) = %s, want %s", label, got, want)
		}
	}
}
