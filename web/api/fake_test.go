package api

import (
	"context"
	"encoding/json"
)

// What an empty server says.
var errNothing = Errorf(404, "there is nothing")

type noPoints struct{}

func (noPoints) List() []Point                                { return nil }
func (noPoints) Get(string) (Point, error)                    { return Point{}, errNothing }
func (noPoints) Remove(context.Context, string) error         { return errNothing }
func (noPoints) Reset(context.Context, string) (Point, error) { return Point{}, errNothing }
func (noPoints) ETagOfRemoved(string) (string, error)         { return "", errNothing }
func (noPoints) Start(context.Context, string) (Point, error) { return Point{}, errNothing }
func (noPoints) Stop(context.Context, string) (Point, error)  { return Point{}, errNothing }
func (noPoints) Items(string) ([]Item, error)                 { return nil, errNothing }
func (noPoints) Announcements(string, string, string) (Announcements, error) {
	return Announcements{}, errNothing
}
func (noPoints) Header(context.Context, string, string) (any, error) { return nil, errNothing }
func (noPoints) Export() ([]byte, error)                             { return nil, errNothing }

func (noPoints) Create(_ context.Context, name string, _ json.RawMessage) (Point, error) {
	return Point{Name: name}, nil
}

func (noPoints) Change(context.Context, string, json.RawMessage) (Point, error) {
	return Point{}, errNothing
}

type noPlaylists struct{}

func (noPlaylists) Playlist(string) (Playlist, error)   { return Playlist{}, nil }
func (noPlaylists) Add(string, string, int) error       { return errNothing }
func (noPlaylists) Take(string, int) error              { return errNothing }
func (noPlaylists) Move(string, int, int) error         { return errNothing }
func (noPlaylists) Skip(string, int) error              { return errNothing }
func (noPlaylists) Insert(string, string, string) error { return errNothing }
func (noPlaylists) Event(string, string, string) error  { return errNothing }

type noPlayers struct{}

func (noPlayers) All() []Player             { return nil }
func (noPlayers) Get(uint32) (Player, bool) { return Player{}, false }
func (noPlayers) End(uint32) bool           { return false }

type noLive struct{}

func (noLive) Statistics(string) (Statistics, error) { return Statistics{}, errNothing }

type noConfiguration struct{}

func (noConfiguration) Effective() Configured  { return Configured{} }
func (noConfiguration) Check([]byte) []Mistake { return nil }
