// SPDX-License-Identifier: Apache-2.0

package tls

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// openssl runs openssl on files that hold the texts; $1, $2 … in the arguments are their names.
func openssl(t *testing.T, args string, texts ...string) string {
	t.Helper()
	dir := t.TempDir()
	var files []string
	for i, text := range texts {
		file := filepath.Join(dir, "file"+string(rune('1'+i)))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		files = append(files, file)
	}
	argv := strings.Fields(regexp.MustCompile(`\$\d`).ReplaceAllStringFunc(args, func(ref string) string {
		return files[ref[1]-'1']
	}))
	out, err := exec.Command("openssl", argv...).CombinedOutput()
	require.NoErrorf(t, err, "openssl %s\n%s", args, out)
	return string(out)
}

// extension is a certificate's or request's extension as openssl prints it, without its indentation; empty if absent.
func extension(t *testing.T, printed, title string) string {
	t.Helper()
	match := regexp.MustCompile(`(?m)^ +` + regexp.QuoteMeta(title) + `: ?(critical)? *\n +(.*)$`).FindStringSubmatch(printed)
	if match == nil {
		return ""
	}
	return strings.TrimSpace(match[1] + " " + match[2])
}
