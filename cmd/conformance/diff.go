package main

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"conformance/internal/drift"
	"conformance/internal/drift/print"
	"conformance/internal/outcome"
	"conformance/internal/report"
)

// diffFlags are the flags of the command.
type diffFlags struct {
	operation, root, failOn, ignore, accept string
	reports                                 []string
}

func diffCommand(w world) *cobra.Command {
	var flags diffFlags
	command := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Tell what changed, and whom it breaks",
		Long: `Tell what changed from OLD to NEW, and whether that breaks a client or a server. Each side is

  recorded traffic   the folder of a session, a go-vcr cassette, or an HTTP archive (.har)
  a document         an OpenAPI 3.0 or 3.1 document, YAML or JSON, in which the operation is found
                     whatever the base path or version; references to other files are followed
                     below --root alone, and none to the network
  contract           the word: what this project holds the API to

Two recordings need not be of the same size or order: the same requests are compared with one
another, and of all answers with a status what they have in common. What the page allows is
harmless at most, and what rests on too few exchanges is a note. A document is held against the
contract, and traffic against a document or the contract, whichever comes first.

Changes are breaking, notable or harmless; "conformance explain RULE" tells of the rule that a
change is reported under. An ignore file excuses some, each with a reason:

  status-added 503: {reason: announced for May, until: 2027-05-31}

Exit codes: 0 nothing changed at or above the grade of --fail-on, 1 something did, 2 a flag or
file is wrong.`,
		Example: `  conformance diff sessions/2026-10 sessions/2026-11
  conformance diff good nightly --fail-on notable --report markdown=drift.md --accept good
  conformance diff contract vendor.yaml --operation 'POST /accounts/{id}/unlock'
  conformance diff vendor.yaml traffic.har --ignore known-drift.yaml --report sarif=drift.sarif`,
		Args: takes("what was", "what is now"),
		RunE: func(_ *cobra.Command, arguments []string) error {
			return tellDrift(w, arguments[0], arguments[1], flags)
		},
	}
	set := command.Flags()
	set.StringVar(&flags.operation, "operation", drift.DefaultOperation(), "the `OPERATION`, as its method and the template of its path")
	set.StringVar(&flags.root, "root", "", "`FOLDER` below which references of documents may reach; their own folder unless given")
	set.StringVar(&flags.failOn, "fail-on", string(drift.OnBreaking), "the least `GRADE` of a change that exits 1: breaking, notable or any")
	set.StringVar(&flags.ignore, "ignore", "", "`FILE` of changes that are known, with reasons")
	set.StringVar(&flags.accept, "accept", "", "if nothing fails, let NEW, which is recorded traffic, take the place of the session in this `FOLDER`")
	set.StringArrayVar(&flags.reports, "report", nil, "write a report, `KIND=FILE`; may be given again; kinds: "+
		strings.Join(print.Reports.Kinds(), ", ")+"; github, which needs no FILE, is written in GitHub Actions anyway")
	completeFlag(command, "fail-on", func() []string {
		return []string{string(drift.OnBreaking), string(drift.OnNotable), string(drift.OnAny)}
	})
	completeFlag(command, "report", func() []string { return kindsToComplete(print.Reports.Kinds()) })
	return command
}

// tellDrift compares, reports, and accepts.
func tellDrift(w world, old, new string, flags diffFlags) error {
	destinations, err := print.Reports.Parse(flags.reports)
	if err != nil {
		return err
	}
	destinations = report.OnGitHub(destinations, w.Environ)
	if err := report.CheckAll(destinations, old, new, flags.ignore, flags.accept); err != nil {
		return err
	}
	r, err := compared(old, new, flags)
	if err != nil {
		return err
	}
	if err := printed(w, r, destinations); err != nil {
		return err
	}
	if r.ExitCode() != outcome.ExitConformant {
		return exit(r.ExitCode())
	}
	if flags.accept == "" {
		return nil
	}
	if err := drift.Accept(new, flags.accept); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Output, "%s holds what is in %s now\n", report.Printable(flags.accept), report.Printable(new))
	return err
}

// compared reads both sides and compares them.
func compared(old, new string, flags diffFlags) (*drift.Report, error) {
	threshold, err := drift.ParseThreshold(flags.failOn)
	if err != nil {
		return nil, fmt.Errorf("--fail-on: %w", err)
	}
	var ignore *drift.Ignore
	if flags.ignore != "" {
		if ignore, err = drift.LoadIgnore(flags.ignore); err != nil {
			return nil, err
		}
	}
	before, err := drift.Load(old, flags.operation, flags.root)
	if err != nil {
		return nil, err
	}
	now, err := drift.Load(new, flags.operation, flags.root)
	if err != nil {
		return nil, err
	}
	if flags.accept != "" && now.Kind != drift.Traffic {
		return nil, fmt.Errorf("--accept: %s is no recorded traffic; only that can take the place of a session", new)
	}
	r, err := drift.Compare(before, now)
	if err != nil {
		return nil, err
	}
	r.Tool, r.FailOn = version(), threshold
	ignore.Apply(r, time.Now())
	return r, nil
}

// printed writes the report for people, and all that were asked for.
func printed(w world, r *drift.Report, destinations []report.Destination) error {
	if report.InGitHub(w.Environ) {
		// Foreign text must not be taken for commands of the workflow.
		guard := rand.Text()
		fmt.Fprintf(w.Output, "::stop-commands::%s\n", guard)
		defer func() { _ = print.Annotate(w.Output, r, destinations) }() // nobody reads standard output any more when it fails
		defer fmt.Fprintf(w.Output, "::%s::\n", guard)
	}
	colour := false
	if out, is := w.Output.(stream); is {
		colour = report.WantColor(out.file, w.Environ)
	}
	if err := print.Console(w.Output, r, colour); err != nil {
		return err
	}
	return print.Reports.WriteFiles(r, destinations)
}
