package source

import (
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"caracal/internal/point"
)

// maxPicture is the largest picture that is shown, bytes.
const maxPicture = 1 << 20

// Pictured is content with pictures beside its films.
type Pictured interface {
	// Picture names the picture of a film, below the point as the film's name is;
	// "" if it has none.
	Picture(film string) string
	// OpenPicture opens a picture of which Picture has told, or could.
	OpenPicture(name string) (io.ReadSeekCloser, fs.FileInfo, error)
}

// The names of pictures: a film's own name, or one for all of a folder as
// Windows Media Player has it.
var (
	pictureEndings = []string{".jpg", ".jpeg", ".png", ".gif"}
	folderPictures = []string{"folder", "Folder"}
)

var mediaEndings = []string{".wmv", ".asf", ".wma", ".wm", ".WMV", ".ASF", ".WMA", ".WM"}

// Picture looks beside the film for one of its name, and then for the folder's.
func (f *Folder) Picture(film string) string {
	if !f.canBeAsked(film) {
		return ""
	}
	bases := []string{strings.TrimSuffix(film, path.Ext(film))}
	for _, n := range folderPictures {
		bases = append(bases, path.Join(path.Dir(film), n))
	}
	for _, base := range bases {
		for _, ending := range pictureEndings {
			if f.isPicture(base + ending) {
				return base + ending
			}
		}
	}
	return ""
}

func (f *Folder) isPicture(name string) bool {
	info, err := f.root.Stat(filepath.FromSlash(name))
	return err == nil && info.Mode().IsRegular() && info.Size() <= maxPicture
}

// OpenPicture opens a picture that belongs to a film or to a folder; what else
// lies there is not published.
func (f *Folder) OpenPicture(name string) (io.ReadSeekCloser, fs.FileInfo, error) {
	base, ending := strings.TrimSuffix(name, path.Ext(name)), path.Ext(name)
	if !slices.Contains(pictureEndings, ending) || !f.canBeAsked(base+mediaEndings[0]) || !f.isPicture(name) {
		return nil, nil, point.ErrNotFound
	}
	if !slices.Contains(folderPictures, path.Base(base)) && !f.hasFilm(base) {
		return nil, nil, point.ErrNotFound
	}
	return f.open(name)
}

func (f *Folder) hasFilm(base string) bool {
	for _, ending := range mediaEndings {
		if info, err := f.root.Stat(filepath.FromSlash(base + ending)); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}
