package projection

import (
	"slices"
	"sort"
	"strings"
)

// lineage answers the lineage that a lot of the given one has after it entered an account of the fund.
func (w *writer) lineage(from int64, fund string) (int64, error) {
	step := lineageStep{from, fund}
	if to, ok := w.memo.lineages[step]; ok {
		return to, nil
	}
	set, err := w.fundsOf(from)
	if err != nil {
		return 0, err
	}
	if i := sort.SearchStrings(set, fund); i == len(set) || set[i] != fund {
		set = slices.Insert(slices.Clone(set), i, fund)
	}
	var to int64
	funds := strings.Join(set, " ")
	found, err := w.find("SELECT ref FROM lineage WHERE funds = ?", []any{funds}, &to)
	if err != nil {
		return 0, err
	}
	if !found {
		if to, err = w.insert("INSERT INTO lineage (funds) VALUES (?)", funds); err != nil {
			return 0, err
		}
		for _, f := range set {
			if _, err := w.exec("INSERT INTO lineage_fund VALUES (?, ?)", f, to); err != nil {
				return 0, err
			}
		}
	}
	remember(w.memo.lineages, step, to)
	return to, nil
}

// union answers the lineage that holds the funds of both.
func (w *writer) union(x, y int64) (int64, error) {
	if x == 0 || x == y {
		return y, nil
	}
	funds, err := w.fundsOf(y)
	if err != nil {
		return 0, err
	}
	for _, f := range funds {
		if x, err = w.lineage(x, f); err != nil {
			return 0, err
		}
	}
	return x, nil
}

// fundsOf answers the funds of a lineage, sorted.
func (w *writer) fundsOf(lineage int64) ([]string, error) {
	if lineage == 0 {
		return nil, nil
	}
	if set, ok := w.memo.funds[lineage]; ok {
		return set, nil
	}
	var funds string
	if found, err := w.find("SELECT funds FROM lineage WHERE ref = ?", []any{lineage}, &funds); err != nil {
		return nil, err
	} else if !found {
		return nil, w.contradiction("lineage %d was never recorded", lineage)
	}
	set := strings.Fields(funds)
	remember(w.memo.funds, lineage, set)
	return set, nil
}

// reached notes that the account holds or held money of the lineage.
func (w *writer) reached(account, lineage int64) error {
	key := accountLineage{account, lineage}
	if lineage == 0 || w.memo.reached[key] {
		return nil
	}
	if _, err := w.exec("INSERT OR IGNORE INTO account_lineage VALUES (?, ?)", account, lineage); err != nil {
		return err
	}
	remember(w.memo.reached, key, true)
	return nil
}

// dealt notes who has dealt with whom: each account with the other's owner, or with the payee that keeps none.
func (w *writer) dealt(from, to accountFacts, payee string) error {
	pairs := []dealing{{from.ref, to.owner}, {to.ref, from.owner}}
	if to.sink {
		pairs = []dealing{{from.ref, payee}}
	}
	for _, p := range pairs {
		if err := w.knows(p.account, p.party); err != nil {
			return err
		}
	}
	return nil
}

// knows notes that the owner of an account may know a party.
func (w *writer) knows(account int64, party string) error {
	p := dealing{account, party}
	if w.memo.dealt[p] {
		return nil
	}
	if _, err := w.exec("INSERT OR IGNORE INTO dealing VALUES (?, ?)", account, party); err != nil {
		return err
	}
	remember(w.memo.dealt, p, true)
	return nil
}
