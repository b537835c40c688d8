package server

import (
	"net/http"

	"caracal/web/console"
	"caracal/web/preview"
)

// mountConsole adds the console to what the admin listener answers, and what it shows
// beside the API.
func (s *Server) mountConsole(mux *http.ServeMux) error {
	if !s.cfg.Console.Enabled {
		return nil
	}
	page, err := console.New()
	if err != nil {
		return err
	}
	mux.Handle("/", page)
	mux.Handle(preview.Prefix, preview.New(preview.Options{
		FFmpeg: s.cfg.FFmpeg.Path, Max: s.cfg.Console.Previews, Log: s.log, Open: s.openPreview,
		Admit: func(w http.ResponseWriter, r *http.Request) error {
			_, err := s.admin.api.Admit(w, r)
			return err
		},
	}))
	return nil
}
