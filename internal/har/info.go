package har

import (
	"errors"
	"io"
)

// Own tells whether this program wrote the archive, which then holds no secrets.
func (a *Archive) Own() bool { return a.own }

// errInfoRead ends the reading of an archive before its entries.
var errInfoRead = errors.New("the entries begin")

// ReadInfo reads what an archive says of itself before its entries, and whether this program wrote
// it: then that is all there is. The name is that of its errors, which are *Error.
func ReadInfo(name string, source io.Reader) (info Info, own bool, err error) {
	outline := outline{archive: &Archive{name: name}, limit: MaxEntrySize, infoOnly: true}
	if err := outline.read(source); err != nil {
		return Info{}, false, err
	}
	return outline.archive.info, outline.archive.own, nil
}
