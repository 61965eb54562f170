// SPDX-License-Identifier: Apache-2.0

// Package state compares a resource's state with its inputs the way the Terraform bridge does, on which the published
// tls and docker plugins are built: what the inputs leave out may have a default or be the provider's to fill in.
// pulumi-go-provider's own comparison, inputs against earlier inputs, would replace a key because its program began to
// spell out a default, and would not notice what a refresh found.
package state

import (
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Rule says what a change of one input means.
type Rule struct {
	// Default is the value that stands for an absent input.
	Default property.Value
	// Computed means that an absent input keeps what the state has.
	Computed bool
	// InPlace means that a change is an update; otherwise it replaces the resource.
	InPlace bool
	// Unordered means that the input is a list whose order says nothing.
	Unordered bool
}

// Diff lists the inputs that differ from the state. Keys of ignored are left out, unknown inputs always differ.
func Diff(old, inputs property.Map, rules map[string]Rule, ignored []string) p.DiffResponse {
	changed := map[string]p.PropertyDiff{}
	for name, rule := range rules {
		if slices.ContainsFunc(ignored, func(path string) bool { return root(path) == name }) {
			continue
		}
		before, after := Plain(old.Get(name)), Plain(inputs.Get(name))
		if after.IsNull() && rule.Computed {
			continue
		}
		if after.IsNull() {
			after = rule.Default
		}
		if rule.Unordered {
			before, after = sorted(before), sorted(after)
		}
		if after.HasComputed() || !before.Equals(after) {
			changed[name] = p.PropertyDiff{Kind: kind(before, after, rule.InPlace)}
		}
	}
	return p.DiffResponse{HasChanges: len(changed) > 0, DetailedDiff: changed}
}

// Plain removes what does not change a value's meaning here: secrecy, dependencies, and members that hold nothing.
func Plain(v property.Value) property.Value {
	switch {
	case v.IsArray():
		var items []property.Value
		for _, item := range v.AsArray().All {
			items = append(items, Plain(item))
		}
		if items == nil {
			return property.Value{}
		}
		return property.New(items)
	case v.IsMap():
		members := map[string]property.Value{}
		for key, member := range v.AsMap().All {
			if plain := Plain(member); !plain.IsNull() {
				members[key] = plain
			}
		}
		if len(members) == 0 {
			return property.Value{}
		}
		return property.New(members)
	default:
		return v.WithSecret(false).WithDependencies(nil)
	}
}

func root(path string) string {
	if end := strings.IndexAny(path, ".["); end > 0 {
		return path[:end]
	}
	return path
}

func sorted(v property.Value) property.Value {
	if !v.IsArray() {
		return v
	}
	items := v.AsArray().AsSlice()
	slices.SortFunc(items, func(a, b property.Value) int { return strings.Compare(text(a), text(b)) })
	return property.New(items)
}

// text spells a value so that equal values have equal texts.
func text(v property.Value) string {
	var b strings.Builder
	switch {
	case v.IsMap():
		for key, member := range v.AsMap().AllStable {
			b.WriteString(key + "=" + text(member) + ";")
		}
	case v.IsString():
		b.WriteString(v.AsString())
	}
	return b.String()
}

func kind(before, after property.Value, inPlace bool) p.DiffKind {
	kinds := [...]p.DiffKind{p.UpdateReplace, p.AddReplace, p.DeleteReplace}
	if inPlace {
		kinds = [...]p.DiffKind{p.Update, p.Add, p.Delete}
	}
	switch {
	case before.IsNull():
		return kinds[1]
	case after.IsNull():
		return kinds[2]
	default:
		return kinds[0]
	}
}
