package target

import (
	"context"
	"io/fs"
	"os"
	"sync"

	"conformance/internal/redact"
)

// TokenFiles are credentials of which some stand in files, and are read again whenever their file
// has changed: whoever renews the tokens need not stop the run. It is safe for concurrent use.
type TokenFiles struct {
	Credentials
	files   map[string]*tokenFile
	secrets *redact.Secrets
}

// tokenFile is a file and what was last read of it.
type tokenFile struct {
	name  string
	read  func() (string, error)
	mutex sync.Mutex
	seen  fs.FileInfo
	token string
}

// TokenFile says where a token stands, and how it is read.
type TokenFile struct {
	// Name is the file's name.
	Name string
	// Read reads the token. Its error is one sentence without the token.
	Read func() (string, error)
}

// NewTokenFiles adds token files, by credential, to other credentials.
func NewTokenFiles(others Credentials, files map[string]TokenFile, secrets *redact.Secrets) *TokenFiles {
	t := &TokenFiles{Credentials: others, files: map[string]*tokenFile{}, secrets: secrets}
	for name, file := range files {
		t.files[name] = &tokenFile{name: file.Name, read: file.Read}
	}
	return t
}

// Has says whether there is a token file or another credential of that name.
func (t *TokenFiles) Has(name string) bool {
	_, inFile := t.files[name]
	return inFile || t.Credentials.Has(name)
}

// Token is the token that stands in the credential's file now, or that of the other credentials.
func (t *TokenFiles) Token(ctx context.Context, name string) (string, error) {
	file, inFile := t.files[name]
	if !inFile {
		return t.Credentials.Token(ctx, name)
	}
	token, err := file.current()
	if err != nil {
		return "", err
	}
	t.secrets.Add(token, redact.Label(name))
	return token, nil
}

// current reads the file again if it is another one than before, by its identity, time and size.
func (f *tokenFile) current() (string, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	info, err := os.Stat(f.name)
	if err == nil && f.seen != nil && os.SameFile(info, f.seen) && info.ModTime().Equal(f.seen.ModTime()) && info.Size() == f.seen.Size() {
		return f.token, nil
	}
	token, err := f.read()
	if err != nil {
		return "", err
	}
	f.seen, f.token = info, token
	return token, nil
}
