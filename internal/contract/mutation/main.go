// Command mutation shows how sharp the tests of internal/contract are. It makes one small
// change to the rules at a time, runs the tests of the package on each, and lists the changes
// that no test noticed: a rule that could be weakened so without anybody seeing it.
//
//	go run ./internal/contract/mutation [-match TEXT] [-workers N] [-list]
//
// The repository is not touched: a mutant is laid over it by `go test -overlay`. A mutant that
// changes nothing that could be observed is named in equivalent.yaml, with the reason.
//
// Exit codes: 0 every mutant was noticed or is equivalent; 1 one survived, or equivalent.yaml
// has an entry too many; 2 the call or the tests themselves are wrong.
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
	list := flag.Bool("list", false, "list the mutants and stop")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	sound, err := run(ctx, options, *list, os.Stdout)
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
}

// run tests every mutant and prints what became of them. It reports whether the tests are
// sharp enough, and an error when that could not be found out.
func run(ctx context.Context, o options, list bool, out io.Writer) (bool, error) {
	mutants, err := mutantsOf(o.dir)
	if err != nil {
		return false, err
	}
	known, err := readEquivalents(mutants)
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
	if list {
		for _, m := range chosen {
			fmt.Fprintln(out, m)
		}
		return true, nil
	}
	begun := time.Now()
	fates, err := testAll(ctx, o, chosen, out)
	if err != nil {
		return false, err
	}
	if ctx.Err() != nil {
		return false, errors.New("interrupted")
	}
	return report(out, chosen, fates, known, time.Since(begun)), nil
}

// report prints the survivors and the figures.
func report(out io.Writer, mutants []mutant, fates []fate, known map[string]string, took time.Duration) bool {
	counts := map[fate]int{}
	sound := true
	for i, m := range mutants {
		reason, equivalent := known[m.name]
		switch {
		case fates[i] == survived && equivalent:
			fates[i] = unobservable
		case fates[i] == survived:
			fmt.Fprintln(out, "SURVIVED", m)
			sound = false
		case equivalent:
			fmt.Fprintf(out, "NOTICED  %s\n         though equivalent.yaml says: %s; remove the entry\n", m, reason)
			sound = false
		}
		counts[fates[i]]++
	}
	fmt.Fprintf(out, "%d mutants: %d killed, %d equivalent, %d survived, %d that do not compile, in %s\n",
		len(mutants), counts[killed], counts[unobservable], counts[survived], counts[unbuildable], took.Round(time.Second))
	return sound
}
