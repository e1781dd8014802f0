package ledger

import "strings"

// recordDocument records the fingerprint of a document for something that exists and that the writer has to do with.
func (a *applier) recordDocument(d Document) error {
	if err := first(checkSHA256("document.sha256", d.SHA256), checkText("document.media_type", d.MediaType), checkText("document.kind", d.Kind)); err != nil {
		return err
	}
	if d.Size <= 0 || !strings.Contains(d.MediaType, "/") {
		return Refuse(FieldInvalid, "a document has a positive size in bytes and a media type such as application/pdf", "field", "document")
	}
	involved, err := a.involved(d.Subject)
	if err != nil {
		return err
	}
	if !involved && a.by.MSP != FinanceMSP && a.by.MSP != AuditMSP {
		return Refuse(NotOwner, "a document is recorded by who has to do with its subject, by the finance bureau or by the audit office", "subject", clip(d.Subject))
	}
	if old, err := a.document(d.SHA256); err != nil {
		return err
	} else if old != nil {
		return Refuse(AlreadyExists, "the document is recorded for "+quote(old.Subject), "document", d.SHA256, "subject", old.Subject)
	}
	a.docs[DocumentRoom+d.SHA256] = &d
	a.touch(DocumentRoom+d.SHA256, &d)
	return nil
}

// involved reports whether the writer has to do with a document's subject. Errors: the subject's own ..._UNKNOWN code.
func (a *applier) involved(subject string) (bool, error) {
	switch {
	case subject == "":
		return false, missing("document.subject")
	case strings.HasPrefix(subject, "fund:"):
		f, err := a.fund(subject)
		if err == nil && f == nil {
			err = unknownFund(subject)
		}
		if err != nil {
			return false, err
		}
		return a.involvedInFund(f)
	case strings.HasPrefix(subject, "cmt:"):
		c, err := a.commitment(subject)
		if err == nil && c == nil {
			err = unknownCommitment(subject)
		}
		if err != nil {
			return false, err
		}
		f, err := a.fund(c.Fund)
		if err != nil || f == nil || c.Investor == a.by.Party {
			return c.Investor == a.by.Party, err
		}
		return a.involvedInFund(f)
	case strings.Contains(subject, ":"):
		// Banks and managers register parties, so they also keep what identifies them.
		return subject == a.by.Party || a.by.MSP == BankMSP || a.by.MSP == ManagerMSP, a.mustKnow(subject)
	}
	if trade, ok, err := a.involvedInTrade(subject); trade || err != nil {
		return ok, err
	}
	m, page, _, err := a.movement(subject)
	if err != nil {
		return false, err
	}
	if page.Writer.MSP == a.by.MSP && page.Writer.Party == a.by.Party {
		return true, nil
	}
	if m.Kind.OfClaims() {
		own := ClaimsAccount(a.by.Party)
		return a.by.MSP == BankMSP || m.From == own || m.To == own, nil
	}
	from, to, err := a.ends(m)
	if err != nil {
		return false, err
	}
	for _, acct := range []*Account{from, to} {
		if acct == nil {
			continue
		}
		if ok, err := a.involvedInAccount(acct); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// involvedInTrade reports whether the subject is a claim or a voucher, and whether the writer has to do with it.
func (a *applier) involvedInTrade(subject string) (trade, involved bool, err error) {
	if _, _, bad := SplitLotID(subject); bad == nil {
		n, err := a.knownVoucher(subject)
		if err != nil {
			return true, false, err
		}
		own := a.by.Party == n.Issuer || a.by.Party == n.Holder || a.by.Party == n.Pledgee || n.Pending != nil && a.by.Party == n.Pending.To
		return true, own || a.by.MSP == BankMSP, nil
	}
	if !movementShape(subject) {
		return false, false, nil
	}
	c, err := a.claim(subject)
	if err != nil || c == nil {
		return false, false, err
	}
	return true, a.by.MSP == BankMSP || a.by.Party == c.Creditor || a.by.Party == c.Debtor, nil
}

func (a *applier) involvedInFund(f *Fund) (bool, error) {
	if f.Manager == a.by.Party {
		return true, nil
	}
	acct, err := a.account(f.Account)
	if err != nil {
		return false, err
	}
	return acct.Bank == a.by.Party, nil
}

func (a *applier) involvedInAccount(acct *Account) (bool, error) {
	if acct.Owner == a.by.Party || acct.Bank == a.by.Party && acct.Bank != "" {
		return true, nil
	}
	if acct.Fund == "" {
		return false, nil
	}
	f, err := a.fund(acct.Fund)
	if err != nil || f == nil {
		return false, err
	}
	return f.Manager == a.by.Party, nil
}
