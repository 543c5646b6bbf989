// Command mutation shows how sharp the tests of internal/contract are. It makes one small
// change to the rules at a time, runs the tests of the package on each, and lists the changes
// that no test noticed: a rule that could be weakened so without anybody seeing it.
//
//	go run ./internal/contract/mutation [-match TEXT] [-workers N] [-list]
//
// The repository is not touched. All mutants are built into one test binary, laid over the
// package by `go test -overlay`; which of them is alive is told by the environment. A mutant
// that changes nothing that a test could observe is named in equivalent.yaml, with the reason.
//
// Exit codes: 0 every mutant was noticed or is equivalent; 1 one survived, or equivalent.yaml
// has an entry too many; 2 the call, or the tests without any mutant, are wrong.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"
)

func main() {
	options := options{}
	flag.StringVar(&options.dir, "dir", "internal/contract", "the `directory` of the package")
	flag.StringVar(&options.match, "match", "", "only the mutants whose name contains this `text`")
	flag.IntVar(&options.workers, "workers", runtime.NumCPU(), "how `many` mutants to test at a time")
	flag.BoolVar(&options.list, "list", false, "list the mutants and stop")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	sound, err := run(ctx, options, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(2)
	case !sound:
		os.Exit(1)
	}
}

type options struct {
	dir, match string
	workers    int
	list       bool
}

// run tests the mutants and prints what became of them. It reports whether the tests are sharp
// enough, and an error when that could not be found out.
func run(ctx context.Context, o options, out io.Writer) (bool, error) {
	scratch, err := os.MkdirTemp("", "mutation-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(scratch)
	begun := time.Now()
	binary, mutants, err := build(ctx, o.dir, scratch)
	if err != nil {
		return false, err
	}
	known, err := readEquivalents(equivalentFile, mutants)
	if err != nil {
		return false, err
	}
	chosen := mutants[:0:0]
	for _, m := range mutants {
		if strings.Contains(m.name, o.match) {
			chosen = append(chosen, m)
		}
	}
	if len(chosen) == 0 {
		return false, fmt.Errorf("no mutant's name contains %q", o.match)
	}
	if o.list {
		for _, m := range chosen {
			fmt.Fprintln(out, m)
		}
		return true, nil
	}
	l, err := newLaboratory(binary, o.dir, scratch)
	if err != nil {
		return false, err
	}
	survived, err := testAll(ctx, l, o.workers, chosen, out)
	if err != nil {
		return false, err
	}
	if ctx.Err() != nil {
		return false, errors.New("interrupted")
	}
	return report(out, chosen, survived, known, time.Since(begun)), nil
}

// report prints the survivors and the figures.
func report(out io.Writer, mutants []mutant, survived []bool, known map[string]string, took time.Duration) bool {
	killed, equivalent, alive, wrong := 0, 0, 0, 0
	for i, m := range mutants {
		reason, listed := known[m.name]
		switch {
		case survived[i] && listed:
			equivalent++
		case survived[i]:
			fmt.Fprintln(out, "SURVIVED", m)
			alive++
		case listed:
			fmt.Fprintf(out, "KILLED   %s\n         though equivalent.yaml says: %s; remove the entry\n", m, reason)
			wrong++
		default:
			killed++
		}
	}
	fmt.Fprintf(out, "%d mutants: %d killed, %d equivalent, %d survived (%s)\n",
		len(mutants), killed+wrong, equivalent, alive, took.Round(time.Second))
	return alive == 0 && wrong == 0
}
