package index

import (
	"errors"
	"fmt"
	"hash/crc32"
	"path/filepath"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// summed is a segment as Bleve has it in a file: its bytes, and the CRC-32 that
// the last four of them are, which Bleve writes and never compares
// (https://github.com/blevesearch/zapx/blob/master/zap.md, footer).
type summed interface {
	Path() string
	Data() []byte
	CRC() uint32
}

// errChecksum: a segment is not what was written.
var errChecksum = errors.New("the checksum is wrong")

// checkSums reads the segments of a snapshot whole and compares their checksums:
// a damaged one opens, and fails in the middle of some search. Files that a
// killed process has left half-written are not in a snapshot.
func checkSums(r *scorch.IndexSnapshot) error {
	for _, s := range r.Segments() {
		file, ok := s.Segment().(summed)
		if !ok { // in memory
			continue
		}
		data := file.Data()
		if body := len(data) - crc32.Size; body < 0 || crc32.ChecksumIEEE(data[:body]) != file.CRC() {
			return fmt.Errorf("segment %s: %w", filepath.Base(file.Path()), errChecksum)
		}
	}
	return nil
}
