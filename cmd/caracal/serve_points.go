package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"caracal/internal/config"
)

// pointsOf makes publishing points of the command line: the first folder is
// the root, further folders and files have their own names.
func pointsOf(args []string, onDemand config.OnDemand) ([]config.Point, error) {
	var points []config.Point
	named := map[string]string{}
	rooted := false
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, statError(arg, err)
		}
		abs, err := filepath.Abs(arg)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(abs)
		if info.IsDir() && !rooted {
			name, rooted = "", true
		}
		if first, twice := named[name]; twice {
			return nil, usageError{fmt.Errorf("%s and %s would both be published as /%s\n"+
				"rename one, or give them names in a configuration file: \"caracal config\" shows one", first, arg, name)}
		}
		named[name] = arg
		points = append(points, config.Point{Name: name, Path: arg, OnDemand: onDemand})
	}
	return points, nil
}

func statError(arg string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such folder or file\ncreate it, or correct its name", arg)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: this user may not read it\nallow it with chmod a+rx on the folders that lead there", arg)
	}
	return err
}
