package main

import (
	"crypto/rand"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"conformance/internal/report"
	"conformance/internal/runner"
)

// output is the flags of what a run leaves behind, which commands that end like one share.
type output struct {
	reports []string
	compare string
}

func (o *output) addFlags(command *cobra.Command, options *runner.Options) {
	flags := command.Flags()
	flags.StringArrayVar(&o.reports, "report", nil, "write a report, `KIND=FILE`; may be given again; kinds: "+
		strings.Join(report.Run.Kinds(), ", ")+"; github, which needs no FILE, is written in GitHub Actions anyway")
	flags.StringVar(&o.compare, "compare-to", "", "earlier JSON report `FILE`, of which the html report shows what changed since")
	flags.BoolVar(&options.Quiet, "quiet", false, "print the verdict alone")
	completeFlag(command, "report", func() []string { return kindsToComplete(report.Run.Kinds()) })
}

// apply makes options of the flags and of what standard output is.
func (o *output) apply(w world, options *runner.Options) error {
	destinations, err := report.Run.Parse(o.reports)
	if err != nil {
		return err
	}
	options.Reports, options.Formats = report.OnGitHub(destinations, w.Environ), report.Run
	if o.compare != "" {
		earlier, err := report.LoadEarlier(o.compare)
		if err != nil {
			return err
		}
		options.Formats = report.ComparedTo(earlier)
	}
	if report.InGitHub(w.Environ) {
		// Foreign text must not be taken for commands of the workflow.
		options.Guard = rand.Text()
	}
	out, is := w.Output.(stream)
	if !is {
		return nil
	}
	options.Color = report.WantColor(out.file, w.Environ)
	if report.WantLive(out.file, w.Environ) && options.Verbose == 0 {
		if width, height, err := term.GetSize(int(out.file.Fd())); err == nil {
			options.Live, options.Width, options.Height = true, min(width, report.DefaultWidth), height
		}
	}
	return nil
}
