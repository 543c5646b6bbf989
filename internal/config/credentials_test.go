package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// loadWithFiles writes the files beside a configuration, and loads it.
func loadWithFiles(t *testing.T, text string, files map[string]string) *Config {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, "conformance.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, environ)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestResolveCredentialsFindsEveryToken(t *testing.T) {
	c := loadWithFiles(t, `
credentials:
  orgAdmin: {tokenEnv: ORG_ADMIN}
  sourceAdmin: {tokenFile: admin.jwt}
  sourceSubadmin: {token: "${SOURCE_SUBADMIN}"}
  helpdesk: {clientCredentials: {tokenURL: "https://a.example/token", clientID: x, clientSecretEnv: SECRET}}
  expired: {token: literal/token+of~visible._-characters=}
  throttled: {tokenEnv: lowercase_token}
  unprivileged: {tokenFile: large.jwt}
`, map[string]string{"admin.jwt": "\n  file-token \r\n", "large.jwt": "large" + strings.Repeat("\n", 65531)})
	got, err := c.ResolveCredentials(environ)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"orgAdmin": "org-admin-token", "sourceAdmin": "file-token", "sourceSubadmin": "source-subadmin-token",
		"expired": "literal/token+of~visible._-characters=", "throttled": "lower-token",
		"unprivileged": "large",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestResolveCredentialsRefuses(t *testing.T) {
	const start = "conformance.yaml: line 2: credentials.orgAdmin."
	const notOneWord = "the token holds white space, a control character or a letter outside ASCII; expected one word"
	for name, row := range map[string]struct{ entry, want string }{
		"an unset variable":                 {"tokenEnv: NOWHERE", "tokenEnv: the environment variable NOWHERE is not set; set it or remove the entry"},
		"an empty variable":                 {"tokenEnv: EMPTY", "tokenEnv: the environment variable EMPTY is empty; set it or remove the entry"},
		"two words":                         {"tokenEnv: SPACED", "tokenEnv: " + notOneWord},
		"a token for a name":                {"tokenEnv: hunter2Abc", "tokenEnv: the environment variable that it names is not set; set it or remove the entry"},
		"a token in capitals at its end":    {"tokenEnv: hunter2ABC", "tokenEnv: the environment variable that it names is not set; set it or remove the entry"},
		"a token in capitals to begin with": {"tokenEnv: ABChunter2", "tokenEnv: the environment variable that it names is not set; set it or remove the entry"},
		"the longest name":                  {"tokenEnv: " + strings.Repeat("A", 64), "tokenEnv: the environment variable " + strings.Repeat("A", 64) + " is not set; set it or remove the entry"},
		"a name as long as a token":         {"tokenEnv: " + strings.Repeat("A", 65), "tokenEnv: the environment variable that it names is not set; set it or remove the entry"},
		"a name from a name":                {"tokenEnv: \"X${UPPER}\"", "tokenEnv: the environment variable that it names is not set; set it or remove the entry"},
		"no such file":                      {"tokenFile: hunter2", "tokenFile: the file cannot be read: no such file or directory (a relative name starts from the folder of this configuration)"},
		"a folder":                          {"tokenFile: .", "tokenFile: the file cannot be read: is a directory (a relative name starts from the folder of this configuration)"},
		"an empty file":                     {"tokenFile: empty", "tokenFile: the file is empty; expected one token"},
		"a blank file":                      {"tokenFile: blank", "tokenFile: the file is empty; expected one token"},
		"a file of words":                   {"tokenFile: words", "tokenFile: " + notOneWord},
		"a file with a NUL":                 {"tokenFile: binary", "tokenFile: " + notOneWord},
		"a large file":                      {"tokenFile: large", "tokenFile: the file is larger than 64 KiB; expected one token"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for file, content := range map[string]string{
				"empty": "", "blank": " \n", "words": "hunter2\nhunter2\n", "binary": "hunter2\x00", "large": "hunter2" + strings.Repeat("\n", 65536),
			} {
				if err := os.WriteFile(filepath.Join(folder, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			withUpper := func(name string) (string, bool) {
				if name == "UPPER" {
					return "HUNTER2", true
				}
				return environ(name)
			}
			c, err := Parse(filepath.Join(folder, "conformance.yaml"), []byte("credentials:\n  orgAdmin: {"+row.entry+"}\n"), withUpper)
			if err != nil {
				t.Fatal(err)
			}
			tokens, err := c.ResolveCredentials(withUpper)
			if err == nil {
				t.Fatalf("got %v", tokens)
			}
			if got := strings.ReplaceAll(err.Error(), folder+"/", ""); got != start+row.want {
				t.Errorf("got  %s\nwant %s", got, start+row.want)
			}
			if strings.Contains(strings.ToLower(err.Error()), "hunter2") {
				t.Errorf("the error repeats a secret: %s", err)
			}
		})
	}
}

func TestResolveCredentialsReportsAllProblemsInOrder(t *testing.T) {
	c := mustParse(t, "credentials:\n  throttled: {tokenEnv: A}\n  orgAdmin: {tokenEnv: B}\n  expired: {token: x}\n")
	_, err := c.ResolveCredentials(nothingSet)
	want := `conformance.yaml: line 2: credentials.throttled.tokenEnv: the environment variable A is not set; set it or remove the entry
conformance.yaml: line 3: credentials.orgAdmin.tokenEnv: the environment variable B is not set; set it or remove the entry`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestResolveCredentialsOfAConfigWithoutAFile(t *testing.T) {
	c := &Config{Credentials: map[string]Credential{"orgAdmin": {Token: "a"}}}
	if got, err := c.ResolveCredentials(nothingSet); err != nil || got["orgAdmin"] != "a" {
		t.Errorf("got %v, %v", got, err)
	}
	c.Credentials["orgAdmin"] = Credential{Token: "two words"}
	if _, err := c.ResolveCredentials(nothingSet); err == nil || !strings.HasPrefix(err.Error(), "credentials.orgAdmin.token: the token holds white space") {
		t.Errorf("got %v", err)
	}
	c.Credentials["orgAdmin"] = Credential{TokenEnv: "A"}
	want := "credentials.orgAdmin.tokenEnv: the environment variable A is not set; set it or remove the entry"
	if _, err := c.ResolveCredentials(nothingSet); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestClientSecret(t *testing.T) {
	c := loadWithFiles(t, `credentials:
  orgAdmin: {clientCredentials: {tokenURL: "https://a.example/token", clientID: x, clientSecretEnv: SECRET}}
  helpdesk: {clientCredentials: {tokenURL: "https://a.example/token", clientID: x, clientSecretFile: s.txt}}
  expired: {clientCredentials: {tokenURL: "https://a.example/token", clientID: x, clientSecretEnv: EMPTY}}
  throttled: {token: x}
  unprivileged: {clientCredentials: {tokenURL: "https://a.example/token", clientID: x, clientSecretFile: nowhere.txt}}
`, map[string]string{"s.txt": "from a file\n"})
	for name, want := range map[string]string{"orgAdmin": secret, "helpdesk": "from a file"} {
		if got, err := c.ClientSecret(name, environ); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, want)
		}
	}
	for name, want := range map[string]string{
		"expired":      "line 4: credentials.expired.clientCredentials.clientSecretEnv: the environment variable EMPTY is empty; set it or remove the entry",
		"throttled":    "line 5: credentials.throttled.clientCredentials: not given",
		"unprivileged": "line 6: credentials.unprivileged.clientCredentials.clientSecretFile: the file cannot be read: no such file or directory (a relative name starts from the folder of this configuration)",
	} {
		_, err := c.ClientSecret(name, environ)
		var problem *Error
		if !errors.As(err, &problem) || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

// TestTokenFiles: they are read when they are asked for, as they are then.
func TestTokenFiles(t *testing.T) {
	c := loadWithFiles(t, "credentials:\n  orgAdmin: {token: x}\n  helpdesk: {tokenFile: helpdesk.jwt}\n", map[string]string{"helpdesk.jwt": "first"})
	files := c.TokenFiles()
	if len(files) != 1 || filepath.Base(files["helpdesk"]) != "helpdesk.jwt" {
		t.Fatalf("got %v", files)
	}
	for text, want := range map[string]string{"a-token\n": "", "two words": "the token holds white space", "": "the file is empty"} {
		if err := os.WriteFile(files["helpdesk"], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		token, err := c.ReadTokenFile("helpdesk")
		if want == "" {
			if err != nil || token != "a-token" {
				t.Errorf("got %q, %v", token, err)
			}
		} else if err == nil || token != "" || !strings.Contains(err.Error(), "conformance.yaml: line 3: credentials.helpdesk.tokenFile: "+want) {
			t.Errorf("got %q, %v; want %s", token, err, want)
		}
	}
}

// TestNamesOfFiles lead from the folder of the file that they stand in.
func TestNamesOfFiles(t *testing.T) {
	c, err := Parse("sub/conformance.yaml", []byte("target: {tls: {caFile: ca.pem, certFile: /c.pem, keyFile: k.pem}}\ncredentials: {orgAdmin: {tokenFile: t}}\n"), nothingSet)
	if err != nil {
		t.Fatal(err)
	}
	want := TLS{CAFile: "sub/ca.pem", CertFile: "/c.pem", KeyFile: "sub/k.pem"}
	if c.Target.TLS != want || c.Credentials["orgAdmin"].TokenFile != "sub/t" {
		t.Errorf("got %+v, %+v", c.Target.TLS, c.Credentials)
	}
}

// TestTLSRefuses: a file that cannot be used is named with its key and line.
func TestTLSRefuses(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none.pem")
	if err := os.WriteFile(none, []byte("no PEM"), 0o600); err != nil {
		t.Fatal(err)
	}
	if made, err := new(Config).ClientTLS(); made != nil || err != nil {
		t.Errorf("of nothing is made %v, %v", made, err)
	}
	const first = "conformance.yaml: line 1: target.tls"
	for want, files := range map[string]string{
		first + ".caFile: /nowhere.pem cannot be read":                   "{caFile: /nowhere.pem}",
		first + ".caFile: " + none + " holds no certificate in PEM form": "{caFile: " + none + "}",
		first + ": certFile and keyFile: open /nowhere.pem":              "{certFile: /nowhere.pem, keyFile: " + none + "}",
		first + ": certFile and keyFile: tls: failed to find any PEM":    "{certFile: " + none + ", keyFile: " + none + "}",
	} {
		c, err := Parse("conformance.yaml", []byte("target: {url: \"https://h\", tls: "+files+"}"), nothingSet)
		if err != nil {
			t.Fatal(err)
		}
		if made, err := c.ClientTLS(); made != nil || err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, %v; want %s", made, err, want)
		}
	}
}
