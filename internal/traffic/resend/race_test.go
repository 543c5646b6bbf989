//go:build race

package resend

// slower is how many times as long a test takes with the race detector, as a rule: of the faults
// only one in so many is tried then.
const slower = 10
