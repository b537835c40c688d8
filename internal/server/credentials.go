package server

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"caracal/internal/config"
	"caracal/internal/credential"
)

// maxPasswordFile is how much of a password file is read, bytes.
const maxPasswordFile = 4 << 10

// CredentialsOf reads who the server is to others. The errors say what to do, and have
// no password.
func CredentialsOf(cfg *config.Config) ([]credential.Entry, error) {
	var list []credential.Entry
	for i := range cfg.Credentials {
		c := &cfg.Credentials[i]
		e := credential.Entry{Origin: c.Origin, Login: credential.Login{User: c.User, Password: credential.Password(c.Password)}}
		if c.PasswordFile != "" {
			var err error
			if e.Login.Password, err = readPassword(c.PasswordFile); err != nil {
				return nil, fmt.Errorf("credentials for %s: %w", c.Origin, err)
			}
		}
		list = append(list, e)
	}
	return list, nil
}

// readPassword takes the first line of a file.
func readPassword(name string) (credential.Password, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	line, err := bufio.NewReader(io.LimitReader(f, maxPasswordFile)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" || len(line) == maxPasswordFile {
		return "", fmt.Errorf("%s has no password in its first line", name)
	}
	return credential.Password(line), nil
}

// rereadCredentials takes passwords whose files have changed.
func (s *Server) rereadCredentials() {
	if err := s.setCredentials(s.config()); err != nil {
		s.log.Warn("the credentials stay as they were", "error", err)
	}
}

// setCredentials makes those of a configuration the ones that the server logs in with.
// What is connected stays so.
func (s *Server) setCredentials(cfg *config.Config) error {
	list, err := CredentialsOf(cfg)
	if err != nil {
		return err
	}
	return s.credentials.Set(list)
}
