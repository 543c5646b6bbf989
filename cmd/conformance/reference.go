package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"conformance/internal/clock"
	"conformance/internal/reference"
	"conformance/internal/server"
)

func referenceCommand(w world) *cobra.Command {
	var listen, fault string
	var printConfig bool
	command := &cobra.Command{
		Use:   "reference",
		Short: "Serve the reference implementation",
		Long: `Serve the reference implementation of POST /accounts/{id}/unlock, until SIGINT or SIGTERM.

With --print-config standard output is a ready conformance.yaml with freshly minted
credentials, and the line that says where it listens ends it as a comment.

Exit codes: 0 stopped by a signal, 2 a flag is wrong.`,
		Example: `  conformance reference --listen 127.0.0.1:8080
  conformance reference --listen 127.0.0.1:8080 --print-config > conformance.yaml &
  conformance run --config conformance.yaml`,
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) error {
			implementation, err := reference.New(reference.Options{Clock: clock.System{}, Fault: fault})
			if err != nil {
				return err
			}
			listener, err := server.Listen(listen)
			if err != nil {
				return err
			}
			url := server.URL(listener, false)
			announcement := "listening on " + url + "\n"
			if printConfig {
				// A comment, last: the output is a config file, and whoever waits for the line has all of it.
				announcement = string(implementation.Config(url)) + "# " + announcement
			}
			if _, err := io.WriteString(w.Output, announcement); err != nil {
				return errors.Join(err, listener.Close())
			}
			return reference.Serve(c.Context(), listener, implementation)
		},
	}
	flags := command.Flags()
	flags.StringVar(&listen, "listen", "127.0.0.1:0", "`ADDRESS` to listen on; port 0 takes a free one")
	flags.StringVar(&fault, "fault", "", "serve with this fault or legal variant, by `NAME`")
	flags.BoolVar(&printConfig, "print-config", false, "print a conformance.yaml for this server")
	completeFlag(command, "fault", faultNames)
	return command
}
