package redact

import (
	"regexp"
	"slices"
	"strings"
)

// pattern is a form of secret that is known wherever it stands.
type pattern struct {
	id   string
	what string
	// keywords are texts of which one is in every match: the expression is slow, and tried only
	// where one stands.
	keywords []string
	form     *regexp.Regexp
}

func (p *pattern) canMatch(text string) bool {
	for _, keyword := range p.keywords {
		if strings.Contains(text, keyword) {
			return true
		}
	}
	return false
}

// patterns are forms that hardly anything else has. They follow those that the issuers publish
// and that gitleaks keeps (https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml).
var patterns = []pattern{
	{"jwt", "a JWT", []string{".ey"}, regexp.MustCompile(`\bey[A-Za-z0-9_-]{15,}\.ey[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{10,}`)},
	{"bearer", "a bearer token", []string{"earer "}, regexp.MustCompile(`\b[Bb]earer +[A-Za-z0-9._~+/-]{20,}=*`)},
	{"basic", "basic credentials", []string{"asic "}, regexp.MustCompile(`\b[Bb]asic +[A-Za-z0-9+/]{16,}={1,2}(?:[^A-Za-z0-9+/=]|$)`)},
	{"private-key", "a private key", []string{"PRIVATE KEY"}, regexp.MustCompile(`-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----`)},
	{"aws-access-key", "an access key of AWS", []string{"AKIA", "ASIA", "ABIA", "ACCA"}, regexp.MustCompile(`\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b`)},
	{"github-token", "a token of GitHub", []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_"}, regexp.MustCompile(`\bgh[pousr]_[0-9A-Za-z]{36}\b`)},
	{"github-fine-grained", "a token of GitHub", []string{"github_pat_"}, regexp.MustCompile(`\bgithub_pat_\w{82}\b`)},
	{"gitlab-token", "a token of GitLab", []string{"glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "gloas-", "glsoat-"}, regexp.MustCompile(`\bgl(?:pat|dt|rt|oas|soat|ptt|cbt)-[0-9A-Za-z_-]{20,}`)},
	{"slack-token", "a token of Slack", []string{"xox"}, regexp.MustCompile(`\bxox[abeoprs](?:\.xox[bp])?-[0-9A-Za-z-]{10,}`)},
	{"slack-webhook", "a webhook of Slack", []string{"hooks.slack.com/"}, regexp.MustCompile(`hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{43,56}`)},
	{"google-api-key", "an API key of Google", []string{"AIza"}, regexp.MustCompile(`\bAIza[0-9A-Za-z_-]{35}`)},
	{"google-token", "an access token of Google", []string{"ya29."}, regexp.MustCompile(`\bya29\.[0-9A-Za-z_-]{20,}`)},
	{"google-client-secret", "a client secret of Google", []string{"GOCSPX-"}, regexp.MustCompile(`\bGOCSPX-[0-9A-Za-z_-]{28}`)},
	{"stripe-key", "a key of Stripe", []string{"k_test_", "k_live_", "k_prod_"}, regexp.MustCompile(`\b[rs]k_(?:test|live|prod)_[0-9A-Za-z]{10,99}\b`)},
	{"sendgrid-key", "an API key of SendGrid", []string{"SG."}, regexp.MustCompile(`\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}\b`)},
	{"npm-token", "a token of npm", []string{"npm_"}, regexp.MustCompile(`\bnpm_[0-9A-Za-z]{36}\b`)},
	{"azure-client-secret", "a client secret of Azure", []string{"Q~"}, regexp.MustCompile(`(?:^|[^0-9A-Za-z_~.-])[0-9A-Za-z_~.]{3}[0-9]Q~[0-9A-Za-z_~.-]{31,34}(?:$|[^0-9A-Za-z_~.-])`)},
	{"vault-token", "a token of Vault", []string{"hvs."}, regexp.MustCompile(`\bhvs\.[0-9A-Za-z_-]{24,}`)},
	{"url-password", "a password in a URL", []string{"@"}, regexp.MustCompile(`[a-z][a-z0-9+.-]*://[^\s/?#@:<>"']+:[^\s/?#@<>"']{3,}@`)},
}

// shortestMatch is the length of the shortest text that a pattern matches, in bytes.
const shortestMatch = 12

// patterns tries the patterns on a text.
func (s *search) patterns(place, text string) {
	if len(text) < shortestMatch {
		return
	}
	for i := range patterns {
		p := &patterns[i]
		if !p.canMatch(text) {
			continue
		}
		if match := p.form.FindString(text); match != "" {
			s.add(p.id, p.what, place, match)
		}
	}
}

// isPatterned tells whether a pattern matches anywhere in the text.
func isPatterned(text string) bool {
	return slices.ContainsFunc(patterns, func(p pattern) bool { return p.canMatch(text) && p.form.MatchString(text) })
}

// hasKeyword tells whether a pattern can match anywhere in the text.
func hasKeyword(text string) bool {
	return slices.ContainsFunc(patterns, func(p pattern) bool { return p.canMatch(text) })
}
