// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestSentenceNamesPluginVersionAndResources(t *testing.T) {
	id := Identity{Name: "x", Version: "1.2.3", Resources: []string{"x:index:Y"}}
	assert.Contains(t, id.Sentence(), "pulumi-resource-x: a stand-in for the published x plugin 1.2.3")
	assert.Contains(t, id.Sentence(), "[x:index:Y]")
	assert.Equal(t, id.Sentence(), id.Metadata().Description)
}

func TestAwaitOrphaned(t *testing.T) {
	asked := 0
	awaitOrphaned(func() int {
		asked++
		if asked < 5 {
			return 42
		}
		return 1
	}, time.Millisecond)
	assert.Equal(t, 5, asked)
}
