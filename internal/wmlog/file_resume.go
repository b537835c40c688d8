package wmlog

import (
	"bytes"
	"errors"
	"io"
	"os"
	"time"
)

const (
	maxHead = 16 << 10 // bytes of a header
	maxLine = 64 << 10 // bytes of a line, of those with many links too
)

// resume begins a file or goes on with one, which may have been cut off anywhere.
func (f *file) resume(now time.Time) error {
	st, err := f.f.Stat()
	if err != nil {
		return err
	}
	if !st.Mode().IsRegular() {
		return errors.New("wmlog: " + f.path + " is not a file")
	}
	f.size = st.Size()
	if f.opt.Format == JSON {
		return f.mend()
	}
	head, err := readAt(f.f, 0, min(f.size, maxHead))
	if err != nil {
		return err
	}
	at := bytes.Index(head, []byte(fieldsLine))
	end := bytes.IndexByte(head[max(at, 0):], '\n')
	if at < 0 || end < 0 {
		return f.begin(now)
	}
	f.head = int64(at + end + 1)
	if i := bytes.Index(head, []byte(endDate)); i >= 0 && i < at {
		f.end = int64(i + len(endDate))
	}
	return f.mend()
}

// begin writes the header in the place of whatever is there.
func (f *file) begin(now time.Time) error {
	if err := f.f.Truncate(0); err != nil {
		return err
	}
	head := f.opt.appendHeader(nil, f.point, now)
	if _, err := f.f.WriteAt(head, 0); err != nil {
		return errors.Join(err, f.f.Truncate(0))
	}
	f.size = int64(len(head))
	f.head = f.size
	f.end = int64(bytes.Index(head, []byte(endDate)) + len(endDate))
	return nil
}

// mend makes half a line at the end of a file a whole one, with "-" for what is
// missing; of JSON and remarks it takes it away.
func (f *file) mend() error {
	from := max(f.size-maxLine, 0)
	tail, err := readAt(f.f, from, f.size-from)
	if err != nil || len(tail) == 0 || tail[len(tail)-1] == '\n' {
		return err
	}
	f.mended++
	last := bytes.LastIndexByte(tail, '\n') + 1
	line := tail[last:]
	missing := int(fieldCount) - len(bytes.Fields(line))
	if f.opt.Format == JSON || line[0] == '#' || missing < 0 {
		f.size = from + int64(last)
		return f.f.Truncate(f.size)
	}
	var rest []byte
	for range missing {
		rest = append(rest, ' ', '-')
	}
	if line[len(line)-1] == ' ' {
		rest = bytes.TrimPrefix(rest, []byte{' '})
	}
	rest = append(rest, "\n#Remark: the line above was cut off\n"...)
	if _, err = f.f.WriteAt(rest, f.size); err == nil {
		f.size += int64(len(rest))
	}
	return err
}

func readAt(f *os.File, at, n int64) ([]byte, error) {
	b := make([]byte, n)
	if _, err := f.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b, nil
}
