// Package selftest turns the suite on itself: it runs it against every fault of the reference
// implementation, which it must catch, and every legal variant, which it must not blame.
package selftest

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"conformance/internal/outcome"
	"conformance/internal/reference"
)

// Finding is what one run of the suite found, as its JSON report has it, without what passed.
type Finding struct {
	ExitCode int
	Verdict  outcome.Verdict
	Results  []outcome.Result
}

// Options are what a self-test needs.
type Options struct {
	// Faults are the faults and the legal variants.
	Faults []reference.Fault
	// Requirements are those that must each be proven by a fault.
	Requirements []outcome.Requirement
	// Run runs the suite against the reference with one fault. It may be called concurrently.
	Run func(ctx context.Context, fault string) (Finding, error)
	// Concurrency is how many runs go at a time.
	Concurrency int
	// Progress is told how many runs are done, one call at a time; nil when nobody listens.
	Progress func(done, total int)
}

// Row is what the suite made of one fault or legal variant.
type Row struct {
	Fault   reference.Fault
	Verdict outcome.Verdict
	// Caught lists the requirements that failed or warned, in the order of the requirements.
	Caught []string
}

// killed says whether the requirement that the fault names caught it.
func (r Row) killed() bool { return slices.Contains(r.Caught, r.Fault.Requirement) }

// Matrix is what the suite made of all of them.
type Matrix struct {
	// Rows are in the order of the faults.
	Rows []Row
	// Requirements are in their own order.
	Requirements []outcome.Requirement
}

// Test runs the suite against every fault and legal variant. It returns an error when a run
// did not come to its end.
func Test(ctx context.Context, options Options) (*Matrix, error) {
	order := map[string]int{}
	for i, requirement := range options.Requirements {
		order[requirement.ID] = i
	}
	rows := make([]Row, len(options.Faults))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(1, options.Concurrency))
	done := make(chan struct{})
	told := make(chan struct{})
	go func() {
		defer close(told)
		count := 0
		for range done {
			count++
			if options.Progress != nil {
				options.Progress(count, len(rows))
			}
		}
	}()
	for i, fault := range options.Faults {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			finding, err := options.Run(ctx, fault.Name)
			if err != nil {
				return fmt.Errorf("fault %s: %w", fault.Name, err)
			}
			rows[i] = Row{Fault: fault, Verdict: finding.Verdict, Caught: caught(finding, order)}
			done <- struct{}{}
			return nil
		})
	}
	err := group.Wait()
	close(done)
	<-told
	if err != nil {
		return nil, err
	}
	return &Matrix{Rows: rows, Requirements: options.Requirements}, nil
}

// caught lists the requirements that failed or warned, each once.
func caught(finding Finding, order map[string]int) []string {
	var ids []string
	for _, result := range finding.Results {
		broken := result.Outcome == outcome.Fail || result.Outcome == outcome.Warn
		if broken && !slices.Contains(ids, result.Requirement) {
			ids = append(ids, result.Requirement)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return order[a] - order[b] })
	return ids
}

// Faults lists the rows of the faults.
func (m *Matrix) Faults() []Row { return m.rows(false) }

// Variants lists the rows of the legal variants.
func (m *Matrix) Variants() []Row { return m.rows(true) }

func (m *Matrix) rows(legal bool) []Row {
	var rows []Row
	for _, row := range m.Rows {
		if row.Fault.Legal == legal {
			rows = append(rows, row)
		}
	}
	return rows
}

// Survivors lists the faults that nothing caught.
func (m *Matrix) Survivors() []Row {
	return filter(m.Faults(), func(r Row) bool { return len(r.Caught) == 0 })
}

// WrongKillers lists the faults that were caught, but not by the requirement that they name.
func (m *Matrix) WrongKillers() []Row {
	return filter(m.Faults(), func(r Row) bool { return len(r.Caught) > 0 && !r.killed() })
}

// FalseAlarms lists the legal variants that were blamed, or that left the verdict open.
func (m *Matrix) FalseAlarms() []Row {
	return filter(m.Variants(), func(r Row) bool { return len(r.Caught) > 0 || r.Verdict != outcome.Conformant })
}

// Unproven lists the requirements that no fault proves.
func (m *Matrix) Unproven() []string {
	proven := map[string]bool{}
	for _, row := range m.Faults() {
		if row.killed() {
			proven[row.Fault.Requirement] = true
		}
	}
	var ids []string
	for _, requirement := range m.Requirements {
		if !proven[requirement.ID] {
			ids = append(ids, requirement.ID)
		}
	}
	return ids
}

// Sound says whether every fault was caught by the requirement that it names, no legal variant
// was blamed, and every requirement is proven.
func (m *Matrix) Sound() bool {
	return len(m.Survivors())+len(m.WrongKillers())+len(m.FalseAlarms())+len(m.Unproven()) == 0
}

func filter(rows []Row, is func(Row) bool) []Row {
	var kept []Row
	for _, row := range rows {
		if is(row) {
			kept = append(kept, row)
		}
	}
	return kept
}
