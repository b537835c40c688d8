// Package announce writes announcements: the small files that tell a player
// where content is. It knows no protocol; it is given plain endpoints.
package announce
