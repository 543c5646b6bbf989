package reference

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"strings"
	"sync"
)

// maxRequestsSeen bounds how many different requests a minter remembers.
const maxRequestsSeen = 1 << 16

// idBytes is the length of an id; it is written as twice as many hexadecimal digits.
const idBytes = 16

// minter makes the ids of tasks and of errors. Without a seed they are random. With one,
// an id is the hash of the seed, of the request and of how many like it came before:
// whatever the order in which different requests arrive, each gets the id it always gets.
type minter struct {
	seed  string
	mutex sync.Mutex
	seen  map[[sha256.Size]byte]uint64
	// beyond counts the requests that came when seen was full.
	beyond uint64
}

func newMinter(seed string) *minter {
	return &minter{seed: seed, seen: map[[sha256.Size]byte]uint64{}}
}

// mint makes the id of a kind of thing for a request.
func (m *minter) mint(kind string, v *visit) string {
	id := make([]byte, idBytes)
	if m.seed == "" {
		rand.Read(id) // never fails: crypto/rand ends the program instead
		return hex.EncodeToString(id)
	}
	digest := requestDigest(m.seed, kind, v)
	numbered := binary.BigEndian.AppendUint64(digest[:], m.count(digest))
	sum := sha256.Sum256(numbered)
	return hex.EncodeToString(sum[:idBytes])
}

// count is how many requests with this digest there have been, this one included. Once
// too many different ones have been seen, new ones are numbered through, from the top.
func (m *minter) count(digest [sha256.Size]byte) uint64 {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if _, known := m.seen[digest]; !known && len(m.seen) >= maxRequestsSeen {
		m.beyond++
		return ^m.beyond
	}
	m.seen[digest]++
	return m.seen[digest]
}

// requestDigest hashes what makes requests alike. Lengths keep neighbouring parts apart.
func requestDigest(seed, kind string, v *visit) [sha256.Size]byte {
	hash := sha256.New()
	for _, part := range []string{
		seed, kind, v.request.Method, v.path, v.header("Authorization"),
		v.header("Accept-Language"), v.header("Content-Type"), strings.Join(v.request.TransferEncoding, ","), string(v.body),
	} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		hash.Write(length[:])
		io.WriteString(hash, part) // a hash never fails to write
	}
	return [sha256.Size]byte(hash.Sum(nil))
}
