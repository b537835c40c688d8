package interop

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"testing"
)

// A reference is what a player should receive of a clip, read from the file
// with the fewest rules that tell it.
type reference struct {
	header     []byte // Header Object and the first 50 bytes of the Data Object
	packets    []byte // all ASF data packets
	packetSize int
	rest       []byte // what follows the Data Object: the indexes
}

func (r reference) bytes() []byte {
	return append(append([]byte(nil), r.header...), r.packets...)
}

// The first bytes of the identifiers of the objects in question.
const (
	headerObject   = "3026b2758e66cf11a6d900aa0062ce6c"
	dataObject     = "3626b2758e66cf11a6d900aa0062ce6c"
	fileProperties = "a1dcab8c47a9cf118ee400c00c205365"
)

// object returns the size of the object at the beginning of b.
func object(b []byte, id string) (int, error) {
	if len(b) < 24 || hex.EncodeToString(b[:16]) != id {
		return 0, fmt.Errorf("no object %s in %d bytes", id, len(b))
	}
	size := binary.LittleEndian.Uint64(b[16:])
	if size < 24 || size > uint64(len(b)) {
		return 0, fmt.Errorf("object %s has the size %d in %d bytes", id, size, len(b))
	}
	return int(size), nil
}

// packetSize finds the File Properties Object's packet size.
func packetSize(header []byte) (int, error) {
	for b := header[30:]; len(b) >= 24; {
		if size, err := object(b, fileProperties); err == nil {
			if size < 104 {
				return 0, fmt.Errorf("file properties of %d bytes", size)
			}
			return int(binary.LittleEndian.Uint32(b[92:])), nil
		}
		size, err := object(b, hex.EncodeToString(b[:16]))
		if err != nil {
			return 0, err
		}
		b = b[size:]
	}
	return 0, fmt.Errorf("no file properties")
}

// parseReference cuts a file. A recorder that was never ended leaves a Data
// Object of 50 bytes; then packets go on as long as there are whole ones.
func parseReference(file []byte) (reference, error) {
	head, err := object(file, headerObject)
	if err != nil {
		return reference{}, err
	}
	size, err := packetSize(file[:head])
	if err != nil {
		return reference{}, err
	}
	data, err := object(file[head:], dataObject)
	if err != nil {
		return reference{}, err
	}
	if data < 50 || size == 0 {
		return reference{}, fmt.Errorf("data of %d bytes, packets of %d", data, size)
	}
	if data == 50 {
		data = len(file) - head
	}
	whole := (data - 50) / size * size
	return reference{
		header:     file[:head+50],
		packets:    file[head+50 : head+50+whole],
		packetSize: size,
		rest:       file[head+data:],
	}, nil
}

func readReference(t *testing.T, name string) reference {
	t.Helper()
	r, err := parseReference(readFile(t, clip(t, name)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r
}
