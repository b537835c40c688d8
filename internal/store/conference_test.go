package store

import (
	"bytes"
	"testing"
	"time"
)

func TestConferences(t *testing.T) {
	folder := t.TempDir()
	s := open2(t, folder)
	ctx := t.Context()
	at := time.UnixMilli(1_700_000_000_123)
	id, err := s.AddConference(ctx, Conference{Name: "staff", Number: "42", Title: "Staff", Permanent: true, Created: time.Unix(7, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddConference(ctx, Conference{Name: "staff", Number: "43"}); err == nil {
		t.Error("a name is there twice")
	}
	err = s.ChangeConferences(ctx, []ConferenceChange{
		{Conference: id, Event: 9, Member: 3, Line: &ConferenceLine{Event: 8, At: at, Member: 3, Name: "ada", Text: "x"}},
		{Conference: id, Line: &ConferenceLine{Event: 9, At: at, Member: 3, Name: "ada", Text: "𝄞"}, LinesThrough: 8},
		{Conference: id, Object: &ConferenceObject{ID: 1, Data: []byte("a")}},
		{Conference: id, Object: &ConferenceObject{ID: 1, Data: []byte("b")}},
		{Conference: id, Object: &ConferenceObject{ID: 2, Data: []byte("c")}},
		{Conference: id, ObjectGone: 2, File: &ConferenceFile{ID: 5, At: at, Member: 3, Author: "ada", Name: "f.txt", Size: 4, SHA256: []byte{1}}},
		{Conference: id, Passwords: &Passwords{Join: []byte("p")}},
		{Conference: id + 1, Line: &ConferenceLine{Event: 1}}, // of one that is gone
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = open2(t, folder)
	list, err := s.Conferences(ctx)
	if err != nil || len(list) != 1 || list[0].Name != "staff" || !list[0].Permanent || list[0].Event != 9 || list[0].Member != 3 ||
		string(list[0].Password) != "p" || !list[0].Created.Equal(time.Unix(7, 0)) {
		t.Errorf("%+v, %v", list, err)
	}
	lines, err := s.ConferenceLines(ctx, id)
	if err != nil || len(lines) != 1 || lines[0].Text != "𝄞" || !lines[0].At.Equal(at) {
		t.Errorf("%+v, %v", lines, err)
	}
	objects, err := s.ConferenceObjects(ctx, id)
	if err != nil || len(objects) != 1 || !bytes.Equal(objects[0].Data, []byte("b")) {
		t.Errorf("%+v, %v", objects, err)
	}
	if files, err := s.ConferenceFiles(ctx, id); err != nil || len(files) != 1 || files[0].Name != "f.txt" {
		t.Errorf("%+v, %v", files, err)
	}
	if err := s.ChangeConferences(ctx, []ConferenceChange{{Conference: id, Gone: true}}); err != nil {
		t.Fatal(err)
	}
	if lines, err := s.ConferenceLines(ctx, id); err != nil || len(lines) != 0 {
		t.Errorf("of a conference that is gone: %+v, %v", lines, err)
	}
	if again, err := s.AddConference(ctx, Conference{Name: "staff", Number: "42"}); err != nil || again == id {
		t.Errorf("the next has id %d, %v", again, err)
	}
}

// All changes of a batch are made, or none.
func TestConferenceChangesAreOne(t *testing.T) {
	s := open2(t, t.TempDir())
	id, err := s.AddConference(t.Context(), Conference{Name: "a", Number: "1"})
	if err != nil {
		t.Fatal(err)
	}
	same := ConferenceChange{Conference: id, Line: &ConferenceLine{Event: 1}}
	if err := s.ChangeConferences(t.Context(), []ConferenceChange{same, same}); err == nil {
		t.Error("an event is there twice")
	}
	if lines, err := s.ConferenceLines(t.Context(), id); err != nil || len(lines) != 0 {
		t.Errorf("half of a batch: %+v, %v", lines, err)
	}
}
