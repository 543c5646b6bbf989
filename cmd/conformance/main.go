// Command conformance tells whether a deployment behaves as the published page of
// POST /accounts/{id}/unlock says.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"conformance/internal/outcome"
	"conformance/internal/report"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	takeSignals := func() {
		// Whoever else asked for them gets them no more.
		signal.Ignore(os.Interrupt, syscall.SIGTERM)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	}
	takeSignals()
	go func() {
		<-signals
		cancel()
		// Whoever asks twice does not want to wait for reports. And nobody waits for a report into a
		// pipe, or a file from one, that has no other end.
		select {
		case <-signals:
		case <-time.After(patience):
		}
		os.Exit(outcome.ExitNoVerdict)
	}()
	// Whoever reads the output may stop, as head does; what is recorded and reported goes on.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(execute(ctx, world{Args: os.Args[1:], Output: stream{os.Stdout}, Errors: stream{os.Stderr}, Environ: os.LookupEnv, TakeSignals: takeSignals}))
}

// patience is how long a command may take to end once it is told to: longer than any server gives
// the requests that are under way.
const patience = 30 * time.Second

// world is what a command sees of its surroundings.
type world struct {
	Args    []string
	Output  io.Writer
	Errors  io.Writer
	Environ func(name string) (string, bool)
	// TakeSignals takes the signals that end a run back from a library that took them.
	TakeSignals func()
}

// exit is the error of a command that has said all there is to say.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// execute runs the command that the arguments name and returns its exit code.
func execute(ctx context.Context, w world) int {
	root := rootCommand(w)
	root.SetArgs(w.Args)
	root.SetOut(w.Output)
	root.SetErr(w.Errors)
	err := root.ExecuteContext(ctx)
	var code exit
	switch {
	case err == nil:
		return outcome.ExitConformant
	case errors.As(err, &code):
		return int(code)
	}
	complain(w.Errors, err)
	var failed *outcome.Error
	if errors.As(err, &failed) {
		return failed.Code
	}
	return outcome.ExitUsage
}

// complain prints an error, which can be several in as many lines. Names of files, and what stands in
// them, cannot give orders to the terminal.
func complain(out io.Writer, err error) {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	for i, line := range lines {
		lines[i] = report.Printable(line)
	}
	fmt.Fprintf(out, "conformance: %s\n", strings.Join(lines, "\n"))
}

// rootCommand has all commands below it.
func rootCommand(w world) *cobra.Command {
	root := &cobra.Command{
		Use:           "conformance",
		Short:         "Tells whether a deployment of POST /accounts/{id}/unlock keeps its word",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		Args:          suggestCommand,
		// Before every command, since none has one of its own.
		PersistentPreRunE: refuseEmptyValues,
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("conformance {{.Version}}, " + build() + "\n")
	root.SetFlagErrorFunc(explainFlag)
	root.AddCommand(runCommand(w), selftestCommand(w), referenceCommand(w), explainCommand(w), initCommand(w),
		mockCommand(w), recordCommand(w), verifyCommand(w), convertCommand(w),
		replayCommand(w), diffCommand(w),
		mergeCommand(w), configCommand(w), docsCommand(w))
	strictGroups(root)
	return root
}

// build tells what this program was built of and with: the commit, if that is known, and Go.
func build() string {
	info, known := debug.ReadBuildInfo()
	if !known {
		return runtime.Version()
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	commit := settings["vcs.revision"]
	if commit == "" {
		return "of an unknown commit, " + info.GoVersion
	}
	if settings["vcs.modified"] == "true" {
		commit += " with changes"
	}
	return "commit " + commit + ", " + info.GoVersion
}

// version is the module's version, or "devel" for a build from a checkout.
func version() string {
	info, known := debug.ReadBuildInfo()
	if !known || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
