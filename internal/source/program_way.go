package source

import (
	"context"
	"errors"
	"fmt"

	"caracal/internal/point"
)

// maxPassed is how many items in a row a program passes over.
const maxPassed = 1000

var errItself = errors.New("source: a program cannot play itself")

// sure is a way on which nothing is that a program cannot begin with.
type sure struct {
	point.Way
	not *point.Broadcast // the program's own
}

// Open passes over what has no packets, and the program itself.
func (w sure) Open(ctx context.Context, place, by int) (point.ListItem, error) {
	var passed error
	for range maxPassed {
		item, err := w.Way.Open(ctx, place, by)
		if err != nil {
			return item, err
		}
		why := w.unfit(ctx, item.Entry)
		if why == nil {
			if passed != nil {
				item.Passed = errors.Join(passed, item.Passed)
			}
			return item, nil
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

func (w sure) unfit(ctx context.Context, e point.Entry) error {
	if own, err := w.not.Open(ctx, ""); err == nil && own == e {
		return errItself
	}
	if info := e.Info(); !info.Broadcast && info.Packets == 0 {
		return fmt.Errorf("%w: it has no packets", point.ErrNotMedia)
	}
	return nil
}
