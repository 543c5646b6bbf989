package main

import (
	"github.com/spf13/cobra"

	"conformance/internal/reference"
	"conformance/internal/runner"
	"conformance/internal/session"
)

// completeFlag lets shells complete the flag's value with the words.
func completeFlag(command *cobra.Command, flag string, words func() []string) {
	cobra.CheckErr(command.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words(), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}))
}

// syncUsage explains the flag --sync.
const syncUsage = "when the recording is brought to the disk, a `POLICY`: always (with each exchange), interval (once a second) or none (as the system likes)"

// syncPolicies are those that --sync takes.
func syncPolicies() []string {
	return []string{string(session.SyncAlways), string(session.SyncInterval), string(session.SyncNone)}
}

// requirementIDs are the ids of all requirements; none when they cannot be read, for a shell
// has no use for an error.
func requirementIDs() []string {
	explanations, err := runner.List("")
	if err != nil {
		return nil
	}
	var ids []string
	for _, explanation := range explanations {
		ids = append(ids, explanation.Requirement.ID)
	}
	return ids
}

// faultNames are those of all faults and legal variants.
func faultNames() []string {
	var names []string
	for _, fault := range reference.Faults() {
		names = append(names, fault.Name)
	}
	return names
}

// kindsToComplete are kinds of reports, as far as they go before the file's name.
func kindsToComplete(kinds []string) []string {
	var begun []string
	for _, kind := range kinds {
		begun = append(begun, kind+"=")
	}
	return begun
}
