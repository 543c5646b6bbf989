package config

import (
	"errors"
	"regexp"
	"strings"

	"conformance/internal/smallfile"
)

// longestSecret bounds a token or a client secret, in bytes.
const longestSecret = 64 << 10

// conventional is how environment variables are mostly called, and tokens never are. Any
// other name can be a token that was put where its variable's name belongs, so an error
// does not repeat it.
var conventional = regexp.MustCompile(`^[A-Z_][A-Z0-9_]{0,63}$`)

// secretFromVariable looks up the variable that the key at the path names.
func (c *Config) secretFromVariable(at path, name string, environ func(string) (string, bool)) (secret, problem string) {
	named := "the environment variable that it names"
	if conventional.MatchString(name) && !c.source.FromEnvironment(at) {
		named = "the environment variable " + name
	}
	secret, set := environ(name)
	switch {
	case !set:
		return "", named + " is not set; set it or remove the entry"
	case secret == "":
		return "", named + " is empty; set it or remove the entry"
	}
	return secret, ""
}

// secretFromFile reads a secret and takes the white space around it away. A problem does
// not repeat the file's name, which can be a token that was put in its place.
func secretFromFile(name string) (secret, problem string) {
	data, err := smallfile.Read(name, longestSecret)
	secret = strings.TrimSpace(string(data))
	var large *smallfile.TooLargeError
	switch {
	case errors.As(err, &large):
		return "", "the file is larger than 64 KiB; expected one token"
	case err != nil:
		return "", "the file cannot be read: " + err.Error() + " (a relative name starts from the folder of this configuration)"
	case secret == "":
		return "", "the file is empty; expected one token"
	}
	return secret, ""
}

// checkToken says why the text cannot be a bearer token (RFC 6750 section 2.1), or
// nothing. Tokens of other visible characters are let through: the target may want them.
func checkToken(token string) string {
	notVisible := func(r rune) bool { return r <= ' ' || r >= 0x7f }
	switch {
	case token == "":
		return "the token is empty"
	case len(token) > longestSecret:
		return "the token is longer than 64 KiB"
	case strings.ContainsFunc(token, notVisible):
		return "the token holds white space, a control character or a letter outside ASCII; expected one word"
	}
	return ""
}
