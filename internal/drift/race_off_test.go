//go:build !race

package drift

// raced says that the race detector watches this test, which makes it about six times slower.
const raced = false
