package session

import (
	"fmt"

	"conformance/internal/exchange"
	"conformance/internal/redact"
)

// A cassette or an archive that another program recorded holds the secrets of its traffic. Where it
// is replayed, each of its pieces has the redactor of the recording, and is decoded without them.

// withoutSecrets puts labels in the place of secrets in a batch. A batch of this program has none.
func (r *Recording) withoutSecrets(b batch) error {
	if len(b.pieces) == 0 || b.pieces[0].ours {
		return nil
	}
	if r.redactor == nil {
		redactor, err := redact.NewTraffic(redact.TrafficOptions{})
		if err != nil {
			return fmt.Errorf("replace secrets by labels: %w", err)
		}
		r.redactor, r.asking = redactor, redactor.Apart()
	}
	for i := range b.pieces {
		b.pieces[i].redactor = r.redactor
		// All of it once in order: labels are numbered as the credentials come up.
		clean, err := b.pieces[i].decode()
		if err != nil {
			return err
		}
		b.pieces[i].clean = &clean
	}
	return nil
}

// Asked is a request for what was recorded, with the labels that its secrets have in the recording.
// What this program recorded has names in the place of credentials, and leaves a request as it is.
func (r *Recording) Asked(request exchange.Request) exchange.Request {
	if r.asking == nil {
		return request
	}
	return r.asking.Clean(exchange.Exchange{Request: request}).Request
}
