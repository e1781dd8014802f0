package index

import (
	"embed"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"fundtrace/chaincode/ledger"
)

// Profile declares an index as data: which indicators make which dimensions, and these the composite, with what weights.
type Profile struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Title   string `json:"title,omitempty"`
	Source  string `json:"source,omitempty"` // where the hierarchy and the weights come from
	// Weights says how the weights are written: "percent" where only indicators carry them and all of them sum to 100,
	// "relative" where each group of siblings is scaled to 1.
	Weights string `json:"weights"`
	// Method holds the options of a method that this profile is meant for, over the reference reading.
	Method *Method `json:"method,omitempty"`
	Index  Node    `json:"index"`
}

// How weights are written.
const (
	Percent  = "percent"
	Relative = "relative"
)

// Node is the composite, a dimension of any level, or, without children, an indicator.
type Node struct {
	Code   string  `json:"code"`
	Name   string  `json:"name,omitempty"`
	NameZH string  `json:"name_zh,omitempty"`
	Weight float64 `json:"weight,omitempty"`

	// What follows is an indicator's alone.
	Column      string      `json:"column,omitempty"`      // of the table; the code where empty
	Direction   int         `json:"direction,omitempty"`   // 1 (default): more is better; -1: less is better
	Denominator string      `json:"denominator,omitempty"` // column that the scale "declared" divides by
	Kind        string      `json:"kind,omitempty"`        // count, amount, percent, share: what values are allowed
	Goalposts   *[2]float64 `json:"goalposts,omitempty"`   // worst and best value; they give the direction too
	Unit        string      `json:"unit,omitempty"`        // for people

	Children []Node `json:"children,omitempty"`
}

// Kinds of indicators: the values that a column may hold.
const (
	Count  = "count"   // whole, not negative
	Amount = "amount"  // not negative
	PerCnt = "percent" // 0 to 100
	Share  = "share"   // 0 to 1
)

func (n *Node) column() string {
	if n.Column != "" {
		return n.Column
	}
	return n.Code
}

func (n *Node) sign() float64 {
	if n.Direction < 0 {
		return -1
	}
	return 1
}

//go:embed profiles/*.json
var builtin embed.FS

// DefaultProfile is the name of the profile that ships as the default: the paper's Table 1.
const DefaultProfile = "table1"

// Builtins lists the profiles that ship with the engine.
func Builtins() []string {
	names, _ := fs.Glob(builtin, "profiles/*.json")
	for i, n := range names {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(n, "profiles/"), ".json")
	}
	return names
}

// Builtin answers a profile that ships with the engine. Errors: FIELD_INVALID (no such profile).
func Builtin(name string) (*Profile, error) {
	text, err := builtin.ReadFile("profiles/" + name + ".json")
	if err != nil {
		return nil, ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("there is no profile %.40q: the built-in ones are %s", name, strings.Join(Builtins(), ", ")), "profile", name)
	}
	return ParseProfile(text)
}

// ParseProfile reads a profile from JSON and checks it. Errors: MALFORMED, FIELD_MISSING, FIELD_INVALID (weights that do
// not sum to 100, a code used twice, and the like).
func ParseProfile(text []byte) (*Profile, error) {
	p := &Profile{}
	if err := ledger.DecodeStrict(text, p); err != nil {
		return nil, err
	}
	return p, p.Check()
}

// sumTolerance is how far weights may be from 100 for being written in binary.
const sumTolerance = 1e-9

// Limits of a profile: more is a mistake.
const (
	maxNodes  = 2_000
	maxDepth  = 20
	maxWeight = 1e9
)

// Check refuses a profile that cannot be computed.
func (p *Profile) Check() error {
	switch {
	case p.ID == "":
		return ledger.Refuse(ledger.FieldMissing, "the profile has no id: give it one, it is printed with every result", "field", "id")
	case p.Version == "":
		return ledger.Refuse(ledger.FieldMissing, "the profile has no version: give it one, it is printed with every result", "field", "version")
	case p.Weights != Percent && p.Weights != Relative:
		return p.invalid(fmt.Sprintf("weights is %.40q: use %q or %q", p.Weights, Percent, Relative))
	case len(p.Index.Children) == 0:
		return p.invalid("the index has no children: name its dimensions or indicators")
	}
	seen := map[string]bool{}
	var sum float64
	var weights []string
	var check func(n *Node, depth int) error
	check = func(n *Node, depth int) error {
		if err := p.checkNode(n, depth); err != nil {
			return err
		}
		if seen[n.Code] {
			return p.invalid(fmt.Sprintf("the code %.40q is used twice", n.Code))
		}
		if seen[n.Code] = true; len(seen) > maxNodes {
			return ledger.Refuse(ledger.TooLarge, fmt.Sprintf("profile %.40q has more than %d nodes", p.ID, maxNodes))
		}
		if len(n.Children) == 0 {
			sum += n.Weight
			weights = append(weights, fmt.Sprintf("%.40s %g", n.Code, n.Weight))
		}
		for i := range n.Children {
			if err := check(&n.Children[i], depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := check(&p.Index, 0); err != nil {
		return err
	}
	if p.Weights == Percent && math.Abs(sum-100) > sumTolerance {
		return p.invalid(fmt.Sprintf("the weights of its indicators sum to %g, not to 100: %s", sum, firstOf(weights, 20)))
	}
	if p.Method != nil {
		return p.Method.Check()
	}
	return nil
}

func (p *Profile) checkNode(n *Node, depth int) error {
	leaf := len(n.Children) == 0
	switch {
	case n.Code == "":
		return p.invalid(fmt.Sprintf("a node at depth %d has no code", depth))
	case depth > maxDepth:
		return p.invalid(fmt.Sprintf("%.40q is more than %d levels deep", n.Code, maxDepth))
	case n.Weight < 0 || n.Weight > maxWeight || (n.Weight > 0 && n.Weight < 1/maxWeight):
		return p.invalid(fmt.Sprintf("%.40q has the weight %g: use a number above 0, between %g and %g", n.Code, n.Weight, 1/maxWeight, maxWeight))
	case p.Weights == Percent && !leaf && n.Weight != 0:
		return p.invalid(fmt.Sprintf("%.40q carries a weight, but its weight is the sum of its indicators' where weights are percent", n.Code))
	case n.Weight == 0 && depth > 0 && (leaf || p.Weights == Relative):
		return p.invalid(fmt.Sprintf("%.40q has no weight: give it one, or leave it out", n.Code))
	case n.Direction != 0 && n.Direction != 1 && n.Direction != -1:
		return p.invalid(fmt.Sprintf("%.40q has the direction %d: use 1 (more is better) or -1 (less is better)", n.Code, n.Direction))
	case !leaf && (n.Column != "" || n.Direction == -1 || n.Denominator != "" || n.Kind != "" || n.Goalposts != nil):
		return p.invalid(fmt.Sprintf("%.40q has children, so column, direction, denominator, kind and goalposts are theirs", n.Code))
	case n.Kind != "" && !slices.Contains([]string{Count, Amount, PerCnt, Share}, n.Kind):
		return p.invalid(fmt.Sprintf("%.40q has the kind %.40q: use count, amount, percent or share", n.Code, n.Kind))
	case n.Goalposts != nil && n.Goalposts[0] == n.Goalposts[1]:
		return p.invalid(fmt.Sprintf("%.40q has equal goalposts: give the worst and the best value", n.Code))
	}
	return nil
}

// firstOf lists texts, and that there are more.
func firstOf(list []string, most int) string {
	if len(list) > most {
		return strings.Join(list[:most], ", ") + fmt.Sprintf(" and %d more", len(list)-most)
	}
	return strings.Join(list, ", ")
}

func (p *Profile) invalid(why string) error {
	return ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("profile %.40q: %s", p.ID, why), "profile", p.ID)
}
