// Command peak runs a program and writes to a file how many bytes of memory it held at the
// most: peak FILE PROGRAM ARGUMENT...
//
// Linux counts what the parent held when it started a process as held by the process. A test
// that measures a program from a large process of its own would measure itself; this one is
// small, and never in the way.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// exitNotRun says that the program did not run, or was not measured.
const exitNotRun = 125

func main() {
	code, err := measure(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "peak:", err)
		code = exitNotRun
	}
	os.Exit(code)
}

func measure(arguments []string) (code int, err error) {
	if len(arguments) < 2 {
		return 0, errors.New("expected a file and a program")
	}
	command := exec.Command(arguments[1], arguments[2:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = command.Run()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		return 0, err
	}
	usage, is := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !is {
		return 0, errors.New("this system does not tell how much memory a process held")
	}
	const unit = 1 << 10 // Linux counts in kibibytes
	if err := os.WriteFile(arguments[0], []byte(strconv.FormatInt(usage.Maxrss*unit, 10)), 0o600); err != nil {
		return 0, err
	}
	return command.ProcessState.ExitCode(), nil
}
