// Runc-without-sys-resource is an OCI runtime: it takes CAP_SYS_RESOURCE out of what a container asks
// for and lets runc do the rest. "docker run --privileged" asks for every capability, and runc refuses
// where the machine itself has no CAP_SYS_RESOURCE to give.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

func main() {
	if err := run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, "runc-without-sys-resource:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	for _, file := range requests(args[1:]) {
		if err := rewrite(file); err != nil {
			return err
		}
	}
	runc, err := exec.LookPath("runc")
	if err != nil {
		return err
	}
	return syscall.Exec(runc, append([]string{"runc"}, args[1:]...), os.Environ())
}

// rewrite changes a file in place, so that its owner and mode stay as they are. A file that is not
// there is runc's to complain about.
func rewrite(file request) error {
	before, err := os.ReadFile(file.path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	after, err := file.without(before)
	if err != nil {
		return fmt.Errorf("%s: %w", file.path, err)
	}
	return os.WriteFile(file.path, after, 0o600)
}
