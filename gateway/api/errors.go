package api

import (
	"context"
	"errors"
	"net/http"

	"fundtrace/chaincode/ledger"
	"fundtrace/gateway/analytics/design"
	"fundtrace/gateway/documents"
	"fundtrace/gateway/jobs"
	"fundtrace/gateway/trace/attribution"
	"fundtrace/gateway/ubl"
	"fundtrace/gateway/users"
)

// Codes of refusals that the gateway itself makes. The ledger's own codes pass through unchanged.
const (
	CodeNoSession        ledger.Code = "NO_SESSION"             // 401: sign in first
	CodeCredentials      ledger.Code = "CREDENTIALS_WRONG"      // 401: user or password is wrong
	CodeTooManyAttempts  ledger.Code = "TOO_MANY_ATTEMPTS"      // 429: sign-in attempts
	CodeCrossSite        ledger.Code = "CROSS_SITE"             // 403: a write by cookie that does not come from the page
	CodeNotFound         ledger.Code = "NOT_FOUND"              // 404: no such address
	CodeMethod           ledger.Code = "METHOD_NOT_ALLOWED"     // 405
	CodeMediaType        ledger.Code = "MEDIA_TYPE_UNSUPPORTED" // 415
	CodeBodyTooLarge     ledger.Code = "BODY_TOO_LARGE"         // 413
	CodeQueryInvalid     ledger.Code = "QUERY_INVALID"          // 400: a query parameter
	CodeContentMissing   ledger.Code = "CONTENT_MISSING"        // 404: the ledger knows the document, this store does not hold it
	CodeCancelled        ledger.Code = "CANCELLED"              // 499: the caller went away
	CodeTimeout          ledger.Code = "TIMEOUT"                // 504: it took too long
	CodeInternal         ledger.Code = "INTERNAL"               // 500: a fault of the gateway; the log has it under the request id
	CodeNoConsortiumKey  ledger.Code = "CONSORTIUM_KEY_MISSING" // 503: invoices cannot be named here
	CodeReadLog          ledger.Code = "READ_LOG_UNAVAILABLE"   // 503: who asked cannot be noted, so nothing is shown
	CodeUnproven         ledger.Code = "EVIDENCE_UNPROVEN"      // 502: the peer's blocks do not prove what the reads show
	codeLedgerDown       ledger.Code = "LEDGER_UNAVAILABLE"     // 503: from package fabric
	codeOutcomeUnknown   ledger.Code = "OUTCOME_UNKNOWN"        // 202: from package fabric
	codeContention       ledger.Code = "CONTENTION"             // 503: from package fabric
	codeRejected         ledger.Code = "TRANSACTION_REJECTED"   // 502: from package fabric
	codeChaincodeFailed  ledger.Code = "CHAINCODE_FAILED"       // 502: from the chaincode
	codeEnrolmentRefused ledger.Code = "ENROLMENT_REFUSED"      // 401: from package fabric
	codeNoOrganisation   ledger.Code = "ORGANISATION_UNKNOWN"   // 401: from package fabric
	codeAuthorityDown    ledger.Code = "AUTHORITY_UNAVAILABLE"  // 503: from package fabric
	codeNoIdentity       ledger.Code = "IDENTITY_UNKNOWN"       // 401: from package fabric
	codeWalletTampered   ledger.Code = "WALLET_TAMPERED"        // 500: from package fabric
)

// statusClientClosed is what the access log shows when the caller went away (a convention of nginx).
const statusClientClosed = 499

// reason is what one code means over HTTP.
type reason struct {
	Status int
	Title  string // one line, the same for every occurrence
}

// reasons maps every code to its status, once. 400: cannot be read; 403: not yours; 404: the address names nothing; 409: the
// state of the ledger is against it; 422: it can be read and is wrong.
var reasons = map[ledger.Code]reason{
	ledger.Malformed:           {http.StatusBadRequest, "The request cannot be read"},
	ledger.UnknownOperation:    {http.StatusUnprocessableEntity, "There is no such operation"},
	ledger.FieldMissing:        {http.StatusUnprocessableEntity, "A required field is empty"},
	ledger.FieldInvalid:        {http.StatusUnprocessableEntity, "A field's value is not allowed"},
	ledger.TooLarge:            {http.StatusUnprocessableEntity, "More than one request may carry"},
	ledger.IdentifierInvalid:   {http.StatusUnprocessableEntity, "An identifier fails the check of its scheme"},
	ledger.PersonalData:        {http.StatusUnprocessableEntity, "Personal data must not be on the ledger"},
	ledger.AmountInvalid:       {http.StatusUnprocessableEntity, "An amount is not positive or too large"},
	ledger.CurrencyInvalid:     {http.StatusUnprocessableEntity, "Not an ISO 4217 currency"},
	ledger.CurrencyMismatch:    {http.StatusUnprocessableEntity, "Currencies differ"},
	ledger.DateInvalid:         {http.StatusUnprocessableEntity, "Not a calendar date"},
	ledger.DateInFuture:        {http.StatusUnprocessableEntity, "A confirmed fact is dated in the future"},
	ledger.TimeWindow:          {http.StatusServiceUnavailable, "The clocks of gateway and peer differ"},
	ledger.NotPermitted:        {http.StatusForbidden, "Organisation and role may not do this"},
	ledger.NotOwner:            {http.StatusForbidden, "It belongs to somebody else"},
	ledger.IdempotencyConflict: {http.StatusConflict, "The idempotency key was used for something else"},
	ledger.AlreadyExists:       {http.StatusConflict, "The identifier is taken"},
	ledger.PartyUnknown:        {http.StatusUnprocessableEntity, "There is no such party"},
	ledger.AccountUnknown:      {http.StatusUnprocessableEntity, "There is no such account"},
	ledger.FundUnknown:         {http.StatusUnprocessableEntity, "There is no such fund"},
	ledger.CommitmentUnknown:   {http.StatusUnprocessableEntity, "There is no such commitment"},
	ledger.MovementUnknown:     {http.StatusUnprocessableEntity, "There is no such movement"},
	ledger.LotUnknown:          {http.StatusUnprocessableEntity, "There is no such lot"},
	ledger.DocumentUnknown:     {http.StatusUnprocessableEntity, "There is no such document"},
	ledger.VersionConflict:     {http.StatusConflict, "The revision does not follow the latest version"},
	ledger.RouteNotAllowed:     {http.StatusUnprocessableEntity, "Money of this kind does not go this way"},
	ledger.DrawsMissing:        {http.StatusUnprocessableEntity, "The drawn lots must be named"},
	ledger.DrawsUnbalanced:     {http.StatusUnprocessableEntity, "The draws do not add up to the amount"},
	ledger.LotNotOwned:         {http.StatusUnprocessableEntity, "The lot lies in another account"},
	ledger.LotNotLive:          {http.StatusConflict, "The lot cannot be drawn now"},
	ledger.LotOverdrawn:        {http.StatusConflict, "More is drawn than remains"},
	ledger.LotNamedTwice:       {http.StatusUnprocessableEntity, "A lot is named twice"},
	ledger.CommitmentExceeded:  {http.StatusConflict, "More is called than was committed"},
	ledger.CommitmentMismatch:  {http.StatusUnprocessableEntity, "The commitment is of another fund, investor or source"},
	ledger.StageConflict:       {http.StatusConflict, "The movement's stage does not allow this"},
	ledger.NotExpired:          {http.StatusConflict, "The instruction is still valid"},
	ledger.BankReferenceUsed:   {http.StatusConflict, "The bank reference is recorded already"},
	ledger.LevelConflict:       {http.StatusConflict, "The attestation does not raise the level"},
	ledger.LotMovedOn:          {http.StatusConflict, "The money has moved on"},
	ledger.ReversalNotProposed: {http.StatusConflict, "There is no reversal to approve"},
	ledger.ReversalSameParty:   {http.StatusConflict, "A reversal takes two organisations"},
	ledger.PublishedOnly:       {http.StatusUnprocessableEntity, "Published figures and bank-kept money do not mix"},
	ledger.BatchRefused:        {http.StatusUnprocessableEntity, "Several operations are refused"},

	ledger.RuleMissing:         {http.StatusConflict, "No version of a rule is in force"},
	ledger.InvoiceUnknown:      {http.StatusUnprocessableEntity, "There is no such invoice"},
	ledger.InvoiceMismatch:     {http.StatusConflict, "The invoice is recorded with other particulars"},
	ledger.InvoiceVoid:         {http.StatusConflict, "The invoice does not stand"},
	ledger.InvoiceOverused:     {http.StatusConflict, "The invoice is claimed or financed already"},
	ledger.ReservationConflict: {http.StatusConflict, "The reservation's state does not allow this"},
	ledger.ClaimUnknown:        {http.StatusUnprocessableEntity, "There is no such claim"},
	ledger.ClaimUnconfirmed:    {http.StatusConflict, "The debtor has not confirmed the claim"},
	ledger.ClaimConflict:       {http.StatusConflict, "The claim's state does not allow this"},
	ledger.ClaimExceeded:       {http.StatusConflict, "More vouchers than the claim has left"},
	ledger.TradeEvidence:       {http.StatusUnprocessableEntity, "The trade is not evidenced"},
	ledger.VoucherUnknown:      {http.StatusUnprocessableEntity, "There is no such voucher"},
	ledger.VoucherConflict:     {http.StatusConflict, "The voucher's state does not allow this"},
	ledger.VoucherMatured:      {http.StatusConflict, "The voucher has matured"},
	ledger.TermExceeded:        {http.StatusUnprocessableEntity, "The term is longer than the cap"},
	ledger.IssuerBlocked:       {http.StatusConflict, "The issuer may not issue"},
	ledger.ConsentRequired:     {http.StatusForbidden, "Only the one concerned may consent"},
	ledger.SamePerson:          {http.StatusForbidden, "A second person has to sign"},
	ledger.SelfDealing:         {http.StatusUnprocessableEntity, "One party stands on both sides"},
	ledger.SplitUnbalanced:     {http.StatusUnprocessableEntity, "The pieces do not add up to the voucher"},
	ledger.SplitLimit:          {http.StatusUnprocessableEntity, "Too many pieces, too small or too deep"},
	ledger.RegistrationMissing: {http.StatusConflict, "The financing is not registered"},
	ledger.MoneyPath:           {http.StatusUnprocessableEntity, "The money goes another way than it must"},
	ledger.FunderUnlicensed:    {http.StatusConflict, "The funder has no licence"},
	ledger.WrongPayee:          {http.StatusUnprocessableEntity, "The payee does not hold the voucher"},
	ledger.PaymentUnmatched:    {http.StatusUnprocessableEntity, "Payment and voucher do not meet"},
	ledger.NotDue:              {http.StatusConflict, "The day has not come"},
	ledger.RecourseRefused:     {http.StatusConflict, "The party is not liable"},
	ledger.AnchorBroken:        {http.StatusConflict, "The anchor does not continue its stream"},
	ledger.AnchorUnknown:       {http.StatusNotFound, "No log is anchored under that name"},
	ledger.RootMissing:         {http.StatusConflict, "The entry is older than roots"},

	jobs.CodeUnknown: {http.StatusNotFound, "There is no such job of yours"},
	jobs.CodeFull:    {http.StatusTooManyRequests, "Too many jobs wait or run"},

	attribution.NotWhole: {http.StatusForbidden, "A convention needs the whole account"},

	CodeReadLog:         {http.StatusServiceUnavailable, "Who asked cannot be noted, so nothing is shown"},
	CodeUnproven:        {http.StatusBadGateway, "The peer's blocks do not prove the answer"},
	CodeNoConsortiumKey: {http.StatusServiceUnavailable, "This gateway keeps no invoice registry"},
	design.Refused:      {http.StatusUnprocessableEntity, "The sample does not carry the analysis"},
	ubl.NotInvoice:      {http.StatusUnprocessableEntity, "The document is no invoice that anybody owes"},

	codeLedgerDown:       {http.StatusServiceUnavailable, "The ledger does not answer; nothing was recorded"},
	codeOutcomeUnknown:   {http.StatusAccepted, "The outcome is not known yet"},
	codeContention:       {http.StatusServiceUnavailable, "Other writers were faster; nothing was recorded"},
	codeRejected:         {http.StatusBadGateway, "The network refused the transaction itself"},
	codeChaincodeFailed:  {http.StatusBadGateway, "The chaincode could not read or write its state"},
	codeEnrolmentRefused: {http.StatusUnauthorized, "The certificate authority refuses"},
	codeNoOrganisation:   {http.StatusUnauthorized, "There is no such organisation here"},
	codeAuthorityDown:    {http.StatusServiceUnavailable, "The certificate authority does not answer"},
	codeNoIdentity:       {http.StatusUnauthorized, "The wallet holds no such identity"},
	codeWalletTampered:   {http.StatusInternalServerError, "The wallet has been changed from outside"},

	CodeNoSession:       {http.StatusUnauthorized, "Sign in first"},
	CodeCredentials:     {http.StatusUnauthorized, "User or password is wrong"},
	CodeTooManyAttempts: {http.StatusTooManyRequests, "Too many sign-in attempts"},
	CodeCrossSite:       {http.StatusForbidden, "The request does not come from the page"},
	CodeNotFound:        {http.StatusNotFound, "Nothing here"},
	CodeMethod:          {http.StatusMethodNotAllowed, "The address does not take this method"},
	CodeMediaType:       {http.StatusUnsupportedMediaType, "The body is of another media type"},
	CodeBodyTooLarge:    {http.StatusRequestEntityTooLarge, "The body is too large"},
	CodeQueryInvalid:    {http.StatusBadRequest, "A query parameter is not valid"},
	CodeContentMissing:  {http.StatusNotFound, "The content is not kept here"},
	CodeCancelled:       {statusClientClosed, "The caller went away"},
	CodeTimeout:         {http.StatusGatewayTimeout, "It took too long"},
	CodeInternal:        {http.StatusInternalServerError, "A fault of the gateway"},
}

// absent turns a code for something unknown into a 404: where the address itself names the thing, it is the address that
// names nothing.
type absent struct{ error }

func (a absent) Unwrap() error { return a.error }

// explain finds what an error is over HTTP: the status and the refusal to show. What is no refusal becomes INTERNAL and
// shows nothing of its text.
func explain(err error) (int, *ledger.Error) {
	var refusal *ledger.Error
	var many *users.TooManyAttempts
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, users.ErrCredentials): // before what it wraps: which of user and password is wrong stays here
		refusal = ledger.Refuse(CodeCredentials, "user or password is wrong")
	case errors.As(err, &refusal):
	case errors.As(err, &many):
		refusal = ledger.Refuse(CodeTooManyAttempts, many.Error())
	case errors.As(err, &large), errors.Is(err, documents.ErrTooLarge):
		refusal = ledger.Refuse(CodeBodyTooLarge, "the body is larger than this address takes: send less at a time")
	case errors.Is(err, users.ErrNoSession):
		refusal = ledger.Refuse(CodeNoSession, "sign in with POST "+Base+"/sessions first")
	case errors.Is(err, documents.ErrEmpty):
		refusal = ledger.Refuse(ledger.FieldMissing, "the document is empty: send its content as the body")
	case errors.Is(err, documents.ErrDigest):
		refusal = ledger.Refuse(ledger.FieldInvalid, "a document is named by its SHA-256 in 64 lower-case hexadecimal digits")
	case errors.Is(err, documents.ErrUnknown):
		refusal = ledger.Refuse(CodeContentMissing, "the content is not kept by this gateway: ask the organisation that recorded the document")
	case errors.Is(err, context.Canceled):
		refusal = ledger.Refuse(CodeCancelled, "the caller went away")
	case errors.Is(err, context.DeadlineExceeded):
		refusal = ledger.Refuse(CodeTimeout, "it took too long: try again")
	default:
		refusal = ledger.Refuse(CodeInternal, "something went wrong here: try again, and give the request id when you report it")
	}
	status := http.StatusUnprocessableEntity
	if r, ok := reasons[refusal.Code]; ok {
		status = r.Status
	}
	var a absent
	if errors.As(err, &a) {
		status = http.StatusNotFound
	}
	return status, refusal
}
