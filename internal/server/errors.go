package server

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"caracal/internal/config"
	"caracal/internal/point"
)

// listenError says what to do when an address cannot be had.
func listenError(key, flag, address string, err error) error {
	_, port, _ := net.SplitHostPort(address)
	hint := fmt.Sprintf("choose another address with %s or %s", flag, key)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		hint = fmt.Sprintf("another program, perhaps another Caracal, uses port %s: end it, or choose another port with %s :%s", port, flag, nextPort(port))
	case errors.Is(err, syscall.EACCES):
		hint = fmt.Sprintf("port %s is reserved for administrators: choose one above 1023 with %s, or allow it with "+
			"setcap cap_net_bind_service=+ep on the caracal program", port, flag)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		hint = fmt.Sprintf("this machine does not have that address: %s :%s listens on all that it has", flag, port)
	}
	return fmt.Errorf("cannot listen on %s: %w\n%s", address, err, hint)
}

func nextPort(port string) string {
	n, _ := strconv.Atoi(port)
	return strconv.Itoa(n%65535 + 1)
}

// pointError says what to do when content cannot be published.
func pointError(p config.Point, err error) error {
	hint := ""
	switch {
	case p.Path == "": // a broadcast's, which says it itself
		return err
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, point.ErrNotFound):
		hint = "there is no such folder or file: create it, or correct the path"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, point.ErrForbidden):
		hint = fmt.Sprintf("the server may not read it: allow it with chmod -R a+rX %q, or run the server as its owner", p.Path)
	case errors.Is(err, point.ErrNotMedia) && slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(p.Path)):
		hint = fmt.Sprintf("a configuration is named with --config %s", p.Path)
	case errors.Is(err, point.ErrNotMedia):
		hint = fmt.Sprintf("it is not Windows Media content: caracal check %q says more; "+
			"ffmpeg -i INPUT -c:v wmv2 -c:a wmav2 OUTPUT.wmv converts other formats", p.Path)
	}
	if hint == "" {
		return fmt.Errorf("cannot publish %s: %w", p.Path, err)
	}
	return fmt.Errorf("cannot publish %s: %w\n%s", p.Path, err, hint)
}
