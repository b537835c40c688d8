package source

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"caracal/internal/point"
)

// maxListed is how many files of a folder a playlist plays.
const maxListed = 10_000

// IsList says whether a file name is that of a server-side playlist.
func IsList(name string) bool { return strings.EqualFold(path.Ext(name), ".wsx") }

// PlayLists has the folder publish its server-side playlists too; open enters the
// list with a name that there is.
func (f *Folder) PlayLists(open func(ctx context.Context, name string) (point.Entry, error)) {
	f.lists = open
}

// Find finds a file or folder below the folder, of any kind, as Open does; "." is the
// folder itself. It gives the name as it is spelled there.
func (f *Folder) Find(name string) (string, fs.FileInfo, error) {
	if !isPlain(name) {
		return "", nil, point.ErrNotFound
	}
	return f.stat(name)
}

// Read returns the text of a file of any kind, if it is no longer than that.
func (f *Folder) Read(name string, most int64) ([]byte, fs.FileInfo, error) {
	if !isPlain(name) {
		return nil, nil, point.ErrNotFound
	}
	file, info, err := f.open(name)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	if info.Size() > most {
		return nil, nil, fmt.Errorf("source: it is larger than %d bytes", most)
	}
	b, err := io.ReadAll(io.LimitReader(file, most+1))
	return b, info, err
}

// Files lists the media files of a folder that a pattern of "*" and "?" fits, in
// whatever letters, in order.
func (f *Folder) Files(folder, pattern string) ([]string, error) {
	if !isPlain(folder) {
		return nil, point.ErrNotFound
	}
	d, err := f.root.Open(filepath.FromSlash(folder))
	if err != nil {
		return nil, reason(err)
	}
	defer d.Close()
	names, err := d.Readdirnames(maxSibling)
	if err != nil && len(names) == 0 && err != io.EOF {
		return nil, reason(err)
	}
	var files []string
	for _, n := range names {
		if IsMedia(n) && isPlain(n) && fits(strings.ToLower(pattern), strings.ToLower(n)) {
			files = append(files, path.Join(folder, n))
		}
	}
	slices.Sort(files)
	return files[:min(len(files), maxListed)], nil
}

// fits says whether a name is of a pattern with "*" and "?", and nothing else.
func fits(pattern, name string) bool {
	p, n := []rune(pattern), []rune(name)
	at, star, from := 0, -1, 0
	for i := 0; i < len(n); {
		switch {
		case at < len(p) && p[at] == '*':
			star, from = at, i
			at++
		case at < len(p) && (p[at] == '?' || p[at] == n[i]):
			at++
			i++
		case star >= 0:
			from++
			at, i = star+1, from
		default:
			return false
		}
	}
	for at < len(p) && p[at] == '*' {
		at++
	}
	return at == len(p)
}

// isPlain says whether a name can be one below a folder, and is not hidden.
func isPlain(name string) bool {
	if name == "." {
		return true
	}
	if len(name) > maxName || !fs.ValidPath(name) || strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return false
	}
	return !strings.ContainsFunc(name, func(c rune) bool { return c == '\\' || unicode.IsControl(c) })
}
