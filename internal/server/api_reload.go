package server

import (
	"context"
	"errors"
	"net/http"

	"caracal/internal/config"
	"caracal/internal/redact"
	"caracal/web/api"
)

// Diff says what a reload would change if the configuration's file had this text.
func (a apiConfiguration) Diff(text []byte) ([]api.Difference, error) {
	read := a.server.reloads.reader()
	if read == nil {
		return nil, reloadError(errNoSource)
	}
	file, err := read(append([]byte{}, text...)) // not nil, which is the file
	if err != nil {
		return nil, reloadError(err)
	}
	changes, err := a.server.published.differences(file)
	return differencesOf(changes), reloadError(err)
}

// Reload reads the configuration's file anew.
func (a apiConfiguration) Reload(ctx context.Context) ([]api.Difference, error) {
	changes, err := a.server.Reload(ctx)
	return differencesOf(changes), reloadError(err)
}

func (r *reloads) reader() func([]byte) (*config.Config, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.source.Read
}

func differencesOf(changes []config.Difference) []api.Difference {
	list := make([]api.Difference, len(changes))
	for i, c := range changes {
		d := Masked(c)
		list[i] = api.Difference{Key: d.Key, Before: d.Before, After: d.After, Effect: string(d.Effect)}
	}
	return list
}

// reloadError is an error as the API has it.
func reloadError(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*api.Error](err); ok {
		return err
	}
	switch {
	case errors.Is(err, errNoSource):
		return api.Errorf(http.StatusNotImplemented, "%v", err)
	case errors.Is(err, errReloadEnd):
		return api.Errorf(http.StatusServiceUnavailable, "the server is shutting down")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return api.Errorf(http.StatusGatewayTimeout, "the reload goes on; the log says what becomes of it")
	}
	e := &api.Error{Status: http.StatusUnprocessableEntity, Type: "invalid", Detail: "the configuration is wrong: " + redact.Text(err.Error())}
	if problems, ok := errors.AsType[config.Problems](err); ok {
		e.Problems = mistakesOf(problems)
	}
	return e
}
