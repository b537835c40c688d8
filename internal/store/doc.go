// Package store is the server's embedded database: accounts and groups, and what
// conferences keep, in one folder with the key that secrets are sealed with. Several processes may
// use it at a time: commands beside a running server.
package store
