//go:build !unix

package main

// onReopen does nothing: there is no such signal here.
func onReopen(func()) (stop func()) { return func() {} }

// onReload does nothing either: caracal ctl reload is there.
func onReload(func()) (stop func()) { return func() {} }
