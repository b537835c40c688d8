package preview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// The bounds of FFmpeg.
const (
	askTimeout = 10 * time.Second // for what it can
	endGrace   = 2 * time.Second  // for its pipes, once it has been ended
	maxSaid    = 4 << 10          // bytes of what it says that are kept
)

// arguments make WebM of ASF, quickly rather than well: VP8 of at most 640 pixels and
// Opus, each only if there is a picture or sound.
var arguments = strings.Fields("-hide_banner -nostdin -loglevel error -fflags +genpts -probesize 512k -analyzeduration 2M " +
	"-f asf -i pipe:0 -map 0:v:0? -map 0:a:0? -sn -dn " +
	"-vf scale=w='trunc(min(640,iw)/2)*2':h=-2 -c:v libvpx -deadline realtime -cpu-used 8 -threads 1 -b:v 900k -g 50 " +
	"-c:a libopus -b:a 64k -ac 2 -f webm -cluster_time_limit 500 -flush_packets 1 pipe:1")

func program(given string) string {
	if given == "" {
		return "ffmpeg"
	}
	return given
}

// checked asks FFmpeg once, when somebody wants to know, whether it can make previews;
// "" if it can.
func checked(given string) func() string {
	return sync.OnceValue(func() string {
		ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
		defer cancel()
		out, err := exec.CommandContext(ctx, program(given), "-hide_banner", "-loglevel", "error", "-encoders").Output()
		switch {
		case errors.Is(err, exec.ErrNotFound):
			return "FFmpeg was not found: install it, or name it in the configuration (ffmpeg.path), and start the server again."
		case err != nil:
			return fmt.Sprintf("FFmpeg cannot be run: %v.", err)
		}
		for _, encoder := range []string{"libvpx", "libopus"} {
			if !bytes.Contains(out, []byte(" "+encoder+" ")) {
				return "This FFmpeg has no " + encoder + ", which previews are made with: install one that has."
			}
		}
		return ""
	})
}

// encode runs FFmpeg between a feed and a browser until either is over.
func encode(ctx context.Context, given string, feed Feed, to io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, program(given), arguments...)
	cmd.WaitDelay = endGrace
	said := &tail{}
	cmd.Stderr, cmd.Stdout = said, &ending{to, cancel}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	fed := make(chan error, 1)
	go func() {
		err := feed.Copy(ctx, in)
		in.Close()
		fed <- err
	}()
	err = cmd.Wait()
	cancel()
	feedErr := <-fed
	switch {
	case err == nil:
		return nil
	case said.String() != "":
		return fmt.Errorf("%w: %s", err, said)
	case feedErr != nil:
		return feedErr
	}
	return err
}

// ending ends FFmpeg when what it makes can go nowhere.
type ending struct {
	to  io.Writer
	end func()
}

func (e *ending) Write(b []byte) (int, error) {
	n, err := e.to.Write(b)
	if err != nil {
		e.end()
	}
	return n, err
}

// tail keeps the end of what FFmpeg says.
type tail struct{ kept []byte }

func (t *tail) Write(b []byte) (int, error) {
	t.kept = append(t.kept, b...)
	t.kept = t.kept[max(0, len(t.kept)-maxSaid):]
	return len(b), nil
}

func (t *tail) String() string { return strings.TrimSpace(string(t.kept)) }
