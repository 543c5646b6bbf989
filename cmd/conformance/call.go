package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"conformance/internal/nearest"
)

// This file says in one sentence what is wrong with a call, before a command begins.

// takes demands one argument for each description, of which there are two at most, and says what
// they are.
func takes(what ...string) cobra.PositionalArgs {
	return func(command *cobra.Command, arguments []string) error {
		switch {
		case len(arguments) == len(what):
			return nil
		case len(what) == 0:
			return fmt.Errorf("found the argument %q, expected none; \"%s --help\" lists the flags", arguments[0], command.CommandPath())
		}
		return fmt.Errorf("found %s, expected %s: %s", argumentCount(len(arguments)), [...]string{1: "one", 2: "two"}[len(what)], strings.Join(what, ", and "))
	}
}

// takesSome demands at least one argument of a kind, and says what it is.
func takesSome(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, arguments []string) error {
		if len(arguments) == 0 {
			return fmt.Errorf("found no argument, expected at least one: %s", what)
		}
		return nil
	}
}

// argumentCount says how many arguments there are.
func argumentCount(n int) string {
	switch n {
	case 0:
		return "no argument"
	case 1:
		return "one argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// refuseEmptyValues refuses flags that were given without saying anything. In a script such a
// value is a variable that was never set: --target "$TARGET" must not test something else instead.
// Hidden flags are not for scripts.
func refuseEmptyValues(command *cobra.Command, _ []string) error {
	var err error
	command.Flags().Visit(func(flag *pflag.Flag) {
		values := []string{flag.Value.String()}
		if list, is := flag.Value.(pflag.SliceValue); is {
			values = list.GetSlice()
		}
		for _, value := range values {
			if strings.TrimSpace(value) == "" && err == nil && !flag.Hidden {
				err = fmt.Errorf("--%s: the value is empty; expected %s (is a variable not set?)", flag.Name, valueName(flag))
			}
		}
	})
	return err
}

// valueName is how the help calls the value of a flag.
func valueName(flag *pflag.Flag) string {
	name, _ := pflag.UnquoteUsage(flag)
	return name
}

// explainFlag says which flag was probably meant in the place of an unknown one, and what is
// expected of a value that cannot be read.
func explainFlag(command *cobra.Command, err error) error {
	help := fmt.Sprintf("\"%s --help\" lists the flags", command.CommandPath())
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		var names []string
		command.Flags().VisitAll(func(flag *pflag.Flag) {
			if !flag.Hidden {
				names = append(names, flag.Name)
			}
		})
		if near := nearest.Name(unknown.GetSpecifiedName(), names); near != "" && len(unknown.GetSpecifiedName()) > 1 {
			return fmt.Errorf("%w; did you mean --%s?", err, near)
		}
	case errors.As(err, &missing):
		return fmt.Errorf("--%s: the value is missing; expected %s", missing.GetFlag().Name, valueName(missing.GetFlag()))
	case errors.As(err, &invalid):
		flag := invalid.GetFlag()
		if expected := expectations[flag.Value.Type()]; expected != "" {
			return fmt.Errorf("--%s: found %q, expected %s", flag.Name, invalid.GetValue(), expected)
		}
		return fmt.Errorf("--%s: %w", flag.Name, invalid.Unwrap())
	}
	return fmt.Errorf("%w; %s", err, help)
}

// expectations say what the value of a flag must look like, by the type of the flag.
var expectations = map[string]string{
	"bool":     "true or false",
	"int":      "a whole number",
	"float64":  "a number",
	"duration": "a duration such as 90s, 10m or 720h",
}

// suggestCommand refuses an unknown command, and tells which one was probably meant.
func suggestCommand(parent *cobra.Command, arguments []string) error {
	if len(arguments) == 0 {
		return nil
	}
	var names []string
	for _, command := range parent.Commands() {
		if command.IsAvailableCommand() {
			names = append(names, command.Name())
		}
	}
	return fmt.Errorf("unknown command %q; %s", arguments[0], nearest.Advice(arguments[0], names))
}

// strictGroups lets the commands that cobra brings along, help and completion, refuse what they do
// not know as the others do.
func strictGroups(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, command := range root.Commands() {
		switch command.Name() {
		case "help":
			command.Args = knownCommand
		case "completion":
			command.Args = suggestCommand
			command.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
			for _, shell := range command.Commands() {
				shell.Args = takes()
			}
		}
	}
}

// knownCommand demands the words of a command that there is.
func knownCommand(help *cobra.Command, words []string) error {
	command, rest, err := help.Root().Find(words)
	if err != nil {
		return err
	}
	if command.HasAvailableSubCommands() {
		return suggestCommand(command, rest)
	}
	return takes()(command, rest)
}
