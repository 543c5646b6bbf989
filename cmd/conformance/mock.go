package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/spf13/cobra"

	"conformance/internal/config"
	"conformance/internal/contract"
	"conformance/internal/server"
	"conformance/internal/session"
	"conformance/internal/traffic/mock"
)

// mockFlags are the flags of the command that are not options of the mock itself.
type mockFlags struct {
	listen, configFile       string
	latency                  string
	loop                     bool
	secure                   bool
	certFile, keyFile, caOut string
}

func mockCommand(w world) *cobra.Command {
	var flags mockFlags
	options := mock.Options{Operation: contract.Unlock, OnExhausted: session.ExhaustedLast}
	command := &cobra.Command{
		Use:   "mock PATH",
		Short: "Answer from recorded traffic, in the place of the server",
		Long: `Answer from recorded traffic, in the place of the server, until SIGINT or SIGTERM. PATH is
the folder of a session, a go-vcr cassette, or an HTTP archive (.har).

A request gets the answer that was recorded for the same request: method, path under any
base, query, body (as JSON, where it is JSON) and credential. Where the same request was
recorded several times, the answers come in recorded order, and the last one stays. Nothing
is ever forwarded: a request that was not recorded gets 501 and a JSON body that says which
recorded request is nearest, and in what it differs.

Credentials: recordings hold labels such as "Bearer <orgAdmin>". A bearer token stands for
a label if the file of --config gives the credential of that name this token, or if it is
the name itself: "Bearer orgAdmin". Any other token stands for the label of --credential; or
without that flag for the credential that was accepted most often, of those that the request
was recorded with. A request without a credential is one that was recorded without.

Answers are the recorded ones to the byte, but for header fields that concern a connection
alone. Failures are played too: where there was no answer the connection is closed, where
one broke off it breaks off, and a timeout is held for up to a minute.

  GET  /__conformance/health      how many requests were answered, and how many were not
  GET  /__conformance/unmatched   the last 100 requests that found no answer, without secrets
  POST /__conformance/reset       as if the mock had just been started

Exit codes: 0 stopped by a signal, 2 a flag or file is wrong.`,
		Example: `  conformance mock session --listen 127.0.0.1:8080
  conformance mock session --config conformance.yaml --latency recorded
  conformance mock traffic.har --ignore-credentials --loop
  conformance mock session --tls --ca-out ca.pem`,
		Args: takes("the session, cassette or archive to answer from"),
		RunE: func(c *cobra.Command, arguments []string) error {
			if flags.loop {
				if c.Flags().Changed("on-exhausted") {
					return errors.New("--loop is --on-exhausted cycle; give one of the two")
				}
				options.OnExhausted = session.ExhaustedCycle
			}
			switch flags.latency {
			case "none":
			case "recorded":
				options.Latency = true
			default:
				return fmt.Errorf("--latency: found %q, expected none or recorded", flags.latency)
			}
			return serveMock(c, w, arguments[0], flags, options)
		},
	}
	set := command.Flags()
	set.StringVar(&flags.listen, "listen", "127.0.0.1:0", "`ADDRESS` to listen on; port 0 takes a free one")
	set.StringVar(&flags.configFile, "config", "", "`FILE` whose tokens stand for the labels of their names, a conformance.yaml")
	set.StringVar(&options.Credential, "credential", "", "the `LABEL` that any other bearer token stands for, such as orgAdmin")
	set.BoolVar(&options.IgnoreCredentials, "ignore-credentials", false, "let a request with any credential, or none, have any answer")
	set.BoolVar(&options.Sequence, "sequence", false, "answer strictly in the order of the whole recording")
	set.BoolVar(&flags.loop, "loop", false, "begin with the first answer again after the last")
	set.Var(&options.OnExhausted, "on-exhausted", "what a request gets when all its answers were given, a `WAY`: error (501), last (the last again) or cycle (the first again)")
	set.StringVar(&flags.latency, "latency", "none", "how long an answer takes, a `LATENCY`: none, or recorded, but at most a minute")
	set.BoolVar(&flags.secure, "tls", false, "serve https and HTTP/2, with a certificate of its own making unless --cert names one")
	set.StringVar(&flags.certFile, "cert", "", "PEM `FILE` of the certificate for --tls")
	set.StringVar(&flags.keyFile, "key", "", "PEM `FILE` of its private key")
	set.StringVar(&flags.caOut, "ca-out", "", "`FILE` to write the made certificate to, for clients to trust")
	completeFlag(command, "latency", func() []string { return []string{"none", "recorded"} })
	completeFlag(command, "on-exhausted", func() []string {
		return []string{string(session.ExhaustedError), string(session.ExhaustedLast), string(session.ExhaustedCycle)}
	})
	return command
}

// serveMock answers until the context of the command ends.
func serveMock(c *cobra.Command, w world, path string, flags mockFlags, options mock.Options) error {
	tokens, err := tokensOf(flags.configFile, w.Environ)
	if err != nil {
		return err
	}
	options.Credentials = tokens
	secure, err := flags.certificate(time.Now())
	if err != nil {
		return err
	}
	recording, err := session.Open(path)
	if err != nil {
		return err
	}
	defer recording.Close()
	for _, warning := range recording.Warnings() {
		fmt.Fprintf(w.Errors, "conformance: %s\n", warning)
	}
	answering, err := mock.New(recording, options)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	listener, err := server.Listen(flags.listen)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w.Output, "listening on %s\n", server.URL(listener, secure != nil)); err != nil {
		return errors.Join(err, listener.Close())
	}
	return server.Serve(c.Context(), listener, server.Options{
		Handler: answering, TLS: secure, StopAtOnce: true,
		ReadTimeout: mockReadTimeout, WriteTimeout: mockWriteTimeout,
	})
}

// The bounds of an exchange with a mock; answers can be held for a minute.
const (
	mockReadTimeout  = 15 * time.Second
	mockWriteTimeout = 2 * time.Minute
)

// tokensOf are the tokens of a config by the names of their credentials; none without a config.
func tokensOf(file string, environ func(string) (string, bool)) (map[string]string, error) {
	if file == "" {
		return nil, nil
	}
	c, err := config.Load(file, environ)
	if err != nil {
		return nil, err
	}
	return c.ResolveCredentials(environ)
}

// certificate is what the flags ask of TLS; nil when they ask for none.
func (f mockFlags) certificate(now time.Time) (*tls.Config, error) {
	switch own := f.certFile != "" || f.keyFile != ""; {
	case !f.secure && (own || f.caOut != ""):
		return nil, errors.New("--cert, --key and --ca-out are for --tls; add it, or leave them out")
	case !f.secure:
		return nil, nil
	case own && (f.certFile == "" || f.keyFile == ""):
		return nil, errors.New("--cert and --key belong together; give both, or neither for a certificate of the mock's own making")
	case own && f.caOut != "":
		return nil, errors.New("--ca-out writes the certificate that the mock makes, and --cert names another; give one of the two")
	case own:
		certificate, err := tls.LoadX509KeyPair(f.certFile, f.keyFile)
		if err != nil {
			return nil, fmt.Errorf("--cert %s, --key %s: %w", f.certFile, f.keyFile, err)
		}
		return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}}, nil
	}
	host, _, _ := net.SplitHostPort(f.listen) // a wrong address is found when it is listened on
	certificate, authority, err := mock.GenerateCertificate(host, now)
	if err != nil {
		return nil, err
	}
	if f.caOut != "" {
		if err := os.WriteFile(f.caOut, authority, 0o644); err != nil {
			return nil, fmt.Errorf("--ca-out: %w", err)
		}
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}}, nil
}
