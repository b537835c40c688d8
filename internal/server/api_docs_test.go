package server

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"caracal/internal/config"
)

var shellBlock = regexp.MustCompile("(?s)\n```sh\n(.*?)```\n")

// The examples of the documentation do what they say.
func TestExamplesOfTheAPI(t *testing.T) {
	text, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := films(t, "film.wmv")
	s, _ := start(t, testConfig(config.Point{Name: "films", Path: dir}))
	here := strings.NewReplacer("127.0.0.1:8088", s.AdminAddr().String(), "/srv/films", dir)
	blocks := shellBlock.FindAllSubmatch(text, -1)
	if len(blocks) < 8 {
		t.Errorf("there are %d examples", len(blocks))
	}
	for _, b := range blocks {
		out, err := exec.CommandContext(t.Context(), "sh", "-euc", here.Replace(string(b[1]))).CombinedOutput()
		if err != nil {
			t.Errorf("%s\n%v: %s", b[1], err, out)
		}
		if strings.Contains(string(b[1]), "/radio%2Fone/start") {
			plays(t, s, "radio%2Fone", "film.wmv")
		}
	}
	if s.pointNamed("talks") != nil || s.pointNamed("radio/one") == nil {
		t.Error("what the examples publish and remove is not so")
	}
}
