package server

import (
	"io"
	"net/http"

	"caracal/internal/source"
)

// pictureAge is how long browsers keep a picture, seconds.
const pictureAge = "max-age=3600"

// servePicture answers with the picture of a film or of a folder. It does nothing
// if the name is not that of one, or if what is there is no picture.
func (s *Server) servePicture(w http.ResponseWriter, r *http.Request, name string) bool {
	p, rest, err := s.points.Lookup(name)
	if err != nil {
		return false
	}
	pictured, ok := p.Opener.(source.Pictured)
	if !ok {
		return false
	}
	file, info, err := pictured.OpenPicture(rest)
	if err != nil {
		return false
	}
	defer file.Close()
	var head [512]byte
	n, _ := io.ReadFull(file, head[:])
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return false
	}
	content := http.DetectContentType(head[:n])
	switch content {
	case "image/jpeg", "image/png", "image/gif":
	default:
		return false
	}
	h := w.Header()
	h.Set("Content-Type", content)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", pictureAge)
	http.ServeContent(w, r, "", info.ModTime(), file)
	return true
}
