// Package flow adds up, by region and year, what funds put into enterprises, and takes every figure apart again into the
// movements that it is made of.
//
// It is pure: a Book comes from the read model, a table of flows from the Book. A cell is the sum of its lines, each line
// is one movement (or one commitment), and the same code makes both, so that drilling down always closes. Amounts are
// minor units (fen) of one currency.
//
// Four stages of the same money differ in time and must not be mixed (promised, ordered, arrived, used):
//
//	COMMITTED   promised to a fund; region of the fund, day of signature
//	INSTRUCTED  a fund's order to pay an enterprise; day of the order
//	DISBURSED   credited to the enterprise's account; value date of the credit. This is the default
//	REACHED     as DISBURSED, less what enterprises passed on or paid back, plus what others passed on to them: where the
//	            money came to rest or was spent. A cell may be negative
//	SPENT       paid out by enterprises for good; day of the payment
package flow
