// Package drift tells what changed between two descriptions of the operation, and whether it
// breaks somebody: a client that relied on the old one, or a server. A side is recorded traffic, an
// OpenAPI document, or the contract, which is what this project holds the API to.
//
// The words are the same for all sides: a Description says what one side says, a Rule is one
// way in which descriptions can differ, a Change is one such difference, and a Report holds them all.
package drift

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"conformance/internal/contract"
	"conformance/internal/drift/observe"
	"conformance/internal/drift/openapi"
	"conformance/internal/session"
	"conformance/internal/smallfile"
	"conformance/schemas"
)

// Kind is what a side is.
type Kind string

// The kinds of side.
const (
	Contract Kind = "contract"
	Document Kind = "document"
	Traffic  Kind = "traffic"
)

// ContractName is the word that stands for the contract where a path is expected.
const ContractName = "contract"

// Side is one of the two things that are compared.
type Side struct {
	Name
	Operation openapi.Operation
	// Description is nil when the document does not have the operation; Missing says so then.
	Description *Description
	Missing     *openapi.NotFoundError
	// document is where the description of a document or the contract came from.
	document *openapi.Document
	// observed is where the description of recorded traffic came from.
	observed *observed
}

// observed is what recorded traffic came to.
type observed struct {
	*observe.Summary
	// breaches holds it to the page, once.
	breaches func() breaches
}

// DefaultOperation is the operation of the contract, as Load reads it.
func DefaultOperation() string {
	return contract.Unlock.Method + " " + contract.Unlock.Path("{id}")
}

// Load finds out what path names, and reads it: the word "contract", an OpenAPI document, or
// recorded traffic. The operation is such as DefaultOperation; empty stands for that. The files
// of a document must be below the root folder; empty stands for the folder of the document.
//
// A document that does not have the operation is no error, because that can be the change;
// Compare decides. The error says which file cannot be read or understood, and why.
func Load(path, operation, root string) (Side, error) {
	if operation == "" {
		operation = DefaultOperation()
	}
	wanted, err := openapi.ParseOperation(operation)
	if err != nil {
		return Side{}, err
	}
	if path == ContractName {
		return loadContract(wanted)
	}
	recorded, err := session.IsTraffic(path)
	if err != nil {
		return Side{}, unreadable(path, err)
	}
	if recorded {
		return loadTraffic(path, wanted)
	}
	document, err := openapi.Load(path, wanted, root)
	return documentSide(path, wanted, document, err)
}

// loadTraffic sums up recorded traffic, on all cores.
func loadTraffic(path string, wanted openapi.Operation) (Side, error) {
	source, err := session.OpenSource(path)
	if err != nil {
		return Side{}, err
	}
	summary, err := observe.Read(observe.Operation(wanted), source, runtime.GOMAXPROCS(0))
	if err != nil {
		return Side{}, err
	}
	return trafficSide(path, wanted, summary)
}

// trafficSide makes a side of what traffic came to. Traffic without the operation is an error: it
// shows nothing, neither that the operation is there nor that it is not.
func trafficSide(name string, wanted openapi.Operation, summary *observe.Summary) (Side, error) {
	if summary.Exchanges == 0 && summary.Unrecorded > 0 {
		return Side{}, fmt.Errorf("%s has no whole answer to any of its %s to an address like %s; record them with their bodies, or name another recording",
			name, countedRequests(summary.Unrecorded), wanted.Path)
	}
	if summary.Exchanges == 0 {
		return Side{}, fmt.Errorf("%s has %d exchanges, but none with an address like %s; name another recording, or the operation with --operation",
			name, summary.Others, wanted.Path)
	}
	return Side{
		Name: Name{Kind: Traffic, Name: name}, Operation: wanted,
		Description: describeTraffic(wanted, summary),
		observed:    &observed{summary, sync.OnceValue(func() breaches { return judge(summary) })},
	}, nil
}

// countedRequests is a number of requests in words.
func countedRequests(n int) string {
	if n == 1 {
		return "1 request"
	}
	return fmt.Sprintf("%d requests", n)
}

// loadContract describes the contract.
func loadContract(wanted openapi.Operation) (Side, error) {
	document, err := openapi.Parse(ContractName, schemas.OpenAPI(), wanted)
	side, err := documentSide(ContractName, wanted, document, err)
	side.Kind = Contract
	return side, err
}

// theContract is the contract under its own operation: what is asked where a document says nothing.
// It is part of the program, so it is read once.
var theContract = sync.OnceValues(func() (*Description, error) {
	wanted, err := openapi.ParseOperation(DefaultOperation())
	if err != nil {
		return nil, err
	}
	side, err := loadContract(wanted)
	return side.Description, err
})

// documentSide makes a side of what reading a document brought.
func documentSide(name string, wanted openapi.Operation, document *openapi.Document, err error) (Side, error) {
	side := Side{Name: Name{Kind: Document, Name: name}, Operation: wanted}
	if errors.As(err, &side.Missing) && len(side.Missing.Candidates) == 0 {
		return side, nil
	}
	if err != nil {
		return Side{}, err
	}
	side.document = document
	side.Description = describe(document)
	flatten(document.Spec) // which is read by oasdiff alone from here on
	return side, nil
}

// unreadable says why a side cannot be read, and what may have been meant.
func unreadable(path string, err error) error {
	switch {
	case strings.Contains(path, "://"):
		return fmt.Errorf("%s is an address, from which nothing is fetched; download it, and name the file", path)
	case strings.EqualFold(path, ContractName):
		return fmt.Errorf("%s cannot be read: %w; did you mean the word %s?", path, smallfile.Reason(err), ContractName)
	}
	return fmt.Errorf("%s cannot be read: %w", path, smallfile.Reason(err))
}
