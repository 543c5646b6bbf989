package reference

import (
	"bytes"
	"fmt"
	"strconv"
)

// Config is a conformance.yaml with which this reference can be tested at a base URL such
// as http://127.0.0.1:8080. It holds freshly minted tokens: treat it as a secret.
func (r *Reference) Config(baseURL string) []byte {
	var config bytes.Buffer
	fmt.Fprintf(&config, `# A configuration for the reference implementation. The tokens are its own and
# expire after 24 hours.
target:
  # Requests go to {url}/accounts/{id}/unlock.
  url: %s
  timeout: 10s
accounts:
  # The one account that may really be unlocked.
  unlockable: %s
  missing: "%s"
credentials:
`, strconv.Quote(baseURL+r.basePath), UnlockableAccount, MissingAccount)
	minted := r.Credentials()
	for _, credential := range r.users {
		fmt.Fprintf(&config, "  # %s\n  %s: {token: %s}\n", credential.About, credential.Name, strconv.Quote(minted[credential.Name]))
	}
	fmt.Fprintf(&config, `provoke:
  # The token throttled may send %d requests in ten seconds.
  rateLimit: {requests: 60, concurrency: 8, maxWait: 15s}
  internalFault: {account: %s}
`, throttledLimit, FaultAccount)
	return config.Bytes()
}
