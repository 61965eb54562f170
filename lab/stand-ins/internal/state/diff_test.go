// SPDX-License-Identifier: Apache-2.0

package state

import (
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
)

func TestDiff(t *testing.T) {
	list := func(items ...string) property.Value {
		var values []property.Value
		for _, item := range items {
			values = append(values, property.New(item))
		}
		return property.New(values)
	}
	object := func(key, value string) property.Value {
		return property.New(map[string]property.Value{key: property.New(value)})
	}
	for name, test := range map[string]struct {
		before, after property.Value
		rule          Rule
		ignored       []string
		want          p.DiffKind
	}{
		"equal":                      {before: property.New("x"), after: property.New("x")},
		"other value":                {before: property.New("x"), after: property.New("y"), want: p.UpdateReplace},
		"in place":                   {before: property.New(1.0), after: property.New(2.0), rule: Rule{InPlace: true}, want: p.Update},
		"new":                        {after: property.New("x"), want: p.AddReplace},
		"gone":                       {before: property.New("x"), want: p.DeleteReplace},
		"gone, to the default":       {before: property.New("x"), rule: Rule{Default: property.New("x")}},
		"gone, away from it":         {before: property.New("y"), rule: Rule{Default: property.New("x")}, want: p.UpdateReplace},
		"absent and computed":        {before: property.New("x"), rule: Rule{Computed: true}},
		"given and computed":         {before: property.New("x"), after: property.New("y"), rule: Rule{Computed: true}, want: p.UpdateReplace},
		"secrecy is no change":       {before: property.New("x").WithSecret(true), after: property.New("x")},
		"unknown":                    {before: property.New("x"), after: property.New(property.Computed), want: p.UpdateReplace},
		"unknown where nothing was":  {after: property.New(property.Computed), want: p.AddReplace},
		"unknown inside":             {before: list("x"), after: property.New([]property.Value{property.New(property.Computed)}), want: p.UpdateReplace},
		"empty list is none":         {after: list()},
		"empty members are none":     {before: property.New(map[string]property.Value{"a": list()})},
		"order":                      {before: list("a", "b"), after: list("b", "a"), want: p.UpdateReplace},
		"order that does not matter": {before: list("a", "b"), after: list("b", "a"), rule: Rule{Unordered: true}},
		"objects out of order": {
			before: property.New([]property.Value{object("k", "a"), object("k", "b")}),
			after:  property.New([]property.Value{object("k", "b"), object("k", "a")}),
			rule:   Rule{Unordered: true},
		},
		"ignored": {before: property.New("x"), after: property.New("y"), ignored: []string{"v[0].z"}},
	} {
		t.Run(name, func(t *testing.T) {
			set := func(v property.Value) property.Map {
				if v.IsNull() {
					return property.Map{}
				}
				return property.NewMap(map[string]property.Value{"v": v})
			}
			got := Diff(set(test.before), set(test.after), map[string]Rule{"v": test.rule}, test.ignored)
			assert.Equal(t, test.want != "", got.HasChanges)
			assert.Equal(t, test.want, got.DetailedDiff["v"].Kind)
		})
	}
}
