package redact

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"strconv"
	"sync"
)

// numbered gives labels to credentials that nobody has named. It keeps hashes of them alone,
// with a key of its own, so that its memory tells nobody what they were.
type numbered struct {
	known map[string]string
	key   [sha256.Size]byte

	mutex   sync.RWMutex
	numbers map[digest]string
}

// digest is half of a SHA-256: enough, since nobody can aim at a hash without the key.
type digest [sha256.Size / 2]byte

// mostNumbers bounds how many credentials have labels of their own. Any more share one.
const mostNumbers = 1 << 16

const sharedLabel = "<credential>"

func newNumbered(known map[string]string) *numbered {
	n := &numbered{known: map[string]string{}, numbers: map[digest]string{}}
	for name, token := range known {
		// One token with two names has the first of them, whatever the order of the map.
		if label, there := n.known[token]; !there || Label(name) < label {
			n.known[token] = Label(name)
		}
	}
	// Read never fails.
	rand.Read(n.key[:])
	return n
}

// label is the label of a value, and whether it was named beforehand.
func (n *numbered) label(value string) (label string, known bool) {
	if label, known := n.known[value]; known {
		return label, true
	}
	hash := hmac.New(sha256.New, n.key[:])
	hash.Write([]byte(value))
	key := digest(hash.Sum(nil))
	n.mutex.RLock()
	label, there := n.numbers[key]
	n.mutex.RUnlock()
	if there {
		return label, false
	}
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if label, there := n.numbers[key]; there {
		return label, false
	}
	if len(n.numbers) == mostNumbers {
		return sharedLabel, false
	}
	label = Label("credential-" + strconv.Itoa(len(n.numbers)+1))
	n.numbers[key] = label
	return label, false
}
