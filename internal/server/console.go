package server

import (
	"context"
	"net/http"
	"slices"
	"strings"

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

// What keeps everybody from logging in.
const (
	ConsoleLacksData     = "data"     // the configuration says no folder for accounts
	ConsoleLacksAccounts = "accounts" // there are none
	ConsoleLacksAdmins   = "admins"   // access.admin names none of them
)

// ConsoleURL is where the console is on this machine; "" if there is none.
func (s *Server) ConsoleURL() string {
	a := s.AdminAddr()
	if a == nil || !s.cfg.Console.Enabled {
		return ""
	}
	return s.AdminScheme() + "://" + a.String() + "/"
}

// ConsoleLacks is what is missing for somebody to log in to the console; "" is nothing.
func (s *Server) ConsoleLacks(ctx context.Context) (string, error) {
	if s.access.Accounts == nil {
		return ConsoleLacksData, nil
	}
	list, err := s.access.Accounts.List(ctx, "", 1)
	switch {
	case err != nil:
		return "", err
	case len(list) == 0:
		return ConsoleLacksAccounts, nil
	case !slices.ContainsFunc(s.config().Access.Admin, isOfAccounts):
		return ConsoleLacksAdmins, nil
	}
	return "", nil
}

// isOfAccounts says whether an entry of a list can be about somebody who has logged in.
func isOfAccounts(entry string) bool {
	kind, _, _ := strings.Cut(entry, ":")
	return slices.Contains([]string{"anyone", "accounts", "user", "group"}, kind)
}
