package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"caracal/asf"
	"caracal/internal/point"
)

// loopChunk is how much of a file is read at once, bytes.
const loopChunk = 128 << 10

// ErrNothing is what a Loop says that finds no file to play.
var ErrNothing = errors.New("source: there is no Windows Media file that can be played")

// Loop is a Feeder that plays a file, or all files of a folder in the order of
// their names, again and again, as if somebody sent them now.
type Loop struct{ path string }

// NewLoop makes a loop of what is at a path. The folder is read anew for every
// round; now it only has to be there.
func NewLoop(path string) (*Loop, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && !IsMedia(path) {
		return nil, fmt.Errorf("%w: its name does not end in .wmv, .wma, .asf or .wm", point.ErrNotMedia)
	}
	return &Loop{path: path}, nil
}

// Run plays until ctx is done, or until nothing can be played any more.
func (l *Loop) Run(ctx context.Context, to *point.Broadcast, note func(string)) error {
	r := newReel(to)
	defer r.close()
	for {
		if err := l.round(ctx, r, note); err != nil {
			return err
		}
	}
}

// round plays every file once. What cannot be played is passed over.
func (l *Loop) round(ctx context.Context, r *reel, note func(string)) error {
	folder, names, err := l.open()
	if err != nil {
		return err
	}
	defer folder.Close()
	var failures []error
	played := false
	for _, name := range names {
		note(playing(name, failures))
		err := playFile(ctx, r, folder, name)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, point.ErrSource):
			return err
		case err != nil && len(failures) < 3: // the first ones say enough
			failures = append(failures, fmt.Errorf("%s: %w", name, err))
		}
		played = played || err == nil
	}
	if !played {
		return errors.Join(append([]error{fmt.Errorf("%w in %s", ErrNothing, filepath.Base(l.path))}, failures...)...)
	}
	return nil
}

// playing says what is played, and what could not be in this round.
func playing(name string, failures []error) string {
	if n := len(failures); n > 0 {
		return fmt.Sprintf("%s; passed over %v", name, failures[n-1])
	}
	return name
}

// open returns the folder, and the names in it that belong to the loop.
func (l *Loop) open() (*Folder, []string, error) {
	path, err := filepath.EvalSymlinks(l.path)
	if err != nil {
		return nil, nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		f, err := NewFolder(filepath.Dir(path), nil)
		return f, []string{filepath.Base(path)}, err
	}
	f, err := NewFolder(path, nil)
	if err != nil {
		return nil, nil, err
	}
	items, err := f.List()
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	names := make([]string, len(items))
	for i, it := range items {
		names[i] = it.Name
	}
	return f, names, nil
}

// playFile plays one file to its end.
func playFile(ctx context.Context, r *reel, folder *Folder, name string) error {
	name, _, err := folder.resolve(name)
	if err != nil {
		return err
	}
	file, info, err := folder.open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	rd, err := asf.NewReader(file, info.Size())
	if err != nil {
		return fmt.Errorf("%w: %w", point.ErrNotMedia, err)
	}
	if rd.NumPackets() == 0 {
		return fmt.Errorf("%w: it has no packets", point.ErrNotMedia)
	}
	if err := r.join(rd); err != nil {
		return err
	}
	defer r.leave(rd)
	return playPackets(ctx, r, rd)
}

// playPackets hands all packets to the reel, each when it is due.
func playPackets(ctx context.Context, r *reel, rd *asf.Reader) error {
	size := rd.PacketSize()
	chunk := make([]byte, max(loopChunk/size, 1)*size)
	for n := int64(0); n < rd.NumPackets(); {
		got, err := rd.ReadPackets(chunk, n)
		if err != nil && got == 0 {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		n += int64(got)
		for b := chunk[:got*size]; len(b) > 0; b = b[size:] {
			if err := r.packet(ctx, b[:size:size]); err != nil {
				return err
			}
		}
	}
	return nil
}
