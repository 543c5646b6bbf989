package target

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"conformance/fixtures"
)

// resolve makes a stimulus of a case. It returns why not when the config lacks what the case
// needs.
func (d *Driver) resolve(ctx context.Context, c fixtures.Case) (Stimulus, string) {
	plan := d.options.Plan
	stimulus := Stimulus{Case: c.Name, Attempt: 1, Method: c.Method, Header: http.Header{}}
	if ended := WhyEnded(ctx); ended != "" {
		return stimulus, string(ended)
	}
	switch c.Account {
	case fixtures.Unlockable:
		if !plan.Consented() {
			return stimulus, "needs accounts.unlockable in the config: an account that may really be unlocked"
		}
		stimulus.Segment = segment(plan.Unlockable)
	case fixtures.Missing:
		stimulus.Segment = segment(plan.Missing)
	case fixtures.Probe:
		stimulus.Segment = segment(plan.Missing)
		if plan.Consented() {
			stimulus.Segment = segment(plan.Unlockable)
		}
	case fixtures.Fault:
		if !plan.ProvokesFault() {
			return stimulus, "needs provoke.internalFault in the config: an account, headers or a body that provoke a fault"
		}
		// Headers and a body provoke the fault only where nothing else is wrong with the request.
		stimulus.Segment = segment(cmp.Or(plan.FaultAccount, plan.Unlockable, plan.Missing))
		setAll(stimulus.Header, plan.FaultHeaders)
	default:
		account, _ := d.options.Fixtures.Account(c.Account)
		stimulus.Segment = account.Segment
		if account.Near != "" {
			near, why := nearTo(plan.Unlockable, account)
			if why != "" {
				return stimulus, why
			}
			stimulus.Segment = near
		}
	}
	setAll(stimulus.Header, c.Headers)
	body, _ := d.options.Fixtures.Body(c.Body)
	stimulus.Body = body.Bytes
	if c.Account == fixtures.Fault && plan.FaultBody != "" {
		stimulus.Body = []byte(plan.FaultBody)
	}
	stimulus.Chunked = c.Chunked
	if c.Method != http.MethodGet && c.ContentType != fixtures.NoContentType {
		stimulus.Header.Set("Content-Type", c.ContentType)
	}
	var why string
	stimulus.authorization, why = d.authorize(ctx, c)
	return stimulus, why
}

// Lacks is what the config would have to supply for a case to be sent; empty when it has it all.
func (d *Driver) Lacks(ctx context.Context, c fixtures.Case) string {
	_, why := d.resolve(ctx, c)
	return why
}

// longID is the length from which on an id that is random leaves no other account with one like it.
const longID = 20

// isRandom tells whether an id is one that somebody drew: a UUID, with or without its hyphens, or
// long and of letters and digits in no order. Others are counted or composed, such as
// employee-000000000012, so that an id like it can be the next account's.
func isRandom(id string) bool {
	const hyphensOfUUID = 4
	if bare := strings.ReplaceAll(id, "-", ""); len(bare) == 32 && len(id) == len(bare)+hyphensOfUUID {
		id = bare
	}
	if len(id) < longID {
		return false
	}
	// Words and numbers that are put together have few places where a letter meets a digit; with
	// hyphens between them they must show more disorder, and capital letters count for it.
	const fewest, fewestOfComposed = 5, 10
	digits, kinds := 0, 0
	var before byte
	for i := range len(id) {
		class := classOf(id[i])
		switch {
		case class == 0:
			return false
		case class == '-' || before == 0:
		case class != before:
			kinds++
			if class == '0' || before == '0' {
				digits++
			}
		}
		if class != '-' {
			before = class
		}
	}
	if strings.ContainsAny(id, "-_") {
		return kinds >= fewestOfComposed
	}
	return digits >= fewest
}

// classOf stands for a character's class by one of it; 0 for one that random ids do not have.
func classOf(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return '0'
	case 'a' <= c && c <= 'z':
		return 'a'
	case 'A' <= c && c <= 'Z':
		return 'A'
	case c == '-' || c == '_':
		return '-'
	}
	return 0
}

// nearTo makes an id that resembles the unlockable account's, and is none. It returns why not
// where it could be that of an account that nobody consented to.
func nearTo(unlockable string, account fixtures.Account) (near, why string) {
	if unlockable == "" {
		return "", "needs accounts.unlockable in the config: an account whose id this one resembles"
	}
	id := []rune(unlockable)
	if account.Long && !isRandom(unlockable) {
		return "", "the id in accounts.unlockable is so short or so orderly that one like it could be another account's"
	}
	near = strings.NewReplacer(
		"{id}", segment(unlockable),
		"{head}", segment(string(id[:len(id)-1])),
		"{tail}", segment(string(id[1:])),
		"{half}", segment(string(id[:len(id)/2])),
	).Replace(account.Near)
	if near == segment(unlockable) {
		return "", "the id in accounts.unlockable is spelled like this one itself"
	}
	return near, ""
}

func (d *Driver) authorize(ctx context.Context, c fixtures.Case) (presented, string) {
	if c.Credential == fixtures.NoCredential {
		if c.Authorization == fixtures.Bearer {
			return presented{}, ""
		}
		return present(c.Authorization, "", ""), ""
	}
	token, err := d.options.Credentials.Token(ctx, c.Credential)
	switch {
	case errors.Is(err, ErrNoCredential):
		return presented{}, fmt.Sprintf("needs credentials.%s in the config", c.Credential)
	case err != nil:
		return presented{}, err.Error()
	}
	return present(c.Authorization, c.Credential, token), ""
}

func setAll(header http.Header, values map[string]string) {
	for name, value := range values {
		header.Set(name, value)
	}
}

// segment escapes an account id for the path.
func segment(id string) string { return url.PathEscape(id) }
