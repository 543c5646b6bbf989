package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"conformance/internal/convert"
	"conformance/internal/outcome"
	"conformance/internal/report"
)

func convertCommand(w world) *cobra.Command {
	options := convert.Options{Version: version()}
	command := &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Convert recorded traffic: session, cassette, HTTP archive",
		Long: `Convert recorded traffic. IN is the folder of a session, a cassette that any version of
go-vcr wrote, or an HTTP archive (HAR). OUT says by its name what it becomes: an archive
(.har), a single cassette (.yaml), or else the folder of a session. OUT must not exist yet,
and is written whole or not at all.

Nothing is lost: cases, attempts, credentials, failures, times and the session's manifest
come along, so that "conformance run --replay" gives the same results from each form.

Secrets: sessions that this program recorded have labels in the place of secrets already.
Traffic of other programs is always cleaned: credentials, cookies and what stands in members
and parameters for secrets become labels such as <credential-1>. --redact cleans IN even if
this program recorded it. Where something still looks like a secret after that, nothing is
written, unless --keep-suspects says that it is none.

Exit codes: 0 converted, 2 a flag or file is wrong, or secrets would be written, 3 interrupted.`,
		Example: `  conformance convert session session.har
  conformance convert browser.har session
  conformance convert fixtures/unlock.yaml clean.yaml --secret-header X-Tenant-Key`,
		Args: takes("the traffic to convert", "what to write"),
		RunE: func(c *cobra.Command, arguments []string) error {
			options.In, options.Out = arguments[0], arguments[1]
			result, err := convert.Convert(c.Context(), options)
			if errors.Is(err, context.Canceled) {
				return &outcome.Error{Code: outcome.ExitNoVerdict, Err: errors.New("interrupted, nothing was written")}
			}
			if err != nil {
				return err
			}
			for _, warning := range result.Warnings {
				fmt.Fprintf(w.Errors, "conformance: %s\n", warning)
			}
			_, err = fmt.Fprintf(w.Output, "%s: %d interactions, %d of them cleaned\n", report.Printable(options.Out), result.Interactions, result.Cleaned)
			return err
		},
	}
	flags := command.Flags()
	flags.BoolVar(&options.Redact, "redact", false, "clean sessions of this program too; other traffic always is")
	flags.StringArrayVar(&options.Redaction.Headers, "secret-header", nil, "a header that holds secrets, by `NAME`; may be given again")
	flags.StringArrayVar(&options.Redaction.Members, "secret-member", nil, "a JSON member that holds secrets, by `NAME` or JSON Pointer; may be given again")
	flags.BoolVar(&options.KeepSuspects, "keep-suspects", false, "write also what still looks like a secret after cleaning")
	return command
}
