package source

import (
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxArchiveBase  = 100     // bytes of the point's name in that of a file
	maxArchiveTries = 1000    // names that are taken already
	maxArchiveFiles = 1 << 20 // names in the folder that are looked at
)

// archiveNames are the names of one point's files: the point, the time in UTC at
// which the file begins, and a number that grows from file to file.
type archiveNames struct {
	base string
	own  *regexp.Regexp
}

func newArchiveNames(name string) archiveNames {
	base := archiveBase(name)
	return archiveNames{base, regexp.MustCompile(`^(\.?)` + regexp.QuoteMeta(base) + `-[0-9]{8}-[0-9]{6}-([0-9]{4,9})\.asf(\.part)?$`)}
}

// archiveBase turns a point's name into a file's, on any system: what is changed
// has a number that tells it from other names.
func archiveBase(name string) string {
	base := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|%`, r) {
			return '_'
		}
		return r
	}, name)
	base = strings.TrimLeft(strings.ToValidUTF8(base[:min(len(base), maxArchiveBase)], ""), ".")
	if base != name {
		base += fmt.Sprintf("-%08x", crc32.ChecksumIEEE([]byte(name)))
	}
	return base
}

// part is the name of a file that has no packet yet; nobody publishes it.
func part(name string) string { return "." + name + ".part" }

// archived is a file of the archive.
type archived struct {
	name   string
	number int
	size   int64
	part   bool
}

// list returns the point's files, the oldest first.
func (a *Archive) list() ([]archived, error) {
	dir, err := a.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(maxArchiveFiles)
	if len(names) == 0 {
		return nil, ignoreEOF(err)
	}
	var files []archived
	for _, name := range names {
		m := a.names.own.FindStringSubmatch(name)
		if m == nil || (m[1] == "") != (m[3] == "") {
			continue
		}
		info, err := a.root.Lstat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		number, _ := strconv.Atoi(m[2])
		files = append(files, archived{name, number, info.Size(), m[3] != ""})
	}
	slices.SortFunc(files, func(x, y archived) int {
		return cmp.Or(cmp.Compare(x.number, y.number), strings.Compare(x.name, y.name))
	})
	return files, nil
}

// create makes a file under a name that no other has had, as a part.
func (a *Archive) create(now time.Time) (string, *os.File, error) {
	files, err := a.list()
	if err != nil {
		return "", nil, err
	}
	number := 1
	if len(files) > 0 {
		number = files[len(files)-1].number + 1
	}
	for range maxArchiveTries {
		name := fmt.Sprintf("%s-%s-%04d.asf", a.names.base, now.UTC().Format("20060102-150405"), number)
		f, err := a.root.OpenFile(part(name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
		if err == nil {
			lock(f)
			if _, err = a.root.Lstat(name); errors.Is(err, fs.ErrNotExist) {
				return name, f, nil
			}
			f.Close()
			_ = a.root.Remove(part(name))
			err = cmp.Or(err, fs.ErrExist)
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", nil, err
		}
		number++
	}
	return "", nil, fs.ErrExist
}

// prune removes the oldest files that are too many or too much; the one that
// grows stays.
func (a *Archive) prune() {
	if a.opt.Keep == 0 && a.opt.KeepSize == 0 {
		return
	}
	files, _ := a.list()
	files = slices.DeleteFunc(files, func(f archived) bool { return f.part || f.name == a.file.name })
	left, total := len(files)+1, int64(0)
	for _, f := range files {
		total += f.size
	}
	for _, f := range files {
		if (a.opt.Keep == 0 || left <= a.opt.Keep) && (a.opt.KeepSize == 0 || total <= a.opt.KeepSize) {
			return
		}
		_ = a.root.Remove(f.name) // what cannot be removed is tried again with the next file
		if a.past != nil {
			a.past.removed(f.name)
		}
		left, total = left-1, total-f.size
	}
}
