package redact

import (
	"strings"
	"sync"
)

// echoes are the values that were secret lately, so that they are found where they are repeated.
// There are two generations: when the recent one is full it becomes the older one, and what was
// the older one is forgotten. A value that is seen again moves on.
type echoes struct {
	mutex         sync.RWMutex
	recent, older *Secrets
	size          int
}

// generation is how many values the recent generation holds, longestEcho how long each can be
// in bytes.
const (
	generation  = 256
	longestEcho = 8 << 10
)

func newEchoes() *echoes { return &echoes{recent: &Secrets{}, older: &Secrets{}} }

// add remembers a value, unless it would be found by chance. It returns where the value is kept,
// or nil.
func (e *echoes) add(value, label string) *Secrets {
	if len(value) > longestEcho || len(value) < ShortestSecret || isWord(value) {
		return nil
	}
	if recent, _ := e.current(); recent.knows(value, label) {
		return recent
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.recent.knows(value, label) {
		return e.recent
	}
	if e.size == generation {
		e.recent, e.older, e.size = &Secrets{}, e.recent, 0
	}
	e.recent.Add(value, label)
	e.size++
	return e.recent
}

// current are both generations.
func (e *echoes) current() (recent, older *Secrets) {
	e.mutex.RLock()
	defer e.mutex.RUnlock()
	return e.recent, e.older
}

// isWord tells whether a value is one that ordinary text holds, if it is short: letters alone or
// digits alone, with separators, as in names, dates and addresses.
func isWord(value string) bool {
	const longestWord = 24
	if len(value) > longestWord {
		return false
	}
	letters, digits := false, false
	for _, c := range value {
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			letters = true
		case '0' <= c && c <= '9':
			digits = true
		case !strings.ContainsRune("-_.: /", c):
			return false
		}
	}
	return !letters || !digits
}
