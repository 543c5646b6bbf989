package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"conformance/internal/outcome"
	"conformance/internal/report"
	"conformance/internal/shard"
	"conformance/internal/traffic/resend"
)

func replayCommand(w world) *cobra.Command {
	options := resend.Options{Output: w.Output, Environ: w.Environ, Now: time.Now, Version: version()}
	var reports []string
	var part string
	command := &cobra.Command{
		Use:   "replay PATH",
		Short: "Send recorded requests to a target again, and compare the answers",
		Long: `Send recorded requests to a target again, and compare the answers with the recorded ones. PATH is
the folder of a session, a go-vcr cassette, or an HTTP archive (.har).

Requests for one account are sent in recorded order, those of different accounts side by side:
as soon as possible, at a rate, or at the recorded times. Credentials are those of the config
by the names of the recorded labels; without a config only requests without credentials are sent.

No account is harmed: requests are sent only for accounts.unlockable and accounts.missing of the
config, for which the recorded run's stand, and for ids that no system has. --map-account maps
other recorded accounts to the two. Of requests for other paths only those are sent that change
nothing: GET, HEAD and OPTIONS. What is not sent is listed with the reason.

Each difference is breaking, tolerable or noise. Ids, points in time and texts may differ; --mask
names more that may, --noise learns it from another recording of the same server. A 429 that the
recording did not meet is waited out, as long as provoke.rateLimit.maxWait allows.

Exit codes: 0 nothing breaking, 1 something breaking, 2 a flag or file is wrong, 3 no verdict
(target unreachable, interrupted, or nothing that could be sent).`,
		Example: `  conformance replay session --config conformance.yaml
  conformance replay session --config conformance.yaml --noise session-of-the-same-day --mask mask.yaml
  conformance replay traffic.har --config conformance.yaml --map-account '*=ef38f94347e94562b5bb8424a56397d8' \
      --map-credential credential-1=orgAdmin --rate 50
  conformance replay session --target http://127.0.0.1:8080 --speed 2 --report junit=replay.xml`,
		Args: takes("the session, cassette or archive to send again"),
		RunE: func(c *cobra.Command, arguments []string) error {
			options.Path = arguments[0]
			var err error
			if options.Reports, err = resend.Formats.Parse(reports); err != nil {
				return err
			}
			if options.Shard, err = shard.Parse(part, w.Environ); err != nil {
				return err
			}
			if out, is := w.Output.(stream); is {
				options.Color = report.WantColor(out.file, w.Environ)
			}
			if notes, is := w.Errors.(stream); is && report.IsTerminal(notes.file) {
				options.Progress = notes
			}
			made, err := resend.Run(c.Context(), options)
			if err != nil {
				return err
			}
			if code := made.ExitCode(); code != outcome.ExitConformant {
				return exit(code)
			}
			return nil
		},
	}
	flags := command.Flags()
	flags.StringVar(&options.ConfigFile, "config", "", "`FILE` that says what to send to and with which credentials")
	flags.StringVar(&options.Target, "target", "", "base `URL` to send to, in the place of the config's")
	flags.IntVar(&options.Rate, "rate", 0, "send at most this `NUMBER` of requests a second")
	flags.Float64Var(&options.Speed, "speed", 0, "send each request at its recorded time, so many `TIMES` faster; 1 is as recorded")
	flags.IntVar(&options.Concurrency, "concurrency", 8, "a `NUMBER`: how many requests to have under way at a time")
	flags.StringVar(&part, "shard", "", "send only this part of the requests, `NUMBER/PARTS` such as 3/16, or auto in a CI matrix; see merge")
	flags.StringVar(&options.Noise, "noise", "", "another `SESSION` of the server that PATH was recorded from: leave out what differs between the two")
	flags.StringVar(&options.MaskFile, "mask", "", "`FILE` of JSON Pointers and header fields that may differ, with reasons")
	flags.StringArrayVar(&options.MapAccounts, "map-account", nil, "send the requests for a recorded account for one of the config's, `RECORDED=TARGET`; RECORDED may be *; may be given again")
	flags.StringArrayVar(&options.MapCredentials, "map-credential", nil, "send a recorded credential as one of the config's, `RECORDED=NAME`; RECORDED may be *; may be given again")
	flags.StringArrayVar(&reports, "report", nil, "write a report, `KIND=FILE`; may be given again; kinds: "+strings.Join(resend.Formats.Kinds(), ", "))
	flags.DurationVar(&options.Timeout, "timeout", 0, "the longest `DURATION` of the replay; 0 sets no limit")
	flags.BoolVar(&options.InsecureHTTP, "insecure-http", false, "allow plain http, and so credentials in clear, to another machine")
	completeFlag(command, "report", func() []string { return kindsToComplete(resend.Formats.Kinds()) })
	return command
}
