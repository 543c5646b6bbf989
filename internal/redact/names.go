package redact

// headerKind is what the value of a header is to a redactor.
type headerKind int

// The kinds of headers.
const (
	plainHeader headerKind = iota
	authorizationHeader
	cookieHeader
	setCookieHeader
	secretHeader
	urlHeader
)

// headerKinds has the headers that carry secrets, under the names that net/http gives them.
var headerKinds = map[string]headerKind{
	"Authorization":             authorizationHeader,
	"Proxy-Authorization":       authorizationHeader,
	"X-Forwarded-Authorization": authorizationHeader,
	"X-Original-Authorization":  authorizationHeader,

	"Cookie":      cookieHeader,
	"Cookie2":     cookieHeader,
	"Set-Cookie":  setCookieHeader,
	"Set-Cookie2": setCookieHeader,

	"Api-Key":                        secretHeader,
	"Apikey":                         secretHeader,
	"Dpop":                           secretHeader,
	"Ocp-Apim-Subscription-Key":      secretHeader,
	"Private-Token":                  secretHeader, // GitLab
	"X-Access-Token":                 secretHeader,
	"X-Amz-Security-Token":           secretHeader,
	"X-Amzn-Oidc-Accesstoken":        secretHeader,
	"X-Amzn-Oidc-Data":               secretHeader,
	"X-Api-Key":                      secretHeader,
	"X-Api-Token":                    secretHeader,
	"X-Apikey":                       secretHeader,
	"X-Auth-Key":                     secretHeader,
	"X-Auth-Request-Access-Token":    secretHeader, // oauth2-proxy
	"X-Auth-Token":                   secretHeader,
	"X-Client-Secret":                secretHeader,
	"X-Csrf-Token":                   secretHeader,
	"X-Csrftoken":                    secretHeader,
	"X-Forwarded-Access-Token":       secretHeader,
	"X-Functions-Key":                secretHeader, // Azure
	"X-Gitlab-Token":                 secretHeader,
	"X-Goog-Api-Key":                 secretHeader,
	"X-Goog-Iam-Authorization-Token": secretHeader,
	"X-Ms-Token-Aad-Access-Token":    secretHeader,
	"X-Ms-Token-Aad-Id-Token":        secretHeader,
	"X-Ms-Token-Aad-Refresh-Token":   secretHeader,
	"X-Secret-Key":                   secretHeader,
	"X-Session-Token":                secretHeader,
	"X-Vault-Token":                  secretHeader,
	"X-Xsrf-Token":                   secretHeader,
	"Cf-Access-Client-Secret":        secretHeader,
	"Cf-Access-Jwt-Assertion":        secretHeader,
	"X-Shopify-Access-Token":         secretHeader,
	"X-Hasura-Admin-Secret":          secretHeader,
	"X-Amz-Server-Side-Encryption-Customer-Key": secretHeader,

	"Content-Location": urlHeader,
	"Link":             urlHeader,
	"Location":         urlHeader,
	"Origin":           urlHeader,
	"Referer":          urlHeader,
	"Refresh":          urlHeader,
	"X-Forwarded-Uri":  urlHeader,
	"X-Original-Uri":   urlHeader,
	"X-Original-Url":   urlHeader,
	"X-Rewrite-Url":    urlHeader,
}

// memberNames are the names of JSON members and form fields that hold secrets, as plainName
// gives them. Names that others use for harmless things, such as "code" or "key", are not among them.
var memberNames = nameSet(
	"access_token", "refresh_token", "id_token", "id_token_hint", "token", "auth_token", "authentication_token", "session_token",
	"security_token", "bearer_token", "api_token", "csrf_token", "xsrf_token", "device_token", "personal_access_token", "jwt",
	"client_secret", "consumer_secret", "app_secret", "api_secret", "shared_secret", "secret", "secret_key", "secret_access_key",
	"api_key", "access_key", "private_key", "signing_key", "encryption_key", "account_key",
	"password", "passwd", "pwd", "passphrase", "new_password", "old_password", "current_password", "confirm_password",
	"assertion", "client_assertion", "saml_response", "saml_request", "code_verifier", "device_code", "authorization", "credentials",
	"otp", "mfa_code", "recovery_code", "session_id", "session_key", "cookie",
)

// parameterNames are those of query parameters; signatures of URLs are among them.
var parameterNames = nameSet(
	"access_token", "refresh_token", "id_token", "id_token_hint", "token", "auth_token", "auth", "session_token", "api_token", "jwt",
	"client_secret", "secret", "api_key", "key", "access_key", "password", "passwd", "pwd", "assertion", "client_assertion",
	"code", "code_verifier", "ticket", "saml_response", "saml_request", "session_id", "otp",
	"sig", "signature", "x_amz_signature", "x_amz_credential", "x_amz_security_token", "x_goog_signature", "x_goog_credential", "subscription_key",
)

// longestName is the length of the longest name in those tables that is looked for, in bytes.
const longestName = 48

func nameSet(names ...string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[plainName(name)] = true
	}
	return set
}

// plainName is a name without case and separators: access_token, accessToken and access-token
// are one.
func plainName(name string) string { return string(appendPlainName(nil, name)) }

func appendPlainName(plain []byte, name string) []byte {
	for i := range len(name) {
		switch c := name[i]; {
		case c == '_' || c == '-' || c == '.' || c == ' ':
		case 'A' <= c && c <= 'Z':
			plain = append(plain, c-'A'+'a')
		default:
			plain = append(plain, c)
		}
	}
	return plain
}

// hasName tells whether a name is in a table.
func hasName(set map[string]bool, name string) bool {
	if len(name) > longestName {
		return false
	}
	var space [longestName]byte
	return set[string(appendPlainName(space[:0], name))]
}
