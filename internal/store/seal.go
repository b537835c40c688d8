package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const keySize = 32 // bytes, of AES-256

// seal closes and opens secrets, by AES-GCM.
type seal struct {
	key  []byte
	aead cipher.AEAD
}

// openKey reads the key, or makes one for its owner alone.
func openKey(file string) (*seal, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		key := make([]byte, keySize)
		rand.Read(key) // never fails
		if err := writeKey(file, key); err != nil && !errors.Is(err, os.ErrExist) {
			return nil, err
		}
		text, err = os.ReadFile(file) // another process may have been first
	}
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("store: %s may be read by others: chmod 600 %s, and set the passwords again if somebody did", file, file)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("store: %s holds no key", file) // not err: that shows what is in it
	}
	return newSeal(key)
}

func newSeal(key []byte) (*seal, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return &seal{key, aead}, nil
}

// writeKey makes the file as a whole or not at all; os.ErrExist if there is one.
func writeKey(file string, key []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".key-*") // 0600
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = io.WriteString(f, hex.EncodeToString(key)+"\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Link(f.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

func (s *seal) write(file string) error { return writeKey(file, s.key) }

// close seals bytes for a place, from which they cannot be moved to another.
func (s *seal) close(place string, b []byte) []byte { return s.aead.Seal(nil, nil, b, []byte(place)) }

func (s *seal) open(place string, b []byte) ([]byte, error) {
	b, err := s.aead.Open(nil, nil, b, []byte(place))
	if err != nil {
		return nil, ErrKey
	}
	return b, nil
}

// String shows no key.
func (s *seal) String() string { return hidden }

// Format is String for every verb.
func (s *seal) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// checkKey opens what the first user of the database has sealed.
func (s *Store) checkKey(ctx context.Context) error {
	const place = "key"
	return s.change(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var sealed []byte
		err := tx.QueryRowContext(ctx, "SELECT value FROM facts WHERE name = ?", place).Scan(&sealed)
		if errors.Is(err, sql.ErrNoRows) {
			_, err = tx.ExecContext(ctx, "INSERT INTO facts (name, value) VALUES (?, ?)", place, s.seal.close(place, nil))
			return err
		}
		if err != nil {
			return fmt.Errorf("store: %w", err)
		}
		_, err = s.seal.open(place, sealed)
		return err
	})
}
