//go:build !race

package resend

// slower says that there is no race detector, and all faults are tried.
const slower = 1
