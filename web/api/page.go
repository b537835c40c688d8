package api

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
)

const (
	usualPage = 100
	maxPage   = 1000
)

// limit is how many entries a page has.
func (c *call) limit() (int, error) {
	text := c.r.URL.Query().Get("limit")
	if text == "" {
		return usualPage, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxPage {
		return 0, Errorf(http.StatusBadRequest, "limit is a number from 1 to %d, not %q", maxPage, text)
	}
	return n, nil
}

// cursor is the key of the last entry of the page before; false at the first one.
func (c *call) cursor() (key string, ok bool, err error) {
	text := c.r.URL.Query().Get("cursor")
	if text == "" {
		return "", false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) == 0 || b[0] != '.' {
		return "", false, Errorf(http.StatusBadRequest, "the cursor is none: it is the next_cursor of the page before")
	}
	return string(b[1:]), true, nil
}

// cursorOf makes a cursor of a key, which may be empty.
func cursorOf(key string) string { return base64.RawURLEncoding.EncodeToString([]byte("." + key)) }

// paged cuts one page out of a list that is sorted by its keys.
func paged[T any](c *call, list []T, key func(T) string, keep func(T) bool) (page []T, next string, err error) {
	most, err := c.limit()
	if err != nil {
		return nil, "", err
	}
	after, some, err := c.cursor()
	if err != nil {
		return nil, "", err
	}
	page = []T{}
	for _, t := range list {
		if some && key(t) <= after || keep != nil && !keep(t) {
			continue
		}
		if len(page) == most {
			return page, cursorOf(key(page[most-1])), nil
		}
		page = append(page, t)
	}
	return page, "", nil
}

// pagedInOrder cuts one page out of a list that has an order of its own: the page begins
// behind what has the cursor's key. When that has gone nobody knows where it was.
func pagedInOrder[T any](c *call, list []T, key func(T) string) (page []T, next string, err error) {
	most, err := c.limit()
	if err != nil {
		return nil, "", err
	}
	after, some, err := c.cursor()
	if err != nil {
		return nil, "", err
	}
	if some {
		at := slices.IndexFunc(list, func(t T) bool { return key(t) == after })
		if at < 0 {
			return nil, "", Errorf(http.StatusBadRequest, "the cursor leads nowhere any more: begin with the first page again")
		}
		list = list[at+1:]
	}
	if len(list) <= most {
		return append([]T{}, list...), "", nil
	}
	return list[:most], cursorOf(key(list[most-1])), nil
}
