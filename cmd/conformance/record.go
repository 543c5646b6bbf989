package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"conformance/internal/config"
	"conformance/internal/report"
	"conformance/internal/server"
	"conformance/internal/session"
	"conformance/internal/traffic/proxy"
)

// recordFlags are the flags of the command.
type recordFlags struct {
	target, configFile, listen, caFile string
	public, insecureHTTP               bool
	only                               []string
	maxBody                            size
	options                            proxy.RecordOptions
}

func recordCommand(w world) *cobra.Command {
	flags := recordFlags{maxBody: session.DefaultBodyLimit}
	command := &cobra.Command{
		Use:   "record",
		Short: "Record traffic on its way to a target, as a proxy before it",
		Long: `Record traffic on its way to a target, as a reverse proxy before it, until SIGINT or SIGTERM.

Point your client to the address that the proxy prints instead of the target. The client
sees what the target says: status, header fields, body, trailers, streamed, and whether or not
the recording works. Only Host is the target's, and header fields that concern a connection
alone are not passed on. A target that gives no answer is a 502 with a JSON body.

Everything is recorded into the session in the folder of --out, before the client has the end
of the answer. No credential, cookie or secret is written: of a bearer token the recording
holds a label such as <credential-1>, or with --config the name of the credential.

The proxy stands before one target: requests to other hosts are refused. It listens on this
machine alone unless --public is given.

Exit codes: 0 recorded, 2 a flag or file is wrong or the recording is not whole.`,
		Example: `  conformance record --target https://tenant.example/v2025 --listen 127.0.0.1:8080 --out session
  conformance record --config conformance.yaml --only '/accounts/*/unlock' --out session
  conformance record --target http://127.0.0.1:9000 --sync always --max-body 512KiB --out session`,
		Args: takes(),
		RunE: func(c *cobra.Command, _ []string) error {
			return record(c.Context(), w, flags)
		},
	}
	set := command.Flags()
	set.StringVar(&flags.target, "target", "", "base `URL` of the target")
	set.StringVar(&flags.configFile, "config", "", "`FILE` with the target, its TLS files, and the names of credentials, a conformance.yaml")
	set.StringVar(&flags.listen, "listen", "127.0.0.1:0", "`ADDRESS` to listen on; port 0 takes a free one")
	set.BoolVar(&flags.public, "public", false, "allow an address that other machines can reach")
	set.BoolVar(&flags.insecureHTTP, "insecure-http", false, "allow plain http, and so credentials in clear, to another machine")
	set.StringVar(&flags.options.Folder, "out", "", "`FOLDER` of the session")
	set.StringVar(&flags.caFile, "ca-file", "", "PEM `FILE` of the authorities to trust instead of the system's")
	set.StringArrayVar(&flags.only, "only", nil, "record only paths that end with this `PATTERN`, such as /accounts/*/unlock; may be given again")
	set.Var(&flags.maxBody, "max-body", "the `SIZE` up to which a body is recorded; all of it is passed on")
	set.Var(&flags.options.Sync, "sync", syncUsage)
	set.StringArrayVar(&flags.options.Redact.Headers, "secret-header", nil, "a header that holds secrets, by `NAME`; may be given again")
	set.StringArrayVar(&flags.options.Redact.Members, "secret-member", nil, "a JSON member that holds secrets, by `NAME` or JSON Pointer; may be given again")
	set.DurationVar(&flags.options.Timeout, "timeout", time.Minute, "the longest `DURATION` that the target may take for the header of an answer; 0 sets no limit")
	completeFlag(command, "sync", syncPolicies)
	return command
}

// record runs the proxy until the context ends.
func record(ctx context.Context, w world, flags recordFlags) error {
	options := flags.options
	if options.Folder == "" {
		return errors.New("--out is missing; name the folder of the session to record")
	}
	if options.Timeout < 0 {
		return fmt.Errorf("--timeout %s: expected a duration such as 1m; 0 sets no limit", options.Timeout)
	}
	if err := flags.towardsTarget(w, &options); err != nil {
		return err
	}
	for _, text := range flags.only {
		pattern, err := proxy.ParsePattern(text)
		if err != nil {
			return fmt.Errorf("--only: %w", err)
		}
		options.Only = append(options.Only, pattern)
	}
	address, err := guardedAddress(flags.listen, flags.public)
	if err != nil {
		return err
	}
	listener, err := server.Listen(address)
	if err != nil {
		return err
	}
	options.BodyLimit, options.Tool = int(flags.maxBody), "conformance "+version()
	options.Output, options.Notes = w.Output, w.Errors
	if notes, is := w.Errors.(stream); is {
		options.Live = report.IsTerminal(notes.file)
	}
	return proxy.Record(ctx, listener, options)
}

// towardsTarget finds out where the target is, how to talk to it, and what is secret there.
func (f recordFlags) towardsTarget(w world, options *proxy.RecordOptions) error {
	c := &config.Config{}
	var err error
	if f.configFile != "" {
		if c, err = config.Load(f.configFile, w.Environ); err != nil {
			return err
		}
	}
	if f.target != "" {
		if err := c.Override(f.target); err != nil {
			return err
		}
	}
	if c.Target.URL == "" {
		return errors.New("--target is missing; name the base URL of the target, or a file with target.url with --config")
	}
	if err := c.CheckEncrypted(f.insecureHTTP); err != nil {
		return err
	}
	if f.caFile != "" {
		c.OverrideAuthority(f.caFile)
	}
	if options.TLS, err = c.ClientTLS(); err != nil {
		return err
	}
	if options.Redact.Credentials, err = c.ResolveCredentials(w.Environ); err != nil {
		return err
	}
	for name := range c.SecretHeaders() {
		options.Redact.Headers = append(options.Redact.Headers, name)
	}
	slices.Sort(options.Redact.Headers)
	if options.Target, err = url.Parse(c.Target.URL); err != nil {
		return fmt.Errorf("target.url: %w", err)
	}
	return nil
}

// guardedAddress is an address to listen on that other machines cannot reach, unless that is
// allowed. Without a host it is one of this machine.
func guardedAddress(address string, public bool) (string, error) {
	host, port, err := net.SplitHostPort(address)
	switch {
	case err != nil:
		return "", fmt.Errorf("--listen %s: expected HOST:PORT of this machine, port 0 takes a free one", address)
	case public:
		return address, nil
	case host == "":
		return net.JoinHostPort("127.0.0.1", port), nil
	case host == "localhost":
		return address, nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Unmap().IsLoopback() {
		return address, nil
	}
	return "", fmt.Errorf("--listen %s: other machines could reach the proxy there, and the target through it; listen on 127.0.0.1, or allow it with --public", address)
}
