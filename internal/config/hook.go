package config

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"caracal/internal/event"
)

// Hook says whom the server tells what happens: a URL or a program.
type Hook struct {
	Name      string        `yaml:"name"`
	On        []string      `yaml:"on"`        // names of events, or AllEvents
	Points    []string      `yaml:"points"`    // empty: any
	Protocols []string      `yaml:"protocols"` // empty: any
	URL       string        `yaml:"url"`
	Command   []string      `yaml:"command"` // a program and its arguments
	Secret    string        `yaml:"secret"`  // that signs what is posted; "" for none
	Timeout   time.Duration `yaml:"timeout"` // of one try
	Retries   int           `yaml:"retries"`
	AtOnce    int           `yaml:"at_once"`
	Queue     int           `yaml:"queue"` // events that wait
}

// AllEvents is each event, in the list of a hook.
const AllEvents = "all"

// DefaultHook is a hook of which nothing is said.
func DefaultHook() Hook {
	return Hook{Timeout: 5 * time.Second, Retries: 3, AtOnce: 1, Queue: 256}
}

// The bounds of hooks.
const (
	maxHooks       = 100
	maxHookList    = 1000 // names in one list of a hook
	maxHookURL     = 2048 // bytes
	maxHookAtOnce  = 64
	maxHookQueue   = 65536
	maxHookRetries = 20
	minHookSecret  = 8 // bytes
	maxHookSecret  = 256
)

func (k *checker) hooks(list []Hook) {
	k.number("hooks", len(list), 0, maxHooks)
	seen := map[string]int{}
	for i := range list {
		key, h := fmt.Sprintf("hooks[%d]", i), &list[i]
		if h.Name == "" || !hostText.MatchString(h.Name) || len(h.Name) > 64 {
			k.fail(key+".name", "%q is no name: write letters, digits, dots and dashes, at most 64", h.Name)
		} else if first, twice := seen[h.Name]; twice {
			k.fail(key+".name", "%q is the name of hook %d too", h.Name, first+1)
		}
		seen[h.Name] = i
		k.hook(key, h)
	}
}

func (k *checker) hook(key string, h *Hook) {
	if len(h.On) == 0 || len(h.On) > maxHookList {
		k.fail(key+".on", `which events? Write "on: [connected, disconnected]", or [all]`)
	}
	for i, name := range h.On {
		if name != AllEvents && !slices.Contains(event.Names(), name) {
			k.fail(fmt.Sprintf("%s.on[%d]", key, i), "no event has the name %q%s", name, meant(name))
		}
	}
	k.number(key+".points", len(h.Points), 0, maxHookList)
	k.number(key+".protocols", len(h.Protocols), 0, maxHookList)
	if (h.URL == "") == (len(h.Command) == 0) {
		k.fail(key, "a hook has either a url or a command")
	}
	k.hookURL(key, h)
	if len(h.Command) > maxHookList {
		k.fail(key+".command", "%d arguments, at most %d are allowed", len(h.Command)-1, maxHookList-1)
	}
	if len(h.Command) > 0 && (!filepath.IsAbs(h.Command[0]) || strings.ContainsRune(strings.Join(h.Command, ""), 0)) {
		k.fail(key+".command", "%q is not the whole path of a program: no shell and no PATH looks for it", h.Command[0])
	}
	k.duration(key+".timeout", h.Timeout, 100*time.Millisecond, 10*time.Minute)
	k.number(key+".retries", h.Retries, 0, maxHookRetries)
	k.number(key+".at_once", h.AtOnce, 1, maxHookAtOnce)
	k.number(key+".queue", h.Queue, 1, maxHookQueue)
}

// hookURL checks what is posted, without telling the secret or the URL's password.
func (k *checker) hookURL(key string, h *Hook) {
	if h.Secret != "" && (h.URL == "" || len(h.Secret) < minHookSecret || len(h.Secret) > maxHookSecret) {
		k.fail(key+".secret", "a secret of %d to %d bytes signs what is posted to a url", minHookSecret, maxHookSecret)
	}
	if h.URL == "" {
		return
	}
	u, err := url.Parse(h.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(h.URL) > maxHookURL {
		k.fail(key+".url", "this is no URL of http:// or https:// with a host")
	}
}

// meant says which event may have been meant.
func meant(name string) string {
	if near := nearest(name, event.Names()); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return "; docs/hooks.md lists them"
}
