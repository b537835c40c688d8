package interop

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// vlcLog has VLC open a file and gives what it says of it, in all detail.
func vlcLog(t *testing.T, dir, file string) string {
	t.Helper()
	args := []string{"env", "HOME=" + dir, "sh", "-c", `exec cvlc -vvv -I dummy --play-and-exit "$0" 2>&1`, file}
	if os.Getuid() == 0 {
		args = append([]string{"runuser", "-u", "nobody", "--"}, args...)
	}
	return play(t, args[0], args[1:]...)
}

// VLC reads what "caracal nsc encode" makes, and no strings that are not encoded.
func TestVLCReadsNSC(t *testing.T) {
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{
		"Name = Gerät, Sender", "NSC Format Version = 3.0", "IP Address = 239.192.48.179",
		"Log URL = http://h/log", "Unicast URL = mms://h/live", "Description1 = der Film",
	}
	numbers := []string{"IP Port = 19009", "Time To Live = 32", "Default Ecc = 10", "Format1 = asf header", "Format2 = asf header"}
	for _, plain := range []bool{false, true} {
		dir := scratch(t)
		file := filepath.Join(dir, "station.nsc")
		out, err := exec.Command(binary, "nsc", "encode", "-o", file, "--address", "239.192.48.179", "--port", "19009",
			"--ttl", "32", "--ecc", "10", "--name", "Gerät, Sender", "--log-url", "http://h/log", "--unicast-url", "mms://h/live",
			"--description", "der Film", "--plain="+map[bool]string{false: "false", true: "true"}[plain],
			clip(t, mbr), clip(t, clips[0])).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		log := vlcLog(t, dir, file)
		for _, want := range numbers {
			if !strings.Contains(log, "nsc demux debug: "+want+"\n") {
				t.Errorf("plain %t: VLC does not say %q", plain, want)
			}
		}
		for _, want := range lines {
			reads := !plain || want == lines[0] // which is not ASCII
			if got := strings.Contains(log, "nsc demux debug: "+want+"\n"); got != reads {
				t.Errorf("plain %t: VLC says %q: %t", plain, want, got)
			}
		}
	}
}
