package source

import (
	"context"
	"errors"
	"fmt"

	"caracal/internal/point"
)

// maxPassed is how many items in a row a program passes over.
const maxPassed = 1000

// sure is a way on which nothing is that a program cannot begin with.
type sure struct {
	point.Way
	own     *point.Broadcast // the program's
	circles *Circles
}

// Open passes over what has no packets, and what the program itself is in.
func (w sure) Open(ctx context.Context, place, by int) (point.ListItem, error) {
	var passed error
	told := map[string]bool{} // a list that repeats itself may come to the same again and again
	for range maxPassed {
		item, err := w.Way.Open(ctx, place, by)
		if err != nil {
			return item, err
		}
		why := w.enter(&item)
		if why == nil {
			if passed != nil {
				item.Passed = errors.Join(passed, item.Passed)
			}
			return item, nil
		}
		if item.Failed != nil && !told[item.Source] {
			told[item.Source] = true
			item.Failed(why)
		}
		item.Close()
		if by == 0 {
			return point.ListItem{}, why
		}
		passed = fmt.Errorf("%s: %w", item.Source, why)
		if place = item.Place; by > 0 {
			by = 1
		} else {
			by = -1
		}
	}
	return point.ListItem{}, fmt.Errorf("%w: %w", ErrNothing, passed)
}

// enter says why an item cannot be played.
func (w sure) enter(item *point.ListItem) error {
	if info := item.Entry.Info(); !info.Broadcast && info.Packets == 0 {
		return fmt.Errorf("%w: it has no packets", point.ErrNotMedia)
	}
	leave, err := w.circles.enter(w.own, item.Entry)
	if err != nil {
		return err
	}
	release := item.Release
	item.Release = func() {
		leave()
		if release != nil {
			release()
		}
	}
	return nil
}
