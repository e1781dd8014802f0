package contract

import (
	"fmt"
	"strconv"
	"strings"

	"fundtrace/chaincode/ledger"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

// MaxPage is the most index rows that one Balance page reads, and the most lots that Lots answers.
const MaxPage = 200

// GetEvaluateTransactions names the functions that only read, for the contract's metadata.
func (c *Contract) GetEvaluateTransactions() []string {
	return []string{"Lot", "Lots", "Movement", "Party", "Account", "Fund", "Commitment", "Document", "Balance",
		"Rule", "Calendar", "Issuer", "Invoice", "Claim", "Voucher",
		"Statement", "Disclose", "Anchor"}
}

// GetIgnoredFunctions keeps the contract's own methods from becoming transactions.
func (c *Contract) GetIgnoredFunctions() []string {
	return []string{"GetEvaluateTransactions", "GetIgnoredFunctions"}
}

// Lot answers a ledger.LotRecord. Errors: LOT_UNKNOWN, FIELD_INVALID.
func (c *Contract) Lot(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	lots, err := ledger.ReadLots(view{ctx.GetStub()}, []string{id})
	if err != nil {
		return "", wire(err)
	}
	return answer(lots[0])
}

// Lots answers ledger.LotRecords for a JSON list of up to MaxPage identifiers, in their order, so that peers endorse a
// statement about several lots at once. Errors: MALFORMED, TOO_LARGE, LOT_UNKNOWN, FIELD_INVALID.
func (c *Contract) Lots(ctx contractapi.TransactionContextInterface, ids string) (string, error) {
	var list []string
	if err := ledger.DecodeStrict([]byte(ids), &list); err != nil {
		return "", wire(err)
	}
	if len(list) > MaxPage {
		return "", wire(ledger.Refuse(ledger.TooLarge, fmt.Sprintf("ask for at most %d lots at a time", MaxPage)))
	}
	lots, err := ledger.ReadLots(view{ctx.GetStub()}, list)
	if err != nil {
		return "", wire(err)
	}
	return answer(lots)
}

// Movement answers a ledger.MovementRecord. Errors: MOVEMENT_UNKNOWN, FIELD_INVALID.
func (c *Contract) Movement(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	m, err := ledger.ReadMovement(view{ctx.GetStub()}, id)
	if err != nil {
		return "", wire(err)
	}
	return answer(m)
}

// Party answers the latest ledger.Party. Errors: PARTY_UNKNOWN.
func (c *Contract) Party(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	return record(ctx, ledger.PartyRoom, id, ledger.PartyUnknown)
}

// Account answers a ledger.Account. Errors: ACCOUNT_UNKNOWN.
func (c *Contract) Account(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	return record(ctx, ledger.AccountRoom, id, ledger.AccountUnknown)
}

// Fund answers a ledger.Fund. Errors: FUND_UNKNOWN.
func (c *Contract) Fund(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	return record(ctx, ledger.FundRoom, id, ledger.FundUnknown)
}

// Commitment answers a ledger.CommitmentRecord. Errors: COMMITMENT_UNKNOWN.
func (c *Contract) Commitment(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	r, err := ledger.ReadCommitment(view{ctx.GetStub()}, id)
	if err != nil {
		return "", wire(err)
	}
	return answer(r)
}

// Document answers a ledger.Document by its digest. Errors: DOCUMENT_UNKNOWN.
func (c *Contract) Document(ctx contractapi.TransactionContextInterface, digest string) (string, error) {
	return record(ctx, ledger.DocumentRoom, digest, ledger.DocumentUnknown)
}

// Rule answers the ledger.RuleHistory of a rule such as S-TRM-01. Errors: RULE_MISSING.
func (c *Contract) Rule(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	return record(ctx, ledger.RuleRoom, id, ledger.RuleMissing)
}

// Calendar answers the ledger.Calendar of a year. Errors: RULE_MISSING.
func (c *Contract) Calendar(ctx contractapi.TransactionContextInterface, year string) (string, error) {
	return record(ctx, ledger.CalendarRoom, year, ledger.RuleMissing)
}

// Issuer answers the ledger.Issuer of a party against which something stands or stood. Errors: PARTY_UNKNOWN.
func (c *Contract) Issuer(ctx contractapi.TransactionContextInterface, party string) (string, error) {
	return record(ctx, ledger.IssuerRoom, party, ledger.PartyUnknown)
}

// Invoice answers a ledger.InvoiceRecord by the invoice's fingerprint. Errors: INVOICE_UNKNOWN, FIELD_INVALID.
func (c *Contract) Invoice(ctx contractapi.TransactionContextInterface, fingerprint string) (string, error) {
	r, err := ledger.ReadInvoice(view{ctx.GetStub()}, fingerprint)
	if err != nil {
		return "", wire(err)
	}
	return answer(r)
}

// Claim answers a ledger.ClaimRecord. Errors: CLAIM_UNKNOWN.
func (c *Contract) Claim(ctx contractapi.TransactionContextInterface, id string) (string, error) {
	r, err := ledger.ReadClaim(view{ctx.GetStub()}, id)
	if err != nil {
		return "", wire(err)
	}
	return answer(r)
}

// Voucher answers a ledger.VoucherNode by its claim lot. Errors: VOUCHER_UNKNOWN.
func (c *Contract) Voucher(ctx contractapi.TransactionContextInterface, lot string) (string, error) {
	n, err := ledger.ReadVoucher(view{ctx.GetStub()}, lot)
	if err != nil {
		return "", wire(err)
	}
	return answer(n)
}

func record(ctx contractapi.TransactionContextInterface, room, id string, unknown ledger.Code) (string, error) {
	raw, err := ctx.GetStub().GetState(room + id)
	if err != nil {
		return "", wire(fmt.Errorf("read %s%s: %w", room, id, err))
	}
	if len(raw) == 0 {
		return "", wire(ledger.Refuse(unknown, fmt.Sprintf("there is nothing under %.60q", id)))
	}
	return string(raw), nil
}

// Balance answers a ledger.BalancePage: an account's lots entry by entry. bookmark is empty at first, then the page's
// Next; size is the number of entries to read, 1 to MaxPage. An account "claims:" and a party holds that party's vouchers,
// of which what is open remains. Errors: ACCOUNT_UNKNOWN, PARTY_UNKNOWN (of a claims account), FIELD_INVALID.
func (c *Contract) Balance(ctx contractapi.TransactionContextInterface, account, bookmark, size string) (string, error) {
	n, err := strconv.Atoi(size)
	if err != nil || n < 1 || n > MaxPage {
		return "", wire(ledger.Refuse(ledger.FieldInvalid, fmt.Sprintf("the page size is a number from 1 to %d", MaxPage), "field", "size"))
	}
	// Nobody opens a claims account: it is there when its party is.
	if party, claims := strings.CutPrefix(account, ledger.ClaimsPrefix); claims {
		_, err = record(ctx, ledger.PartyRoom, party, ledger.PartyUnknown)
	} else {
		_, err = record(ctx, ledger.AccountRoom, account, ledger.AccountUnknown)
	}
	if err != nil {
		return "", err
	}
	ids, next, err := holdings(ctx, account, bookmark, n)
	if err != nil {
		return "", wire(err)
	}
	lots, err := ledger.ReadLots(view{ctx.GetStub()}, ids)
	if err != nil {
		return "", wire(err)
	}
	page := ledger.BalancePage{Account: account, Lots: lots, Next: next}
	for _, l := range lots {
		page.Amount += l.Amount
		page.Remaining += l.Remaining
	}
	return answer(page)
}

// holdings reads one page of the index from the account to its lots.
func holdings(ctx contractapi.TransactionContextInterface, account, bookmark string, n int) (ids []string, next string, err error) {
	start := ledger.HoldKey(account, "")
	end := start[:len(start)-1] + "0" // '0' follows '/'
	rows, meta, err := ctx.GetStub().GetStateByRangeWithPagination(start, end, int32(n), bookmark)
	if err != nil {
		return nil, "", fmt.Errorf("read holdings of %s: %w", account, err)
	}
	defer rows.Close()
	for rows.HasNext() {
		row, err := rows.Next()
		if err != nil {
			return nil, "", fmt.Errorf("read holdings of %s: %w", account, err)
		}
		var lots []string
		if err := ledger.DecodeStrict(row.Value, &lots); err != nil {
			return nil, "", fmt.Errorf("state %s is unreadable: %w", row.Key, err)
		}
		ids = append(ids, lots...)
	}
	return ids, meta.GetBookmark(), nil
}
