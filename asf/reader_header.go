package asf

import (
	"fmt"
	"io"
)

// maxBeforeData is how many unknown objects may stand between Header and Data.
const maxBeforeData = 16

// readHeader reads the Header Object and the start of the Data Object.
func (r *Reader) readHeader() error {
	start, err := r.bytesAt(0, min(r.size, HeaderHeadSize))
	if err != nil {
		return err
	}
	size, err := HeaderSize(start)
	if err != nil {
		return err
	}
	if int64(size) > r.size {
		return &ParseError{Object: "Header", Offset: r.size, Err: ErrNeedMore}
	}
	b := make([]byte, size, size+DataHeadSize)
	if err := r.readAt(b, 0); err != nil {
		return err
	}
	if r.header, _, err = ParseHeader(b); err != nil {
		return err
	}
	if r.header.File() == nil {
		return &ParseError{Object: IDFileProperties.Name(), Err: ErrInvalid}
	}
	if len(r.header.Streams()) == 0 {
		return &ParseError{Object: IDStreamProperties.Name(), Err: ErrInvalid}
	}
	if r.dataAt, err = r.findData(int64(size)); err != nil {
		return err
	}
	start, err = r.bytesAt(r.dataAt, DataHeadSize)
	if err != nil {
		return err
	}
	r.head = append(b, start...)
	r.data, _, err = ParseDataHead(start)
	return err
}

// findData looks for the Data Object from at on.
func (r *Reader) findData(at int64) (int64, error) {
	for range maxBeforeData {
		b, err := r.bytesAt(at, ObjectHeadSize)
		if err != nil {
			return 0, err
		}
		if GUID(b[:16]) == IDData {
			return at, nil
		}
		_, size, err := parseObjectHead(b)
		if err != nil || size > uint64(r.size-at) {
			break
		}
		at += int64(size)
	}
	return 0, &ParseError{Object: IDData.Name(), Offset: at, Err: ErrInvalid}
}

// bytesAt reads n bytes that must be there.
func (r *Reader) bytesAt(at, n int64) ([]byte, error) {
	if n < 0 || at > r.size-n {
		return nil, &ParseError{Object: "file", Offset: r.size, Err: ErrNeedMore}
	}
	b := make([]byte, n)
	return b, r.readAt(b, at)
}

// readAt fills b.
func (r *Reader) readAt(b []byte, at int64) error {
	n, err := r.src.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("asf: read at %d: %w", at, err)
}
