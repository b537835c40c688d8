package source

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
)

// errNotThere is what starting a program gives that is not there.
var errNotThere = fs.ErrNotExist

// process is a program that runs in a process group of its own, with all that it
// starts.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr *os.File // to be read

	reap  chan struct{} // closed: it may be waited for
	ended chan error    // how it ended
}

// startProcess starts a program, without a shell and with nothing to read.
func startProcess(program string, args []string) (*process, error) {
	stdout, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	stderr, errs, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, stdout.Close(), out.Close())
	}
	p := &process{
		cmd: exec.Command(program, args...), stdout: stdout, stderr: stderr,
		reap: make(chan struct{}), ended: make(chan error, 1),
	}
	p.cmd.Stdout, p.cmd.Stderr, p.cmd.SysProcAttr = out, errs, ownGroup()
	p.cmd.Env = append(os.Environ(), "AV_LOG_FORCE_NOCOLOR=1")
	started := make(chan error, 1)
	go p.hold(started, out, errs)
	if err := <-started; err != nil {
		stdout.Close()
		stderr.Close()
		return nil, err
	}
	return p, nil
}

// hold starts the program, closes our copies of what it writes to, and waits for
// it when it may. It keeps its thread for as long as the program runs: the
// kernel ends the program with the thread that started it.
func (p *process) hold(started chan<- error, ours ...*os.File) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	for _, f := range ours {
		f.Close()
	}
	started <- err
	if err == nil {
		<-p.reap
		p.ended <- p.cmd.Wait()
	}
}

// end ends what still runs of the group and returns how the program ended. heard
// is closed when nobody can write to stderr any more. Until the program is
// waited for, its number is that of no other group.
func (p *process) end(heard <-chan struct{}) error {
	select {
	case <-heard:
	default:
		p.ask()
		waitFor(heard, encoderGrace)
	}
	p.kill()
	waitFor(heard, encoderGrace)
	p.stderr.Close() // somebody has left the group and still holds it
	<-heard
	close(p.reap)
	return <-p.ended
}
