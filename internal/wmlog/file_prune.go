package wmlog

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// prune removes the oldest files of the log, those that are too many.
func (f *file) prune() {
	if f.opt.Keep == 0 && f.opt.KeepSize == 0 {
		return
	}
	type old struct {
		path string
		at   time.Time
		size int64
	}
	list, err := os.ReadDir(f.dir)
	if err != nil {
		return
	}
	var files []old
	for _, d := range list {
		info, err := d.Info()
		if _, _, ours := f.opt.parts(d.Name()); !ours || err != nil || !info.Mode().IsRegular() {
			continue
		}
		if path := filepath.Join(f.dir, d.Name()); path != f.path {
			files = append(files, old{path, info.ModTime(), info.Size()})
		}
	}
	slices.SortFunc(files, func(a, b old) int { // the newest first
		if c := b.at.Compare(a.at); c != 0 {
			return c
		}
		return strings.Compare(b.path, a.path)
	})
	total := f.size
	for i, o := range files {
		total += o.size
		if (f.opt.Keep == 0 || i+2 <= f.opt.Keep) && (f.opt.KeepSize == 0 || total <= f.opt.KeepSize) {
			continue
		}
		if err := os.Remove(o.path); err != nil {
			f.opt.Log.Warn("an old access log cannot be removed", "file", o.path, "error", err)
		}
	}
}
