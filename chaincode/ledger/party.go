package ledger

import "strings"

func (p *Party) check() *Error {
	if err := CheckIdentifier(p.ID); err != nil {
		return err
	}
	if err := first(
		oneOf("party.kind", p.Kind, Government, StateOwned, Private, Foreign, Bank, FundEntity, FundManager, NonProfit, Person, Organisation, Platform),
		checkText("party.name", p.Name), checkRegion("party.region", p.Region), checkIndustry("party.industry", p.Industry)); err != nil {
		return err
	}
	if pseudonym := strings.HasPrefix(p.ID, SchemePID+":"); pseudonym != (p.Kind == Person) {
		return Refuse(PersonalData, "a natural person is recorded as kind PERSON under a pseudonym of scheme pid, and nobody else is", "party", clip(p.ID))
	}
	if p.Group != "" {
		if err := CheckIdentifier(p.Group); err != nil {
			return err
		}
	}
	if p.Licence != nil {
		if err := first(oneOf("party.licence.kind", p.Licence.Kind, "BANK", "FACTORING", "FINANCE_COMPANY"), checkDate("party.licence.until", p.Licence.Until)); err != nil {
			return err
		}
	}
	if p.Kind == Person && p.Name != "" {
		return Refuse(PersonalData, "the name of a natural person must not be on the ledger: leave party.name empty")
	}
	if p.Size != "" {
		return first(checkSize("party.size", p.Size), checkDate("party.size_date", p.SizeDate))
	}
	return nil
}

func (a *applier) registerParty(p Party) error {
	if err := p.check(); err != nil {
		return err
	}
	if (p.Kind == Government || p.Kind == Bank || p.Kind == Platform || p.Licence != nil) && a.by.MSP != FinanceMSP {
		return Refuse(NotPermitted, "only the finance bureau registers government bodies, banks, platforms and licences", "kind", string(p.Kind))
	}
	if p.Version > 1 {
		return Refuse(VersionConflict, "a new party starts at version 1: use party.revise for later ones")
	}
	if old, err := a.party(p.ID); err != nil {
		return err
	} else if old != nil {
		return Refuse(AlreadyExists, "party "+quote(p.ID)+" is registered: use party.revise to change it", "party", p.ID)
	}
	if p.EffectiveFrom != "" {
		if err := checkDate("party.effective_from", p.EffectiveFrom); err != nil {
			return err
		}
	}
	p.Version = 1
	a.parties[PartyRoom+p.ID] = &p
	a.touch(PartyRoom+p.ID, &p)
	return nil
}

// reviseParty records new attributes from a date on. Earlier versions stay in the blocks and in every projection.
func (a *applier) reviseParty(p Party) error {
	if err := first(p.check(), checkDate("party.effective_from", p.EffectiveFrom)); err != nil {
		return err
	}
	old, err := a.party(p.ID)
	if err != nil {
		return err
	}
	if old == nil {
		return unknownParty(p.ID)
	}
	reserved := old.Kind == Government || old.Kind == Bank || old.Kind == Platform || p.Kind != old.Kind || !p.Licence.equal(old.Licence)
	if reserved && a.by.MSP != FinanceMSP {
		return Refuse(NotPermitted, "only the finance bureau revises government bodies, banks and platforms, or changes a party's kind or licence", "party", p.ID)
	}
	if p.Kind == Platform && old.Kind != Platform {
		return Refuse(MoneyPath, "a party that may own accounts and vouchers does not become a platform: register the platform as a party of its own", "party", p.ID, "rule", RuleMoneyPath)
	}
	if p.Version != old.Version+1 || p.EffectiveFrom < old.EffectiveFrom {
		return Refuse(VersionConflict, "the revision must carry the next version and a date not before the present one's: read the party again", "party", p.ID)
	}
	a.parties[PartyRoom+p.ID] = &p
	a.touch(PartyRoom+p.ID, &p)
	return nil
}

func (l *Licence) equal(other *Licence) bool {
	return l == other || l != nil && other != nil && *l == *other
}

func unknownParty(id string) *Error {
	return Refuse(PartyUnknown, "there is no party "+quote(id)+": register it first", "party", clip(id))
}

func (a *applier) mustKnow(party string) error {
	if party == "" {
		return missing("party")
	}
	p, err := a.party(party)
	if err == nil && p == nil {
		return unknownParty(party)
	}
	return err
}
