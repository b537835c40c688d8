package main

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"caracal/internal/server"
)

// printConsole says where the console is, and what it takes to log in. file is the
// configuration; "" is none.
func printConsole(ctx context.Context, w io.Writer, s *server.Server, file string) {
	at := s.ConsoleURL()
	if at == "" {
		return
	}
	lacks, err := s.ConsoleLacks(ctx)
	file = cmp.Or(file, "caracal.yaml")
	add := "caracal user add --config " + file + " --group admins NAME"
	switch {
	case err != nil || lacks == "":
		fmt.Fprintf(w, "Console %s\n", at)
	case lacks == server.ConsoleLacksData:
		fmt.Fprintf(w, "Console %s, for accounts only, and there are none: write \"data: ./data\" and \"access: {admin: ['group:admins']}\" into %s,\n"+
			"  serve with --config %[2]s, and make one with: %s\n", at, file, add)
	case lacks == server.ConsoleLacksAccounts:
		fmt.Fprintf(w, "Console %s, for accounts only, and there are none: make one with: %s\n", at, add)
	default:
		fmt.Fprintf(w, "Console %s, which no account may use: access.admin in %s names who may, such as [local, 'group:admins']\n", at, file)
	}
}
