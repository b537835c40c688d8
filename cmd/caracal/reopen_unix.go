//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// onReopen calls f for each SIGUSR1, which programs send that have renamed logs,
// until stop is called.
func onReopen(f func()) (stop func()) { return onSignal(syscall.SIGUSR1, f) }

// onReload calls f for each SIGHUP, until stop is called.
func onReload(f func()) (stop func()) { return onSignal(syscall.SIGHUP, f) }

func onSignal(which os.Signal, f func()) (stop func()) {
	signals, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, which)
	go func() {
		defer close(done)
		for range signals {
			f()
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
		<-done
	}
}
